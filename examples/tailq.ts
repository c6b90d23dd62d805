/**
 * Named counters that all processes of a group share, on a tailq of their own: who adds one, has put it
 * where everybody finds it, in TypeScript and in C.
 *
 * Start a primary and as many secondaries as you like, each in its own terminal:
 *
 * ```sh
 * deno run --allow-ffi examples/tailq.ts -l 0 --proc-type=primary
 * bun run examples/tailq.ts --lcores 1@0 --proc-type=secondary
 * ```
 *
 * A counter is as C has it, in a program with `EAL_REGISTER_TAILQ` for a tailq named "COUNTERS":
 *
 * ```c
 * struct counter { char name[32]; uint32_t pid; uint64_t value; };
 * ```
 *
 * @module
 */

import { basename } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import {
  DpdkError,
  Eal,
  Group,
  type OwnedTailqObject,
  struct,
  type StructValue,
  Tailq,
} from "../mod.ts";

const Counter = struct("struct counter", {
  name: "char[32]",
  pid: "uint32_t", // of the process that added it
  value: "uint64_t",
});

const HELP = `
Processes share named counters.

  add NAME      add a counter
  count NAME N  count a counter up by N, whoever added it
  list          show all counters
  fill NAME N   add N counters: NAME-0, NAME-1, ...
  drop NAME     remove a counter that this process added
  prune         remove the counters of processes that are gone
  help          show this
  quit          leave, and remove what this process added
`;

/** The counters of a group. */
class Counters {
  readonly #tailq = Tailq.register("COUNTERS");
  /** What this process added, and so may remove. */
  readonly #own = new Map<string, OwnedTailqObject>();

  add(name: string): void {
    const counter = this.#tailq.insert(name, Counter.size);
    Counter.set(counter.view, "pid", process.pid);
    this.#own.set(name, counter);
  }

  /** Counts up, and gives the value from before; `undefined` when there is no such counter. */
  count(name: string, n: bigint): bigint | undefined {
    const counter = this.#tailq.find(name, Counter.size);
    return counter?.counter64(Counter.fields.value.offset).add(n);
  }

  /** All counters, as copies. */
  all(): StructValue<typeof Counter>[] {
    return this.#tailq.objects(Counter.size).map(({ view }) => Counter.decode(view));
  }

  drop(name: string): boolean {
    const counter = this.#own.get(name);
    this.#own.delete(name);
    counter?.free();
    return counter !== undefined;
  }

  /** Removes the counters of processes that have ended; how many there were. */
  prune(living: ReadonlySet<number>): number {
    const dead = this.all().filter(({ pid }) => !living.has(pid));
    for (const { name } of dead) this.#tailq.adopt(name, Counter.size).free();
    return dead.length;
  }

  [Symbol.dispose](): void {
    for (const name of [...this.#own.keys()]) this.drop(name);
  }
}

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  using counters = new Counters();

  const commands: Readonly<Record<string, (name: string, n: string) => void>> = {
    add: (name) => counters.add(name),
    count: (name, n) => {
      const before = counters.count(name, BigInt(n));
      console.log(before === undefined ? `There is no ${name}` : `${name} was ${before}`);
    },
    list: () => {
      for (const { name, pid, value } of counters.all()) console.log(`${name} ${value} (${pid})`);
    },
    fill: (name, n) => {
      for (let i = 0; i < Number(n); i++) counters.add(`${name}-${i}`);
    },
    drop: (name) => {
      if (!counters.drop(name)) console.log(`This process has not added ${name}`);
    },
    prune: () => {
      const groups = Group.list({ filePrefix: basename(eal.runtimeDirectory) });
      const living = groups.flatMap(({ primary, secondaries }) => [primary, ...secondaries])
        .map((one) => one?.pid ?? 0);
      console.log(`${counters.prune(new Set(living))} removed`);
    },
    help: () => console.log(HELP),
  };

  console.log(`Counting as ${eal.processType}`);
  const prompt = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: "counters > ",
  });
  prompt.prompt();
  for await (const line of prompt) {
    const [command = "", name = "", n = "1"] = line.trim().split(/\s+/);
    if (command === "quit") break;
    try {
      if (Object.hasOwn(commands, command)) commands[command]!(name, n);
      else if (command !== "") console.log(`Bad command "${command}"; try help`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      console.log(error.message);
    }
    prompt.prompt();
  }
  // Deno would go on as long as somebody could still write to its stdin.
  process.stdin.destroy();
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
