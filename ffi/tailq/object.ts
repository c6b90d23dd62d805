/**
 * Objects that processes share by name, on a tailq.
 *
 * @module
 */

import {
  bury,
  checkInteger,
  checkKeys,
  checkMaker,
  checkName,
  DpdkError,
  Errno,
  failed,
  type Maker,
  maker,
  peek,
  releaseRange,
  SharedMemory,
} from "../core/mod.ts";
import { captureLog, eal, noMemory, requireEal, SOCKET_ID_ANY } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { find, findAll, nameBytes, type Place, put, takeOff } from "./entries.ts";
import { rte_tailq_entry } from "./layout.ts";
import { checkOwn } from "./register.ts";
import type { Head } from "./walk.ts";

/**
 * The bytes that an object's name takes, its NUL among them: `char name[32]`, as objects of DPDK's
 * libraries have it (`RTE_HASH_NAMESIZE`, `RTE_LPM_NAMESIZE`, `RTE_STACK_NAMESIZE`).
 */
export const TAILQ_OBJECT_NAMESIZE = 32;

/** The most bytes that an object may have. */
const MAX_LENGTH = 2 ** 40;

/** How {@linkcode Tailq.insert} takes an object's memory. */
export interface TailqInsertOptions {
  /** NUMA socket; default any, this thread's first. */
  readonly socketId?: number;
}

function checkObject(name: string, length: number): void {
  checkName(name, "tailq object", TAILQ_OBJECT_NAMESIZE - 1);
  checkInteger(length, "a tailq object's length", TAILQ_OBJECT_NAMESIZE, MAX_LENGTH);
}

/**
 * An object on a tailq that somebody put there: `char name[32]`, and behind it what its maker
 * wants. In C it is what a `struct rte_tailq_entry` (rte_tailq.h) has as `data`.
 *
 * @example
 * ```ts
 * import { Eal, Tailq } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const counters = Tailq.register("DEMO_OBJECTS");
 * using mine = counters.insert("requests", 40); // char name[32]; uint64_t value;
 * mine.counter64(32).add(1n);
 * const found = counters.find("requests", 40); // in any process
 * console.log(found?.name, found?.counter64(32).load()); // requests 1
 * ```
 */
export class TailqObject extends SharedMemory {
  /** Its name, at most 31 bytes. */
  readonly name: string;
  /** The name of the tailq. */
  readonly tailq: string;
  /** Where its entry is: a `struct rte_tailq_entry`. */
  readonly entry: number;

  /**
   * For {@linkcode Tailq}.
   *
   * @internal
   */
  constructor(key: Maker, head: Head, name: string, { entry, data }: Place, length: number) {
    checkMaker(key, "TailqObject", "find or insert of a Tailq");
    super(data, length);
    this.name = name;
    this.tailq = head.name;
    this.entry = entry;
  }
}

/**
 * An object that this script put on a tailq, or took over, and may free. In C it is memory of
 * `rte_zmalloc` with a `struct rte_tailq_entry` (rte_tailq.h), to be freed by `rte_free`.
 *
 * @example
 * ```ts
 * import { Eal, Tailq } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const counters = Tailq.register("DEMO_OWNED");
 * const mine = counters.insert("requests", 40);
 * console.log(counters.count); // 1
 * mine.free();
 * console.log(counters.count); // 0
 * ```
 */
export class OwnedTailqObject extends TailqObject implements Disposable {
  readonly #head: Head;

  /**
   * For {@linkcode Tailq}.
   *
   * @internal
   */
  constructor(key: Maker, head: Head, name: string, place: Place, length: number) {
    super(key, head, name, place, length);
    this.#head = head;
  }

