/**
 * Devices: what EAL's buses found, and drivers made ports of.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import { type Calls, type Pointer, runtime } from "../runtime/mod.ts";
import { devSymbols } from "./symbols.ts";

/** The functions of librte_eal for devices, opened on first use. */
export const devLibrary: () => Calls<typeof devSymbols> = library("rte_eal", devSymbols);

function device(address: number): Pointer<"struct rte_device"> | null {
  return runtime.pointer<"struct rte_device">(address);
}

/** The name of the device at an address: `rte_dev_name`. */
export function deviceNameOf(address: number): string {
  if (address === 0) return "";
  return devLibrary().rte_dev_name(device(address)) ?? "";
}

/** The name of the bus of the device at an address: `rte_dev_bus`, `rte_bus_name`. */
export function busNameOf(address: number): string {
  if (address === 0) return "";
  const bus = devLibrary().rte_dev_bus(device(address));
  return bus === null ? "" : devLibrary().rte_bus_name(bus) ?? "";
}
