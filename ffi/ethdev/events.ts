/**
 * What ports tell: link changes, removal, ports that come and go.
 *
 * DPDK calls on its interrupt thread, or on the thread that caused the event. The bridge of the
 * control channel brings it to the script, in order, and neither thread waits for the script.
 *
 * @module
 */

import {
  checkInteger,
  checkMaker,
  checkOneOf,
  DpdkError,
  Errno,
  failed,
  libc,
  type Maker,
  maker,
} from "../core/mod.ts";
import { beforeCleanup, ealState, foreign, requireEalThread } from "../eal/mod.ts";
import { atError, atExit, type Pointer, runtime } from "../runtime/mod.ts";
import { RTE_MAX_ETHPORTS } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";

/** `enum rte_eth_event_type`, in its order. */
const EVENTS = [
  "unknown",
  "lsc",
  "queueState",
  "intrReset",
  "vfMbox",
  "macsec",
  "rmv",
  "new",
  "destroy",
  "ipsec",
  "flowAged",
  "rxAvailThresh",
  "errRecovering",
  "recoverySuccess",
  "recoveryFailed",
] as const;

/**
 * A name of the enum.
 *
 * @internal
 */
type EventName = (typeof EVENTS)[number];

/**
 * What a port can tell, `RTE_ETH_EVENT_*`: `lsc` is a link status change, `rmv` the removal of the
 * device, `new` and `destroy` are ports that come and go, `intrReset` asks for a reset.
 */
export type EthEvent = Exclude<EventName, "unknown">;

/**
 * What is called with an event. What it does not catch is written to the console; other handlers are
 * called all the same.
 */
export type EthEventHandler = (portId: number, event: EthEvent) => void;

/** `RTE_ETH_ALL`: every port, also those that come later. */
const ALL = RTE_MAX_ETHPORTS;

const PROTOTYPE = "int (uint16_t port_id, int event, void *cb_arg, void *ret_param)";

/** The handlers of each port and event that DPDK was asked to tell. */
const handlers = new Map<string, Set<EthEventHandler>>();

const keyOf = (portId: number, event: number) => `${portId}:${event}`;

/** What was not closed: it ends with EAL, or the script would stay alive for it. */
const open = new Set<EthSubscription>();

let callback: Pointer | undefined;

function number(bytes: Uint8Array<ArrayBuffer>): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
}

/** A handler that fails is told of on the console: others have their turn, and the script goes on. */
function tell(handler: EthEventHandler, portId: number, event: EthEvent): void {
  const failed = (error: unknown): void => {
    console.error(`Cannot handle "${event}" of port ${portId}:`, error);
  };
  try {
    const settled: unknown = handler(portId, event);
    if (settled instanceof Promise) settled.catch(failed);
  } catch (error) {
    failed(error);
  }
}

function opened(): Pointer {
  if (callback !== undefined) return callback;
  const pieces = [0, 1, 2].map((arg) => ({ take: "value", arg }) as const);
  const address = foreign().bridge.callback(PROTOTYPE, pieces, ([port, event, asked]) => {
    // The argument is the port that was asked for: a handler of all ports has a set of its own.
    const portId = number(port!) & 0xffff;
    const told = handlers.get(keyOf(number(asked!), number(event!)));
    for (const handler of [...told ?? []]) {
      // One before it may have closed it.
      if (told!.has(handler)) tell(handler, portId, EVENTS[number(event!)]! as EthEvent);
    }
  });
  beforeCleanup(() => {
    for (const subscription of [...open]) subscription.close();
  });
  atExit(suspend);
  atError(() => {
    suspend();
    // The script may go on.
    setTimeout(() => {
      if (ealState() === "running") eachRegistered(register);
    }, 0);
  });
  return callback = runtime.pointer(address)!;
}

/** The argument of the callback: the port that was asked for. Never read as a pointer. */
function argument(portId: number): Pointer | null {
  return runtime.pointer(portId);
}

function register(portId: number, event: number): number {
  const rte = ethdevLibrary();
  return rte.rte_eth_dev_callback_register(portId, event, opened(), argument(portId));
}

/** How long a call takes from DPDK's thread into the queue, at most, in microseconds. */
const IN_FLIGHT_US = 10_000;

/**
 * DPDK leaves a callback that a thread is in just now, and says so (`EAGAIN`) of a single port only:
 * the thread has left it soon.
 */
function unregister(portId: number, event: number): void {
  const rte = ethdevLibrary();
  for (let tries = 0; tries < 20; tries++) {
    if (portId !== ALL && rte.rte_eth_dev_is_valid_port(portId) !== 1) return;
    const status = rte.rte_eth_dev_callback_unregister(portId, event, opened(), argument(portId));
    if (portId === ALL ? tries === 2 : status !== -Errno.EAGAIN) return;
    libc().usleep(IN_FLIGHT_US / 20);
  }
}

