/**
 * The fields of the mbuf that a cursor is at.
 *
 * @module
 */

import { type BitField, checkInteger, checkKeys } from "../core/mod.ts";
import { OlFlag } from "./flags.ts";
import { pointerField } from "./inline.ts";
import { rte_mbuf } from "./layout.ts";
import { MbufPlace } from "./place.ts";

const F = rte_mbuf.fields;

/** `tx_offload`: header lengths for the offloads of a send, in bytes. */
export interface TxOffload {
  /** Layer 2 header, at most 127. */
  readonly l2Len: number;
  /** Layer 3 header, at most 511. */
  readonly l3Len: number;
  /** Layer 4 header, at most 255. */
  readonly l4Len: number;
  /** Payload of each segment of a TCP packet that is cut, at most 65,535. */
  readonly tsoSegsz: number;
  /** Outer layer 3 header of a tunnel, at most 511. */
  readonly outerL3Len: number;
  /** Outer layer 2 header of a tunnel, at most 127. */
  readonly outerL2Len: number;
}

/** The bits of `tx_offload`, from the lowest. */
const TX_OFFLOAD: readonly (readonly [keyof TxOffload, BitField])[] = [
  ["l2Len", rte_mbuf.bits.l2_len],
  ["l3Len", rte_mbuf.bits.l3_len],
  ["l4Len", rte_mbuf.bits.l4_len],
  ["tsoSegsz", rte_mbuf.bits.tso_segsz],
  ["outerL3Len", rte_mbuf.bits.outer_l3_len],
  ["outerL2Len", rte_mbuf.bits.outer_l2_len],
];

/**
 * The fields of an mbuf by their names in DPDK, in TypeScript's case. They are those of `struct
 * rte_mbuf` (rte_mbuf_core.h).
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, type MbufFields, OlFlag, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const fields: MbufFields = packet;
 * fields.olFlags |= OlFlag.TX_IP_CKSUM;
 * fields.setTxOffload({ l2Len: 14, l3Len: 20 });
 * console.log(fields.pktLen, fields.nbSegs, fields.txOffload.l3Len); // 64 1 20
 * packet.free();
 * ```
 */
