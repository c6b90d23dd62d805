/**
 * Asks the processes of an application that F-Stack's tools can ask, such as app.ts, while they run:
 *
 * ```sh
 * deno run --allow-ffi examples/fstack/tool.ts sysctl -a
 * bun run examples/fstack/tool.ts sysctl kern.version app.burst=16
 * bun run examples/fstack/tool.ts top -p 0 -d 1 -n 10
 * bun run examples/fstack/tool.ts --file-prefix other traffic -p 0 -P 3
 * bun run examples/fstack/tool.ts sweep
 * ```
 *
 * It joins the application's group as a secondary, on an lcore id that nobody there uses, and uses no
 * lcore's cache. A process that does not answer within a second is given up; its answer, when it comes,
 * is given back by whoever asks it next for the same, or by sweep.
 *
 * Any number of these tools may run at once, in one pid namespace: they take turns. F-Stack's own know of
 * no turns, and are run alone.
 *
 * What a killed tool has in its hands, in the moments before it asks and after it was answered, is lost,
 * with the 8 KiB of a cache of its own: `inspectMempool` and `recoverObjects` find such messages, and
 * ../patterns.md has how they come back.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Eal, type Struct } from "../../mod.ts";
import { ending, run, wholeNumber } from "../forwarding.ts";
import { Asker } from "./asker.ts";
import { FfMsgType, FfTopArgs, FfTrafficArgs, MAX_PROCESSES } from "./ff_msg.ts";
import { MessagePool } from "./message_pool.ts";
import { SysctlNames, type Value } from "./sysctl_names.ts";
import { type Counts, Printer, type Table, TOP, TRAFFIC } from "./tables.ts";

const USAGE = `
tool.ts [--file-prefix NAME] COMMAND
 sysctl [-p ID] [-n] [-d] -a | NAME[=VALUE] ...: values of names, and of all names below a name
   -n: values alone; -d: what they are, in their places
 top [-p ID] [-P ID] [-d SECONDS] [-n NUMBER]: where the time of processes goes
 traffic [-p ID] [-P ID] [-d SECONDS] [-n NUMBER] [-s]: what they receive and send
   -d: how long one row is of, 1 unless given; -n: how many rows; -s: all since the start, once
 sweep [-p ID] [-P ID]: gives back answers that nobody waits for
 -p: the process, 0 unless given; -P: all from there up to this one`;

/** A table's titles are printed again after so many rows. */
const ROWS = 40;

/** The options of a command line, by their letters. */
const FLAG = { type: "boolean" } as const;
const VALUE = { type: "string" } as const;
const PROCESS = { p: { ...VALUE, short: "p" } };
const PROCESSES = { ...PROCESS, P: { ...VALUE, short: "P" } };
const REPEATED = {
  ...PROCESSES,
  d: { ...VALUE, short: "d" },
  n: { ...VALUE, short: "n" },
  s: { ...FLAG, short: "s" },
};

const processOf = (text: string | undefined, option: string): number =>
  wholeNumber(text ?? "0", option, 0, MAX_PROCESSES - 1);

