/**
 * Memzones: named pieces of memory that all processes of a group see at the same address.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import {
  bury,
  checkInteger,
  checkKeys,
  checkMaker,
  checkName,
  DpdkError,
  failed,
  type Maker,
  maker,
  peek,
  printed,
  readPointer,
  releaseRange,
  SharedMemory,
} from "../core/mod.ts";
import { captureLog, noMemory, requireEal, rteErrno, SOCKET_ID_ANY } from "../eal/mod.ts";
import { decodeString, type Pointer, runtime } from "../runtime/mod.ts";
import {
  rte_memzone,
  RTE_MEMZONE_IOVA_CONTIG,
  RTE_MEMZONE_NAMESIZE,
  RTE_MEMZONE_SIZE_HINT_ONLY,
} from "./layout.ts";
import { memzoneSymbols } from "./symbols.ts";

const memzone = library("rte_eal", memzoneSymbols);
const F = rte_memzone.fields;

/** How {@linkcode Memzone.reserve} reserves. */
export interface MemzoneOptions {
  /** NUMA socket; default any. */
  readonly socketId?: number;
  /** `RTE_MEMZONE_*`, or-ed; default 0. */
  readonly flags?: number;
  /** Alignment in bytes, a power of two; default a cache line, 64. */
  readonly align?: number;
  /** The zone crosses no multiple of this many bytes, a power of two; default none. */
  readonly bound?: number;
}

/** What `struct rte_memzone` says of a zone. */
export interface MemzoneInfo {
  /** Its name, at most 31 bytes. */
  readonly name: string;
  /** Where it starts, in every process of the group. */
  readonly address: number;
  /** Its bytes. */
  readonly length: number;
  /** Its IO address. */
  readonly iova: bigint;
  /** The bytes of the pages under it. */
  readonly hugepageSize: number;
  /** Its NUMA socket. */
  readonly socketId: number;
  /** `RTE_MEMZONE_*`, or-ed. */
  readonly flags: number;
}

function read(zone: Pointer): MemzoneInfo {
  const view = peek(runtime.address(zone), rte_memzone.size);
  return {
    name: decodeString(new Uint8Array(view.buffer, F.name.offset, F.name.size)),
    address: readPointer(view, F.addr.offset),
    length: readPointer(view, F.len.offset),
    iova: view.getBigUint64(F.iova.offset, true),
    hugepageSize: readPointer(view, F.hugepage_sz.offset),
    socketId: view.getInt32(F.socket_id.offset, true),
    flags: view.getUint32(F.flags.offset, true),
  };
}

function powerOfTwo(value: number, name: string): number {
  checkInteger(value, name, 0, 2 ** 31);
  if (value !== 0 && Math.log2(value) % 1 !== 0) {
    throw new RangeError(`Cannot use ${value} as ${name}: it must be a power of two`);
  }
  return value;
}

/** What else would help than more memory: the pages that were asked for may be of no use. */
function elsewhere(flags: number): string {
  const sizes = flags & ~(RTE_MEMZONE_SIZE_HINT_ONLY | RTE_MEMZONE_IOVA_CONTIG);
  if (sizes === 0 || (flags & RTE_MEMZONE_SIZE_HINT_ONLY) !== 0) return "reserve less";
  return "add RTE_MEMZONE_SIZE_HINT_ONLY, so that pages of another size will do, or reserve less";
}

function find(name: string, what: string): Pointer<"struct rte_memzone"> {
  checkName(name, "memzone", RTE_MEMZONE_NAMESIZE - 1);
  requireEal(what);
  const zone = memzone().rte_memzone_lookup(name);
  if (zone !== null) return zone;
  throw failed(what, "rte_memzone_lookup", rteErrno(), {
    ENOENT: "there is none of that name; Memzone.list() shows what there is",
  });
}

/**
 * A memzone that somebody reserved. The class stands for rte_memzone.h.
 *
 * @example
 * ```ts
 * import { Eal, Memzone } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using zone = Memzone.reserve("counters", 4096);
 * zone.counter64(0).add(1n);
 * console.log(Memzone.lookup("counters").counter64(0).load()); // 1
 * ```
 */
export class Memzone extends SharedMemory implements MemzoneInfo {
  /** Its name, at most 31 bytes. */
  readonly name: string;
  readonly iova: bigint;
  readonly hugepageSize: number;
  readonly socketId: number;
  /** `RTE_MEMZONE_*`, or-ed. */
  readonly flags: number;

  /**
   * For {@linkcode Memzone.reserve} and {@linkcode Memzone.lookup}.
   *
   * @internal
   */
  protected constructor(key: Maker, info: MemzoneInfo) {
    checkMaker(key, "Memzone", "Memzone.reserve or Memzone.lookup");
    super(info.address, info.length);
    this.name = info.name;
    this.iova = info.iova;
    this.hugepageSize = info.hugepageSize;
    this.socketId = info.socketId;
    this.flags = info.flags;
  }

