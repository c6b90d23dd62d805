/**
 * What the application does besides answering: it sends packets back by the port that they came from.
 *
 * @module
 */

import { EthDev, EthernetHeader, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import { startPort } from "../ports.ts";

const POOL = "fstack_mbuf_pool";
const DESCRIPTORS = { rx: 512, tx: 512 };

/** The most packets that are received at once: `MAX_PKT_BURST`. */
export const MAX_BURST = 32;

/** What was received and sent: the fields of `struct ff_traffic_args`. */
export interface Traffic {
  rx_packets: number;
  rx_bytes: number;
  tx_packets: number;
  tx_bytes: number;
  rx_dropped: number;
  tx_dropped: number;
}

/** Sets up all ports there are, with a queue for each process; how many. */
export function startPorts(processes: number, socketId: number): number {
  const ports = EthDev.all();
  if (ports.length === 0) return 0;
  const queues = ports.length * processes;
  const needed = queues * (DESCRIPTORS.rx + DESCRIPTORS.tx + 2 * MAX_BURST);
  const size = 2 ** Math.ceil(Math.log2(needed + 1)) - 1;
  const pool = PktmbufPool.create(POOL, size, { socketId });
  for (const dev of ports) {
    startPort(dev, pool, { rxQueues: processes, txQueues: processes, descriptors: DESCRIPTORS });
  }
  return ports.length;
}

/** Sends packets back, their MAC addresses exchanged. */
export class Echo {
  readonly traffic: Traffic = {
    rx_packets: 0,
    rx_bytes: 0,
    tx_packets: 0,
    tx_bytes: 0,
    rx_dropped: 0,
    tx_dropped: 0,
  };
  /** How long packets were worked at, in milliseconds. */
  usr = 0;
  /** How many packets are received at once, up to {@linkcode MAX_BURST}. */
  burst = MAX_BURST;
  /** Whether they are sent back, or dropped. */
  forward = true;
  readonly #ports;
  readonly #packets = new MbufCursor();
  readonly #ether = new EthernetHeader(this.#packets);
  readonly #mbufs = new PointerBuffer(MAX_BURST);

  /** @param queue of each port, which is this process's */
  constructor(queue: number) {
    if (EthDev.all().length > 0) PktmbufPool.lookup(POOL);
    this.#ports = EthDev.all().map((dev) => ({ rx: dev.rxQueue(queue), tx: dev.txQueue(queue) }));
  }

  /** Has a turn at each port; how many packets came. */
  turn(): number {
    let came = 0;
    for (let i = 0; i < this.#ports.length; i++) came += this.#port(i);
    return came;
  }

  #port(index: number): number {
    const { rx, tx } = this.#ports[index]!;
    const got = rx.rxBurst(this.#mbufs, this.burst);
    if (got === 0) return 0;
    const { traffic } = this;
    const begin = performance.now();
    const bytes = this.#work(got);
    this.usr += performance.now() - begin;
    traffic.rx_packets += got;
    traffic.rx_bytes += bytes;
    const sent = this.forward ? this.#send(tx, got, bytes) : 0;
    if (this.forward) traffic.tx_dropped += got - sent;
    else traffic.rx_dropped += got;
    this.#packets.freeBulk(this.#mbufs, got - sent, sent);
    return got;
  }

  /** Sends, and counts. What was sent is not looked at any more: it may be gone. */
  #send(tx: ReturnType<EthDev["txQueue"]>, n: number, bytes: number): number {
    const sent = tx.txBurst(this.#mbufs, n);
    this.traffic.tx_packets += sent;
    this.traffic.tx_bytes += bytes - this.#length(sent, n);
    return sent;
  }

  /** Exchanges the addresses of packets; their bytes. */
  #work(n: number): number {
    let bytes = 0;
    for (let i = 0; i < n; i++) {
      const packet = this.#packets.at(this.#mbufs, i);
      bytes += packet.pktLen;
      if (packet.dataLen < 14) continue;
      const { srcAddr, dstAddr } = this.#ether;
      this.#ether.srcAddr = dstAddr;
      this.#ether.dstAddr = srcAddr;
    }
    return bytes;
  }

  #length(from: number, to: number): number {
    let bytes = 0;
    for (let i = from; i < to; i++) bytes += this.#packets.at(this.#mbufs, i).pktLen;
    return bytes;
  }
}
