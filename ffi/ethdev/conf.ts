/**
 * How a port is configured: `struct rte_eth_conf` as DPDK keeps it.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { maskOf } from "../core/mod.ts";
import { experimentalLibrary } from "./experimental.ts";
import { rte_eth_conf, RTE_ETH_MQ_RX_RSS_FLAG, rte_eth_rss_conf } from "./layout.ts";
import { modeNames, type RxMqMode, type TxMqMode } from "./multi_queue.ts";
import { namesOf, rssNamesOf, rxOffloads, txOffloads } from "./names.ts";
import { type Port, Scratch } from "./port.ts";

/** The options that set what is reported by interrupts. */
export type Interrupt = "lsc" | "rxInterrupts" | "rmv";

/** Their bits of `intr_conf`. */
export function interruptBits(): Readonly<Record<Interrupt, number>> {
  const { lsc, rxq, rmv } = rte_eth_conf(abi()).bits;
  return { lsc: maskOf(lsc), rxInterrupts: maskOf(rxq), rmv: maskOf(rmv) };
}

/** How a port is configured. */
export interface EthDevConf {
  /** The longest packet in bytes, without its Ethernet header. */
  readonly mtu: number;
  /** The longest packet that several are put together to, in bytes: `max_lro_pkt_size`. */
  readonly maxLroPacketSize: number;
  /** Receive offloads of all queues. */
  readonly rxOffloads: readonly string[];
  /** Transmit offloads of all queues. */
  readonly txOffloads: readonly string[];
  /** How received packets come to queues. */
  readonly mqMode: RxMqMode;
  /** How sent packets are shared out. */
  readonly txMqMode: TxMqMode;
  /** Whether packets come to queues by receive side scaling. */
  readonly rss: boolean;
  /** What it hashes. */
  readonly rssFunctions: readonly string[];
  /** Whether a changed link is reported by an interrupt. */
  readonly lsc: boolean;
  /** Whether queues report packets by interrupts. */
  readonly rxInterrupts: boolean;
  /** Whether the device's removal is reported by an interrupt. */
  readonly rmv: boolean;
  /** `lpbk_mode`: 0 is no loopback, other numbers are the driver's. */
  readonly loopbackMode: number;
}

function read(port: Port, what: string): DataView {
  const conf = new Scratch<"struct rte_eth_conf">(rte_eth_conf(abi()).size);
  port.calls(what);
  port.attempt(
    what,
    "rte_eth_dev_conf_get",
    () => experimentalLibrary().rte_eth_dev_conf_get(port.portId, conf.pointer),
  );
  return conf.view;
}

/** Whether a port was configured: DPDK puts an MTU in, where none is asked for. */
export function isConfigured(port: Port, what: string): boolean {
  return read(port, what).getUint32(rte_eth_conf(abi()).fields.mtu.offset, true) !== 0;
}

/** The offloads that all queues of a port have. */
export function portOffloads(
  port: Port,
  what: string,
): { readonly rx: bigint; readonly tx: bigint } {
  const F = rte_eth_conf(abi()).fields;
  const view = read(port, what);
  return {
    rx: view.getBigUint64(F.rx_offloads.offset, true),
    tx: view.getBigUint64(F.tx_offloads.offset, true),
  };
}

/** How a port is configured, `undefined` before it is: `rte_eth_dev_conf_get`. */
export function readConf(port: Port): EthDevConf | undefined {
  const F = rte_eth_conf(abi()).fields;
  const view = read(port, `ask for the configuration of ${port.label}`);
  const u32 = ({ offset }: { offset: number }) => view.getUint32(offset, true);
  const u64 = (offset: number) => view.getBigUint64(offset, true);
  const mtu = u32(F.mtu);
  if (mtu === 0) return undefined;
  const hash = F.rss_conf.offset + rte_eth_rss_conf(abi()).fields.rss_hf.offset;
  const interrupts = u32(F.intr_conf);
  const bits = interruptBits();
  return {
    mtu,
    maxLroPacketSize: u32(F.max_lro_pkt_size),
    rxOffloads: namesOf(u64(F.rx_offloads.offset), rxOffloads()),
    txOffloads: namesOf(u64(F.tx_offloads.offset), txOffloads()),
    ...modeNames(u32(F.rx_mq_mode), u32(F.tx_mq_mode)),
    rss: (u32(F.rx_mq_mode) & RTE_ETH_MQ_RX_RSS_FLAG) !== 0,
    rssFunctions: rssNamesOf(u64(hash)),
    lsc: (interrupts & bits.lsc) !== 0,
    rxInterrupts: (interrupts & bits.rxInterrupts) !== 0,
    rmv: (interrupts & bits.rmv) !== 0,
    loopbackMode: u32(F.lpbk_mode),
  };
}