function eachRegistered(action: (portId: number, event: number) => void): void {
  for (const key of handlers.keys()) {
    const [portId, event] = key.split(":").map(Number);
    action(portId!, event!);
  }
}

/** Keeps DPDK's threads away: should the script end now, they find no function that has gone with it. */
function suspend(): void {
  if (ealState() !== "running" || handlers.size === 0) return;
  eachRegistered(unregister);
  libc().usleep(IN_FLIGHT_US);
}

/**
 * A handler at work; made by {@linkcode onEthEvent}. Ends by `rte_eth_dev_callback_unregister`
 * (rte_ethdev.h).
 *
 * @example
 * ```ts
 * import { Eal, EthDev, onEthEvent, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * using watch = onEthEvent(port.portId, "lsc", () => console.log(port.linkNowait().up));
 * watch.unref(); // the script may end although it listens
 * console.log(watch.event); // lsc
 * port.stop();
 * port.close();
 * ```
 */
export class EthSubscription implements Disposable {
  /** The port, `undefined` for all. */
  readonly portId: number | undefined;
  /** What it is told. */
  readonly event: EthEvent;
  readonly #close: () => void;
  #alive = true;

  /**
   * For {@linkcode onEthEvent}.
   *
   * @internal
   */
  constructor(key: Maker, portId: number | undefined, event: EthEvent, close: () => void) {
    checkMaker(key, "EthSubscription", "onEthEvent");
    this.portId = portId;
    this.event = event;
    this.#close = close;
    open.add(this);
    foreign().keepAlive(this, true);
  }

  /** Lets the script end although events are handled. */
  unref(): this {
    foreign().keepAlive(this, false);
    return this;
  }

  /** Keeps the script alive (again) for as long as events are handled. */
  ref(): this {
    if (this.#alive) foreign().keepAlive(this, true);
    return this;
  }

  /** Handles no more events: `rte_eth_dev_callback_unregister`. A second call does nothing. */
  close(): void {
    if (!this.#alive) return;
    this.#alive = false;
    open.delete(this);
    foreign().keepAlive(this, false);
    this.#close();
  }

  /** {@linkcode EthSubscription.close} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Handles an event of a port: `rte_eth_dev_callback_register`. The script has it when it yields to
 * its event loop, or calls `mp.poll`. Link changes are told by ports whose driver has link
 * interrupts and that were configured with `lsc`.
 *
 * @param portId the port; `"all"` for every one, also those that come later
 * @param event which one
 * @param handler is called with the port's number and the event
 * @returns what ends it
 * @throws {TypeError} when there is no such event
 * @throws {DpdkError} when there is no such port (`ENODEV`), and in a Worker (`EPERM`)
 * @example
 * ```ts
 * import { Eal, EthDev, onEthEvent, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * using watch = onEthEvent(port.portId, "lsc", (portId) => {
 *   console.log(EthDev.get(portId).linkNowait().up);
 * });
 * port.stop();
 * port.close();
 * ```
 */
export function onEthEvent(
  portId: number | "all",
  event: EthEvent,
  handler: EthEventHandler,
): EthSubscription {
  const asked = portId === "all" ? ALL : checkInteger(portId, "a port", 0, RTE_MAX_ETHPORTS - 1);
  const type = EVENTS.indexOf(checkOneOf(event, EVENTS.slice(1) as EthEvent[], "an event"));
  if (typeof handler !== "function") {
    throw new TypeError(`Cannot handle "${event}" with ${String(handler)}: it is no function`);
  }
  const what = `handle "${event}" of ${portId === "all" ? "all ports" : `port ${portId}`}`;
  requireEalThread(what);
  if (portId !== "all" && ethdevLibrary().rte_eth_dev_is_valid_port(asked) !== 1) {
    throw new DpdkError({ what, errno: Errno.ENODEV, advice: "there is no such port" });
  }
  const key = keyOf(asked, type);
  let told = handlers.get(key);
  if (told === undefined) {
    const status = register(asked, type);
    if (status < 0) {
      throw failed(what, "rte_eth_dev_callback_register", -status, {
        EINVAL: "DPDK knows no such event or port",
        ENOMEM: "there is not enough memory left",
      });
    }
    handlers.set(key, told = new Set());
  }
  const own: EthEventHandler = (port, type) => handler(port, type); // one handler may be there twice
  told.add(own);
  return new EthSubscription(maker, portId === "all" ? undefined : portId, event, () => {
    told.delete(own);
    if (told.size > 0 || handlers.get(key) !== told) return;
    handlers.delete(key);
    if (ealState() === "running") unregister(asked, type);
  });
}