/** The processes that are asked: one, or all up to another. */
function processesOf({ p, P }: { p?: string; P?: string }): number[] {
  const first = processOf(p, "-p");
  const last = P === undefined ? first : wholeNumber(P, "-P", first, MAX_PROCESSES - 1);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

async function sysctl(asker: Asker, args: string[]): Promise<void> {
  const options = {
    ...PROCESS,
    a: { ...FLAG, short: "a" },
    d: { ...FLAG, short: "d" },
    n: { ...FLAG, short: "n" },
  };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if ((values.a === true) === positionals.length > 0) {
    throw new TypeError("Cannot use sysctl without a name, or with names and -a");
  }
  const names = new SysctlNames(asker, processOf(values.p, "-p"), values.d === true);
  const print = ({ name, text }: Value): void =>
    console.log(values.n === true ? text : `${name}: ${text}`);
  if (values.a === true) (await names.all()).forEach(print);
  for (const argument of positionals) {
    const at = argument.indexOf("=");
    if (at < 0) (await names.values(argument)).forEach(print);
    else {
      const [before, now] = await names.set(argument.slice(0, at), argument.slice(at + 1));
      const text = values.n === true ? now.text : `${before.text} -> ${now.text}`;
      print({ ...now, text });
    }
  }
}

/** Prints a table: what processes counted, again and again. */
async function repeat<C extends Counts>(
  asker: Asker,
  args: string[],
  type: number,
  struct: Struct<C>,
  table: Table<C>,
): Promise<void> {
  const { values } = parseArgs({ args, options: REPEATED });
  const processes = processesOf(values);
  const seconds = Number(values.d ?? "1");
  if (!(seconds >= 0 && seconds <= 3600)) {
    throw new TypeError(`Cannot use "${values.d}" as -d: it is a number of seconds up to 3600`);
  }
  const rows = values.n === undefined ? Infinity : wholeNumber(values.n, "-n", 1, 1e9);
  const read = (id: number): Promise<C> =>
    asker.ask(id, { type, read: (message) => message.args(struct) });
  if (values.s === true) return await once(processes, read);
  const printer = new Printer(table, values.P !== undefined);
  const seen = new Map<number, { before: C; now: C }>();
  for (const id of processes) seen.set(id, await again(id));
  const period = Math.max(1, Math.floor(ROWS / processes.length));
  for (let i = 0; i < rows && !ending.aborted; i++) {
    await sleep(seconds * 1000, undefined, { signal: ending }).catch(() => {});
    if (ending.aborted) break;
    for (const id of processes) seen.set(id, await again(id, seen.get(id)?.now));
    const lines = [...i % period === 0 ? printer.head() : [], ...printer.rows(seen)];
    console.log(lines.join("\n"));
  }

  async function again(id: number, before?: C): Promise<{ before: C; now: C }> {
    const now = await read(id);
    return { before: before ?? now, now };
  }
}

/** Prints all that processes counted since they started, with commas between. */
async function once(
  processes: readonly number[],
  read: (id: number) => Promise<Counts>,
): Promise<void> {
  for (const id of processes) {
    const counts = Object.entries(await read(id));
    const fields = counts.map(([, value]) => value);
    console.log((processes.length > 1 ? [id, ...fields] : fields).join(","));
  }
}

async function sweep(asker: Asker, args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: PROCESSES });
  for (const id of processesOf(values)) {
    console.log(`Process ${id}: given back: ${await asker.sweep(id)}`);
  }
}

const COMMANDS: Readonly<Record<string, (asker: Asker, args: string[]) => Promise<void>>> = {
  sysctl,
  top: (asker, args) => repeat(asker, args, FfMsgType.FF_TOP, FfTopArgs, TOP),
  traffic: (asker, args) => repeat(asker, args, FfMsgType.FF_TRAFFIC, FfTrafficArgs, TRAFFIC),
  sweep,
};

/** The command line: the group of the application, the command, and what is the command's. */
function commandLine(): { filePrefix: string; name: string; args: string[] } {
  const given = process.argv.slice(2);
  const [, joined] = /^--file-prefix=(.+)$/.exec(given[0] ?? "") ?? [];
  const words = joined === undefined ? given : ["--file-prefix", joined, ...given.slice(1)];
  const named = words[0] === "--file-prefix";
  const [filePrefix = "", ...command] = named ? words.slice(1) : ["rte", ...words];
  const [name = "", ...args] = command;
  if (Object.hasOwn(COMMANDS, name)) return { filePrefix, name, args };
  const known = Object.keys(COMMANDS).join(", ");
  throw new TypeError(`Cannot use "${name}" as a command: there are ${known}`);
}

async function main(): Promise<void> {
  const { filePrefix, name, args } = commandLine();
  using _eal = Eal.init({ filePrefix, processType: "secondary", onClash: "restart" });
  using pool = MessagePool.lookup();
  const asker = new Asker(pool);
  try {
    await COMMANDS[name]!(asker, args);
  } finally {
    if (asker.strays > 0 && name !== "sweep") {
      console.error(`Answers that nobody waited for, given back: ${asker.strays}`);
    }
  }
}

await run(main, USAGE);
