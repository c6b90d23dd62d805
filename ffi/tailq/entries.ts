/**
 * What is on a tailq: looked at, found by name, put there and taken off, each under DPDK's lock.
 *
 * @module
 */

import { DpdkError } from "../core/mod.ts";
import { formOf, nameAt } from "./forms.ts";
import { insertTail, lastOf, remove } from "./link.ts";
import { readLocked, writeLocked } from "./lock.ts";
import { rte_tailq_entry } from "./layout.ts";
import { type Block, GroupMemory } from "./memory.ts";
import { corrupt, type Head, walk, type Walked } from "./walk.ts";

/** An entry of a tailq. */
export interface TailqEntry {
  /** Where it is. */
  readonly address: number;
  /**
   * What it points to; 0 on a tailq whose elements are no `struct rte_tailq_entry`: the lists of devices'
   * registers (`UIO_RESOURCE_LIST`), and of objects that are linked themselves (`RTE_DISTRIBUTOR`).
   */
  readonly data: number;
  /** The object's name, `undefined` where it has none, or not where nearly all have it: in front. */
  readonly name: string | undefined;
}

/** Where an object on a tailq is. */
export interface Place {
  /** Its entry. */
  readonly entry: number;
  /** The object. */
  readonly data: number;
}

/** All entries. */
export function entriesOf(head: Head): TailqEntry[] {
  const what = `walk tailq "${head.name}"`;
  const form = formOf(head.name);
  const found: TailqEntry[] = [];
  const walked = readLocked(what, () => {
    const [links, objects] = [new GroupMemory(), new GroupMemory()];
    return walk(head, links, form.entries, (address, data) => {
      const object = form.entries ? data : address;
      const name = form.name === undefined ? undefined : nameAt(objects, object + form.name);
      found.push({ address, data, name });
    });
  });
  if (walked.fault !== undefined) throw corrupt(what, walked);
  return found;
}

/** How many entries there are, under DPDK's lock; `undefined` when not all can be visited. */
export function countUnlocked(head: Head): number | undefined {
  const { count, fault } = walk(head, new GroupMemory(), formOf(head.name).entries, () => {});
  return fault === undefined ? count : undefined;
}

/** How many entries there are. */
export function countOf(head: Head): number {
  const what = `count what is on tailq "${head.name}"`;
  const { entries } = formOf(head.name);
  const walked = readLocked(what, () => walk(head, new GroupMemory(), entries, () => {}));
  if (walked.fault !== undefined) throw corrupt(what, walked);
  return walked.count;
}

/** Whether the bytes of a name, with its NUL, are at an address. Names differ at their ends first. */
function isNamed(name: Uint8Array, { bytes, from }: Block, address: number): boolean {
  const at = address - from;
  for (let i = name.length - 1; i >= 0; i--) if (bytes[at + i] !== name[i]) return false;
  return true;
}

/** A name as C has it. */
export function nameBytes(name: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${name}\0`);
}

/** Where a walk to an object has ended, and the object if there is one. */
interface Search extends Walked {
  readonly place: Place | undefined;
}

function search(head: Head, memory: GroupMemory, name: Uint8Array): Search {
  const links = new GroupMemory();
  let place: Place | undefined;
  const walked = walk(head, links, true, (entry, data) => {
    const block = memory.range(data, name.length);
    if (block === undefined || !isNamed(name, block, data)) return false;
    place = { entry, data };
    return true;
  });
  return { ...walked, place };
}

/** Refuses a tailq whose objects do not begin with their names. */
function checkNamed(head: Head, what: string): void {
  const form = formOf(head.name);
  if (form.entries && form.name === 0) return;
  throw new DpdkError({ what, advice: "what is on it does not begin with a name" });
}

/** The error for an object that is said to have more bytes than there are. */
function tooLong(length: number, what: string): DpdkError {
  return new DpdkError({
    what,
    advice: `${length} bytes from there on are not the group's memory`,
  });
}

/** An object on a tailq, with its name. */
export interface NamedPlace extends Place {
  readonly name: string;
}

/**
 * All objects that have a name.
 *
 * @param length the bytes of each
 * @throws {DpdkError} when so many bytes are not there, or the tailq has objects of another form
 */
export function findAll(head: Head, length: number, what: string): NamedPlace[] {
  checkNamed(head, what);
  const found: NamedPlace[] = [];
  let fits = true;
  const walked = readLocked(what, () => {
    const [links, objects] = [new GroupMemory(), new GroupMemory()];
    return walk(head, links, true, (entry, data) => {
      const name = nameAt(objects, data);
      if (name === undefined) return;
      fits &&= objects.has(data, length);
      found.push({ entry, data, name });
    });
  });
  if (walked.fault !== undefined) throw corrupt(what, walked);
  if (!fits) throw tooLong(length, what);
  return found;
}

/**
 * Finds an object by the name that it begins with.
 *
 * @param length its bytes
 * @throws {DpdkError} when so many bytes are not there, or the tailq has objects of another form
 */
export function find(head: Head, name: string, length: number, what: string): Place | undefined {
  checkNamed(head, what);
  const bytes = nameBytes(name);
  const { fits, ...found } = readLocked(what, () => {
    const memory = new GroupMemory();
    const searched = search(head, memory, bytes);
    return { ...searched, fits: memory.has(searched.place?.data ?? 0, length) };
  });
  if (found.fault !== undefined) throw corrupt(what, found);
  if (found.place === undefined || fits) return found.place;
  throw tooLong(length, what);
}

/** Refuses to change a tailq whose head does not know its last entry. */
function checkEnd(head: Head, walked: Walked, what: string): void {
  const fault = walked.fault ??
    (lastOf(head.address) === walked.end ? undefined : "its head does not know the last entry");
  if (fault !== undefined) throw corrupt(what, { ...walked, fault });
}

/** Puts an object at the end; `false` when there is one of its name. */
export function put(head: Head, name: string, { entry, data }: Place, what: string): boolean {
  const bytes = nameBytes(name);
  return writeLocked(what, () => {
    const found = search(head, new GroupMemory(), bytes);
    if (found.place !== undefined) return false;
    checkEnd(head, found, what);
    insertTail(head.address, found.end, entry, data);
    return true;
  });
}

/** Takes an entry off; `false` when it is not there, or stands for something else. */
export function takeOff(head: Head, { entry, data }: Place, what: string): boolean {
  return writeLocked(what, () => {
    let found = false;
    // One further: the entry behind is written to, and must be one.
    const visit = (address: number, object: number): boolean => {
      if (found) return true;
      found = address === entry && object === data;
      return false;
    };
    const walked = walk(head, new GroupMemory(), true, visit);
    if (walked.fault !== undefined) throw corrupt(what, walked);
    if (!found) return false;
    const isLast = walked.end === entry + rte_tailq_entry.fields.next.offset && walked.next === 0;
    if (isLast) checkEnd(head, walked, what);
    remove(head.address, entry);
    return true;
  });
}