  /**
   * Reserves a zone: `rte_memzone_reserve_bounded`, and its simpler forms `rte_memzone_reserve` and
   * `rte_memzone_reserve_aligned`.
   *
   * @param name at most 31 bytes
   * @param length its bytes; 0 takes the largest piece there is
   * @param options alignment and bounds in bytes, `RTE_MEMZONE_*` flags, NUMA socket
   * @returns the zone, which this script may free
   * @throws {DpdkError} when the name is taken (`EEXIST`) or the memory is not there (`ENOMEM`)
   */
  static reserve(name: string, length: number, options: MemzoneOptions = {}): OwnedMemzone {
    return OwnedMemzone.make(name, length, options);
  }

  /**
   * Finds a zone that any process of the group reserved: `rte_memzone_lookup`.
   *
   * @param name as it was reserved
   * @returns the zone, which this script cannot free
   * @throws {DpdkError} when there is none of that name (`ENOENT`)
   */
  static lookup(name: string): Memzone {
    return new Memzone(maker, read(find(name, `look up memzone "${name}"`)));
  }

  /**
   * All zones of the group, those of rings and pools too: `rte_memzone_walk`. The list is a copy,
   * made under DPDK's lock.
   *
   * @returns name, address, length in bytes, page size in bytes, socket and flags of each
   */
  static list(): MemzoneInfo[] {
    requireEal("list the memzones");
    const zones: MemzoneInfo[] = [];
    const collect = runtime.callback(
      "void (const struct rte_memzone *mz, void *arg)",
      (zone) => {
        if (zone !== null) zones.push(read(zone));
      },
    );
    try {
      memzone().rte_memzone_walk(collect.pointer, null);
    } finally {
      collect.close();
    }
    return zones;
  }

  /**
   * What `rte_memzone_dump` prints: all zones and their memory segments.
   *
   * @returns its text
   */
  static dump(): string {
    requireEal("dump the memzones");
    return printed((stream) => memzone().rte_memzone_dump(stream));
  }
}

/**
 * A memzone that this script reserved, and may free. In C it is the zone of `rte_memzone_reserve`,
 * to be freed by `rte_memzone_free`.
 *
 * @example
 * ```ts
 * import { Eal, Memzone } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * const zone = Memzone.reserve("once", 64);
 * zone.free(); // whoever looked it up cannot do that
 * console.log(zone.alive); // false
 * ```
 */
export class OwnedMemzone extends Memzone implements Disposable {
  /**
   * For {@linkcode Memzone.reserve}.
   *
   * @internal
   */
  static make(name: string, length: number, options: MemzoneOptions): OwnedMemzone {
    checkName(name, "memzone", RTE_MEMZONE_NAMESIZE - 1);
    checkInteger(length, "a memzone's length", 0, 2 ** 46);
    checkKeys(options, ["socketId", "flags", "align", "bound"], "Memzone.reserve");
    const socketId = checkInteger(options.socketId ?? SOCKET_ID_ANY, "socketId", -1, 1023);
    const flags = checkInteger(options.flags ?? 0, "flags", 0, 0xffffffff);
    const align = powerOfTwo(options.align ?? 0, "align");
    const bound = powerOfTwo(options.bound ?? 0, "bound");
    const what = `reserve memzone "${name}" of ${length} bytes`;
    requireEal(what);
    const { value, log } = captureLog(
      () => memzone().rte_memzone_reserve_bounded(name, length, socketId, flags, align, bound),
      (zone) => zone === null,
    );
    if (value !== null) {
      try {
        return new OwnedMemzone(maker, read(value));
      } catch (error) {
        // The engine cannot view so much memory, say.
        memzone().rte_memzone_free(value);
        throw error;
      }
    }
    throw failed(what, "rte_memzone_reserve_bounded", rteErrno(), {
      EEXIST: `a memzone of that name exists; use Memzone.lookup("${name}")`,
      ENOMEM: noMemory(elsewhere(flags), socketId),
      ENOSPC: "all memzones of this group are in use (2560 in a usual build)",
      EINVAL: "the bound is smaller than the length, or the flags do not fit",
    }, log);
  }

  /**
   * Frees the zone: `rte_memzone_free`. Views over it are detached, and its bytes become 0. Other
   * processes must not use it any more: nothing tells them.
   *
   * @throws {DpdkError} when it is gone already
   */
  free(): void {
    const what = `free memzone "${this.name}"`;
    if (!this.alive) throw new DpdkError({ what, advice: "it is gone already" });
    const zone = find(this.name, what);
    if (read(zone).address !== this.address) {
      throw new DpdkError({ what, advice: "somebody freed it and reserved another of that name" });
    }
    bury(this.address, `memzone "${this.name}"`);
    releaseRange(this.address, this.length);
    const status = memzone().rte_memzone_free(zone);
    if (status < 0) throw failed(what, "rte_memzone_free", -status);
  }

  /** {@linkcode OwnedMemzone.free} at the end of a `using` block, unless it was freed before. */
  [Symbol.dispose](): void {
    if (this.alive) this.free();
  }
}
