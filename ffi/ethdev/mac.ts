/**
 * What a port receives: MAC addresses, promiscuous and all-multicast mode.
 *
 * @module
 */

import { checkInteger, DpdkError, Errno } from "../core/mod.ts";
import { formatMac, parseMac } from "../net/mod.ts";
import { experimentalLibrary } from "./experimental.ts";
import { RawInfo } from "./info.ts";
import { rte_ether_addr } from "./layout.ts";
import { type Port, Scratch } from "./port.ts";

const BYTES = rte_ether_addr.size;
const TWO_16 = 2 ** 16;

/** What stands where there is no further address. */
const NONE = "00:00:00:00:00:00";

/** A MAC address as C takes it. */
function macAddress(text: string): Scratch<"struct rte_ether_addr"> {
  const number = parseMac(text);
  const address = new Scratch<"struct rte_ether_addr">(BYTES);
  address.view.setUint32(0, Math.floor(number / TWO_16));
  address.view.setUint16(4, number % TWO_16);
  return address;
}

/** The port's own address, `02:00:00:00:00:01`: `rte_eth_macaddr_get`. */
export function readMac(port: Port): string {
  const what = `read the MAC address of ${port.label}`;
  const address = new Scratch<"struct rte_ether_addr">(BYTES);
  const rte = port.calls(what);
  port.attempt(
    what,
    "rte_eth_macaddr_get",
    () => rte.rte_eth_macaddr_get(port.portId, address.pointer),
  );
  return textOf(address.view, 0);
}

function textOf(view: DataView, at: number): string {
  return formatMac(view.getUint32(at) * TWO_16 + view.getUint16(at + 4));
}

/** The port's own address and its further ones: `rte_eth_macaddrs_get`. */
export function readMacs(port: Port): string[] {
  const what = `read the MAC addresses of ${port.label}`;
  const most = new RawInfo(port, what).number("max_mac_addrs");
  const all = new Scratch<"struct rte_ether_addr">(BYTES * Math.max(1, most));
  const n = port.attempt(
    what,
    "rte_eth_macaddrs_get",
    () => experimentalLibrary().rte_eth_macaddrs_get(port.portId, all.pointer, most),
  );
  const texts = Array.from({ length: Math.min(n, most) }, (_, i) => textOf(all.view, BYTES * i));
  return texts.filter((text, i) => i === 0 || text !== NONE);
}

/** Changes the port's own address: `rte_eth_dev_default_mac_addr_set`. */
export function writeMac(port: Port, text: string): void {
  const address = macAddress(text);
  if ((address.view.getUint8(0) & 1) !== 0 || parseMac(text) === 0) {
    throw new RangeError(`Cannot use ${text} as a port's MAC address: it is no unicast address`);
  }
  const what = `set the MAC address of ${port.label} to ${text}`;
  const rte = port.primaryCalls(what);
  port.attempt(
    what,
    "rte_eth_dev_default_mac_addr_set",
    () => rte.rte_eth_dev_default_mac_addr_set(port.portId, address.pointer),
    { EEXIST: "it is one of the port's further addresses; remove it first" },
  );
}

/** Adds an address that the port receives packets for: `rte_eth_dev_mac_addr_add`. */
export function addMac(port: Port, text: string, pool: number): void {
  const address = macAddress(text);
  checkInteger(pool, "a VMDq pool", 0, 63);
  if (parseMac(text) === 0) throw new RangeError("Cannot add the MAC address of zeroes");
  const what = `add MAC address ${text} to ${port.label}`;
  const rte = port.primaryCalls(what);
  port.attempt(
    what,
    "rte_eth_dev_mac_addr_add",
    () => rte.rte_eth_dev_mac_addr_add(port.portId, address.pointer, pool),
    { ENOSPC: "it has as many as it can have; remove one first" },
  );
}

/** Removes such an address: `rte_eth_dev_mac_addr_remove`. */
export function removeMac(port: Port, text: string): void {
  const address = macAddress(text);
  const what = `remove MAC address ${text} from ${port.label}`;
  const rte = port.primaryCalls(what);
  port.attempt(
    what,
    "rte_eth_dev_mac_addr_remove",
    () => rte.rte_eth_dev_mac_addr_remove(port.portId, address.pointer),
    { EADDRINUSE: "it is the port's own address" },
  );
}

/** What else than packets for its addresses a port receives. */
export type ReceiveMode = "promiscuous" | "allmulticast";

/** Whether a mode is on: `rte_eth_promiscuous_get`, `rte_eth_allmulticast_get`. */
export function readMode(port: Port, mode: ReceiveMode): boolean {
  const what = `ask for the ${mode} mode of ${port.label}`;
  const rte = port.calls(what);
  const name = `rte_eth_${mode}_get` as const;
  return port.attempt(what, name, () => rte[name](port.portId)) !== 0;
}

/** Switches a mode: `rte_eth_promiscuous_enable` and its like. */
export function writeMode(port: Port, mode: ReceiveMode, on: boolean): void {
  if (typeof on !== "boolean") {
    throw new TypeError(`Cannot use ${String(on)} as ${mode} mode: it is true or false`);
  }
  const what = `switch ${mode} mode of ${port.label} ${on ? "on" : "off"}`;
  const rte = port.primaryCalls(what);
  const name = `rte_eth_${mode}_${on ? "enable" : "disable"}` as const;
  port.attempt(what, name, () => rte[name](port.portId));
  // Drivers that cannot, and are not asked again, are told from the mode alone.
  if (readMode(port, mode) !== on) {
    throw new DpdkError({ what, call: name, errno: Errno.ENOTSUP, advice: "its driver cannot" });
  }
}
