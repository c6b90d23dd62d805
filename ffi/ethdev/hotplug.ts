/**
 * Devices that come and go while a process runs. In a group, DPDK has every process do the same.
 *
 * @module
 */

import { type AdviceTable, checkName, Errno, failed } from "../core/mod.ts";
import { captureLog, requireEal } from "../eal/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { devLibrary } from "./device.ts";
import { RawInfo } from "./info.ts";
import { RTE_DEV_NAME_MAX_LEN } from "./layout.ts";
import { buryGone, isPrimary, type Port, portIds, portName, portsNow, quietly } from "./port.ts";

/** The longest device arguments that the primary takes for itself. */
const MAX_ARGS = 4095;

/** The longest that one process of a group can tell another: `EAL_DEV_MP_DEV_ARGS_MAX_LEN`. */
const MAX_TOLD = 127;

/** The longest name of a device. */
const MAX_NAME = RTE_DEV_NAME_MAX_LEN - 1;

const ADVICE: AdviceTable = {
  EEXIST: "there is such a device already; EthDev.find finds its port by its name",
  ENODEV: "there is no such device, or no driver for it",
  ENOENT: "there is no such device",
  EFAULT: "there is no such bus, or no driver knows a device of that name",
  EPERM: "its driver refused it, or one of its arguments",
  EINVAL: "the device or one of its arguments is unknown, or a driver refused it",
  ENOTSUP: "its bus cannot do that",
  ENOMSG: "another process of the group could not be asked",
  EIO: "another process of the group did not do the same",
};

/**
 * Makes a call that changes which ports there are.
 *
 * @param added the device that is to come, if one is
 * @returns the ids of the ports that came
 */
function change(what: string, name: string, call: () => number, added?: string): number[] {
  const before = portsNow();
  const came = () => portIds().filter((id) => before.get(id) !== portName(id));
  // A primary that has such a device tells the others to make one, too, and takes it for a success.
  const exists = added !== undefined && [...before.values()].includes(added);
  const { value, log } = captureLog(call, (status) => status < 0 || exists);
  buryGone(before);
  const ids = came();
  if (value < 0) throw failed(what, name, -value, ADVICE, log);
  if (exists && ids.length === 0) throw failed(what, name, Errno.EEXIST, ADVICE, log);
  return ids;
}

/** Refuses arguments that another process would be told the first part of. */
function checkArgs(devargs: string): void {
  checkName(devargs, "device", isPrimary() ? MAX_ARGS : MAX_TOLD);
}

/** The name in device arguments: what stands before the first comma, behind a bus. */
function nameIn(devargs: string): string {
  const [name = ""] = devargs.split(",", 1);
  return name.slice(name.indexOf(":") + 1);
}

/** Adds a device by its arguments: `rte_dev_probe`. */
export function probe(devargs: string): number[] {
  checkName(devargs, "device", MAX_ARGS);
  const what = `probe device "${devargs}"`;
  requireEal(what);
  checkArgs(devargs);
  const call = () => devLibrary().rte_dev_probe(devargs);
  return change(what, "rte_dev_probe", call, nameIn(devargs));
}

/** Adds a device: `rte_eal_hotplug_add`. */
export function hotplugAdd(bus: string, name: string, args: string): number[] {
  checkName(bus, "bus", MAX_NAME);
  checkName(name, "device", MAX_NAME);
  if (args !== "") checkName(args, "device argument", MAX_ARGS);
  const what = `add device "${name}" to bus "${bus}"`;
  requireEal(what);
  checkArgs(`${bus}:${name},${args}`);
  const call = () => devLibrary().rte_eal_hotplug_add(bus, name, args);
  return change(what, "rte_eal_hotplug_add", call, name);
}

/** Removes a device: `rte_eal_hotplug_remove`. */
export function hotplugRemove(bus: string, name: string): void {
  checkName(bus, "bus", MAX_NAME);
  checkName(name, "device", MAX_NAME);
  const what = `remove device "${name}" from bus "${bus}"`;
  requireEal(what);
  change(
    what,
    "rte_eal_hotplug_remove",
    () => devLibrary().rte_eal_hotplug_remove(bus, name),
  );
}

/** Removes the device of a port, and with it all its ports: `rte_dev_remove`. */
export function removeDevice(port: Port): void {
  const what = `remove the device of ${port.label}`;
  const rte = port.calls(what);
  const device: Pointer<"struct rte_device"> | null = runtime.pointer(
    new RawInfo(port, what).pointer("device"),
  );
  if (isPrimary()) {
    const status = quietly(() => rte.rte_eth_dev_stop(port.portId));
    if (status < 0) throw failed(what, "rte_eth_dev_stop", -status, ADVICE);
  }
  change(what, "rte_dev_remove", () => devLibrary().rte_dev_remove(device));
}
