/**
 * Ethernet ports: `rte_eth_dev_*`.
 *
 * @module
 */

import { checkName, DpdkError, Errno, maker } from "../core/mod.ts";
import { requireEal } from "../eal/mod.ts";
import type { PktmbufPool } from "../mbuf/mod.ts";
import type { Mempool } from "../mempool/mod.ts";
import { rxQueueOf, txQueueOf } from "./bursts.ts";
import { configure, type EthDevOptions, readMtu, writeMtu } from "./configure.ts";
import { type EthEvent, type EthEventHandler, type EthSubscription, onEthEvent } from "./events.ts";
import { hotplugAdd, hotplugRemove, probe, removeDevice } from "./hotplug.ts";
import { RTE_ETH_NAME_MAX_LEN } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";
import { close, reset, start, stop } from "./lifecycle.ts";
import { switchLink } from "./link.ts";
import { addMac, readMode, removeMac, writeMac, writeMode } from "./mac.ts";
import { availableCount, knownPorts, portIds, quietly, Scratch } from "./port.ts";
import type { RxQueueOptions, TxQueueOptions } from "./queue_conf.ts";
import { rxQueueSetup, switchQueue, txDoneCleanup, txQueueSetup } from "./queue_setup.ts";
import type { RxQueue } from "./rx_queue.ts";
import { EthDevStatus } from "./status.ts";
import type { TxQueue, TxQueueHandleOptions } from "./tx_queue.ts";

/**
 * A port: what a driver made of a device.
 *
 * Every process of a group has the same ports. The primary configures, starts and stops them;
 * others read what they are and count, and use their queues. A method that is for the primary
 * throws a {@linkcode DpdkError} with `EPERM` elsewhere, and every method does with `ENODEV` once
 * the port was closed or its device removed. The class stands for rte_ethdev.h.
 *
 * @example
 * ```ts
 * import { Eal, EthDev, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * console.log(port.macAddress, port.link().up, port.stats().ipackets);
 * port.stop();
 * port.close();
 * ```
 */
export class EthDev extends EthDevStatus {
  /** How many ports there are that nobody owns: `rte_eth_dev_count_avail`. */
  static get count(): number {
    requireEal("count the ports");
    return availableCount();
  }

  /**
   * The port of a number.
   *
   * @param portId its number, from 0 on
   * @returns the port
   * @throws {DpdkError} when there is none (`ENODEV`); the message names those that there are
   */
  static get(portId: number): EthDev {
    return new EthDev(maker, portId);
  }

  /**
   * The port of a name, such as `net_null0`: `rte_eth_dev_get_port_by_name`.
   *
   * @param name the device's name
   * @returns the port
   * @throws {DpdkError} when there is none (`ENODEV`); the message names those that there are
   */
  static find(name: string): EthDev {
    checkName(name, "port", RTE_ETH_NAME_MAX_LEN - 1);
    const what = `find port "${name}"`;
    requireEal(what);
    const id = new Scratch<"uint16_t">(2);
    const call = "rte_eth_dev_get_port_by_name";
    const status = quietly(() => ethdevLibrary()[call](name, id.pointer));
    if (status >= 0) return new EthDev(maker, id.view.getUint16(0, true));
    throw new DpdkError({ what, call, errno: Errno.ENODEV, advice: knownPorts() });
  }

  /**
   * All ports, ascending, whoever owns them: `rte_eth_find_next`. Those without an owner are
   * the ones whose {@linkcode EthDev.owner} is `undefined`.
   *
   * @returns the ports, by number
   */
  static all(): EthDev[] {
    requireEal("list the ports");
    return portIds().map((id) => new EthDev(maker, id));
  }

  /**
   * Adds a device: `rte_dev_probe`.
   *
   * @param devargs as EAL's option `--vdev` or `--allow` takes them: `net_null1,size=64`
   * @returns the ports that came with it
   * @throws {DpdkError} when there is one of that name (`EEXIST`), or no driver for it
   */
  static probe(devargs: string): EthDev[] {
    return probe(devargs).map((id) => new EthDev(maker, id));
  }

