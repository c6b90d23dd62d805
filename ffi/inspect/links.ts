/**
 * Which process knows which ring.
 *
 * The group's memory does not tell who uses a ring. But who does has its address somewhere in
 * memory of its own: in a variable, on a stack, in an object. So the processes' own writable memory
 * is searched for the addresses, by reading /proc/<pid>/mem: not the memory that the group shares,
 * in which everybody has them, and only pages that are there. Nobody is attached to or stopped, and
 * a call reads no more than a few MiB, and goes on where the last one stopped.
 *
 * A link says that a process knows a ring, not that it uses it. Memory that is not in use any more
 * keeps what it had: freed memory, a stack's part of calls that have returned, an object of
 * JavaScript that is not collected. So a link may outlast what it was for, and a process that
 * looked at all rings has links to all. A process that has a ring's address in registers only, or
 * computes it at each use, has none.
 *
 * @module
 */

import { checkInteger, checkKeys, libc, startTime } from "../core/mod.ts";
import { AddressSearch } from "./address_search.ts";
import type { Link } from "./flow.ts";
import { ownMappings, ProcessMemory } from "./process_memory.ts";
import type { Snapshot } from "./snapshot.ts";

/** How {@linkcode Links} searches. */
export interface LinksOptions {
  /** How many bytes are read at each call, over all processes; default 2 MiB. */
  readonly bytes?: number;
}

/** How much is read at once. */
const CHUNK = 256 << 10;
/** For how many addresses it is found at once whether they are there. */
const SLAB = 64 << 20;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** What is known of a process. */
class Searched {
  readonly started: number | undefined;
  /** Whether it has been searched through once. */
  complete = false;
  /** Addresses that were found in the search before, and in this one. */
  #before = new Set<number>();
  #found = new Set<number>();
  /** What is to be searched, the next at the end: ranges, and of the last one what is in memory. */
  #ranges: Range[] = [];
  #parts: Range[] = [];

  /** Whether a search is going on. */
  #begun = false;

  constructor(started: number | undefined) {
    this.started = started;
  }

  /** The addresses that it knows. */
  get known(): Set<number> {
    return this.#before.union(this.#found);
  }

  /** Forgets an address that is another ring's now. */
  forget(address: number): void {
    this.#before.delete(address);
    this.#found.delete(address);
  }

  /**
   * Goes on.
   *
   * @param bytes how much to read, about
   * @returns how much was read
   */
  search(pid: number, search: AddressSearch, chunk: ArrayBuffer, bytes: number): number {
    using memory = ProcessMemory.open(pid);
    if (memory === undefined) {
      this.complete = true; // this user may not look
      return 0;
    }
    const halves = new Uint32Array(chunk);
    if (!this.#begun) this.#ranges = ownMappings(pid).reverse();
    this.#begun = true;
    for (let read = 0;;) {
      if (read >= bytes) return read;
      const part = this.#parts.pop();
      if (part !== undefined) {
        const end = Math.min(part.end, part.start + CHUNK);
        const got = memory.read(part.start, chunk, end - part.start);
        search.search(halves, got >> 3 << 1, this.#found);
        if (end < part.end) this.#parts.push({ start: end, end: part.end });
        read += end - part.start;
        continue;
      }
      const range = this.#ranges.pop();
      if (range === undefined) {
        this.#before = this.#found;
        this.#found = new Set();
        this.#begun = false;
        this.complete = true;
        return read;
      }
      const end = Math.min(range.end, range.start + SLAB);
      this.#parts = memory.present(range.start, end).reverse();
      if (end < range.end) this.#ranges.push({ start: end, end: range.end });
      read += (end - range.start) / 512; // 8 bytes a page
    }
  }
}

/**
 * Finds which process knows which ring, a little at each look. To be kept from look to look, and
 * handed to a {@linkcode Watch}: DPDK has no function for it; `rte_ring_dump` (rte_ring.h) prints one ring at one moment.
 *
 * @example
 * ```ts
 * import { Inspector, Links, Watch } from "@dpdk-ts/dpdk/inspect";
 *
 * const links = new Links();
 * const watch = new Watch({ links: (snapshot) => links.update(snapshot) });
 * const flow = watch.next(Inspector.open({ filePrefix: "demo" }).snapshot());
 * for (const { pid, ring } of flow.links) console.log(`process ${pid} knows ring ${ring}`);
 * ```
 */
export class Links {
  readonly #bytes: number;
  readonly #chunk = new ArrayBuffer(CHUNK);
  /** The rings by their addresses. */
  #names: ReadonlyMap<number, string> = new Map();
  #search = new AddressSearch([]);
  #processes: ReadonlyMap<number, Searched> = new Map();
  /** Whose turn it is. */
  #turn = 0;

  /**
   * Begins with nothing found.
   *
   * @param options how much of the processes' memory is searched at once, in bytes
   * @throws {TypeError} on an option that there is not
   * @throws {RangeError} when `bytes` is no number of bytes
   */
  constructor(options: LinksOptions = {}) {
    checkKeys(options, ["bytes"], "Links");
    this.#bytes = checkInteger(options.bytes ?? 2 << 20, "bytes", 1, 2 ** 40);
  }

  /** Whether all processes of the last look have been searched through, each at least once. */
  get complete(): boolean {
    return [...this.#processes.values()].every((searched) => searched.complete);
  }

  /**
   * Searches on.
   *
   * @param snapshot whose rings are searched for, in its processes but this one; those of pools'
   *   drivers are left out
   * @returns what is known now, by pid and ring; nothing of processes that this user may not look
   *   into
   */
  update(snapshot: Snapshot): Link[] {
    this.#updateRings(snapshot);
    this.#updateProcesses(snapshot);
    this.#goOn();
    const links: Link[] = [];
    for (const [pid, searched] of this.#processes) {
      for (const address of searched.known) {
        const ring = this.#names.get(address);
        if (ring !== undefined) links.push({ pid, ring });
      }
    }
    return links.sort((a, b) => a.pid - b.pid || (a.ring < b.ring ? -1 : 1));
  }

  #updateRings({ rings }: Snapshot): void {
    const names = new Map(
      rings.filter((ring) => ring.mempool === undefined).map((ring) => [ring.address, ring.name]),
    );
    const before = this.#names;
    this.#names = names;
    const gone = [...before].filter(([address, name]) => names.get(address) !== name);
    for (const [address] of gone) {
      for (const searched of this.#processes.values()) searched.forget(address);
    }
    if (gone.length > 0 || names.size !== before.size) {
      this.#search = new AddressSearch(names.keys());
    }
  }

  #updateProcesses({ processes }: Snapshot): void {
    const own = libc().getpid();
    // Of one in another pid namespace, whose command line is not seen, another has the id here.
    const pids = processes.filter(({ commandLine }) => commandLine.length > 0)
      .map(({ pid }) => pid).filter((pid) => pid !== own);
    const before = this.#processes;
    this.#processes = new Map(pids.map((pid) => {
      const started = startTime(pid);
      const known = before.get(pid);
      return [
        pid,
        known?.started === started && known !== undefined ? known : new Searched(started),
      ];
    }));
  }

  /** Gives each process its turn, until what may be read has been. */
  #goOn(): void {
    const all = [...this.#processes];
    const share = this.#bytes / Math.max(1, all.length);
    let left = this.#bytes;
    for (let n = 0; n < all.length && left > 0; n++) {
      const [pid, searched] = all[this.#turn++ % all.length]!;
      left -= searched.search(pid, this.#search, this.#chunk, share);
    }
  }
}
