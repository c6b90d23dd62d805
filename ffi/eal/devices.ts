/**
 * The devices of this process.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { rte_dev_iterator } from "./layout.ts";

/**
 * rte_bus.h, rte_dev.h. The iterator is experimental in DPDK, alike in 22.11, 24.11 and 25.11, so
 * these have no place among the functions for scripts.
 */
export const deviceSymbols = {
  rte_bus_find:
    "struct rte_bus * (const struct rte_bus *start, int (*cmp)(const struct rte_bus *bus, const void *data), const void *data)",
  rte_bus_name: "const char * (const struct rte_bus *bus)",
  rte_dev_is_probed: "int (const struct rte_device *dev)",
  rte_dev_iterator_init: "int (struct rte_dev_iterator *it, const char *str)",
  rte_dev_iterator_next: "struct rte_device * (struct rte_dev_iterator *it)",
} as const;

const eal = library("rte_eal", deviceSymbols);

/** The names of the buses: `vdev`, `pci`, ... */
function buses(): string[] {
  const names: string[] = [];
  const compare = runtime.callback(
    "int (const struct rte_bus *bus, const void *data)",
    (bus) => {
      names.push(eal().rte_bus_name(bus) ?? "");
      return 1; // not the one: the next, please
    },
  );
  eal().rte_bus_find(null, compare.pointer, null);
  compare.close();
  return names;
}

/** Whether a driver of this process has a device of a bus. */
function hasDevicesOf(bus: string): boolean {
  const memory = new ArrayBuffer(rte_dev_iterator.size);
  const iterator = runtime.pointerTo<"struct rte_dev_iterator">(memory);
  // What it returns is an earlier rte_errno at times; an iterator that was not made has no devices.
  eal().rte_dev_iterator_init(iterator, `bus=${bus}`);
  let probed = false;
  // To its end, where it frees what it holds.
  for (;;) {
    const device = eal().rte_dev_iterator_next(iterator);
    if (device === null) return memory.byteLength > 0 && probed;
    probed ||= eal().rte_dev_is_probed(device) !== 0;
  }
}

/** Whether a driver of this process has a device of any bus: `rte_dev_is_probed`. */
export function hasDevices(): boolean {
  return buses().some(hasDevicesOf);
}
