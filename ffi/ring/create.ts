/**
 * Making rings and finding them.
 *
 * @module
 */

import { cacheAligned, library, RTE_CACHE_LINE_SIZE } from "../abi/mod.ts";
import { checkInteger, checkKeys, checkName, DpdkError, failed } from "../core/mod.ts";
import { captureLog, noMemory, requireEal, rteErrno } from "../eal/mod.ts";
import { Memzone, SOCKET_ID_ANY } from "../memzone/mod.ts";
import { type Calls, type Pointer, runtime } from "../runtime/mod.ts";
import { readHeader } from "./header.ts";
import {
  RING_F_EXACT_SZ,
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
  rte_ring,
  RTE_RING_NAMESIZE,
  RTE_RING_SZ_MASK,
} from "./layout.ts";
import { ringSymbols } from "./symbols.ts";

/** librte_ring's functions, opened on first use. */
export const ringLibrary: () => Calls<typeof ringSymbols> = library("rte_ring", ringSymbols);

/** How a ring is created. */
export interface RingOptions {
  /** `RING_F_*`, or-ed; default 0: many producers, many consumers. */
  readonly flags?: number;
  /** NUMA socket; default any. */
  readonly socketId?: number;
}

/** The sync modes of each end. */
const ENQUEUE = RING_F_SP_ENQ | RING_F_MP_RTS_ENQ | RING_F_MP_HTS_ENQ;
const DEQUEUE = RING_F_SC_DEQ | RING_F_MC_RTS_DEQ | RING_F_MC_HTS_DEQ;

/** Refuses what `rte_ring_create` would refuse, and says why. */
function checkShape(name: string, count: number, flags: number): void {
  checkName(name, "ring", RTE_RING_NAMESIZE - 1);
  checkInteger(count, "a ring's count", 1, RTE_RING_SZ_MASK);
  checkInteger(flags, "a ring's flags", 0, ENQUEUE | DEQUEUE | RING_F_EXACT_SZ);
  if ((flags & RING_F_EXACT_SZ) === 0 && (count < 2 || Math.log2(count) % 1 !== 0)) {
    throw new RangeError(
      `Cannot use ${count} as a ring's count: it must be a power of two, at least 2 ` +
        `(or use RING_F_EXACT_SZ for a ring that holds exactly ${count})`,
    );
  }
  for (const [end, bits] of [["enqueue", ENQUEUE], ["dequeue", DEQUEUE]] as const) {
    const set = flags & bits;
    if ((set & (set - 1)) !== 0) {
      throw new TypeError(`Cannot use flags ${flags}: they name two sync modes for ${end}`);
    }
  }
}

const CREATE_ADVICE = (name: string, socketId: number) => ({
  EEXIST: `a ring of that name exists; use Ring.lookup("${name}")`,
  ENOMEM: noMemory("make a smaller ring", socketId),
  ENOSPC: "all memzones of this group are in use",
  EINVAL: "DPDK refused the count, the element size or the flags",
});

/** Creates a ring: `rte_ring_create_elem`. */
export function createRing(
  name: string,
  elementSize: number,
  count: number,
  options: RingOptions,
): Pointer<"struct rte_ring"> {
  checkKeys(options, ["flags", "socketId"], "a ring");
  const { flags = 0, socketId = SOCKET_ID_ANY } = options;
  checkShape(name, count, flags);
  checkInteger(socketId, "socketId", -1, 1023);
  const what = `create ring "${name}"`;
  requireEal(what);
  const { value, log } = captureLog(
    () => ringLibrary().rte_ring_create_elem(name, elementSize, count, socketId, flags),
    (ring) => ring === null,
  );
  if (value !== null) return value;
  throw failed(what, "rte_ring_create_elem", rteErrno(), CREATE_ADVICE(name, socketId), log);
}

/** Makes the handle of a ring just created, and frees the ring when that fails. */
export function orFree<T>(
  ring: Pointer<"struct rte_ring">,
  make: (ring: Pointer<"struct rte_ring">) => T,
): T {
  try {
    return make(ring);
  } catch (error) {
    ringLibrary().rte_ring_free(ring);
    throw error;
  }
}

