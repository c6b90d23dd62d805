/**
 * What a port is and can do: `struct rte_eth_dev_info`.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { type Field, peek, readPointer } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { busNameOf, deviceNameOf } from "./device.ts";
import {
  type DevInfoField,
  rte_eth_desc_lim,
  RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP,
  RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP,
  rte_eth_dev_info,
  RTE_ETH_DEV_INTR_LSC,
  RTE_ETH_DEV_INTR_RMV,
  rte_eth_dev_portconf,
} from "./layout.ts";
import { namesOf, rssNamesOf, rxOffloads, speedsOf, txOffloads } from "./names.ts";
import { type Port, Scratch } from "./port.ts";
import { readRxConf, readTxConf, type RxQueueConf, type TxQueueConf } from "./queue_conf.ts";

/** How many descriptors a queue may have: `struct rte_eth_desc_lim`. */
export interface DescriptorLimits {
  /** The least number. */
  readonly min: number;
  /** The greatest number. */
  readonly max: number;
  /** Their number is a multiple of this. */
  readonly align: number;
  /** The most segments of a packet with segmentation offload. */
  readonly maxSegments: number;
  /** The most segments of any other packet. */
  readonly maxMtuSegments: number;
}

/** What a driver does best with; 0 where it does not say: `struct rte_eth_dev_portconf`. */
export interface PreferredConf {
  /** Packets in a burst. */
  readonly burstSize: number;
  /** Descriptors of a queue. */
  readonly ringSize: number;
  /** Queues of a port. */
  readonly queues: number;
}

/** What a port is and can do. Sizes are in bytes. */
export interface EthDevInfo {
  /** `net_null`. */
  readonly driverName: string;
  /** `net_null0`, `0000:01:00.0`. */
  readonly deviceName: string;
  /** `vdev`, `pci`. */
  readonly busName: string;
  /** Where its `struct rte_device` is, in this process. */
  readonly device: number;
  /** The kernel's number of the interface; 0 when there is none. */
  readonly ifIndex: number;
  /** The least MTU, in bytes. */
  readonly minMtu: number;
  /** The greatest MTU, in bytes. */
  readonly maxMtu: number;
  /** The least room that a receive buffer must have. */
  readonly minRxBufferSize: number;
  /** The longest frame that it receives. */
  readonly maxRxPacketLength: number;
  /** The longest packet that several are put together to. */
  readonly maxLroPacketSize: number;
  /** The most receive queues. */
  readonly maxRxQueues: number;
  /** The most transmit queues. */
  readonly maxTxQueues: number;
  /** The most MAC addresses. */
  readonly maxMacAddresses: number;
  /** Virtual functions. */
  readonly maxVfs: number;
  /** Pools of queues (VMDq) that it can have; 0 where it has none. */
  readonly maxVmdqPools: number;
  /** Receive offloads of the port: `VLAN_STRIP`, `IPV4_CKSUM`, ... */
  readonly rxOffloads: readonly string[];
  /** Transmit offloads of the port: `IPV4_CKSUM`, `MBUF_FAST_FREE`, ... */
  readonly txOffloads: readonly string[];
  /** Those of them that may be on for one queue only. */
  readonly rxQueueOffloads: readonly string[];
  /** Transmit offloads that may be on for one queue only. */
  readonly txQueueOffloads: readonly string[];
  /** Entries of the redirection table; 0 when it has none. */
  readonly retaSize: number;
  /** Bytes of the key of the hash; 0 when it does not say. */
  readonly hashKeySize: number;
  /** What receive side scaling can hash: `IPV4`, `NONFRAG_IPV4_UDP`, ... */
  readonly rssOffloads: readonly string[];
  /** How many descriptors a receive queue may have. */
  readonly rxDescriptors: DescriptorLimits;
  /** How many descriptors a transmit queue may have. */
  readonly txDescriptors: DescriptorLimits;
  /** How queues are set up where nothing else is asked for. */
  readonly defaultRxConf: RxQueueConf;
  /** How transmit queues are set up where nothing else is asked for. */
  readonly defaultTxConf: TxQueueConf;
  /** What the driver does best with when it receives. */
  readonly preferredRx: PreferredConf;
  /** What the driver does best with when it sends. */
  readonly preferredTx: PreferredConf;
  /** Speeds that it can have, in Mbps, full duplex. */
  readonly speeds: readonly number[];
  /** Receive queues, as configured; 0 before that. */
  readonly rxQueues: number;
  /** Transmit queues, as configured; 0 before that. */
  readonly txQueues: number;
  /** Whether it can report a changed link by an interrupt. */
  readonly lsc: boolean;
  /** Whether it can report its removal by an interrupt. */
  readonly rmv: boolean;
  /** Whether receive queues can be set up while it is started. */
  readonly runtimeRxQueueSetup: boolean;
  /** Whether transmit queues can be set up while it is started. */
  readonly runtimeTxQueueSetup: boolean;
}

/** A device info as C filled it in. */
export class RawInfo {
  /** The bytes of `struct rte_eth_dev_info`. */
  readonly view: DataView<ArrayBuffer>;
  readonly #fields: Readonly<Record<DevInfoField, Field>>;