  /**
   * Takes the object off its tailq and frees it: `TAILQ_REMOVE`, `rte_free`. Views over it are detached,
   * and its bytes become 0 or another's. Other processes must not use it any more: nothing tells them.
   *
   * @throws {DpdkError} when it is gone already, as another process may have taken it over and freed it;
   *   the handle is no good any more then, either
   */
  free(): void {
    const what = `free "${this.name}" of tailq "${this.tailq}"`;
    if (!this.alive) throw new DpdkError({ what, advice: "it is gone already" });
    const place = { entry: this.entry, data: this.address };
    const found = takeOff(this.#head, place, what);
    bury(this.address, `"${this.name}" of tailq "${this.tailq}"`);
    releaseRange(this.address, this.length);
    if (!found) {
      throw new DpdkError({ what, advice: "somebody else has taken it off, and freed it" });
    }
    eal().rte_free(runtime.pointer(this.entry));
    eal().rte_free(runtime.pointer(this.address));
  }

  /** {@linkcode OwnedTailqObject.free} at the end of a `using` block, unless it was freed before. */
  [Symbol.dispose](): void {
    if (this.alive) this.free();
  }
}

/** Finds an object; `undefined` when there is none of that name. */
function findObject(head: Head, name: string, length: number, what: string): Place | undefined {
  checkObject(name, length);
  return find(head, name, length, what);
}

/** Finds an object that is another's to free. */
export function findBorrowed(head: Head, name: string, length: number): TailqObject | undefined {
  const place = findObject(head, name, length, `find "${name}" on tailq "${head.name}"`);
  return place === undefined ? undefined : new TailqObject(maker, head, name, place, length);
}

/** All objects that have a name. */
export function allBorrowed(head: Head, length: number): TailqObject[] {
  checkInteger(length, "a tailq object's length", TAILQ_OBJECT_NAMESIZE, MAX_LENGTH);
  return findAll(head, length, `find all on tailq "${head.name}"`)
    .map((place) => new TailqObject(maker, head, place.name, place, length));
}

/** Takes an object over. */
export function adoptObject(head: Head, name: string, length: number): OwnedTailqObject {
  const what = `adopt "${name}" of tailq "${head.name}"`;
  checkOwn(head.name, what);
  const place = findObject(head, name, length, what);
  if (place !== undefined) return new OwnedTailqObject(maker, head, name, place, length);
  throw new DpdkError({ what, errno: Errno.ENOENT, advice: "there is none of that name" });
}

/** Memory of the group, all 0. */
function zeroed(type: string, length: number, socketId: number, what: string): Pointer {
  const { value, log } = captureLog(
    () => eal().rte_zmalloc_socket(type, length, 0, socketId),
    (memory) => memory === null,
  );
  if (value !== null) return value;
  throw failed(what, "rte_zmalloc_socket", Errno.ENOMEM, {
    ENOMEM: noMemory("make a smaller object", socketId),
  }, log);
}

/** Gives back an object that was not inserted, and its entry. */
function discard(memory: readonly Pointer[], length: number, what: string): void {
  const [data] = memory;
  if (data === undefined) return;
  bury(runtime.address(data), what);
  releaseRange(runtime.address(data), length);
  for (const pointer of memory) eal().rte_free(pointer);
}

/** Makes an object, all 0 but its name, and puts it on a tailq. */
export function insertObject(
  head: Head,
  name: string,
  length: number,
  options: TailqInsertOptions,
): OwnedTailqObject {
  checkObject(name, length);
  checkKeys(options, ["socketId"], "insert of a Tailq");
  const socketId = checkInteger(options.socketId ?? SOCKET_ID_ANY, "socketId", -1, 1023);
  const what = `insert "${name}" into tailq "${head.name}"`;
  checkOwn(head.name, what);
  requireEal(what);
  const memory: Pointer[] = [];
  let inserted = false;
  try {
    memory.push(zeroed("tailq object", length, socketId, what));
    memory.push(zeroed("tailq entry", rte_tailq_entry.size, socketId, what));
    const [data, entry] = memory.map((pointer) => runtime.address(pointer)) as [number, number];
    const place = { entry, data };
    new Uint8Array(peek(data, TAILQ_OBJECT_NAMESIZE).buffer).set(nameBytes(name));
    // The handle first: what cannot be viewed must not be on the tailq.
    const object = new OwnedTailqObject(maker, head, name, place, length);
    inserted = put(head, name, place, what);
    if (inserted) return object;
  } finally {
    if (!inserted) discard(memory, length, what);
  }
  throw new DpdkError({
    what,
    errno: Errno.EEXIST,
    advice: "there is one of that name; use find",
  });
}
