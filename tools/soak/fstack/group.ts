/**
 * The processes and tools of the F-Stack soak: started, killed, started again, and brought to rest.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Inspector, Ring } from "../../../mod.ts";
import { Asker } from "../../../examples/fstack/asker.ts";
import { RING_TYPES, ringIn, ringOut } from "../../../examples/fstack/ff_msg.ts";
import { MessagePool } from "../../../examples/fstack/message_pool.ts";
import { dispatchRing, kniRing } from "../../../examples/fstack/names.ts";
import { Pools } from "./account.ts";
import { Actor } from "./actors.ts";
import { ASKERS, Control, Place, type PlaceName, PROCESSES } from "./control.ts";
import { mendRings } from "./mend.ts";
import { KERNEL_RING, wireRing } from "./source.ts";

const FOLDER = "tools/soak/fstack";
const TOOL = "examples/fstack/tool.ts";

/** How long the group has to come to rest, and to die where it is told to, in milliseconds. */
const REST_MS = 60_000;
const LOOK_MS = 10;

/** More turns than a packet has stations on its way through the group. */
const A_FEW_TURNS = 20;

/** The CPUs that this process may run on, as `--lcores` takes them. */
function cpus(): string {
  const status = readFileSync("/proc/self/status", "utf8");
  return `(${/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? "0"})`;
}

/** Waits until something is so. */
async function until(what: string, so: () => boolean, check: () => void): Promise<void> {
  const limit = performance.now() + REST_MS;
  while (!so()) {
    check();
    if (performance.now() > limit) {
      throw new Error(`Cannot soak: ${what}, still after ${REST_MS / 1000} s`);
    }
    await sleep(LOOK_MS);
  }
}

/** The group. */
export class Group implements Disposable {
  readonly control: Control;
  readonly pools: Pools = new Pools();
  /** What killed processes left half done in rings, in words. */
  readonly mended: string[] = [];
  /** How many processes were killed, and how many tools. */
  processes = 0;
  get tools(): number {
    return this.#killed - this.processes;
  }
  /** How many objects were in the caches of killed processes. */
  cached = 0;
  /** How many answers were given back that nobody waited for, when all had come to rest. */
  swept = 0;
  /** The longest time that a killed process was missing, in milliseconds. */
  longestAway = 0;
  #killed = 0;
  readonly #prefix: string;
  readonly #inspector: Inspector;
  readonly #rings: readonly Ring[];
  readonly #messages = MessagePool.lookup();
  readonly #sweeper = new Asker(this.#messages);
  /** By party: the processes, then the soak's tools. */
  readonly #actors: Actor[] = [];
  /** Those of examples/fstack. */
  readonly #tools: Actor[] = [];

  /** @param primary which has made everything */
  constructor(prefix: string, primary: Actor) {
    this.#prefix = prefix;
    this.#inspector = Inspector.open({ filePrefix: prefix });
    this.control = Control.lookup();
    const ids = [...Array(PROCESSES).keys()];
    const names = [
      ...ids.flatMap((id) => [dispatchRing(0, id), wireRing(id), ringIn(id)]),
      ...ids.flatMap((id) => RING_TYPES.map((type) => ringOut(id, type))),
      ...[kniRing(0), KERNEL_RING],
    ];
    this.#rings = names.map((name) => Ring.lookup(name));
    this.#actors.push(primary);
  }

  /** Starts the primary, which makes everything. */
  static async primary(prefix: string, packets: number): Promise<Actor> {
    const devices = ["--vdev=net_ring0", "--vdev=net_ring1", "-m", "128"];
    const args = [...ealArgs(prefix, 0), ...devices, "--", "0", `${packets}`];
    return await new Actor(`${FOLDER}/process.ts`, args, "serves").ready();
  }

  /** Frees what it has of the group's memory. */
  [Symbol.dispose](): void {
    this.#messages[Symbol.dispose]();
  }

