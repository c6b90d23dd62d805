/**
 * DPDK's client_server_mp, the server: it takes packets from all ports and hands them to clients in
 * turn, through a ring for each. The clients send them on.
 *
 * Start it, and its clients, each in its own terminal and on an lcore of its own; either side may be
 * the C program of DPDK's examples:
 *
 * ```sh
 * deno run --allow-ffi examples/client_server_mp/server.ts -l 0 --vdev=net_null0 --vdev=net_null1 \
 *   -- -p 3 -n 2
 * bun run examples/client_server_mp/client.ts -l 1 --proc-type=secondary -- -n 0
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  Eal,
  type EthDev,
  MbufCursor,
  Memzone,
  PktmbufPool,
  PointerBuffer,
  poll,
  Ring,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
} from "../../mod.ts";
import { ending, PORTS, run, splitArguments, wholeNumber } from "../forwarding.ts";
import { closePorts, portsOf, startPort, waitForLinks } from "../ports.ts";
import {
  BURST,
  clientRing,
  MAX_CLIENTS,
  POOL,
  PORT_INFO,
  PORT_INFO_SIZE,
  PortInfo,
} from "./port_info.ts";
import { type ClientCounts, show, statistics } from "./statistics.ts";

const USAGE = `
server.ts [EAL options] -- -p PORTMASK -n NUM_CLIENTS
 -p PORTMASK: hexadecimal bitmask of ports to use
 -n NUM_CLIENTS: number of client processes to use, 1 to ${MAX_CLIENTS}`;

const DESCRIPTORS = 1024;
const RING_SIZE = 128;
const CACHE_SIZE = 512;

/** How often the statistics are shown, in milliseconds, after a look at what came before. */
const SHOW_MS = 1000;
const FIRST_SHOW_MS = 3000;

/** A client as the server sees it. */
class Client implements ClientCounts {
  rx = 0;
  rxDrop = 0;
  readonly #ring: Ring;
  readonly #packets: MbufCursor;
  /** Its packets of the burst at hand. */
  readonly #burst = new PointerBuffer(BURST);
  #count = 0;

  constructor(ring: Ring, packets: MbufCursor) {
    this.#ring = ring;
    this.#packets = packets;
  }

  /** Puts a packet aside for it. */
  give(burst: PointerBuffer, index: number): void {
    this.#burst.doubles[this.#count++] = burst.doubles[index]!;
  }

  /** Hands it what was put aside; all of that, or nothing when its ring is full. */
  flush(): void {
    const count = this.#count;
    if (count === 0) return;
    this.#count = 0;
    if (this.#ring.enqueueBulk(this.#burst, count) === count) {
      this.rx += count;
      return;
    }
    this.#packets.freeBulk(this.#burst, count);
    this.rxDrop += count;
  }
}

/** Hands packets to the clients in turn. */
class RoundRobin {
  readonly #clients: readonly Client[];
  #next = 0;

  constructor(clients: readonly Client[]) {
    this.#clients = clients;
  }

  deal(burst: PointerBuffer, n: number): void {
    const clients = this.#clients;
    for (let i = 0; i < n; i++) {
      clients[this.#next]!.give(burst, i);
      this.#next = this.#next + 1 === clients.length ? 0 : this.#next + 1;
    }
    for (let i = 0; i < clients.length; i++) clients[i]!.flush();
  }
}

/** As many mbufs as can be in queues, rings and caches at once. */
function poolSize(ports: number, clients: number): number {
  return DESCRIPTORS * ports + clients * (RING_SIZE + DESCRIPTORS * ports) +
    (clients + 1) * CACHE_SIZE;
}

/** Starts the ports: one receive queue each, and a transmit queue for each client. */
async function startPorts(ports: readonly EthDev[], clients: number, pool: PktmbufPool) {
  for (const dev of ports) {
    console.log(`Port ${dev.portId} init ...`);
    startPort(dev, pool, {
      txQueues: clients,
      mqMode: "RSS",
      descriptors: { rx: DESCRIPTORS, tx: DESCRIPTORS },
    });
  }
  await waitForLinks(ports);
}

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const { values } = parseArgs({
    args: app,
    options: { p: { type: "string", short: "p" }, n: { type: "string", short: "n" } },
  });
  const numClients = wholeNumber(values.n, "-n NUM_CLIENTS", 1, MAX_CLIENTS);
  using eal = Eal.init(ealArgs);
  if (eal.processType !== "primary") {
    throw new TypeError(
      "Cannot serve as a secondary: start the server without --proc-type=secondary",
    );
  }
  const ports = portsOf(values.p);
  const { socketId } = eal;

  const zone = Memzone.reserve(PORT_INFO, PORT_INFO_SIZE, { socketId });
  zone.bytes.fill(0);
  const info = new PortInfo(zone);
  info.ids = ports.map(({ portId }) => portId);
  const size = poolSize(ports.length, numClients);
  console.log(`Creating mbuf pool '${POOL}' [${size} mbufs] ...`);
  const pool = PktmbufPool.create(POOL, size, { cacheSize: CACHE_SIZE, socketId });
  await startPorts(ports, numClients, pool);

  const packets = new MbufCursor();
  const clients = Array.from({ length: numClients }, (_, id) => {
    const flags = RING_F_SP_ENQ | RING_F_SC_DEQ;
    return new Client(Ring.create(clientRing(id), RING_SIZE, { flags, socketId }), packets);
  });
  const dealer = new RoundRobin(clients);
  const queues = ports.map((dev) => dev.rxQueue(0));
  const burst = new PointerBuffer(BURST);
  let port = 0;
  const turn = () => {
    const n = queues[port]!.rxBurst(burst);
    if (n > 0) {
      info.rx.add(port, n);
      dealer.deal(burst, n);
    }
    port = port + 1 === queues.length ? 0 : port + 1;
    return n;
  };

  console.log("Finished Process Init.");
  const screen = () => show(statistics(ports, info, clients));
  let timer = setTimeout(function next() {
    screen();
    timer = setTimeout(next, SHOW_MS);
  }, FIRST_SHOW_MS);
  await poll(turn, PORTS);
  clearTimeout(timer);
  console.log(`Exiting on ${ending.reason}`);
  screen();
  closePorts(ports);
}

await run(main, USAGE);
