/**
 * Configuring a port: `struct rte_eth_conf`.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { checkInteger, checkKeys, DpdkError, Errno, libc } from "../core/mod.ts";
import { requireEal } from "../eal/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { type Interrupt, interruptBits, isConfigured } from "./conf.ts";
import { RawInfo } from "./info.ts";
import { rte_eth_conf, rte_eth_rss_conf, RTE_MAX_QUEUES_PER_PORT } from "./layout.ts";
import {
  applyMultiQueue,
  checkMultiQueue,
  type DcbOptions,
  type RxMqMode,
  type TxMqMode,
  type VmdqOptions,
} from "./multi_queue.ts";
import {
  bitsOf,
  checkCapable,
  namesOf,
  rssBits,
  rssNamesOf,
  rxOffloads,
  txOffloads,
} from "./names.ts";
import { type Port, Scratch } from "./port.ts";
import type { RssFunction } from "./rss_types.ts";

/** What receive side scaling is to hash, and with which key. */
export interface RssOptions {
  /** Packet types, such as `["IP", "UDP"]`; none leaves all packets to queue 0. */
  readonly functions: readonly RssFunction[];
  /** The key, as long as the device wants it (`EthDevInfo.hashKeySize`); default the driver's. */
  readonly key?: Uint8Array;
}

/** How a port is configured. What is left out is as in a `struct rte_eth_conf` of zeroes. */
export interface EthDevOptions {
  /** Receive queues, 0 to 1024; default 1. */
  readonly rxQueues?: number;
  /** Transmit queues, 0 to 1024; default 1. */
  readonly txQueues?: number;
  /** The longest packet in bytes, without its Ethernet header; default what the driver takes, 1500. */
  readonly mtu?: number;
  /** The longest packet, in bytes, that large receive offload makes. */
  readonly maxLroPacketSize?: number;
  /** Receive offloads of all queues, such as `["VLAN_STRIP", "IPV4_CKSUM"]`; default none. */
  readonly rxOffloads?: readonly string[];
  /** Transmit offloads of all queues; default none. */
  readonly txOffloads?: readonly string[];
  /** How packets come to queues; default `RSS` when `rss` is given, else `NONE`. */
  readonly mqMode?: RxMqMode;
  /** How sent packets are shared out; default `NONE`. */
  readonly txMqMode?: TxMqMode;
  /** Receive side scaling. */
  readonly rss?: RssOptions;
  /** Traffic classes, for the modes with `DCB`. */
  readonly dcb?: DcbOptions;
  /** Pools of queues, for the modes with `VMDQ`. */
  readonly vmdq?: VmdqOptions;
  /** Whether a changed link is reported by an interrupt; default `false`. */
  readonly lsc?: boolean;
  /** Whether queues report packets by interrupts; default `false`. */
  readonly rxInterrupts?: boolean;
  /** Whether the device's removal is reported by an interrupt; default `false`. */
  readonly rmv?: boolean;
  /** The driver's own number of a loopback mode; default 0, none. */
  readonly loopbackMode?: number;
}

const KEYS = [
  ...["rxQueues", "txQueues", "mtu", "maxLroPacketSize", "rxOffloads", "txOffloads", "mqMode"],
  ...["txMqMode", "rss", "dcb", "vmdq", "lsc", "rxInterrupts", "rmv", "loopbackMode"],
];

/** The most bytes of a key that `uint8_t rss_key_len` tells. */
const MAX_KEY = 255;

/** Refuses what is no key of receive side scaling. */
export function checkKey(key: Uint8Array | undefined, what: string): void {
  if (key === undefined) return;
  if (!(key instanceof Uint8Array)) {
    throw new TypeError(`Cannot use ${String(key)} as the key of ${what}: it is no Uint8Array`);
  }
  if (key.length === 0 || key.length > MAX_KEY) {
    throw new RangeError(
      `Cannot use a key of ${key.length} bytes for ${what}: it has 1 to ${MAX_KEY}`,
    );
  }
}