  /** Starts everybody else. */
  async startOthers(): Promise<void> {
    const others = Array.from({ length: PROCESSES - 1 }, (_, i) => this.#start(1 + i));
    await Promise.all(others);
    for (let i = 0; i < ASKERS; i++) await this.#start(PROCESSES + i);
  }

  async #start(party: number): Promise<void> {
    this.#actors[party] = party < PROCESSES
      ? new Actor(
        `${FOLDER}/process.ts`,
        [...ealArgs(this.#prefix, party), "--", `${party}`],
        "serves",
      )
      : new Actor(`${FOLDER}/asker.ts`, [this.#prefix, `${party - PROCESSES}`], "asks");
    await this.#actors[party]!.ready();
  }

  /**
   * Kills one of the soak's tools, and starts it again.
   *
   * @param n which one: they have their turns
   * @param place where it is; `NOWHERE`: at any moment
   */
  async replaceTool(n: number, place: PlaceName): Promise<void> {
    const party = PROCESSES + n % ASKERS;
    await this.#kill(party, place);
    await this.#start(party);
  }

  /**
   * Kills a secondary, and starts it again.
   *
   * @param id which one
   * @param place where it is; `NOWHERE`: at any moment
   * @param ms how long it is away, at least
   */
  async replaceProcess(id: number, place: PlaceName, ms: number): Promise<void> {
    await this.#kill(id, place);
    const since = performance.now();
    this.processes++;
    await sleep(ms);
    await this.#start(id);
    this.longestAway = Math.max(this.longestAway, performance.now() - since);
  }

  async #kill(party: number, place: PlaceName): Promise<void> {
    const [words, victim] = [this.control.parties[party]!, this.#actors[party]!];
    victim.mayEnd();
    if (place === "NOWHERE") await victim.kill();
    words.set("DEATH", Place[place]);
    const dead = () => victim.how !== undefined;
    await until(`nobody has died of ${place}`, dead, () => this.check());
    words.set("DEATH", Place.NOWHERE);
    if (victim.how !== "SIGKILL") throw new Error(`Cannot soak: it ended with ${victim.how}`);
    words.set("PID", 0);
    words.set("ASKING", 0);
    await this.clearUp();
  }

  /** Does what is to be done at once when somebody was killed, while all others go on. */
  async clearUp(): Promise<void> {
    this.#killed++;
    this.mended.push(...await mendRings(this.#inspector, () => this.#moves()));
    this.cached += this.pools.emptyCaches();
  }

  /** Whether all processes that live go on. */
  async #moves(): Promise<boolean> {
    const turns = () => this.#serving().map((words) => words.get("TURNS"));
    const before = turns();
    await sleep(LOOK_MS * 10);
    return turns().every((value, i) => value !== before[i]);
  }

  #serving() {
    return this.control.parties.slice(0, PROCESSES).filter((words) => words.get("PID") !== 0);
  }

  /** Starts examples/fstack/tool.ts. */
  tool(...args: string[]): Actor {
    const tool = new Actor(TOOL, ["--file-prefix", this.#prefix, ...args]);
    this.#tools.push(tool);
    return tool;
  }

  /** Has sources and tools stop, and waits until everything that was on its way is at its end. */
  async rest(): Promise<void> {
    const check = () => this.check();
    this.control.end();
    const asking = () => this.control.parties.some((words) => words.get("ASKING") !== 0);
    await until("a tool waits", () => !asking(), check);
    await this.#turns(); // in which all questions are answered, of killed tools, too
    for (let id = 0; id < PROCESSES; id++) this.swept += await this.#sweeper.sweep(id);
    const empty = () => this.#rings.every((ring) => ring.empty);
    do {
      await until("packets are on their way", empty, check);
      await this.#turns();
    } while (!empty());
  }

  /** Waits until each process has had so many turns that what it had in hand has been everywhere. */
  async #turns(): Promise<void> {
    const before = this.#serving().map((words) => words.get("TURNS"));
    const over = () =>
      this.#serving().every((words, i) => words.get("TURNS") - before[i]! >= A_FEW_TURNS);
    await until("a process does not go on", over, () => this.check());
  }

  /** @throws {Error} when somebody has ended who was not to */
  check(): void {
    for (const actor of this.#actors) actor.check();
  }

  /** Ends all but the primary. */
  async endOthers(): Promise<void> {
    for (const actor of this.#actors.slice(1).reverse()) await actor.end();
  }

  /** Kills whoever of them is left. */
  async killOthers(): Promise<void> {
    await Promise.all([...this.#tools, ...this.#actors.slice(1)].map((actor) => actor.kill()));
  }
}

/** EAL's arguments for who has an lcore of its own: a process, or who looks at them. */
export function ealArgs(prefix: string, lcore: number): string[] {
  const common = [
    `--lcores=${lcore}@${cpus()}`,
    "--no-pci",
    "--file-prefix",
    prefix,
    "--log-level=4",
  ];
  return lcore === 0 ? common : [...common, "--proc-type=secondary"];
}
