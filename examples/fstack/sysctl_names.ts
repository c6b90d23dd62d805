/**
 * sysctl as a user has it: names and values in words.
 *
 * @module
 */

import { constants } from "node:os";
import { DpdkError } from "../../mod.ts";
import type { Asker } from "./asker.ts";
import { type SysctlAnswer, type SysctlQuestion, sysctlQuestion } from "./sysctl_message.ts";
import { About, CTLFLAG_WR, CTLTYPE, CTLTYPE_MASK, MAX_NAME } from "./sysctl_tree.ts";

const { ENOENT, ENOMEM, EPERM } = constants.errno;

/** Room for a name in words, and for a format. */
const TEXT_ROOM = 1024;

/** How often a value that grew while it was asked for is asked for again. */
const TRIES = 8;

/** A name's value in words, or what it is. */
export interface Value {
  readonly name: string;
  readonly kind: number;
  readonly text: string;
}

const decoder = new TextDecoder();
const untilNul = (bytes: Uint8Array): string => decoder.decode(bytes).replace(/\0.*$/s, "");

/** The names and values of one process. */
export class SysctlNames {
  readonly #asker: Asker;
  readonly #process: number;
  readonly #describe: boolean;

  /**
   * @param process which of the application's processes, from 0
   * @param describe whether what a value is takes the value's place
   */
  constructor(asker: Asker, process: number, describe: boolean) {
    this.#asker = asker;
    this.#process = process;
    this.#describe = describe;
  }

  /**
   * The values of a name: its own, or of all names below it.
   *
   * @throws {DpdkError} (`ENOENT`) when there is no such name
   */
  async values(name: string): Promise<Value[]> {
    const oid = await this.#numbers(name);
    const { kind } = await this.#format(oid);
    if ((kind & CTLTYPE_MASK) !== CTLTYPE.NODE) return [await this.#value(oid)];
    return await this.#below(oid);
  }

  /** All names with values. */
  async all(): Promise<Value[]> {
    return await this.#below([]);
  }

  /**
   * Sets the value of a name.
   *
   * @param text the new value, a number where it is one
   * @returns the value from before, and the one from now on
   * @throws {DpdkError} when there is no such name, or its value cannot be set to that
   */
  async set(name: string, text: string): Promise<[before: Value, now: Value]> {
    const oid = await this.#numbers(name);
    const before = await this.#value(oid);
    if ((before.kind & CTLFLAG_WR) === 0) {
      throw new DpdkError({ what: `set ${name}`, errno: EPERM, advice: "it can only be read" });
    }
    const { errno } = await this.#ask({ oid, value: encode(name, before.kind, text) });
    if (errno !== 0) throw refused(`set ${name} to ${text}`, errno);
    return [before, await this.#value(oid)];
  }

  async #below(prefix: readonly number[]): Promise<Value[]> {
    const values: Value[] = [];
    let oid: readonly number[] | undefined = prefix;
    while ((oid = await this.#next(oid)) !== undefined) {
      if (!prefix.every((number, i) => oid![i] === number)) break;
      values.push(await this.#value(oid));
    }
    return values;
  }

  async #next(oid: readonly number[]): Promise<number[] | undefined> {
    const answer = await this.#ask({ oid: [0, About.NEXT, ...oid], room: 4 * MAX_NAME });
    if (answer.errno === ENOENT) return undefined;
    return numbersOf(well(answer, "find the next name"));
  }

  async #numbers(name: string): Promise<number[]> {
    const value = new TextEncoder().encode(name);
    const answer = await this.#ask({ oid: [0, About.NUMBERS], room: 4 * MAX_NAME, value });
    if (answer.errno !== ENOENT) return numbersOf(well(answer, `find ${name}`));
    throw new DpdkError({
      what: `find ${name}`,
      errno: ENOENT,
      advice: `process ${this.#process} has no such name; sysctl -a lists those that it has`,
    });
  }

  async #format(oid: readonly number[]): Promise<{ kind: number; format: string }> {
    const answer = await this.#ask({ oid: [0, About.FORMAT, ...oid], room: TEXT_ROOM });
    const bytes = well(answer, "read the format of a value");
    return { kind: viewOf(bytes).getUint32(0, true), format: untilNul(bytes.subarray(4)) };
  }

  async #value(oid: readonly number[]): Promise<Value> {
    const naming = await this.#ask({ oid: [0, About.NAME, ...oid], room: TEXT_ROOM });
    const name = untilNul(well(naming, "read a name"));
    const { kind, format } = await this.#format(oid);
    if (this.#describe) return { name, kind, text: await this.#description(oid, name) };
    for (let tries = 1;; tries++) {
      const { length } = await this.#ask({ oid });
      const answer = await this.#ask({ oid, room: length });
      if (answer.errno === ENOMEM && tries < TRIES) continue; // it has grown meanwhile
      return { name, kind, text: show(kind, format, well(answer, `read ${name}`)) };
    }
  }

  /** What a value is; empty where the process does not say. */
  async #description(oid: readonly number[], name: string): Promise<string> {
    const answer = await this.#ask({ oid: [0, About.DESCRIPTION, ...oid], room: TEXT_ROOM });
    return answer.errno === ENOENT ? "" : untilNul(well(answer, `read what ${name} is`));
  }

  #ask(question: SysctlQuestion): Promise<SysctlAnswer> {
    return this.#asker.ask(this.#process, sysctlQuestion(question));
  }
}

function refused(what: string, errno: number): DpdkError {
  return new DpdkError({ what, call: "sysctl", errno });
}

function well({ errno, value }: SysctlAnswer, what: string): Uint8Array {
  if (errno !== 0) throw refused(what, errno);
  return value;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function numbersOf(bytes: Uint8Array): number[] {
  const view = viewOf(bytes);
  return Array.from({ length: bytes.length >> 2 }, (_, i) => view.getInt32(4 * i, true));
}

/** A value in words: numbers by their size and the sign that their format tells, others as bytes. */
function show(kind: number, format: string, bytes: Uint8Array): string {
  if ((kind & CTLTYPE_MASK) === CTLTYPE.STRING) return untilNul(bytes);
  const view = viewOf(bytes);
  const unsigned = format.endsWith("U");
  if (bytes.length === 4) return `${unsigned ? view.getUint32(0, true) : view.getInt32(0, true)}`;
  if (bytes.length === 8) {
    return `${unsigned ? view.getBigUint64(0, true) : view.getBigInt64(0, true)}`;
  }
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The bytes of a value in words. */
function encode(name: string, kind: number, text: string): Uint8Array {
  const type = kind & CTLTYPE_MASK;
  if (type === CTLTYPE.STRING) return new TextEncoder().encode(`${text}\0`);
  const [min, max] = type === CTLTYPE.U64 ? [0n, 2n ** 64n] : [-(2n ** 31n), 2n ** 31n];
  const value = /^-?\d+$/.test(text) ? BigInt(text) : max;
  if ((type !== CTLTYPE.INT && type !== CTLTYPE.U64) || value < min || value >= max) {
    throw new RangeError(`Cannot set ${name} to "${text}": it is no number that it can be`);
  }
  const view = new DataView(new ArrayBuffer(type === CTLTYPE.INT ? 4 : 8));
  if (type === CTLTYPE.INT) view.setInt32(0, Number(value), true);
  else view.setBigUint64(0, value, true);
  return new Uint8Array(view.buffer);
}