/** Refuses a key that the device would read past, or not all of. */
export function checkKeySize(key: Uint8Array | undefined, size: number, what: string): void {
  if (key === undefined || size === 0 || key.length === size) return;
  throw new RangeError(
    `Cannot use a key of ${key.length} bytes to ${what}: its device wants ${size}`,
  );
}

/** Refuses what no port can be configured with. */
function check(options: EthDevOptions): void {
  checkKeys(options, KEYS, "configure");
  const { rxQueues = 1, txQueues = 1, mtu = 0, maxLroPacketSize = 0, loopbackMode = 0 } = options;
  checkInteger(rxQueues, "rxQueues", 0, RTE_MAX_QUEUES_PER_PORT);
  checkInteger(txQueues, "txQueues", 0, RTE_MAX_QUEUES_PER_PORT);
  if (rxQueues === 0 && txQueues === 0) {
    throw new RangeError("Cannot configure a port without queues: rxQueues and txQueues are 0");
  }
  if (options.mtu !== undefined) checkInteger(mtu, "mtu", 1, 65535);
  checkInteger(maxLroPacketSize, "maxLroPacketSize", 0, 0xffffffff);
  checkInteger(loopbackMode, "loopbackMode", 0, 0xffffffff);
  checkMultiQueue(options);
  for (const key of ["lsc", "rxInterrupts", "rmv"] as const satisfies Interrupt[]) {
    const value = options[key];
    if (value !== undefined && typeof value !== "boolean") {
      throw new TypeError(`Cannot use ${String(value)} as ${key}: it is true or false`);
    }
  }
  if (options.rss === undefined) return;
  checkKeys(options.rss, ["functions", "key"], "rss");
  checkKey(options.rss.key, "rss");
}

/** Keys by port. DPDK keeps the pointer for as long as the port is configured, so none is freed. */
const keys = new Map<number, number>();

/** A copy of a key at an address that stays. Drivers read 40 or 52 bytes of it, whatever its length. */
function keepKey(portId: number, key: Uint8Array): number {
  let address = keys.get(portId);
  if (address === undefined) {
    address = runtime.address(libc().calloc(1, 256));
    keys.set(portId, address);
  }
  const bytes = new Uint8Array(runtime.memory(address, 256));
  bytes.fill(0);
  bytes.set(key);
  return address;
}

/** Refuses what the device cannot do. */
function checkDevice(
  port: Port,
  info: RawInfo,
  options: EthDevOptions,
  bits: { readonly rx: bigint; readonly tx: bigint; readonly rss: bigint },
  what: string,
): void {
  const { rxQueues = 1, txQueues = 1, mtu } = options;
  const most = (kind: string, wanted: number, max: number) => {
    if (wanted <= max) return;
    throw new RangeError(`Cannot use ${wanted} as ${kind} of ${port.label}: it has at most ${max}`);
  };
  most("rxQueues", rxQueues, info.number("max_rx_queues"));
  most("txQueues", txQueues, info.number("max_tx_queues"));
  const { vmdq } = options;
  if (vmdq !== undefined) most("pools of queues", vmdq.pools, info.number("max_vmdq_pools"));
  if (mtu !== undefined) checkMtu(port, info, mtu);
  const rx = (set: bigint) => namesOf(set, rxOffloads());
  const tx = (set: bigint) => namesOf(set, txOffloads());
  checkCapable(bits.rx, info.bits("rx_offload_capa"), rx, what, "receive offload");
  checkCapable(bits.tx, info.bits("tx_offload_capa"), tx, what, "transmit offload");
  checkCapable(bits.rss, info.bits("flow_type_rss_offloads"), rssNamesOf, what, "RSS function");
  checkKeySize(options.rss?.key, info.number("hash_key_size"), what);
}

