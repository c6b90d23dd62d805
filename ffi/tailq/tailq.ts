/**
 * Tailqs: the lists by which processes of a group find each other's objects, those of DPDK's libraries
 * and those of an application's own.
 *
 * @module
 */

import { checkMaker, type Maker, maker, printed } from "../core/mod.ts";
import { countOf, countUnlocked, entriesOf, type TailqEntry } from "./entries.ts";
import { heads, lookupHead, prepareHeads } from "./heads.ts";
import { tailqLibrary } from "./library.ts";
import { readLocked } from "./lock.ts";
import {
  adoptObject,
  allBorrowed,
  findBorrowed,
  insertObject,
  type OwnedTailqObject,
  type TailqInsertOptions,
  type TailqObject,
} from "./object.ts";
import { register } from "./register.ts";
import type { Head } from "./walk.ts";

/** A tailq and how many entries it has. */
export interface TailqInfo {
  /** Its name: `RTE_RING`. */
  readonly name: string;
  /** Where its head is. */
  readonly address: number;
  /**
   * How many entries it has; `undefined` when they cannot be counted from here, and
   * {@linkcode Tailq.entries} says why.
   */
  readonly count: number | undefined;
}

/**
 * A tailq of this group: a list in shared memory, under a name. DPDK's libraries have one each: what is
 * on it is found by every process. So are an application's objects on a tailq of its own, as many as
 * memory holds.
 *
 * Everything here is done at once, under DPDK's lock of all tailqs, and nothing of the script's is
 * run meanwhile: what it is given is a copy. The class stands for rte_tailq.h and rte_eal_tailq_lookup.
 *
 * @example
 * ```ts
 * import { Eal, Tailq } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * for (const { name, count } of Tailq.list()) console.log(name, count);
 *
 * const counters = Tailq.register("DEMO_TAILQ");
 * using requests = counters.insert("requests", 40); // char name[32]; uint64_t value;
 * console.log(counters.entries().map(({ name }) => name)); // requests
 * ```
 */
export class Tailq {
  /** Its name. */
  readonly name: string;
  /** Where its head is (`struct rte_tailq_head`), in every process of the group. */
  readonly address: number;

  private constructor(key: Maker, { name, address }: Head) {
    checkMaker(key, "Tailq", "Tailq.lookup or Tailq.register");
    this.name = name;
    this.address = address;
  }

  /**
   * Every tailq of the group that anybody registered, with the number of its entries.
   *
   * @returns name and number of entries of each
   * @throws {DpdkError} when a process died with DPDK's lock (`EDEADLK`), as all of this class do
   */
  static list(): TailqInfo[] {
    const what = "list the tailqs";
    prepareHeads(what);
    return readLocked(what, () => heads().map((head) => ({ ...head, count: countUnlocked(head) })));
  }

  /**
   * Finds a tailq: `rte_eal_tailq_lookup`.
   *
   * @param name at most 31 bytes
   * @returns the tailq
   * @throws {DpdkError} when there is none of that name (`ENOENT`)
   */
  static lookup(name: string): Tailq {
    return new Tailq(maker, lookupHead(name));
  }

  /**
   * Registers a tailq of the application's own: `rte_eal_tailq_register`. The primary makes it; a secondary
   * joins the one that its primary made. It stays for as long as the group does.
   *
   * A C program that registers it with `EAL_REGISTER_TAILQ`, before EAL starts, finds it in its primary or
   * does not start.
   *
   * @param name at most 30 bytes, so that DPDK 22.11 takes it, too; those of DPDK's own libraries
   *   (`RTE_...`) are theirs
   * @returns the tailq
   * @throws {DpdkError} when it is registered in this process (`EEXIST`), no place is left (`ENOSPC`),
   *   the primary of this secondary has none of that name (`ENOENT`), the name is one of DPDK's, or
   *   this is a Worker (`EPERM`)
   */
  static register(name: string): Tailq {
    return new Tailq(maker, register(name));
  }

  /**
   * What `rte_dump_tailq` prints: all heads.
   *
   * @returns its text
   */
  static dump(): string {
    readLocked("dump the tailqs", () => undefined); // refuses a lock that is lost: it is taken once more
    return printed((stream) => tailqLibrary().rte_dump_tailq(stream));
  }

  /**
   * How many entries it has.
   *
   * @throws {DpdkError} as {@linkcode Tailq.entries} does
   */
  get count(): number {
    return countOf(this);
  }

  /**
   * All entries, in their order.
   *
   * @returns a copy: addresses, and names where there are any
   * @throws {DpdkError} when an entry is not in the group's memory, as those of a library that keeps
   *   them to its process, or the list is corrupt: a loop, or overwritten
   */
  entries(): TailqEntry[] {
    return entriesOf(this);
  }

  /**
   * Finds an object by its name, whoever put it here.
   *
   * @param name at most 31 bytes
   * @param length the object's bytes, its name's 32 among them, as who made it has it (`sizeof`): it is
   *   stored nowhere
   * @returns `undefined` when there is none of that name
   * @throws {DpdkError} when there is no memory for so many bytes, or what is on this tailq does not
   *   begin with a name
   */
  find(name: string, length: number): TailqObject | undefined {
    return findBorrowed(this, name, length);
  }

  /**
   * All objects that have a name, whoever put them here, in one walk. One that its owner frees meanwhile
   * is as any freed memory: nothing tells.
   *
   * @param length the bytes of each, as for {@linkcode Tailq.find}
   * @returns the objects, which this script cannot free
   * @throws {DpdkError} as {@linkcode Tailq.find} does
   */
  objects(length: number): TailqObject[] {
    return allBorrowed(this, length);
  }

  /**
   * Makes an object, in memory that all processes share, and puts it at the end: `rte_zmalloc`,
   * `TAILQ_INSERT_TAIL`. It begins with its name, as `char name[32]`; all else is 0.
   *
   * A process that ends leaves what it put here, unless it frees it.
   *
   * @param name at most 31 bytes
   * @param length its bytes, the name's 32 among them: `sizeof` its struct in C
   * @param options alignment in bytes, NUMA socket
   * @returns the object, which this script may free
   * @throws {DpdkError} when there is one of that name (`EEXIST`), no memory (`ENOMEM`), the tailq is of
   *   one of DPDK's libraries (`EPERM`), or corrupt
   */
  insert(name: string, length: number, options: TailqInsertOptions = {}): OwnedTailqObject {
    return insertObject(this, name, length, options);
  }

  /**
   * Takes an object over that another put here and will not free, as it is dead: this script may, then.
   *
   * @param name at most 31 bytes
   * @param length the object's bytes, as for {@linkcode Tailq.find}
   * @returns the object, which this script may free
   * @throws {DpdkError} when there is none of that name (`ENOENT`), and as {@linkcode Tailq.find} does
   */
  adopt(name: string, length: number): OwnedTailqObject {
    return adoptObject(this, name, length);
  }
}
