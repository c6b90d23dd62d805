/**
 * Ports as tests/peers/view_ethdev.c prints them.
 *
 * @module
 */

import {
  type DescriptorLimits,
  EthDev,
  type PreferredConf,
  type RssFunction,
  type RxQueueConf,
  type TxQueueConf,
} from "../../ffi/ethdev/mod.ts";
import { bitsOf, rssBits, rxOffloads, txOffloads } from "../../ffi/ethdev/names.ts";

const rx = (names: readonly string[]) => bitsOf(names, rxOffloads(), "a receive offload");
const tx = (names: readonly string[]) => bitsOf(names, txOffloads(), "a transmit offload");
const rss = (names: readonly string[]) => rssBits(names as readonly RssFunction[]);

const limits = (l: DescriptorLimits) => [l.min, l.max, l.align, l.maxSegments, l.maxMtuSegments];
const preferred = (p: PreferredConf) => [p.burstSize, p.ringSize, p.queues];

function thresholds(conf: RxQueueConf | TxQueueConf): number[] {
  const { prefetch, host, writeBack } = conf.thresholds;
  return [prefetch, host, writeBack];
}

function rxConf(conf: RxQueueConf): unknown[] {
  const { freeThreshold, dropEnable, deferredStart, offloads } = conf;
  const flags = [Number(dropEnable), Number(deferredStart)];
  return [...thresholds(conf), freeThreshold, ...flags, rx(offloads)];
}

function txConf(conf: TxQueueConf): unknown[] {
  const { rsThreshold, freeThreshold, deferredStart, offloads } = conf;
  return [...thresholds(conf), rsThreshold, freeThreshold, Number(deferredStart), tx(offloads)];
}

/** What the peer prints for `info`. */
export function infoLine(dev: EthDev): string {
  const i = dev.info();
  return [
    ...[i.driverName, i.deviceName, i.busName, i.ifIndex, i.minMtu, i.maxMtu, i.minRxBufferSize],
    ...[i.maxRxPacketLength, i.maxLroPacketSize, i.maxRxQueues, i.maxTxQueues],
    ...[i.maxMacAddresses, i.maxVfs],
    ...[rx(i.rxOffloads), tx(i.txOffloads), rx(i.rxQueueOffloads), tx(i.txQueueOffloads)],
    ...[i.retaSize, i.hashKeySize, rss(i.rssOffloads)],
    ...[...limits(i.rxDescriptors), ...limits(i.txDescriptors)],
    ...[...rxConf(i.defaultRxConf), ...txConf(i.defaultTxConf)],
    ...[...preferred(i.preferredRx), ...preferred(i.preferredTx), i.rxQueues, i.txQueues],
    ...[i.lsc, i.rmv, i.runtimeRxQueueSetup, i.runtimeTxQueueSetup].map(Number),
  ].join(" ");
}

/** What the peer prints for `conf`, without the key. */
export function confLine(dev: EthDev): string {
  const c = dev.conf()!;
  return [
    ...[c.mtu, c.maxLroPacketSize, rx(c.rxOffloads), tx(c.txOffloads), Number(c.rss)],
    ...[rss(c.rssFunctions), Number(c.lsc), Number(c.rxInterrupts), Number(c.rmv)],
    c.loopbackMode,
  ].join(" ");
}

/** What the peer prints for `stats`. */
export function statsLine(dev: EthDev): string {
  const s = dev.stats();
  return [s.ipackets, s.opackets, s.ibytes, s.obytes, s.imissed, s.ierrors, s.oerrors, s.rxNombuf]
    .join(" ");
}

/** What the peer prints for `xstats`. */
export function xstatsLines(dev: EthDev): string[] {
  return dev.xstats.all().map(({ id, name, value }) => `${id} ${name} ${value}`);
}

/** What the peer prints for `link`. */
export function linkLine(dev: EthDev): string {
  const { up, speedMbps, duplex, autoneg } = dev.linkNowait();
  const speed = speedMbps ?? 0xffffffff;
  return [Number(up), speed, Number(duplex === "full"), Number(autoneg)].join(" ");
}

/** What the peer prints for `macs`. */
export function macLines(dev: EthDev): string[] {
  return [dev.macAddress, ...dev.macAddresses()];
}

/** What the peer prints for `modes`. */
export function modesLine(dev: EthDev): string {
  const { strip, filter, extend, qinqStrip } = dev.vlan.offloads();
  const vlan = Number(strip) + 2 * Number(filter) + 4 * Number(extend) + 8 * Number(qinqStrip);
  return [dev.mtu, Number(dev.promiscuous), Number(dev.allmulticast), vlan].join(" ");
}

/** What the peer prints for `owner`. */
export function ownerLine(dev: EthDev): string {
  const owner = dev.owner();
  return `${owner?.id ?? 0} ${owner?.name ?? ""}`;
}

/** What the peer prints for `ports`. */
export function portLines(total: number = EthDev.all().length): string[] {
  const lines = EthDev.all().map((dev) => `${dev.portId} ${dev.name} ${dev.socketId}`);
  return [`${EthDev.count} ${total}`, ...lines];
}