/** Refuses an MTU that the device cannot have. */
export function checkMtu(port: Port, info: RawInfo, mtu: number): void {
  checkInteger(mtu, `the MTU of ${port.label}`, info.number("min_mtu"), info.number("max_mtu"));
}

/** Configures a port: `rte_eth_dev_configure`. */
export function configure(port: Port, options: EthDevOptions): void {
  check(options);
  const what = `configure ${port.label}`;
  requireEal(what);
  const rte = port.primaryCalls(what);
  const { rxQueues = 1, txQueues = 1, rss } = options;
  const bits = {
    rx: bitsOf(options.rxOffloads ?? [], rxOffloads(), "a receive offload"),
    tx: bitsOf(options.txOffloads ?? [], txOffloads(), "a transmit offload"),
    rss: rssBits(rss?.functions ?? []),
  };
  const info = new RawInfo(port, what);
  checkDevice(port, info, options, bits, what);

  const layout = rte_eth_conf(abi());
  const C = layout.fields;
  const R = rte_eth_rss_conf(abi()).fields;
  const conf = new Scratch<"struct rte_eth_conf">(layout.size);
  const { view } = conf;
  applyMultiQueue(view, options);
  view.setUint32(C.mtu.offset, options.mtu ?? 0, true);
  view.setUint32(C.max_lro_pkt_size.offset, options.maxLroPacketSize ?? 0, true);
  view.setBigUint64(C.rx_offloads.offset, bits.rx, true);
  view.setBigUint64(C.tx_offloads.offset, bits.tx, true);
  view.setUint32(C.lpbk_mode.offset, options.loopbackMode ?? 0, true);
  view.setBigUint64(C.rss_conf.offset + R.rss_hf.offset, bits.rss, true);
  if (rss?.key !== undefined) {
    const key = keepKey(port.portId, rss.key);
    view.setBigUint64(C.rss_conf.offset + R.rss_key.offset, BigInt(key), true);
    view.setUint8(C.rss_conf.offset + R.rss_key_len.offset, rss.key.length);
  }
  let interrupts = 0;
  for (const [key, bit] of Object.entries(interruptBits())) {
    if (options[key as Interrupt] === true) interrupts |= bit;
  }
  view.setUint32(C.intr_conf.offset, interrupts, true);
  port.attempt(
    what,
    "rte_eth_dev_configure",
    () => rte.rte_eth_dev_configure(port.portId, rxQueues, txQueues, conf.pointer),
    {
      EBUSY: "it is started; stop it first",
      EINVAL: "DPDK or the driver refused an option",
      ENOTSUP: `its driver (${info.driverName()}) cannot do what was asked for`,
    },
  );
}

/** The MTU of a port: `rte_eth_dev_get_mtu`. */
export function readMtu(port: Port): number {
  const what = `ask for the MTU of ${port.label}`;
  const mtu = new Scratch<"uint16_t">(2);
  const rte = port.calls(what);
  port.attempt(
    what,
    "rte_eth_dev_get_mtu",
    () => rte.rte_eth_dev_get_mtu(port.portId, mtu.pointer),
  );
  return mtu.view.getUint16(0, true);
}

/** Changes the MTU of a port: `rte_eth_dev_set_mtu`. */
export function writeMtu(port: Port, mtu: number): void {
  checkInteger(mtu, "an MTU", 1, 65535);
  const what = `set the MTU of ${port.label} to ${mtu}`;
  const rte = port.primaryCalls(what);
  const info = new RawInfo(port, what);
  checkMtu(port, info, mtu);
  if (!isConfigured(port, what)) {
    throw new DpdkError({ what, errno: Errno.EINVAL, advice: "configure the port first" });
  }
  port.attempt(
    what,
    "rte_eth_dev_set_mtu",
    () => rte.rte_eth_dev_set_mtu(port.portId, mtu),
    { EINVAL: "configure the port first", EBUSY: "it is started; stop it first" },
  );
}