export abstract class MbufFields extends MbufPlace {
  #u16(field: { readonly offset: number }): number {
    return this.memory.getUint16(this.field(field.offset), true);
  }

  #setU16(field: { readonly offset: number }, value: number, name: string): void {
    this.memory.setUint16(this.field(field.offset), checkInteger(value, name, 0, 65535), true);
  }

  /** Bytes of the whole packet, all segments: `pkt_len`, `rte_pktmbuf_pkt_len`. */
  get pktLen(): number {
    return this.memory.getUint32(this.field(F.pkt_len.offset), true);
  }

  /** Segments of the packet: `nb_segs`. */
  get nbSegs(): number {
    return this.#u16(F.nb_segs);
  }

  /** Whether the packet is in one segment: `rte_pktmbuf_is_contiguous`. */
  get isContiguous(): boolean {
    return this.nbSegs === 1;
  }

  /** The port that it came from, 65,535 for none: `port`. */
  get port(): number {
    return this.#u16(F.port);
  }

  /** Sets the port. */
  set port(value: number) {
    this.#setU16(F.port, value, "a port");
  }

  /** References to the mbuf: `rte_mbuf_refcnt_read`. */
  get refcnt(): number {
    return this.#u16(F.refcnt);
  }

  /** Where in the buffer the data starts: `data_off`. */
  get dataOff(): number {
    return this.#u16(F.data_off);
  }

  /** Bytes of the buffer: `buf_len`. */
  get bufLen(): number {
    return this.#u16(F.buf_len);
  }

  /** Address of the buffer: `buf_addr`. */
  get bufAddr(): number {
    return pointerField(this.memory, this.field(F.buf_addr.offset));
  }

  /** Free bytes before the data: `rte_pktmbuf_headroom`. */
  get headroom(): number {
    return this.dataOff;
  }

  /** Free bytes behind the data of this segment: `rte_pktmbuf_tailroom`. */
  get tailroom(): number {
    return this.bufLen - this.dataOff - this.dataLen;
  }

  /** Bytes of the private area behind the mbuf: `priv_size`. */
  get privSize(): number {
    return this.#u16(F.priv_size);
  }

  /** The private area behind the mbuf, not copied: `rte_mbuf_to_priv`. */
  get privateData(): Uint8Array<ArrayBuffer> {
    const { piece, at } = this.place();
    return new Uint8Array(piece.view.buffer, at + rte_mbuf.size, piece.pool.privSize);
  }

  /**
   * Bytes of the `struct rte_mbuf` itself, not copied: for dynamic fields.
   *
   * @param offset bytes from the mbuf's beginning
   * @param length how many bytes
   * @returns a view, good until the cursor moves
   * @throws {RangeError} when they do not lie in it
   */
  mbufBytes(offset: number, length: number): DataView<ArrayBuffer> {
    checkInteger(offset, "an offset in an mbuf", 0, rte_mbuf.size - 1);
    checkInteger(length, "a number of bytes", 1, rte_mbuf.size - offset);
    const { piece, at } = this.place();
    return new DataView(piece.view.buffer, at + offset, length);
  }

  /** Address of the pool that the mbuf belongs to: `pool`. */
  get pool(): number {
    return pointerField(this.memory, this.field(F.pool.offset));
  }

  /** Address of the next segment, 0 after the last: `next`. */
  get next(): number {
    return pointerField(this.memory, this.field(F.next.offset));
  }

  /** Offload flags, see {@linkcode OlFlag}: `ol_flags`. */
  get olFlags(): bigint {
    return this.memory.getBigUint64(this.field(F.ol_flags.offset), true);
  }

  /**
   * Sets the offload flags. Those that say whose buffer it is (`EXTERNAL`, `INDIRECT`) stay.
   */
  set olFlags(value: bigint) {
    const kept = OlFlag.EXTERNAL | OlFlag.INDIRECT;
    const at = this.field(F.ol_flags.offset);
    const old = this.memory.getBigUint64(at, true);
    this.memory.setBigUint64(at, (value & ~kept) | (old & kept), true);
  }

  /** The lower half of the offload flags, where those of reception are: for bursts. */
  get rxFlags(): number {
    return this.memory.getUint32(this.field(F.ol_flags.offset), true);
  }

  /** Whether its data lies in another mbuf: `RTE_MBUF_CLONED`. */
  get isCloned(): boolean {
    return (this.olFlags & OlFlag.INDIRECT) !== 0n;
  }

  /** Whether its data lies in an external buffer: `RTE_MBUF_HAS_EXTBUF`. */
  get hasExtbuf(): boolean {
    return (this.olFlags & OlFlag.EXTERNAL) !== 0n;
  }

  /** Packet type, see {@linkcode PacketType}: `packet_type`. */
  get packetType(): number {
    return this.memory.getUint32(this.field(F.packet_type.offset), true);
  }

  /** Sets the packet type. */
  set packetType(value: number) {
    checkInteger(value, "a packet type", 0, 0xffffffff);
    this.memory.setUint32(this.field(F.packet_type.offset), value, true);
  }

  /** RSS hash, valid with `OlFlag.RX_RSS_HASH`: `hash.rss`. */
  get rssHash(): number {
    return this.memory.getUint32(this.field(F.rss.offset), true);
  }

  /** Sets the RSS hash. */
  set rssHash(value: number) {
    checkInteger(value, "an RSS hash", 0, 0xffffffff);
    this.memory.setUint32(this.field(F.rss.offset), value, true);
  }

  /** VLAN tag control information, valid with `OlFlag.RX_VLAN`: `vlan_tci`. */
  get vlanTci(): number {
    return this.#u16(F.vlan_tci);
  }

  /** Sets the VLAN tag control information, for `OlFlag.TX_VLAN`. */
  set vlanTci(value: number) {
    this.#setU16(F.vlan_tci, value, "a VLAN TCI");
  }

  /** Outer VLAN tag control information, valid with `OlFlag.RX_QINQ`: `vlan_tci_outer`. */
  get vlanTciOuter(): number {
    return this.#u16(F.vlan_tci_outer);
  }

  /** Sets the outer VLAN tag control information, for `OlFlag.TX_QINQ`. */
  set vlanTciOuter(value: number) {
    this.#setU16(F.vlan_tci_outer, value, "a VLAN TCI");
  }

  /** Header lengths for the offloads of a send: `tx_offload`. */
  get txOffload(): TxOffload {
    const all = this.memory.getBigUint64(this.field(F.tx_offload.offset), true);
    const lengths: Record<string, number> = {};
    for (const [name, { shift, bits }] of TX_OFFLOAD) {
      lengths[name] = Number(BigInt.asUintN(bits, all >> BigInt(shift)));
    }
    return lengths as unknown as TxOffload;
  }

  /**
   * Sets header lengths; those that are not given become 0.
   *
   * @param lengths header lengths and segment size in bytes
   * @throws {RangeError} when one is out of range
   */
  setTxOffload(lengths: Partial<TxOffload>): void {
    checkKeys(lengths, TX_OFFLOAD.map(([name]) => name), "setTxOffload");
    let value = 0n;
    for (const [name, { shift, bits }] of TX_OFFLOAD) {
      const length = checkInteger(lengths[name] ?? 0, name, 0, 2 ** bits - 1);
      value |= BigInt(length) << BigInt(shift);
    }
    this.memory.setBigUint64(this.field(F.tx_offload.offset), value, true);
  }
}
