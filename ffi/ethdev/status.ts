/**
 * What every process of a group may ask of a port.
 *
 * @module
 */

import { checkInteger, checkMaker, type Maker, maker } from "../core/mod.ts";
import { type EthDevConf, readConf } from "./conf.ts";
import { type EthDevInfo, readInfo } from "./info.ts";
import { firmwareVersion, packetTypes } from "./lifecycle.ts";
import { type EthLink, readLink } from "./link.ts";
import { readMac, readMacs } from "./mac.ts";
import { disown, type EthOwner, own, readOwner } from "./owner.ts";
import { Port } from "./port.ts";
import {
  adjustDescriptors,
  type RxQueueInfo,
  rxQueueInfo,
  type TxQueueInfo,
  txQueueInfo,
} from "./queue_setup.ts";
import { Rss } from "./rss.ts";
import { type EthStats, readStats, resetStats } from "./stats.ts";
import { Vlan } from "./vlan.ts";
import { Xstats } from "./xstats.ts";

/**
 * What every process of a group may ask of a port: the part of `EthDev` that is no control. Its
 * functions are those of rte_ethdev.h.
 *
 * @example
 * ```ts
 * import { Eal, EthDev, type EthDevStatus, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const status: EthDevStatus = port; // what every process may ask
 * console.log(status.name, status.info().driverName); // net_null0 net_null
 * port.stop();
 * port.close();
 * ```
 */
export abstract class EthDevStatus {
  /** Extended counters. */
  readonly xstats: Xstats;
  /** Receive side scaling. */
  readonly rss: Rss;
  /** VLANs. */
  readonly vlan: Vlan;
  /**
   * For the library: the port.
   *
   * @internal
   */
  protected readonly port: Port;

  /**
   * For `EthDev.get` and its like.
   *
   * @internal
   */
  protected constructor(key: Maker, portId: number) {
    checkMaker(key, "EthDev", "EthDev.get, EthDev.find or EthDev.all");
    this.port = new Port(portId);
    this.xstats = new Xstats(maker, this.port);
    this.rss = new Rss(maker, this.port);
    this.vlan = new Vlan(maker, this.port);
  }

  /** Its number, alike in all processes of the group. */
  get portId(): number {
    return this.port.portId;
  }

  /** Its name: `rte_eth_dev_get_name_by_port`. */
  get name(): string {
    return this.port.name;
  }

  /** False once it was closed or its device removed, by whomever, or EAL was cleaned up. */
  get alive(): boolean {
    return this.port.alive;
  }

  /** Its NUMA socket, -1 when it is near none: `rte_eth_dev_socket_id`. */
  get socketId(): number {
    return this.port.calls(`ask for the socket of ${this.port.label}`)
      .rte_eth_dev_socket_id(this.portId);
  }

  /** Whether its hardware was pulled out: `rte_eth_dev_is_removed`. */
  get isRemoved(): boolean {
    return this.port.calls(`ask whether ${this.port.label} was removed`)
      .rte_eth_dev_is_removed(this.portId) === 1;
  }

  /**
   * What it is and can do: `rte_eth_dev_info_get`.
   *
   * @returns what the driver says; sizes are in bytes
   */
  info(): EthDevInfo {
    return readInfo(this.port);
  }

  /**
   * How it is configured, `undefined` before it is: `rte_eth_dev_conf_get`.
   *
   * @returns MTU in bytes, offloads by name
   */
  conf(): EthDevConf | undefined {
    return readConf(this.port);
  }

  /**
   * `rte_eth_dev_fw_version_get`.
   *
   * @returns the driver's text
   */
  firmwareVersion(): string {
    return firmwareVersion(this.port);
  }

  /**
   * The packet types that it tells: `rte_eth_dev_get_supported_ptypes`.
   *
   * @param mask layers: `RTE_PTYPE_L3_MASK`, ...; default all
   * @returns `RTE_PTYPE_*`; `packetTypeName` puts one into words
   */
  supportedPacketTypes(mask: number = 0xffffffff): number[] {
    checkInteger(mask, "a mask of packet types", 0, 0xffffffff);
    return packetTypes(this.port, mask);
  }

  /**
   * The nearest numbers of descriptors that it takes: `rte_eth_dev_adjust_nb_rx_tx_desc`.
   *
   * @param rx descriptors of receive queues
   * @param tx descriptors of transmit queues
   * @returns both numbers, within the driver's limits
   */
  adjustDescriptors(rx: number, tx: number): { readonly rx: number; readonly tx: number } {
    return adjustDescriptors(this.port, rx, tx);
  }

  /**
   * What a receive queue is: `rte_eth_rx_queue_info_get`; many drivers do not tell.
   *
   * @param queue its number, below those configured
   * @returns descriptors, pool, buffer size in bytes, and how it was set up
   */
  rxQueueInfo(queue: number): RxQueueInfo {
    return rxQueueInfo(this.port, queue);
  }

  /**
   * What a transmit queue is: `rte_eth_tx_queue_info_get`; many drivers do not tell.
   *
   * @param queue its number, below those configured
   * @returns descriptors, and how it was set up
   */
  txQueueInfo(queue: number): TxQueueInfo {
    return txQueueInfo(this.port, queue);
  }

  /** Its own address, `02:00:00:00:00:0A`: `rte_eth_macaddr_get`. */
  get macAddress(): string {
    return readMac(this.port);
  }

  /**
   * Its own address and further ones: `rte_eth_macaddrs_get`.
   *
   * @returns as text, its own first: `02:00:00:00:00:0A`
   */
  macAddresses(): string[] {
    return readMacs(this.port);
  }

  /**
   * The link; waits up to 9 seconds for one: `rte_eth_link_get`.
   *
   * @returns whether it is up, its speed in Mbps, its duplex mode
   */
  link(): EthLink {
    return readLink(this.port, "rte_eth_link_get");
  }

  /**
   * The link as it is: `rte_eth_link_get_nowait`.
   *
   * @returns whether it is up, its speed in Mbps, its duplex mode
   */
  linkNowait(): EthLink {
    return readLink(this.port, "rte_eth_link_get_nowait");
  }

  /**
   * Its counters: `rte_eth_stats_get`.
   *
   * @returns counters of packets and bytes since the start or their reset
   */
  stats(): EthStats {
    return readStats(this.port);
  }

  /** Sets its counters to 0, for all processes: `rte_eth_stats_reset`. */
  resetStats(): void {
    resetStats(this.port);
  }

  /**
   * Whose it is, `undefined` when nobody's: `rte_eth_dev_owner_get`.
   *
   * @returns the owner's number and name
   */
  owner(): EthOwner | undefined {
    return readOwner(this.port);
  }

  /**
   * Makes it one's own, so that others that look for ports leave it alone:
   * `rte_eth_dev_owner_new`, `rte_eth_dev_owner_set`.
   *
   * @param name who one is, at most 63 bytes
   * @returns the owner, for {@linkcode EthDev.disown}
   * @throws {DpdkError} when it has an owner (`EPERM`)
   */
  own(name: string): EthOwner {
    return own(this.port, name);
  }

  /**
   * Gives it up: `rte_eth_dev_owner_unset`, with what {@linkcode EthDev.own} gave.
   *
   * @param owner who has it
   */
  disown(owner: EthOwner): void {
    disown(this.port, owner.id);
  }

  /**
   * `port 0 (net_null0)`.
   *
   * @returns number and name, as error messages name it
   */
  toString(): string {
    return this.port.label;
  }
}
