/**
 * DPDK's symmetric_mp: peers that each have a queue of every port, and forward what comes in on one
 * port of a pair to the other. The primary sets the ports up; the device spreads the packets.
 *
 * Start the primary first, then the others, each on an lcore of its own; any of them may be the C
 * program of DPDK's examples. End the primary last: it closes the ports, whoever still uses them.
 *
 * ```sh
 * deno run --allow-ffi examples/symmetric_mp.ts -l 0 --vdev=net_null0 --vdev=net_null1 \
 *   -- -p 3 --num-procs 2 --proc-id 0
 * bun run examples/symmetric_mp.ts -l 1 --proc-type=secondary -- -p 3 --num-procs 2 --proc-id 1
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { Eal, type EthDev, MbufCursor, PktmbufPool, PointerBuffer, poll } from "../mod.ts";
import { end, ending, PORTS, run, splitArguments, wholeNumber } from "./forwarding.ts";
import { closePorts, portsOf, startPort, waitForLinks } from "./ports.ts";

const USAGE = `
symmetric_mp.ts [EAL options] -- -p PORTMASK --num-procs N --proc-id ID
 -p PORTMASK: hexadecimal bitmask of ports to use
 --num-procs: the number of processes
 --proc-id: the id of this process, below their number`;

const POOL = "SMP_MBUF_POOL";
const RX_DESCRIPTORS = 128;
const TX_DESCRIPTORS = 512;
const BURST = 32;
const CACHE_SIZE = 256;
const MAX_PROCESSES = 128;

/** The packets of one port, with where they go, and their counts. */
class Lane {
  readonly dev: EthDev;
  rx = 0;
  tx = 0;
  drop = 0;
  to: Lane = this;
  readonly #receive: ReturnType<EthDev["rxQueue"]>;
  readonly #send: ReturnType<EthDev["txQueue"]>;
  readonly #packets: MbufCursor;
  readonly #burst = new PointerBuffer(BURST);

  constructor(dev: EthDev, queue: number, packets: MbufCursor) {
    this.dev = dev;
    this.#receive = dev.rxQueue(queue);
    this.#send = dev.txQueue(queue);
    this.#packets = packets;
  }

  /** Forwards a burst; how many packets came. */
  forward(): number {
    const burst = this.#burst;
    const got = this.#receive.rxBurst(burst);
    if (got === 0) return 0;
    this.rx += got;
    const { to } = this;
    const sent = to.#send.txBurst(burst, got);
    to.tx += sent;
    if (sent === got) return got;
    to.drop += got - sent;
    this.#packets.freeBulk(burst, got - sent, sent);
    return got;
  }
}

/** As many mbufs as can be in queues, caches and hands at once. */
function poolSize(ports: number, processes: number): number {
  const least = ports * processes * (RX_DESCRIPTORS + TX_DESCRIPTORS) +
    processes * (CACHE_SIZE * 1.5 + BURST * ports);
  return 2 ** Math.ceil(Math.log2(Math.max(8192, least) + 1)) - 1;
}

/** Starts the ports: a queue for each process, packets spread by their IP addresses. */
async function startPorts(ports: readonly EthDev[], processes: number, pool: PktmbufPool) {
  for (const dev of ports) {
    console.log(`# Initialising port ${dev.portId}...`);
    const { rssOffloads, rxOffloads, txOffloads } = dev.info();
    const functions = RSS_IP.filter((name) => rssOffloads.includes(name));
    startPort(dev, pool, {
      rxQueues: processes,
      txQueues: processes,
      ...(functions.length > 0 ? { rss: { functions } } : {}),
      rxOffloads: CHECKSUMS.filter((name) => rxOffloads.includes(name)),
      txOffloads: ["MBUF_FAST_FREE"].filter((name) => txOffloads.includes(name)),
      descriptors: { rx: RX_DESCRIPTORS, tx: TX_DESCRIPTORS },
    });
  }
  await waitForLinks(ports);
}

/** What `RTE_ETH_RSS_IP` stands for. */
const RSS_IP = [
  ...["IPV4", "FRAG_IPV4", "NONFRAG_IPV4_OTHER"],
  ...["IPV6", "FRAG_IPV6", "NONFRAG_IPV6_OTHER", "IPV6_EX"],
] as const;

/** What `RTE_ETH_RX_OFFLOAD_CHECKSUM` stands for. */
const CHECKSUMS = ["IPV4_CKSUM", "UDP_CKSUM", "TCP_CKSUM"];

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const { values } = parseArgs({
    args: app,
    options: {
      p: { type: "string", short: "p" },
      "num-procs": { type: "string" },
      "proc-id": { type: "string" },
    },
  });
  const processes = wholeNumber(values["num-procs"], "--num-procs", 1, MAX_PROCESSES);
  const id = wholeNumber(values["proc-id"], "--proc-id", 0, processes - 1);
  using eal = Eal.init(ealArgs);
  const primary = eal.processType === "primary";
  const ports = portsOf(values.p);
  const { socketId } = eal;
  if (primary) {
    const size = poolSize(ports.length, processes);
    const pool = PktmbufPool.create(POOL, size, { cacheSize: CACHE_SIZE, socketId });
    await startPorts(ports, processes, pool);
  } else {
    PktmbufPool.lookup(POOL);
  }

  const packets = new MbufCursor();
  const lanes = ports.map((dev) => new Lane(dev, id, packets));
  lanes.forEach((lane, i) => lane.to = lanes[i ^ 1]!);
  console.log(`Lcore ${eal.lcoreId} using ports ${ports.map(({ portId }) => portId).join(" ")}`);
  console.log(`lcore ${eal.lcoreId} using queue ${id} of each port`);
  using _watch = primary
    ? undefined
    : eal.onPrimaryGone(() => end("the end of its primary, which is gone"));
  await poll(() => {
    let got = 0;
    for (let i = 0; i < lanes.length; i++) got += lanes[i]!.forward();
    return got;
  }, PORTS);
  console.log(`\nExiting on ${ending.reason}\n`);
  for (const { dev, rx, tx, drop } of lanes) {
    console.log(`Port ${dev.portId}: RX - ${rx}, TX - ${tx}, Drop - ${drop}`);
  }
  if (primary) closePorts(ports);
}

await run(main, USAGE);
