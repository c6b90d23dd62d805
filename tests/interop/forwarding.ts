/**
 * What the tests of the forwarding examples share: groups of their processes, in C and in TypeScript on
 * either runtime, on networks of the test, and an observer in C of what they share.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Buffer } from "node:buffer";
import {
  assert,
  type Child,
  type ChildResult,
  compilePeer,
  type End,
  executable,
  type Namespace,
  outcome,
  removePrefix,
  ROOT,
  spawnProgram,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { talk } from "../peers/dialog.ts";
import type { RawPackets } from "../peers/raw_packets.ts";
import { cpus, type Language } from "./group.ts";

/** How long a process may live, in milliseconds. */
const LIFE_MS = 100_000;

/** How long frames may take to the far end, in milliseconds: the pollers share the CPUs. */
const WAY_MS = 20_000;

/** Where a C primary puts its memory: above the addresses at which V8 puts its heap. */
const BASE = "--base-virtaddr=0x600000000000";

/** The EtherType for experiments. */
const EXPERIMENT = 0x88b5;

/** A program of the examples, and the one that does the same in C. */
export interface Program {
  /** Its name in examples, without `.ts`. */
  readonly script: string;
  /** Its name in tests/peers, without `.c`. */
  readonly peer: string;
}

/** client_server_mp's server. */
export const SERVER: Program = {
  script: "client_server_mp/server",
  peer: "client_server_server",
};

/** client_server_mp's client. */
export const CLIENT: Program = {
  script: "client_server_mp/client",
  peer: "client_server_client",
};

/** symmetric_mp. */
export const SYMMETRIC: Program = { script: "symmetric_mp", peer: "symmetric" };

/** How a process is started. */
export interface Start {
  /** EAL arguments besides the usual ones. */
  readonly eal?: readonly string[];
  /** The program's own arguments. */
  readonly own: readonly string[];
  /** Its part in the group; that of the first is `primary`, and of the others `secondary`. */
  readonly type?: "primary" | "secondary";
  /** How long it may live, in milliseconds; 100,000 unless given. */
  readonly lifeMs?: number;
  /** What it is started by, with the command's words behind it. */
  readonly by?: (words: readonly string[]) => readonly string[];
}

/** The processes of a file prefix, each with an lcore of its own. */
export class Party {
  /** The file prefix. */
  readonly prefix: string = uniquePrefix("forwarding");
  readonly #context: TestContext;
  readonly #home: Namespace | undefined;
  #members = 0;

  /**
   * @param context The test's: the processes are killed at its end, and what they left is removed.
   * @param home The namespace that they run in; the test's unless given.
   */
  constructor(context: TestContext, home?: Namespace) {
    this.#context = context;
    this.#home = home;
    context.cleanup(() => removePrefix(this.prefix));
  }

