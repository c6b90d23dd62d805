/**
 * What goes wrong in a process that runs.
 *
 * @module
 */

import {
  EthDev,
  MbufCursor,
  Mempool,
  MempoolCache,
  mp,
  PktmbufPool,
  PointerBuffer,
  Ring,
} from "../../../mod.ts";

/** What provokes an error, in one process with a port net_null0, by what the page says of it. */
export const RUNNING: Readonly<Record<string, () => unknown>> = {
  "there is none of that name in this group": () => Ring.lookup("nobody's"),
  "a ring of that name exists": () => {
    using _ring = Ring.create("twice", 64);
    Ring.create("twice", 64);
  },
  "it must be a power of two, at least 2": () => Ring.create("odd", 100),
  "it has ... bytes, at most ... fit": () => Ring.create("a".repeat(40), 64),
  "there is not enough memory left": () => Mempool.create("large", 1_000_000, 4096),
  "Cannot move ... elements at index ...: the buffer holds": () => {
    using ring = Ring.create("small", 64);
    ring.enqueueBurst(new PointerBuffer(4), 5);
  },
  "it is no object of this pool; nothing was given back": () => {
    using pool = Mempool.create("mine", 63, 64);
    pool.put(4096);
  },
  "it was freed": () => {
    const ring = Ring.create("gone", 64);
    ring.free();
    ring.dequeueBurst(new PointerBuffer(1));
  },
  "it holds ... objects; call pool.flush(cache) first": () => {
    using pool = Mempool.create("cached", 63, 64);
    const cache = MempoolCache.create(8);
    const burst = new PointerBuffer(4);
    pool.getBulk(burst, 4, 0, cache);
    try {
      cache.free();
    } finally {
      pool.putBulk(burst, 4, 0, cache);
      pool.flush(cache);
      cache.free();
    }
  },
  'Cannot find port "...": rte_eth_dev_get_port_by_name failed': () => EthDev.find("net_ring7"),
  "it was not configured; call configure": () => EthDev.get(0).start(),
  'Cannot free pool "...": port ... takes its packets from it': () => {
    const pool = PktmbufPool.create("lent", 255);
    const port = EthDev.get(0);
    port.configure({ rxQueues: 1, txQueues: 1 });
    port.rxQueueSetup(0, 64, pool);
    port.txQueueSetup(0, 64);
    pool.free();
  },
  "it is not started; set it up in the primary and start it": () =>
    EthDev.get(0).rxQueue(0).rxBurst(new PointerBuffer(1)),
  "this process freed it, and nobody has taken it out": () => {
    using pool = PktmbufPool.create("packets", 63);
    const packet = new MbufCursor().moveTo(pool.alloc()!);
    const { address } = packet;
    packet.free();
    packet.moveTo(address);
  },
  "Cannot use a packet: the cursor is at none": () => new MbufCursor().address,
  "this script has a handler of that name": () => {
    using _action = mp.on("twice", () => {});
    mp.on("twice", () => {});
  },
  "its parameters have ... bytes with their NUL": () =>
    mp.send({ name: "long", param: "x".repeat(300) }),
};
