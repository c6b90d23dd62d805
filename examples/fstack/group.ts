/**
 * How the processes of a stack begin: one pool for each NUMA socket, ports with a queue for each process,
 * and the rings between them. The primary makes all of that, the others find it.
 *
 * @module
 */

import { type Eal, EthDev, parseIpv4, PktmbufPool, Ring, RING_F_SC_DEQ } from "../../mod.ts";
import { wholeNumber } from "../forwarding.ts";
import { startPort, waitForLinks } from "../ports.ts";
import { dispatchRing, mbufPool, RING_SIZE } from "./names.ts";
import { BURST } from "./outlet.ts";

const MAX_PROCESSES = 128;
const CACHE_SIZE = 256;
const DESCRIPTORS = { rx: 256, tx: 256 };

/** The smallest pool. */
const LEAST_MBUFS = 8191;

/** The options of every process, as `parseArgs` takes them. */
export const GROUP_OPTIONS = {
  "num-procs": { type: "string" },
  "proc-id": { type: "string" },
  address: { type: "string", multiple: true },
  sockets: { type: "string" },
} as const;

/** What is said of them. */
export const GROUP_USAGE = `
 --num-procs: the number of processes, the same for all
 --proc-id: the id of this process, below their number
 --address: the IPv4 address that is served on port 0; once more for port 1, and so on
 --sockets: the NUMA socket of each process, such as 0,0,1,1; the primary's unless given`;

/** A process's place in the group. */
export interface Place {
  readonly processes: number;
  /** Its id, which is its queue's, too. */
  readonly id: number;
  /** The addresses that are served, by port. */
  readonly addresses: readonly number[];
  /** The NUMA socket of each process, if that was said. */
  readonly sockets: readonly number[] | undefined;
}

/**
 * Reads the options of every process.
 *
 * @throws {TypeError} when one is missing or wrong
 */
export function placeOf(values: {
  readonly "num-procs"?: string;
  readonly "proc-id"?: string;
  readonly address?: readonly string[];
  readonly sockets?: string;
}): Place {
  const processes = wholeNumber(values["num-procs"], "--num-procs", 1, MAX_PROCESSES);
  const id = wholeNumber(values["proc-id"], "--proc-id", 0, processes - 1);
  const addresses = (values.address ?? []).map(addressOf);
  if (addresses.length === 0) throw new TypeError("Cannot serve: there is no --address");
  const sockets = values.sockets?.split(",").map((text) => wholeNumber(text, "--sockets", 0, 1023));
  if (sockets !== undefined && sockets.length !== processes) {
    throw new TypeError(
      `Cannot use "${values.sockets}" as --sockets: there are ${processes} processes`,
    );
  }
  return { processes, id, addresses, sockets };
}

function addressOf(text: string): number {
  try {
    return parseIpv4(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new TypeError(error.message);
  }
}

/**
 * The ports that are served.
 *
 * @throws {TypeError} when there are fewer than addresses
 */
export function portsFor({ addresses }: Place): EthDev[] {
  const ports = EthDev.all().slice(0, addresses.length);
  if (ports.length === addresses.length) return ports;
  throw new TypeError(
    `Cannot serve ${addresses.length} addresses on ${ports.length} ports: each has a port of its own`,
  );
}

/** The NUMA socket of a process; 0 of one whose CPUs are on several. */
export const socketOf = ({ socketId }: Eal): number => Math.max(0, socketId);

/**
 * As the primary: makes pools and starts ports.
 *
 * @returns the NUMA socket of each process
 */
export async function startPorts(
  eal: Eal,
  ports: readonly EthDev[],
  { processes, sockets = Array<number>(processes).fill(socketOf(eal)) }: Place,
): Promise<readonly number[]> {
  const size = poolSize(ports.length, processes);
  const pools = [...new Set(sockets)].map((socketId) =>
    PktmbufPool.create(mbufPool(socketId), size, { cacheSize: CACHE_SIZE, socketId })
  );
  for (const dev of ports) {
    const { maxRxQueues, rssOffloads } = dev.info();
    const rxQueues = Math.min(processes, maxRxQueues);
    const functions = RSS.filter((name) => rssOffloads.includes(name));
    const spread = rxQueues > 1 && functions.length > 0 ? { rss: { functions } } : {};
    startPort(dev, pools[0]!, {
      rxQueues,
      txQueues: processes,
      descriptors: DESCRIPTORS,
      ...spread,
    });
  }
  await waitForLinks(ports);
  return sockets;
}

/** What a flow is known by, where a device spreads packets over queues. */
const RSS = [
  ...["IPV4", "NONFRAG_IPV4_TCP", "NONFRAG_IPV4_UDP", "NONFRAG_IPV4_OTHER"],
  ...["IPV6", "NONFRAG_IPV6_TCP", "NONFRAG_IPV6_UDP", "NONFRAG_IPV6_OTHER"],
] as const;

/** As many mbufs as can be in queues, rings, caches and hands at once, should every ring be full. */
function poolSize(ports: number, processes: number): number {
  const queues = ports * processes * (DESCRIPTORS.rx + DESCRIPTORS.tx + RING_SIZE);
  const hands = processes * (CACHE_SIZE * 1.5 + ports * processes * BURST);
  return Math.max(LEAST_MBUFS, queues + hands);
}

/** As the primary, when all else is ready: makes a ring for each port and queue. */
export function makeRings(ports: readonly EthDev[], sockets: readonly number[]): void {
  for (const { portId } of ports) {
    sockets.forEach((socketId, queue) => {
      Ring.create(dispatchRing(portId, queue), RING_SIZE, { flags: RING_F_SC_DEQ, socketId });
    });
  }
}
