/**
 * Making pools and finding them.
 *
 * @module
 */

import { checkInteger, checkKeys, checkName, DpdkError, Errno, failed, peek } from "../core/mod.ts";
import { captureLog, noMemory, requireEal, rteErrno } from "../eal/mod.ts";
import { SOCKET_ID_ANY } from "../memzone/mod.ts";
import { mempoolOps, RTE_MEMPOOL_OPS_NAMESIZE } from "../ring/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { rte_mempool, RTE_MEMPOOL_CACHE_MAX_SIZE, RTE_MEMPOOL_NAMESIZE } from "./layout.ts";
import { mempoolLibrary } from "./library.ts";

/** How a pool is created. */
export interface MempoolOptions {
  /** Objects that each lcore keeps at hand, 0 to 512 and at most two thirds of the pool; default 0. */
  readonly cacheSize?: number;
  /** Bytes of the user's own behind the pool's header; default 0. */
  readonly privateDataSize?: number;
  /** NUMA socket; default any. */
  readonly socketId?: number;
  /** `RTE_MEMPOOL_F_*`, or-ed; default 0. */
  readonly flags?: number;
  /** The driver: `ring_mp_mc`, `stack`, ...; default the ring that the flags ask for. */
  readonly opsName?: string;
}

/** Which objects of a bulk that is given back are checked to be of the pool. */
export type MempoolCheck = "ends" | "all";

/** All of them. */
export const CHECKS: readonly MempoolCheck[] = ["ends", "all"];

/** What a handle checks. */
export interface MempoolHandleOptions {
  /**
   * `ends` (the default): that the first and the last object of a bulk lie in the pool's memory,
   * which tells a wrong pool at no cost; a single object is checked exactly. `all`: every object
   * exactly, for bulks that may be mixed.
   */
  readonly check?: MempoolCheck;
}

type PoolPointer = Pointer<"struct rte_mempool">;

const ADVICE = (name: string, socketId: number) => ({
  EEXIST: `a mempool of that name exists; use Mempool.lookup("${name}")`,
  ENOMEM: noMemory("make a smaller pool", socketId),
  ENOSPC: "all memzones of this group are in use",
  EINVAL: "DPDK refused a size or a flag",
});

/** Refuses what `rte_mempool_create` would refuse, and says why. */
function check(name: string, n: number, elementSize: number, options: MempoolOptions): void {
  const keys = ["cacheSize", "privateDataSize", "socketId", "flags", "opsName"];
  checkKeys(options, keys, "Mempool.create");
  checkName(name, "mempool", RTE_MEMPOOL_NAMESIZE - 1);
  checkInteger(n, "a pool's number of objects", 1, 2 ** 31 - 1);
  checkInteger(elementSize, "an element size", 1, 2 ** 31 - 1);
  const cacheSize = checkInteger(
    options.cacheSize ?? 0,
    "cacheSize",
    0,
    RTE_MEMPOOL_CACHE_MAX_SIZE,
  );
  if (cacheSize * 1.5 > n) {
    throw new RangeError(
      `Cannot use ${cacheSize} as cacheSize: one and a half times as many must be in the pool, ` +
        `and it has ${n}`,
    );
  }
  checkInteger(options.privateDataSize ?? 0, "privateDataSize", 0, 2 ** 31 - 1);
  checkInteger(options.socketId ?? SOCKET_ID_ANY, "socketId", -1, 1023);
  checkInteger(options.flags ?? 0, "flags", 0, 0xffffffff);
  if (options.opsName !== undefined) {
    checkName(options.opsName, "mempool driver", RTE_MEMPOOL_OPS_NAMESIZE - 1);
  }
}

/** `rte_mempool_create_empty`, the driver, `rte_mempool_populate_default`. */
function createWithOps(
  name: string,
  n: number,
  elementSize: number,
  opsName: string,
  options: Required<Omit<MempoolOptions, "opsName">>,
): PoolPointer | null {
  const { cacheSize, privateDataSize, socketId, flags } = options;
  const rte = mempoolLibrary();
  const pool = rte.rte_mempool_create_empty(
    name,
    n,
    elementSize,
    cacheSize,
    privateDataSize,
    socketId,
    flags,
  );
  if (pool === null) return null;
  const what = `create mempool "${name}"`;
  const named = rte.rte_mempool_set_ops_byname(pool, opsName, null);
  if (named < 0) {
    rte.rte_mempool_free(pool);
    const known = mempoolOps().map((ops) => ops.name).join(", ");
    throw failed(what, "rte_mempool_set_ops_byname", -named, {
      EINVAL: `there is no mempool driver "${opsName}"; there are ${known}`,
    });
  }
  const populated = rte.rte_mempool_populate_default(pool);
  if (populated >= 0) return pool;
  rte.rte_mempool_free(pool);
  throw failed(what, "rte_mempool_populate_default", -populated, ADVICE(name, socketId));
}

/** Creates a pool: `rte_mempool_create`, or its steps when a driver is named. */
export function createPool(
  name: string,
  n: number,
  elementSize: number,
  options: MempoolOptions,
): PoolPointer {
  check(name, n, elementSize, options);
  const { cacheSize = 0, privateDataSize = 0, socketId = SOCKET_ID_ANY, flags = 0 } = options;
  const what = `create mempool "${name}" of ${n} objects of ${elementSize} bytes`;
  requireEal(what);
  const { opsName } = options;
  const { value, log } = captureLog(
    () =>
      opsName === undefined
        ? mempoolLibrary().rte_mempool_create(
          name,
          n,
          elementSize,
          cacheSize,
          privateDataSize,
          null,
          null,
          null,
          null,
          socketId,
          flags,
        )
        : createWithOps(name, n, elementSize, opsName, {
          cacheSize,
          privateDataSize,
          socketId,
          flags,
        }),
    (pool) => pool === null,
  );
  if (value !== null) return value;
  throw failed(what, "rte_mempool_create", rteErrno(), ADVICE(name, socketId), log);
}

/**
 * Whether a pool is there for use. Others find it by its name a moment before: without a driver and
 * without objects.
 */
function hasObjects(pool: PoolPointer): boolean {
  const { populated_size } = rte_mempool.fields;
  return peek(runtime.address(pool), rte_mempool.size).getUint32(populated_size.offset, true) > 0;
}

/** Finds a pool by name: `rte_mempool_lookup`. */
export function lookupPool(name: string): PoolPointer {
  checkName(name, "mempool", RTE_MEMPOOL_NAMESIZE - 1);
  const what = `look up mempool "${name}"`;
  requireEal(what);
  const pool = mempoolLibrary().rte_mempool_lookup(name);
  if (pool !== null && hasObjects(pool)) return pool;
  if (pool !== null) {
    throw new DpdkError({
      what,
      errno: Errno.ENOENT,
      advice: "it has no objects yet: a process is creating it; look it up again",
    });
  }
  throw failed(what, "rte_mempool_lookup", rteErrno(), {
    ENOENT: "there is none of that name in this group; create it first, in any process",
  });
}

/**
 * Refuses a pool whose memory is not laid out as layout.ts says: another number of lcores or
 * another cache size at the build of this DPDK.
 */
export function checkPoolLength(name: string, length: number, expected: number): void {
  if (length === expected) return;
  throw new DpdkError({
    what: `use mempool "${name}"`,
    advice: `its header has ${length} bytes where ${expected} are expected: this DPDK was built ` +
      "with another RTE_MAX_LCORE or cache size than the ones dpdk.ts knows",
  });
}
