/**
 * Rings and mempools of a process for arm64, by this library and by C in turns. The arguments are the
 * shared object of operations.c, and EAL's. It prints what it compared, as JSON.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { abi } from "../../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../../ffi/eal/layout.ts";
import { Eal, Mempool, PointerBuffer, Ring, rte, runtime } from "../../../mod.ts";
import {
  RING_F_EXACT_SZ,
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
} from "../../../mod.ts";

const [library, ...args] = process.argv.slice(2);
const eal = Eal.init(args);
const C = runtime.open(library!, {
  c_enqueue: "unsigned int (struct rte_ring *ring, void *objects, unsigned int n)",
  c_dequeue: "unsigned int (struct rte_ring *ring, void *objects, unsigned int n)",
  c_count: "unsigned int (struct rte_ring *ring)",
  c_get: "int (struct rte_mempool *pool, void *objects, unsigned int n)",
  c_put: "void (struct rte_mempool *pool, void *objects, unsigned int n)",
  c_pool_of: "struct rte_mempool * (void *object)",
  c_cached: "unsigned int (struct rte_mempool *pool)",
});

const MODES: Readonly<Record<string, number>> = {
  "MP/MC": 0,
  "SP/SC": RING_F_SP_ENQ | RING_F_SC_DEQ,
  "RTS/RTS": RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ,
  "HTS/HTS": RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ,
  "SP/SC, exact size": RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ,
};

const BURST = 8;
const sent = new PointerBuffer(BURST);
const got = new PointerBuffer(BURST);

/** Moves pointers through a ring, each end by either; gives how many came as they were sent. */
function rounds(name: string, path: "native" | "inline", flags: number): number {
  using ring = Ring.create(name, 16, { flags });
  const own = Ring.lookup(name, { path });
  const c = rte.rte_ring_lookup(name)!;
  let same = 0;
  for (let round = 0; round < 64; round++) {
    for (let i = 0; i < BURST; i++) sent.set(i, 0x1000 * round + i + 1);
    const [putsHere, takesHere] = [(round & 1) === 0, (round & 2) === 0];
    const put = putsHere ? own.enqueueBurst(sent, BURST) : C.c_enqueue(c, sent.pointer, BURST);
    if (C.c_count(c) !== ring.count) return -1;
    const taken = takesHere ? own.dequeueBurst(got, BURST) : C.c_dequeue(c, got.pointer, BURST);
    if (put !== BURST || taken !== BURST) return -2;
    for (let i = 0; i < BURST; i++) if (got.get(i) === sent.get(i)) same++;
  }
  return same;
}

function rings(): Record<string, number> {
  const answers: Record<string, number> = {};
  for (const path of ["native", "inline"] as const) {
    for (const [mode, flags] of Object.entries(MODES)) {
      answers[`${mode} ${path}`] = rounds(`${path} ${flags}`, path, flags);
    }
  }
  return answers;
}

/** What C and this library say of one pool, which both take from and give back to. */
function mempool(): Record<string, unknown> {
  using pool = Mempool.create("objects", 1023, 64, { cacheSize: 32, privateDataSize: 64 });
  const c = rte.rte_mempool_lookup("objects")!;
  const cached = (): number => C.c_cached(c);
  const states: (readonly [number, number])[] = [];
  for (let round = 0; round < 16; round++) {
    const taken = (round & 1) === 0
      ? pool.getBulk(got, BURST)
      : (C.c_get(c, got.pointer, BURST), BURST);
    states.push([taken, cached()]);
    if ((round & 2) === 0) pool.putBulk(got, BURST);
    else C.c_put(c, got.pointer, BURST);
    states.push([BURST, cached()]);
  }
  pool.getBulk(got, 1);
  const owner = runtime.address(C.c_pool_of(runtime.pointer(got.get(0))!));
  pool.putBulk(got, 1);
  return {
    full: pool.availCount === 1023,
    cacheUsed: states.some(([, length]) => length > 0),
    owner: owner === runtime.address(c),
    // What C hands out after C has put it back, and what is handed out after that here.
    states: states.map(([, length]) => length).join(),
  };
}

/** Whether the config's file is laid out as the library says. */
function config(): Record<string, unknown> {
  const layout = configLayout(abi());
  const bytes = readFileSync(`${eal.runtimeDirectory}/config`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const heap = bytes.toString("latin1", layout.heaps, layout.heaps + layout.heapSize);
  const address = view.getBigUint64(layout.memCfgAddr, true).toString(16);
  return {
    size: bytes.length === layout.size,
    magic: view.getUint32(layout.magic, true) === RTE_MAGIC,
    heap: heap.includes("socket_0"),
    mapped: new RegExp(`^${address}-.*/config$`, "m")
      .test(readFileSync("/proc/self/maps", "utf8")),
  };
}

const { architecture, cacheLine } = abi();
const shares = !args.includes("--no-huge");
console.log(JSON.stringify({
  machine: [process.arch, architecture, cacheLine],
  rings: rings(),
  mempool: mempool(),
  ...(shares ? { config: config() } : {}),
}));
eal.cleanup();
