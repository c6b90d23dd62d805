/**
 * A tree of names with values, as sysctl(3) has it: each name is a list of numbers, too, by which values
 * are read and set. Under number 0 the tree tells of itself.
 *
 * @module
 */

import { constants } from "node:os";

const { EINVAL, EISDIR, ENOENT, EPERM } = constants.errno;

/** Questions that the tree answers of itself: the second number of a name that begins with 0. */
export const About = {
  /** The name of the numbers that follow, in words. */
  NAME: 1,
  /** The numbers of the next value behind those that follow. */
  NEXT: 2,
  /** The numbers of the name that is handed in as the new value. */
  NUMBERS: 3,
  /** Kind and format of the value of the numbers that follow: a `uint32_t`, and a text. */
  FORMAT: 4,
  /** What the value of the numbers that follow is, in words. */
  DESCRIPTION: 5,
} as const;

/** What a value is: the low bits of its kind, and what may be done with it. */
export const CTLTYPE = { NODE: 1, INT: 2, STRING: 3, U64: 9 } as const;
export const CTLTYPE_MASK = 0xf;
export const CTLFLAG_RD = 0x80000000;
export const CTLFLAG_WR = 0x40000000;

/** The numbers of names that have always had one; others are counted up from `OID_AUTO_START`. */
const NUMBERS: Readonly<Record<string, number>> = {
  "kern": 1,
  "kern.ostype": 1,
  "kern.version": 4,
  "net": 4,
  "hw": 6,
  "hw.ncpu": 3,
};
const OID_AUTO_START = 0x100;

/** How many numbers a name has at most: `CTL_MAXNAME`. */
export const MAX_NAME = 24;

interface Described {
  /** What it is, in words. */
  readonly description: string;
}

/** A value of the tree: it is read when it is asked for. A setter throws a RangeError to refuse. */
export type Leaf =
  & Described
  & (
    | { readonly type: "INT"; get(): number; set?(value: number): void }
    | { readonly type: "U64"; get(): bigint; set?(value: bigint): void }
    | { readonly type: "STRING"; get(): string; set?(value: string): void }
  );

/** An errno instead of an answer. */
export class SysctlError extends Error {
  readonly errno: number;

  constructor(errno: number) {
    super(`sysctl failed with error ${errno}`);
    this.errno = errno;
  }
}

/** A place in the tree: a value, or what has some below. */
interface Node {
  readonly name: string;
  readonly oid: readonly number[];
  readonly leaf: Leaf | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const text = (value: string): Uint8Array => encoder.encode(`${value}\0`);
const untilNul = (bytes: Uint8Array): string => decoder.decode(bytes).replace(/\0.*$/s, "");

function integer(bytes: number, value: number | bigint): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setInt32(0, Number(value), true);
  else view.setBigUint64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The tree. */
export class SysctlTree {
  /** In the order of their numbers. */
  readonly #nodes: readonly Node[];

  /** @param leaves the values, by their names in words: `net.inet.ip.ttl` */
  constructor(leaves: Readonly<Record<string, Leaf>>) {
    const nodes = new Map<string, Node>();
    let next = OID_AUTO_START;
    for (const [name, leaf] of Object.entries(leaves)) {
      const words = name.split(".");
      let oid: number[] = [];
      for (let i = 1; i <= words.length; i++) {
        const path = words.slice(0, i).join(".");
        const known = nodes.get(path);
        oid = [...known?.oid ?? [...oid, NUMBERS[path] ?? next++]];
        if (known === undefined) {
          nodes.set(path, { name: path, oid, leaf: i === words.length ? leaf : undefined });
        }
      }
    }
    this.#nodes = [...nodes.values()].sort((a, b) => compare(a.oid, b.oid));
  }

  /**
   * The value of a name.
   *
   * @param oid its numbers
   * @param input the new value, which is the question's parameter of some questions
   * @throws {SysctlError} `ENOENT`, `EISDIR`
   */
  read(oid: readonly number[], input: Uint8Array | undefined): Uint8Array {
    if (oid[0] === 0) return this.#about(oid[1] ?? 0, oid.slice(2), input);
    const leaf = this.#leaf(oid);
    if (leaf.type === "INT") return integer(4, leaf.get());
    return leaf.type === "U64" ? integer(8, leaf.get()) : text(leaf.get());
  }

  /**
   * Sets the value of a name.
   *
   * @throws {SysctlError} `ENOENT`, `EISDIR`, `EPERM` where it cannot be set, `EINVAL`
   */
  write(oid: readonly number[], input: Uint8Array): void {
    if (oid[0] === 0) return;
    const leaf = this.#leaf(oid);
    if (leaf.set === undefined) throw new SysctlError(EPERM);
    const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
    try {
      if (leaf.type === "INT") leaf.set(exactly(4, input) && view.getInt32(0, true));
      else if (leaf.type === "U64") leaf.set(exactly(8, input) && view.getBigUint64(0, true));
      else leaf.set(untilNul(input));
    } catch (error) {
      if (error instanceof RangeError) throw new SysctlError(EINVAL);
      throw error;
    }
  }

  #about(question: number, oid: readonly number[], input: Uint8Array | undefined): Uint8Array {
    if (question === About.NUMBERS) {
      const name = untilNul(input ?? new Uint8Array());
      return numbers(found(this.#nodes.find((node) => node.name === name)).oid);
    }
    if (question === About.NEXT) {
      const behind = this.#nodes.find((node) => node.leaf && compare(node.oid, oid) > 0);
      return numbers(found(behind).oid);
    }
    const { name, leaf } = this.#node(oid);
    if (question === About.NAME) return text(name);
    if (question === About.DESCRIPTION) return text(leaf?.description ?? "");
    if (question === About.FORMAT) return format(leaf);
    throw new SysctlError(ENOENT);
  }

  #node(oid: readonly number[]): Node {
    return found(this.#nodes.find((node) => compare(node.oid, oid) === 0));
  }

  #leaf(oid: readonly number[]): Leaf {
    const { leaf } = this.#node(oid);
    if (leaf === undefined) throw new SysctlError(EISDIR);
    return leaf;
  }
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new SysctlError(ENOENT);
  return value;
}

function exactly(length: number, input: Uint8Array): true {
  if (input.length !== length) throw new SysctlError(EINVAL);
  return true;
}

function numbers(oid: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(oid).buffer);
}

function format(leaf: Leaf | undefined): Uint8Array {
  const type = CTLTYPE[leaf?.type ?? "NODE"];
  const kind = CTLFLAG_RD + (leaf?.set === undefined ? 0 : CTLFLAG_WR) + type;
  const letters = leaf === undefined ? "N" : { INT: "I", U64: "QU", STRING: "A" }[leaf.type];
  return new Uint8Array([...integer(4, kind | 0), ...text(letters)]);
}
