/**
 * What every handle of a port has in common: which port it is, whether it is still that port, and
 * who may do what.
 *
 * @module
 */

import {
  type AdviceTable,
  bury,
  checkInteger,
  DpdkError,
  enrol,
  Errno,
  failed,
  type Mortal,
} from "../core/mod.ts";
import { captureLog, eal, requireEal } from "../eal/mod.ts";
import { returnPools } from "../mbuf/mod.ts";
import { type Calls, decodeString, type Pointer, runtime } from "../runtime/mod.ts";
import { fpOpsAddress } from "./fp_ops.ts";
import { RTE_ETH_DEV_NO_OWNER, RTE_ETH_NAME_MAX_LEN } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";
import type { ethdevSymbols } from "./symbols.ts";

/** The functions of librte_ethdev. */
export type EthdevCalls = Calls<typeof ethdevSymbols>;

/** The largest port id that C's 16 bits hold. */
const MAX_PORT_ID = 65535;

/** Memory for one struct, and the pointer to it that calls take. */
export class Scratch<T extends string> {
  /** The struct's bytes; zeroes at first. */
  readonly view: DataView<ArrayBuffer>;
  /** Where they are. */
  readonly pointer: Pointer<T>;

  /** @param size bytes */
  constructor(size: number) {
    const memory = new ArrayBuffer(size);
    this.view = new DataView(memory);
    this.pointer = runtime.pointerTo<T>(memory);
  }
}

/** `rte_eth_dev_is_valid_port`. */
export function isPort(portId: number): boolean {
  return ethdevLibrary().rte_eth_dev_is_valid_port(portId) === 1;
}

/**
 * The name of a port, `undefined` when there is no such port.
 *
 * Of a port that the primary closed, a secondary keeps one without a name, which has nothing behind
 * it: most functions would end the process.
 */
export function portName(portId: number): string | undefined {
  if (!isPort(portId)) return undefined;
  const name = new Uint8Array(new ArrayBuffer(RTE_ETH_NAME_MAX_LEN));
  const status = ethdevLibrary().rte_eth_dev_get_name_by_port(
    portId,
    runtime.pointerTo(name.buffer),
  );
  return status < 0 || name[0] === 0 ? undefined : decodeString(name);
}

/** The ids of all ports, owned or not: `rte_eth_find_next`. */
export function portIds(): number[] {
  const ids: number[] = [];
  const rte = ethdevLibrary();
  for (let id = rte.rte_eth_find_next(0); isPort(id); id = rte.rte_eth_find_next(id + 1)) {
    if (portName(id) !== undefined) ids.push(id);
  }
  return ids;
}

/** How many ports there are that nobody owns: `rte_eth_find_next_owned_by`. */
export function availableCount(): number {
  const rte = ethdevLibrary();
  const none = BigInt(RTE_ETH_DEV_NO_OWNER);
  const isFree = (id: number) => rte.rte_eth_find_next_owned_by(id, none) === BigInt(id);
  return portIds().filter(isFree).length;
}

/** The ports that there are, for a message. */
export function knownPorts(): string {
  const ports = portIds().flatMap((id) => {
    const name = portName(id); // it may have been closed since
    return name === undefined ? [] : [`${id} (${name})`];
  });
  if (ports.length === 0 && !isPrimary()) {
    return "this group has no ports, or none any more: its primary has closed them, or is gone";
  }
  return ports.length === 0
    ? "there are no ports; start EAL with a device, such as the option vdevs: " +
      '["net_null0"], or call EthDev.probe'
    : `there are ${ports.join(", ")}`;
}

/** Whether this process is the primary of its group. */
export function isPrimary(): boolean {
  return eal().rte_eal_process_type() === 0;
}

const ADVICE: AdviceTable = {
  ENODEV: "there is no such port any more",
  ENOTSUP: "its driver cannot do that",
  EIO: "the device was removed, or does not answer",
  ENOMEM: "there is not enough memory left; start the primary with more (memory, socketLimit)",
};

/** One port of this process. */
export class Port implements Mortal {
  /** Its number, alike in all processes of the group. */
  readonly portId: number;
  /** Its name: `net_null0`. */
  readonly name: string;
  #gone = false;

  /**
   * The port of a number.
   *
   * @throws {RangeError} when it is no number of a port
   * @throws {DpdkError} when there is no such port (`ENODEV`)
   */
  constructor(portId: number) {
    checkInteger(portId, "a port id", 0, MAX_PORT_ID);
    const what = `use port ${portId}`;
    requireEal(what);
    const name = portName(portId);
    if (name === undefined) {
      throw new DpdkError({ what, errno: Errno.ENODEV, advice: knownPorts() });
    }
    this.portId = portId;
    this.name = name;
    enrol(fpOpsAddress(portId), this);
  }

  /** For the library: the port is about to go. */
  die(_gone: () => Error): void {
    this.#gone = true;
  }

  /** How messages call it: `port 0 (net_null0)`. */
  get label(): string {
    return `port ${this.portId} (${this.name})`;
  }

  /** Whether the port that this handle was made for is still there. */
  get alive(): boolean {
    return !this.#gone && portName(this.portId) === this.name;
  }

  /**
   * The functions, as long as the port is there.
   *
   * @param what what is tried
   * @throws {DpdkError} when the port was closed or removed, and without a running EAL
   */
  calls(what: string): EthdevCalls {
    requireEal(what);
    if (this.alive) return ethdevLibrary();
    // Another process may have closed it.
    if (portName(this.portId) === undefined) returnPools(this.portId);
    throw new DpdkError({
      what,
      errno: Errno.ENODEV,
      advice: `it was closed, or its device removed; ${knownPorts()}`,
    });
  }

  /**
   * The functions, for what only a primary may do.
   *
   * @throws {DpdkError} in a secondary (`EPERM`), and as {@linkcode Port.calls}
   */
  primaryCalls(what: string): EthdevCalls {
    const rte = this.calls(what);
    if (isPrimary()) return rte;
    throw new DpdkError({
      what,
      errno: Errno.EPERM,
      advice: "this process is a secondary; only the primary configures ports",
    });
  }

  /**
   * Makes a call and takes a negative result for a failure.
   *
   * @param what what is tried
   * @param name the function's name
   * @param call the call
   * @param advice what error numbers mean, where they mean something of their own
   * @returns the call's result, 0 or positive
   * @throws {DpdkError} with what DPDK logged meanwhile
   */
  attempt(what: string, name: string, call: () => number, advice: AdviceTable = {}): number {
    const { value, log } = captureLog(call, (status) => status < 0);
    if (value >= 0) return value;
    throw failed(what, name, -value, { ...ADVICE, ...advice }, log);
  }
}

/** Makes a call whose log lines are for nobody: its failure is an answer. */
export function quietly(call: () => number): number {
  return captureLog(call, () => false, true).value;
}

/** The ports that there are, as they were before something that ends some of them. */
export function portsNow(): ReadonlyMap<number, string> {
  return new Map(portIds().map((id) => [id, portName(id) ?? ""]));
}

/** Ends the handles of the ports that were there and are no more. */
export function buryGone(before: ReadonlyMap<number, string>): void {
  for (const [id, name] of before) {
    if (portName(id) === name) continue;
    bury(fpOpsAddress(id), `port ${id} (${name})`);
    returnPools(id);
  }
}