  /**
   * Starts a process.
   *
   * @param language What it is written in.
   * @param program What it does.
   * @param start How.
   * @returns The process.
   */
  start(language: Language, program: Program, start: Start): Child {
    const type = start.type ?? (this.#members === 0 ? "primary" : "secondary");
    const words = [
      ...command(language, program),
      ...this.#usual(type),
      ...(type === "primary" ? ["-m", "64", ...(language === "c" ? [BASE] : [])] : []),
      ...start.eal ?? [],
      "--",
      ...start.own,
    ];
    return this.#spawn(start.by === undefined ? words : start.by(words), start.lifeMs);
  }

  /**
   * Starts an observer.
   *
   * @returns The observer.
   */
  async observe(): Promise<Observer> {
    const words = [compilePeer("view_forward"), ...this.#usual("secondary")];
    const { ask, end } = await talk(this.#spawn(words));
    return new Observer(ask, end);
  }

  #usual(type: "primary" | "secondary"): string[] {
    return [
      `--lcores=${this.#members++}@${cpus()}`,
      `--proc-type=${type}`,
      `--file-prefix=${this.prefix}`,
      "--no-pci",
      "--no-telemetry",
    ];
  }

  #spawn(words: readonly string[], timeoutMs: number = LIFE_MS): Child {
    const options = { timeoutMs };
    const child = this.#home?.spawn(words, options) ??
      spawnProgram(words[0]!, words.slice(1), options);
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    return child;
  }
}

function command(language: Language, { script, peer }: Program): string[] {
  if (language === "c") return [compilePeer(peer)];
  const file = join(ROOT, "examples", `${script}.ts`);
  if (language === "bun") return [executable("bun"), "run", file];
  // A permission less than the examples say they need would show.
  const flags = ["run", "--no-check", "--no-prompt", "--quiet", "--allow-ffi"];
  return [executable("deno"), ...flags, file];
}

/** A client of client_server_mp, as its ring and its counters show it. */
export interface Seen {
  /** How many packets were put into its ring. */
  readonly handed: number;
  /** How many it took from there. */
  readonly taken: number;
  /** How many it sent, by the port's place. */
  readonly tx: readonly number[];
  /** How many it could not send, by the port's place. */
  readonly drop: readonly number[];
}

/** A ring, as C sees it. */
export interface RingFacts {
  /** What it was created with: `RING_F_SP_ENQ` and the like. */
  readonly flags: number;
  /** Its size, of which one is never used. */
  readonly size: number;
}

/** A pool, as C sees it. */
export interface PoolCounts {
  /** Its objects. */
  readonly size: number;
  /** Those that are in it, or in a cache. */
  readonly avail: number;
}

/** A group of client_server_mp, as C sees it. */
export interface Look {
  /** The ports' ids. */
  readonly ports: readonly number[];
  /** Packets received, by the port's place. */
  readonly rx: readonly number[];
  /** The clients. */
  readonly clients: readonly Seen[];
  /** The clients' rings. */
  readonly rings: readonly RingFacts[];
  /** The pool. */
  readonly pool: PoolCounts;
}

/** A C process of the group that looks at what all of them share. */
export class Observer {
  readonly #ask: (line: string) => Promise<string[]>;
  /** Ends it. */
  readonly end: () => Promise<void>;

  /**
   * @param ask Asks the process.
   * @param end Ends it.
   */
  constructor(ask: (line: string) => Promise<string[]>, end: () => Promise<void>) {
    this.#ask = ask;
    this.end = end;
  }

  /**
   * Looks at client_server_mp.
   *
   * @param clients How many clients there are.
   * @returns What it sees.
   */
  async look(clients: number): Promise<Look> {
    const lines = await this.#ask(`look ${clients}`);
    assert.equal(lines.length, clients + 4, lines.join("\n"));
    const [ports, rx] = [numbers(lines[0]!), numbers(lines[1]!)];
    const rings = numbers(lines.at(-2)!);
    return {
      ports,
      rx,
      clients: lines.slice(2, -2).map((line) => {
        const [, handed, taken, ...counts] = numbers(line);
        const tx = counts.slice(0, ports.length), drop = counts.slice(ports.length);
        return { handed: handed!, taken: taken!, tx, drop };
      }),
      rings: Array.from(
        { length: clients },
        (_, id) => ({ flags: rings[2 * id]!, size: rings[2 * id + 1]! }),
      ),
      pool: poolOf(lines.at(-1)!),
    };
  }

  /**
   * Looks at client_server_mp until it is as it is to be.
   *
   * @param clients How many clients there are.
   * @param done Whether it is so.
   * @returns What it saw at last.
   */
  async until(clients: number, done: (look: Look) => boolean | Promise<boolean>): Promise<Look> {
    const limit = performance.now() + WAY_MS;
    for (;;) {
      const look = await this.look(clients);
      if (await done(look)) return look;
      if (performance.now() > limit) {
        throw new Error(`It has not come to that: ${JSON.stringify(look)}`);
      }
    }
  }