  /**
   * Adds a device to a bus: `rte_eal_hotplug_add`.
   *
   * @param bus `vdev`, `pci`
   * @param name `net_null1`, `0000:01:00.0`
   * @param args arguments of its driver: `size=64`; default none
   * @returns the ports that came with it
   */
  static hotplugAdd(bus: string, name: string, args: string = ""): EthDev[] {
    return hotplugAdd(bus, name, args).map((id) => new EthDev(maker, id));
  }

  /**
   * Removes a device, and with it its ports, from all processes: `rte_eal_hotplug_remove`.
   *
   * @param bus `vdev`, `pci`
   * @param name `net_null1`, `0000:01:00.0`
   */
  static hotplugRemove(bus: string, name: string): void {
    hotplugRemove(bus, name);
  }

  /**
   * Configures it, stopped: `rte_eth_dev_configure`. Its queues have to be set up next.
   *
   * @param options queues, MTU in bytes, offloads, receive side scaling; the rest is as DPDK has it
   * @throws {RangeError} when it has fewer queues, or cannot have that MTU
   * @throws {TypeError} when an offload or an option is unknown
   * @throws {DpdkError} when it is started (`EBUSY`), or cannot do what was asked for (`ENOTSUP`)
   */
  configure(options: EthDevOptions = {}): void {
    configure(this.port, options);
  }

  /**
   * Sets up a receive queue: `rte_eth_rx_queue_setup`.
   *
   * @param queue its number, below those configured
   * @param descriptors how many; 0 for the driver's default
   * @param pool where the packets go; it cannot be freed before the port is closed
   * @param options thresholds, offloads of the queue, NUMA socket; default the driver's
   * @throws {RangeError} when there is no such queue, or it cannot have so many descriptors
   * @throws {DpdkError} when the pool is none of mbufs, or its buffers are too small
   */
  rxQueueSetup(
    queue: number,
    descriptors: number,
    pool: PktmbufPool | Mempool,
    options: RxQueueOptions = {},
  ): void {
    rxQueueSetup(this.port, queue, descriptors, pool, options);
  }

  /**
   * Sets up a transmit queue: `rte_eth_tx_queue_setup`. See {@linkcode EthDev.rxQueueSetup}.
   *
   * @param queue its number, below those configured
   * @param descriptors how many; 0 for the driver's default
   * @param options thresholds, offloads of the queue, NUMA socket; default the driver's
   */
  txQueueSetup(queue: number, descriptors: number, options: TxQueueOptions = {}): void {
    txQueueSetup(this.port, queue, descriptors, options);
  }

  /**
   * A receive queue, to take packets from: make it once. In any process; of the queues of a port,
   * each belongs to one thread of one process.
   *
   * @param queue its number, below those configured
   * @returns the queue's burst calls: `rte_eth_rx_burst`
   * @throws {RangeError} when the port was configured with fewer
   */
  rxQueue(queue: number): RxQueue {
    return rxQueueOf(this.port, queue);
  }

  /**
   * A transmit queue, to send packets to: make it once. See {@linkcode EthDev.rxQueue}.
   *
   * @param queue its number, below those configured
   * @param options how far packets are looked at before they are sent
   * @returns the queue's burst calls: `rte_eth_tx_burst`
   */
  txQueue(queue: number, options: TxQueueHandleOptions = {}): TxQueue {
    return txQueueOf(this.port, queue, options);
  }

  /**
   * Handles an event of this port, such as `lsc`: {@linkcode onEthEvent}. As in DPDK it is the port's
   * number that counts: close it with the port, or a later one of that number is heard, too.
   *
   * @param event which one
   * @param handler is called with the port's number and the event
   * @returns what ends it
   */
  on(event: EthEvent, handler: EthEventHandler): EthSubscription {
    return onEthEvent(this.portId, event, handler);
  }

  /**
   * Starts a receive queue that was stopped, or set up with `deferredStart`: `rte_eth_dev_rx_queue_start`.
   *
   * @param queue its number, below those configured
   */
  rxQueueStart(queue: number): void {
    switchQueue(this.port, "rx", queue, "start");
  }