  /** @param what what the info is wanted for */
  constructor(port: Port, what: string) {
    const layout = rte_eth_dev_info(abi());
    const info = new Scratch<"struct rte_eth_dev_info">(layout.size);
    const rte = port.calls(what);
    port.attempt(
      what,
      "rte_eth_dev_info_get",
      () => rte.rte_eth_dev_info_get(port.portId, info.pointer),
    );
    this.view = info.view;
    this.#fields = layout.fields;
  }

  /** Where a field starts. */
  at(field: DevInfoField): number {
    return this.#fields[field].offset;
  }

  /** A field of 1, 2 or 4 bytes. */
  number(field: DevInfoField): number {
    const { offset, size } = this.#fields[field];
    if (size === 1) return this.view.getUint8(offset);
    return size === 2 ? this.view.getUint16(offset, true) : this.view.getUint32(offset, true);
  }

  /** A field of 64 bits. */
  bits(field: DevInfoField): bigint {
    return this.view.getBigUint64(this.at(field), true);
  }

  /** A pointer. */
  pointer(field: DevInfoField): number {
    return readPointer(this.view, this.at(field));
  }

  /** How many descriptors a queue may have. */
  limits(field: "rx_desc_lim" | "tx_desc_lim"): DescriptorLimits {
    const F = rte_eth_desc_lim.fields;
    const u16 = ({ offset }: Field) => this.view.getUint16(this.at(field) + offset, true);
    return {
      min: u16(F.nb_min),
      max: u16(F.nb_max),
      align: u16(F.nb_align),
      maxSegments: u16(F.nb_seg_max),
      maxMtuSegments: u16(F.nb_mtu_seg_max),
    };
  }

  /** What the driver does best with. */
  preferred(field: "default_rxportconf" | "default_txportconf"): PreferredConf {
    const F = rte_eth_dev_portconf.fields;
    const u16 = ({ offset }: Field) => this.view.getUint16(this.at(field) + offset, true);
    return { burstSize: u16(F.burst_size), ringSize: u16(F.ring_size), queues: u16(F.nb_queues) };
  }

  /** `RTE_ETH_DEV_INTR_LSC` and others. */
  flags(): number {
    const at = this.pointer("dev_flags");
    return at === 0 ? 0 : peek(at, 4).getUint32(0, true);
  }

  /** The driver's name. */
  driverName(): string {
    const at = this.pointer("driver_name");
    return at === 0 ? "" : runtime.string(at);
  }
}

/** What a port is and can do: `rte_eth_dev_info_get`. */
export function readInfo(port: Port): EthDevInfo {
  const raw = new RawInfo(port, `ask what ${port.label} is`);
  const device = raw.pointer("device");
  const flags = raw.flags();
  const capable = raw.bits("dev_capa");
  const can = (bit: number) => (capable & BigInt(bit)) !== 0n;
  return {
    driverName: raw.driverName(),
    deviceName: deviceNameOf(device),
    busName: busNameOf(device),
    device,
    ifIndex: raw.number("if_index"),
    minMtu: raw.number("min_mtu"),
    maxMtu: raw.number("max_mtu"),
    minRxBufferSize: raw.number("min_rx_bufsize"),
    maxRxPacketLength: raw.number("max_rx_pktlen"),
    maxLroPacketSize: raw.number("max_lro_pkt_size"),
    maxRxQueues: raw.number("max_rx_queues"),
    maxTxQueues: raw.number("max_tx_queues"),
    maxMacAddresses: raw.number("max_mac_addrs"),
    maxVfs: raw.number("max_vfs"),
    maxVmdqPools: raw.number("max_vmdq_pools"),
    rxOffloads: namesOf(raw.bits("rx_offload_capa"), rxOffloads()),
    txOffloads: namesOf(raw.bits("tx_offload_capa"), txOffloads()),
    rxQueueOffloads: namesOf(raw.bits("rx_queue_offload_capa"), rxOffloads()),
    txQueueOffloads: namesOf(raw.bits("tx_queue_offload_capa"), txOffloads()),
    retaSize: raw.number("reta_size"),
    hashKeySize: raw.number("hash_key_size"),
    rssOffloads: rssNamesOf(raw.bits("flow_type_rss_offloads")),
    rxDescriptors: raw.limits("rx_desc_lim"),
    txDescriptors: raw.limits("tx_desc_lim"),
    defaultRxConf: readRxConf(raw.view, raw.at("default_rxconf")),
    defaultTxConf: readTxConf(raw.view, raw.at("default_txconf")),
    preferredRx: raw.preferred("default_rxportconf"),
    preferredTx: raw.preferred("default_txportconf"),
    speeds: speedsOf(raw.number("speed_capa")),
    rxQueues: raw.number("nb_rx_queues"),
    txQueues: raw.number("nb_tx_queues"),
    lsc: (flags & RTE_ETH_DEV_INTR_LSC) !== 0,
    rmv: (flags & RTE_ETH_DEV_INTR_RMV) !== 0,
    runtimeRxQueueSetup: can(RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP),
    runtimeTxQueueSetup: can(RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP),
  };
}