  /**
   * Looks at a pool.
   *
   * @param name The pool's name.
   * @returns What it sees.
   */
  async pool(name: string): Promise<PoolCounts> {
    return poolOf((await this.#ask(`pool ${name}`))[0]!);
  }
}

function poolOf(line: string): PoolCounts {
  assert.match(line, /^pool \d+ avail \d+$/);
  const [size, avail] = numbers(line);
  return { size: size!, avail: avail! };
}

/** The whole numbers in a text. */
export function numbers(text: string): number[] {
  return (text.match(/\b\d+\b/g) ?? []).map(Number);
}

/** Sum of numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Ends a process by a signal, and wants a good end. */
export async function ended(child: Child, signal: NodeJS.Signals = "SIGINT"): Promise<ChildResult> {
  child.kill(signal);
  return await well(child);
}

/** Waits for an end with exit code 0. */
export async function well(child: Child): Promise<ChildResult> {
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result;
}

/** Stops a process by SIGSTOP, and waits until all of its threads have stopped. */
export async function stopped(child: Child): Promise<void> {
  child.kill("SIGSTOP");
  const limit = performance.now() + WAY_MS;
  while (!/^State:\sT/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8"))) {
    if (performance.now() > limit) throw new Error(`Process ${child.pid} does not stop`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** An Ethernet frame of so many bytes, random but for its header. */
export function frame(to: End, from: End, length: number): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  addresses(bytes, to, from);
  new DataView(bytes.buffer).setUint16(12, EXPERIMENT);
  return bytes;
}

function addresses(bytes: Uint8Array, to: End, from: End): void {
  for (const [at, { mac }] of [[0, to], [6, from]] as const) {
    bytes.set(mac.split(":").map((byte) => parseInt(byte, 16)), at);
  }
}

/** An Ethernet frame with UDP over IPv4, of a flow that its addresses and ports make. */
export function udpFrame(to: End, from: End, flow: number, length: number): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  addresses(bytes, to, from);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  view.setUint16(14, 0x4500);
  view.setUint16(16, length - 14);
  view.setUint32(18, 0);
  view.setUint16(22, (64 << 8) | 17);
  view.setUint16(24, 0);
  view.setUint32(26, 0x0a010000 + 7 * flow + 1);
  view.setUint32(30, 0x0a020000 + 13 * flow + 1);
  let check = 0;
  for (let at = 14; at < 34; at += 2) check += view.getUint16(at);
  while (check > 0xffff) check = (check & 0xffff) + (check >>> 16);
  view.setUint16(24, ~check & 0xffff);
  view.setUint16(34, 1024 + flow);
  view.setUint16(36, 2048 + 3 * flow);
  view.setUint16(38, length - 34);
  view.setUint16(40, 0);
  return bytes;
}

/** Where frames of {@link frame} and of {@link udpFrame} have their numbers. */
export const NUMBER_AT = 14, UDP_NUMBER_AT = 42;

/** Traffic from one end to another: frames of some shapes, each frame with a number of its own. */
export class Traffic {
  readonly #from: RawPackets;
  readonly #to: RawPackets;
  readonly #at: number;
  /** All frames that were sent, as hex, by their numbers. */
  readonly sent: string[] = [];

  /**
   * @param from Where it is sent.
   * @param to Where it arrives.
   * @param at Where in a frame its number is.
   */
  constructor(from: RawPackets, to: RawPackets, at: number = NUMBER_AT) {
    this.#from = from;
    this.#to = to;
    this.#at = at;
  }

  /**
   * Sends so many frames of each shape.
   *
   * @param shapes The shapes.
   * @param count How many of each.
   */
  async send(shapes: readonly Uint8Array[], count: number): Promise<void> {
    for (const shape of shapes) {
      const first = this.sent.length;
      await this.#from.send(shape, { count, at: this.#at, first });
      const bytes = shape.slice();
      for (let number = first; number < first + count; number++) {
        new DataView(bytes.buffer).setUint32(this.#at, number);
        this.sent.push(Buffer.from(bytes).toString("hex"));
      }
    }
  }

  /**
   * Waits until so many frames have arrived in all.
   *
   * @param count How many; all that were sent unless given.
   */
  async arrive(count: number = this.sent.length): Promise<void> {
    assert.equal(await this.#to.wait(count, WAY_MS), count);
  }

  /**
   * What has arrived: every frame is one that was sent, and no two are the same one.
   *
   * @returns The frames' numbers, in the order of their coming.
   */
  async numbers(): Promise<number[]> {
    assert.equal((await this.#to.count()).lost, 0);
    const seen = new Set<number>();
    return (await this.#to.frames()).map((bytes) => {
      const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(this.#at);
      assert.equal(Buffer.from(bytes).toString("hex"), this.sent[number], `frame ${number}`);
      assert.ok(!seen.has(number), `frame ${number} came twice`);
      seen.add(number);
      return number;
    });
  }
}

/** Wants numbers to grow. */
export function assertRising(values: readonly number[], what: string): void {
  values.forEach((value, i) => {
    if (i > 0 && value <= values[i - 1]!) {
      assert.fail(`${what}: ${value} came after ${values[i - 1]}`);
    }
  });
}
