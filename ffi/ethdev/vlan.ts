/**
 * VLANs on a port.
 *
 * @module
 */

import { checkInteger, checkKeys, checkMaker, type Maker } from "../core/mod.ts";
import { RawInfo } from "./info.ts";
import {
  RTE_ETH_QINQ_STRIP_OFFLOAD,
  RTE_ETH_VLAN_EXTEND_OFFLOAD,
  RTE_ETH_VLAN_FILTER_OFFLOAD,
  RTE_ETH_VLAN_ID_MAX,
  RTE_ETH_VLAN_STRIP_OFFLOAD,
  RTE_MAX_QUEUES_PER_PORT,
} from "./layout.ts";
import type { Port } from "./port.ts";
import { checkConfigured } from "./queue_setup.ts";

/** What a port does with VLAN tags of received packets. */
export interface VlanOffloads {
  /** Takes tags off. */
  readonly strip: boolean;
  /** Receives only VLANs that were let in: {@linkcode Vlan.filter}. */
  readonly filter: boolean;
  /** Expects two tags. */
  readonly extend: boolean;
  /** Takes both of two tags off. */
  readonly qinqStrip: boolean;
}

const BITS = {
  strip: RTE_ETH_VLAN_STRIP_OFFLOAD,
  filter: RTE_ETH_VLAN_FILTER_OFFLOAD,
  extend: RTE_ETH_VLAN_EXTEND_OFFLOAD,
  qinqStrip: RTE_ETH_QINQ_STRIP_OFFLOAD,
} as const;

const NAMES = Object.keys(BITS) as (keyof typeof BITS)[];

function checkOn(on: boolean): number {
  if (typeof on === "boolean") return Number(on);
  throw new TypeError(`Cannot use ${String(on)} for a VLAN: it is true or false`);
}

/**
 * VLANs on a port, in `EthDev.vlan`. The class stands for the VLAN functions of rte_ethdev.h.
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
 * console.log(port.vlan.offloads().strip); // false
 * port.stop();
 * port.close();
 * ```
 */
export class Vlan {
  readonly #port: Port;

  /**
   * For `EthDev.vlan`.
   *
   * @internal
   */
  constructor(key: Maker, port: Port) {
    checkMaker(key, "Vlan", "EthDev.vlan");
    this.#port = port;
  }

  /**
   * What is on: `rte_eth_dev_get_vlan_offload`.
   *
   * @returns which are on
   */
  offloads(): VlanOffloads {
    const bits = this.#bits(`read the VLAN offloads of ${this.#port.label}`);
    return {
      strip: (bits & BITS.strip) !== 0,
      filter: (bits & BITS.filter) !== 0,
      extend: (bits & BITS.extend) !== 0,
      qinqStrip: (bits & BITS.qinqStrip) !== 0,
    };
  }

  #bits(what: string): number {
    const port = this.#port;
    const rte = port.calls(what);
    return port.attempt(
      what,
      "rte_eth_dev_get_vlan_offload",
      () => rte.rte_eth_dev_get_vlan_offload(port.portId),
    );
  }

  /**
   * Switches some on or off: `rte_eth_dev_set_vlan_offload`.
   *
   * @param change what is left out stays as it is
   */
  setOffloads(change: Partial<VlanOffloads>): void {
    checkKeys(change, NAMES, "vlan.setOffloads");
    for (const name of NAMES) if (change[name] !== undefined) checkOn(change[name]);
    const port = this.#port;
    const what = `change the VLAN offloads of ${port.label}`;
    const rte = port.primaryCalls(what);
    let bits = this.#bits(what);
    for (const name of NAMES) {
      if (change[name] !== undefined) bits = change[name] ? bits | BITS[name] : bits & ~BITS[name];
    }
    port.attempt(
      what,
      "rte_eth_dev_set_vlan_offload",
      () => rte.rte_eth_dev_set_vlan_offload(port.portId, bits),
      { EINVAL: "its device has no such offload" },
    );
  }

  /**
   * Lets a VLAN in, or no longer: `rte_eth_dev_vlan_filter`.
   *
   * @param vlanId from 0 to 4095
   * @param on whether it is let in
   * @throws {DpdkError} when the filter is not on (`ENOSYS`)
   */
  filter(vlanId: number, on: boolean): void {
    checkInteger(vlanId, "a VLAN id", 0, RTE_ETH_VLAN_ID_MAX);
    const flag = checkOn(on);
    const port = this.#port;
    const what = `${on ? "let VLAN" : "stop letting VLAN"} ${vlanId} into ${port.label}`;
    const rte = port.primaryCalls(what);
    port.attempt(
      what,
      "rte_eth_dev_vlan_filter",
      () => rte.rte_eth_dev_vlan_filter(port.portId, vlanId, flag),
      { ENOSYS: 'the filter is off; configure the port with the offload "VLAN_FILTER"' },
    );
  }

  /**
   * Has one queue take tags off, or not: `rte_eth_dev_set_vlan_strip_on_queue`.
   *
   * @param queue its number, below those configured
   * @param on whether it takes tags off
   */
  stripOnQueue(queue: number, on: boolean): void {
    checkInteger(queue, "a queue", 0, RTE_MAX_QUEUES_PER_PORT - 1);
    const flag = checkOn(on);
    const port = this.#port;
    const what = `switch VLAN stripping of receive queue ${queue} of ${port.label}`;
    const rte = port.primaryCalls(what);
    checkConfigured(port, new RawInfo(port, what), "rx", queue, what);
    port.attempt(
      what,
      "rte_eth_dev_set_vlan_strip_on_queue",
      () => rte.rte_eth_dev_set_vlan_strip_on_queue(port.portId, queue, flag),
    );
  }

  /**
   * Puts a tag into every packet that is sent: `rte_eth_dev_set_vlan_pvid`.
   *
   * @param vlanId the tag's VLAN, `undefined` for none
   */
  setPvid(vlanId: number | undefined): void {
    checkInteger(vlanId ?? 0, "a VLAN id", 0, RTE_ETH_VLAN_ID_MAX);
    const port = this.#port;
    const what = `set the port VLAN of ${port.label}`;
    const rte = port.primaryCalls(what);
    const on = Number(vlanId !== undefined);
    port.attempt(
      what,
      "rte_eth_dev_set_vlan_pvid",
      () => rte.rte_eth_dev_set_vlan_pvid(port.portId, vlanId ?? 0, on),
    );
  }
}