/** Finds a ring by name: `rte_ring_lookup`. */
export function lookupRing(name: string): Pointer<"struct rte_ring"> {
  checkName(name, "ring", RTE_RING_NAMESIZE - 1);
  const what = `look up ring "${name}"`;
  requireEal(what);
  const ring = ringLibrary().rte_ring_lookup(name);
  if (ring !== null) return ring;
  throw failed(what, "rte_ring_lookup", rteErrno(), {
    ENOENT: "there is none of that name in this group; create it first, in any process",
  });
}

/**
 * The bytes that a ring needs, header and elements: `rte_ring_get_memsize_elem`.
 *
 * @throws {RangeError} when no ring has such elements, or so many slots
 */
export function ringMemsize(elementSize: number, count: number): number {
  checkInteger(elementSize, "an element size", 4, 2 ** 31);
  checkInteger(count, "a ring's count", 1, 2 ** 31);
  const bytes = ringLibrary().rte_ring_get_memsize_elem(elementSize, count);
  if (bytes >= 0) return bytes;
  throw new RangeError(
    `Cannot size a ring of ${count} elements of ${elementSize} bytes: the count must be a power ` +
      "of two, the element size a multiple of 4 bytes",
  );
}

/** Where in a piece of memory a ring can start: at its first cache line. */
function alignedAddress(memory: Memzone | ArrayBuffer): { address: number; length: number } {
  if (!(memory instanceof ArrayBuffer || memory instanceof Memzone)) {
    throw new TypeError("Cannot use this as a ring's memory: it is no Memzone and no ArrayBuffer");
  }
  if (memory instanceof ArrayBuffer && memory.resizable) {
    throw new TypeError("Cannot use this ArrayBuffer as a ring's memory: it is resizable");
  }
  if (memory instanceof ArrayBuffer && memory.byteLength === 0) return { address: 0, length: 0 };
  const start = memory instanceof ArrayBuffer
    ? runtime.address(runtime.pointerTo(memory))
    : memory.address;
  const length = memory instanceof ArrayBuffer ? memory.byteLength : memory.buffer.byteLength;
  const address = cacheAligned(start);
  return { address, length: length - (address - start) };
}

/**
 * Makes a ring of 8-byte elements in memory of the user's own: `rte_ring_init`.
 *
 * @throws {RangeError} when it does not fit
 */
export function initRing(
  memory: Memzone | ArrayBuffer,
  name: string,
  count: number,
  flags: number,
): Pointer<"struct rte_ring"> {
  checkShape(name, count, flags);
  const { address, length } = alignedAddress(memory);
  // An exact ring has one slot more than it holds, and a power of two of them.
  const slots = (flags & RING_F_EXACT_SZ) === 0 ? count : 2 ** Math.ceil(Math.log2(count + 1));
  const needed = ringMemsize(8, slots);
  if (length < needed) {
    throw new RangeError(
      `Cannot make ring "${name}" there: it needs ${needed} bytes from a multiple of ${RTE_CACHE_LINE_SIZE} ` +
        `on, there are ${length}`,
    );
  }
  const ring = runtime.pointer<"struct rte_ring">(address)!;
  const status = ringLibrary().rte_ring_init(ring, name, count, flags);
  if (status < 0) throw failed(`make ring "${name}"`, "rte_ring_init", -status);
  return ring;
}

/** Finds a ring that {@linkcode initRing} made in the same memory, perhaps in another process. */
export function ringIn(memory: Memzone | ArrayBuffer): Pointer<"struct rte_ring"> {
  const { address, length } = alignedAddress(memory);
  const what = "use the ring in this memory";
  if (length < rte_ring.size) throw new DpdkError({ what, advice: "it is smaller than a ring" });
  const { size } = readHeader(address, what);
  if (length < ringMemsize(8, size)) {
    throw new DpdkError({ what, advice: `it is smaller than a ring of ${size}` });
  }
  return runtime.pointer(address)!;
}
