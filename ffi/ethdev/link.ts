/**
 * A port's link: `struct rte_eth_link`.
 *
 * @module
 */

import { maskOf } from "../core/mod.ts";
import { rte_eth_link, RTE_ETH_SPEED_NUM_UNKNOWN } from "./layout.ts";
import { type Port, Scratch } from "./port.ts";

/** The state of a link. */
export interface EthLink {
  /** Whether there is a link. */
  readonly up: boolean;
  /** In Mbps; 0 when there is none, `undefined` when the driver does not know. */
  readonly speedMbps: number | undefined;
  /** Whether both sides may send at once. */
  readonly duplex: "full" | "half";
  /** Whether speed and duplex mode were negotiated; else they are fixed. */
  readonly autoneg: boolean;
}

const { link_autoneg, link_duplex, link_status } = rte_eth_link.bits;
const AUTONEG = maskOf(link_autoneg);
const DUPLEX = maskOf(link_duplex);
const STATUS = maskOf(link_status);

/** What `struct rte_eth_link` says. */
export function decodeLink(view: DataView, at: number = 0): EthLink {
  const speed = view.getUint32(at + rte_eth_link.fields.link_speed.offset, true);
  const bits = view.getUint16(at + link_status.offset, true);
  return {
    up: (bits & STATUS) !== 0,
    speedMbps: speed === RTE_ETH_SPEED_NUM_UNKNOWN ? undefined : speed,
    duplex: (bits & DUPLEX) !== 0 ? "full" : "half",
    autoneg: (bits & AUTONEG) !== 0,
  };
}

/** The state of a port's link: `rte_eth_link_get`, `rte_eth_link_get_nowait`. */
export function readLink(
  port: Port,
  name: "rte_eth_link_get" | "rte_eth_link_get_nowait",
): EthLink {
  const what = `read the link of ${port.label}`;
  const link = new Scratch<"struct rte_eth_link">(rte_eth_link.size);
  const rte = port.calls(what);
  port.attempt(what, name, () => rte[name](port.portId, link.pointer));
  return decodeLink(link.view);
}

/** Brings a port's link up or down: `rte_eth_dev_set_link_up`, `rte_eth_dev_set_link_down`. */
export function switchLink(port: Port, to: "up" | "down"): void {
  const what = `bring the link of ${port.label} ${to}`;
  const rte = port.primaryCalls(what);
  const name = `rte_eth_dev_set_link_${to}` as const;
  port.attempt(what, name, () => rte[name](port.portId));
}
