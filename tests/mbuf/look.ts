/**
 * Mbufs as the C peer view_mbuf prints them, printed by us.
 *
 * @module
 */

import { rte_mbuf } from "../../ffi/mbuf/mod.ts";
import { MbufCursor, type PktmbufPool } from "../../mod.ts";

const hex = (value: number | bigint): string => value.toString(16);

/** What `look` answers of the mbuf at an address, but for what only drivers use. */
export function look(address: number): string {
  const m = new MbufCursor().moveTo(address);
  const offload = m.txOffload;
  const raw = m.mbufBytes(rte_mbuf.fields.tx_offload.offset, 8).getBigUint64(0, true);
  const iova = m.mbufBytes(rte_mbuf.fields.buf_iova.offset, 8).getBigUint64(0, true);
  const shinfo = m.mbufBytes(rte_mbuf.fields.shinfo.offset, 8).getBigUint64(0, true);
  return [
    `buf_addr=${hex(m.bufAddr)} data_off=${m.dataOff} refcnt=${m.refcnt} nb_segs=${m.nbSegs}`,
    `port=${m.port} ol_flags=${hex(m.olFlags)} packet_type=${m.packetType} pkt_len=${m.pktLen}`,
    `data_len=${m.dataLen} vlan_tci=${m.vlanTci} hash.rss=${m.rssHash}`,
    `vlan_tci_outer=${m.vlanTciOuter} buf_len=${m.bufLen} pool=${hex(m.pool)} next=${hex(m.next)}`,
    `tx_offload=${raw} l2_len=${offload.l2Len} l3_len=${offload.l3Len} l4_len=${offload.l4Len}`,
    `tso_segsz=${offload.tsoSegsz} outer_l3_len=${offload.outerL3Len}`,
    `outer_l2_len=${offload.outerL2Len} shinfo=${hex(shinfo)} priv_size=${m.privSize}`,
    `iova=${hex(iova)}`,
  ].join(" ");
}

/** A line of the C peer's without what we do not print. */
export function asLooked(line: string): string {
  return line.replace(/ timesync=\d+/, "");
}

/** What `rooms` answers of the mbuf that a cursor is at. */
export function rooms(m: MbufCursor): string {
  const bit = (value: boolean) => (value ? 1 : 0);
  return `headroom=${m.headroom} tailroom=${m.tailroom} contiguous=${bit(m.isContiguous)} ` +
    `direct=${bit(!m.isCloned && !m.hasExtbuf)} cloned=${bit(m.isCloned)} extbuf=${
      bit(m.hasExtbuf)
    }`;
}

/** What `priv` answers of a pool, but for its header's and trailer's sizes. */
export function privLine(pool: PktmbufPool): string {
  const { mempool } = pool;
  return `name=${pool.name} mbuf_data_room_size=${pool.dataRoomSize} ` +
    `mbuf_priv_size=${pool.privSize} flags=${pool.flags} size=${pool.size} ` +
    `cache_size=${mempool.cacheSize} elt_size=${mempool.elementSize} ` +
    `private_data_size=${mempool.privateDataSize} ops=${mempool.opsName} ` +
    `avail=${pool.availCount} room=${pool.dataRoomSize} priv=${pool.privSize}`;
}

/** A line of the C peer's without what we do not print. */
export function asPriv(line: string): string {
  return line.replace(/ header_size=\d+ trailer_size=\d+/, "");
}