  /**
   * Stops a receive queue: `rte_eth_dev_rx_queue_stop`.
   *
   * @param queue its number, below those configured
   */
  rxQueueStop(queue: number): void {
    switchQueue(this.port, "rx", queue, "stop");
  }

  /**
   * Starts a transmit queue that was stopped, or set up with `deferredStart`: `rte_eth_dev_tx_queue_start`.
   *
   * @param queue its number, below those configured
   */
  txQueueStart(queue: number): void {
    switchQueue(this.port, "tx", queue, "start");
  }

  /**
   * Stops a transmit queue: `rte_eth_dev_tx_queue_stop`.
   *
   * @param queue its number, below those configured
   */
  txQueueStop(queue: number): void {
    switchQueue(this.port, "tx", queue, "stop");
  }

  /**
   * Frees mbufs that were sent: `rte_eth_tx_done_cleanup`.
   *
   * @param queue its number, below those configured
   * @param free how many packets at most; 0 for all
   * @returns how many packets were freed
   */
  txDoneCleanup(queue: number, free: number = 0): number {
    return txDoneCleanup(this.port, queue, free);
  }

  /**
   * Starts it: `rte_eth_dev_start`. Does nothing when it is started.
   *
   * @throws {DpdkError} when it was not configured, or a queue was not set up (`EINVAL`)
   */
  start(): void {
    start(this.port);
  }

  /** Stops it: `rte_eth_dev_stop`. Does nothing when it is stopped. */
  stop(): void {
    stop(this.port);
  }

  /**
   * Closes it, stopped: `rte_eth_dev_close`. The port is gone then; its device is not, until
   * {@linkcode EthDev.hotplugRemove}.
   */
  close(): void {
    close(this.port);
  }

  /** Stops it and puts its device back to how it was at first: `rte_eth_dev_reset`. */
  reset(): void {
    reset(this.port);
  }

  /** Stops it and removes its device, from all processes: `rte_dev_remove`. */
  remove(): void {
    removeDevice(this.port);
  }

  /**
   * Whether it receives packets for any address: `rte_eth_promiscuous_get`,
   * `rte_eth_promiscuous_enable`, `rte_eth_promiscuous_disable`.
   */
  get promiscuous(): boolean {
    return readMode(this.port, "promiscuous");
  }

  set promiscuous(on: boolean) {
    writeMode(this.port, "promiscuous", on);
  }

  /**
   * Whether it receives packets for any multicast address: `rte_eth_allmulticast_get`,
   * `rte_eth_allmulticast_enable`, `rte_eth_allmulticast_disable`.
   */
  get allmulticast(): boolean {
    return readMode(this.port, "allmulticast");
  }

  set allmulticast(on: boolean) {
    writeMode(this.port, "allmulticast", on);
  }

  /**
   * Changes its own address: `rte_eth_dev_default_mac_addr_set`.
   *
   * @param address as text: `02:00:00:00:00:0A`
   */
  setMacAddress(address: string): void {
    writeMac(this.port, address);
  }

  /**
   * Has it receive packets for a further address: `rte_eth_dev_mac_addr_add`.
   *
   * @param address as text: `02:00:00:00:00:0A`
   * @param pool the VMDq pool that gets them; default 0
   */
  addMacAddress(address: string, pool: number = 0): void {
    addMac(this.port, address, pool);
  }

  /**
   * Takes a further address away: `rte_eth_dev_mac_addr_remove`. Does nothing when it has not got it.
   *
   * @param address as text: `02:00:00:00:00:0A`
   */
  removeMacAddress(address: string): void {
    removeMac(this.port, address);
  }

  /** The longest packet, in bytes, without its Ethernet header: `rte_eth_dev_get_mtu`, `rte_eth_dev_set_mtu`. */
  get mtu(): number {
    return readMtu(this.port);
  }

  set mtu(mtu: number) {
    writeMtu(this.port, mtu);
  }

  /** Brings its link up: `rte_eth_dev_set_link_up`. */
  setLinkUp(): void {
    switchLink(this.port, "up");
  }

  /** Brings its link down: `rte_eth_dev_set_link_down`. */
  setLinkDown(): void {
    switchLink(this.port, "down");
  }
}
