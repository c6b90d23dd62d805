/**
 * The exception path: what is the kernel's goes from every process by a ring to the primary, and from
 * there alone to the kernel, by a port of DPDK that the kernel has the other end of; and back.
 *
 * @module
 */

import {
  EthDev,
  type MbufCursor,
  type PktmbufPool,
  PointerBuffer,
  Ring,
  RING_F_SC_DEQ,
  runtime,
} from "../../mod.ts";
import { startPort } from "../ports.ts";
import { Discovery } from "./discovery.ts";
import type { KernelRules } from "./kernel_rules.ts";
import { kernelInterface, kernelTap, kniRing, RING_SIZE, virtioUser } from "./names.ts";
import { BURST, drain, Outlet } from "./outlet.ts";
import type { Input } from "./queue.ts";

const VHOST_NET = "/dev/vhost-net";
const DESCRIPTORS = 1024;
const O_RDWR = 2;

/** Whether this host's kernel has vhost-net for us. */
export function hasVhostNet(): boolean {
  // Not access(): there may be a device file whose module is not there.
  const { open, close } = runtime.open("libc.so.6", {
    open: "int (const char *pathname, int flags)",
    close: "int (int fd)",
  });
  const fd = open(VHOST_NET, O_RDWR);
  return fd >= 0 && close(fd) === 0;
}

/**
 * What EAL is told to make a port whose other end is an interface of the kernel, `veth<port>`.
 *
 * @param port the port whose packets it is for
 * @param mac that port's MAC address, which the interface has, too
 */
export function kernelDevice(port: number, mac: string, vhostNet: boolean): string {
  const common = `iface=${kernelInterface(port)},mac=${mac}`;
  return vhostNet
    ? `${virtioUser(port)},path=${VHOST_NET},queues=1,queue_size=${DESCRIPTORS},${common}`
    : `${kernelTap(port)},${common}`;
}

/** As the primary: makes the port to the kernel, and starts it. */
export function startKernelPort({ portId, macAddress }: EthDev, pool: PktmbufPool): EthDev {
  const [dev] = EthDev.probe(kernelDevice(portId, macAddress, hasVhostNet()));
  startPort(dev!, pool, { descriptors: { rx: DESCRIPTORS, tx: DESCRIPTORS } });
  return dev!;
}

/** As the primary: makes the ring in which all leave what is the kernel's of a port. */
export function makeKernelRing({ portId }: EthDev, socketId: number): void {
  Ring.create(kniRing(portId), RING_SIZE, { flags: RING_F_SC_DEQ, socketId });
}

/** What a process needs to tell the kernel's packets of a port from its own. */
export interface ExceptionOptions {
  readonly dev: EthDev;
  readonly packets: MbufCursor;
  readonly rules: KernelRules;
  /** Where all other packets go. */
  readonly input: Input;
  /**
   * Where copies of ARP and NDP for the kernel come from: the kernel learns its neighbours, too. In the
   * primary only, which sees all of these packets once.
   */
  readonly copies: PktmbufPool | undefined;
}

/** In every process: leaves the kernel's packets in the ring. */
export class ExceptionPath {
  /** Packets for the kernel. */
  readonly ring: Outlet;
  /** Copies of ARP and NDP that no mbuf was there for. */
  notCopied = 0;
  readonly #options: ExceptionOptions;
  readonly #discovery: Discovery;

  constructor(options: ExceptionOptions) {
    const ring = Ring.lookup(kniRing(options.dev.portId));
    this.ring = new Outlet((burst, n) => ring.enqueueBurst(burst, n));
    this.#options = options;
    this.#discovery = new Discovery(options.packets);
  }

  /** Takes a packet. */
  readonly input: Input = (burst, index, fromRing) => {
    const { packets, rules, copies, input } = this.#options;
    const discovery = this.#discovery.here;
    if (!discovery && rules.here) return this.ring.give(burst, index);
    if (discovery && copies !== undefined) {
      const copy = packets.copy(copies);
      if (copy === undefined) this.notCopied++;
      else this.ring.giveOne(copy);
    }
    input(burst, index, fromRing);
  };
}

/** In the primary: between the ring and the kernel's port, and between that and the port itself. */
export class KernelPort {
  readonly dev: EthDev;
  /** Packets to the kernel. */
  readonly toKernel: Outlet;
  /** Packets that came from the kernel. */
  fromKernel = 0;
  readonly #ring: Ring;
  readonly #rx: ReturnType<EthDev["rxQueue"]>;
  readonly #tx: Outlet;
  readonly #burst = new PointerBuffer(BURST);

  /**
   * @param dev the port to the kernel
   * @param port the id of the port whose packets these are
   * @param tx where what the kernel sends goes
   */
  constructor(dev: EthDev, port: number, tx: Outlet) {
    this.dev = dev;
    const queue = dev.txQueue(0);
    this.toKernel = new Outlet((burst, n) => queue.txBurst(burst, n));
    this.#ring = Ring.lookup(kniRing(port));
    this.#rx = dev.rxQueue(0);
    this.#tx = tx;
  }

  /** Moves a burst each way; how many packets there were. */
  turn(): number {
    const burst = this.#burst;
    const down = this.#ring.dequeueBurst(burst);
    for (let i = 0; i < down; i++) this.toKernel.give(burst, i);
    this.toKernel.flush();
    const up = this.#rx.rxBurst(burst);
    for (let i = 0; i < up; i++) this.#tx.give(burst, i);
    this.#tx.flush();
    this.fromKernel += up;
    return down + up;
  }

  /** Frees what is in the ring; how many packets there were. */
  drain(): number {
    return drain(this.#ring);
  }
}
