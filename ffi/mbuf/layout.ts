/**
 * What rte_mbuf_core.h, rte_mbuf.h and rte_mbuf_dyn.h lay out; alike in 22.11, 24.11 and 25.11 where
 * IO addresses are kept in mbufs, as in every build for x86-64.
 *
 * In memory: `struct rte_mbuf`, the private area, the buffer with headroom, data and tailroom.
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";
import { OlFlag, PacketType } from "./flags.ts";

/** `struct rte_mbuf`. */
export const rte_mbuf = {
  type: "struct rte_mbuf",
  header: "rte_mbuf.h",
  size: 128,
  fields: {
    buf_addr: { offset: 0, size: 8 },
    buf_iova: { offset: 8, size: 8 },
    data_off: { offset: 16, size: 2 },
    refcnt: { offset: 18, size: 2 },
    nb_segs: { offset: 20, size: 2 },
    port: { offset: 22, size: 2 },
    ol_flags: { offset: 24, size: 8 },
    packet_type: { offset: 32, size: 4 },
    pkt_len: { offset: 36, size: 4 },
    data_len: { offset: 40, size: 2 },
    vlan_tci: { offset: 42, size: 2 },
    rss: { offset: 44, size: 4, path: "hash.rss" },
    hash: { offset: 44, size: 8 },
    vlan_tci_outer: { offset: 52, size: 2 },
    buf_len: { offset: 54, size: 2 },
    pool: { offset: 56, size: 8 },
    next: { offset: 64, size: 8 },
    tx_offload: { offset: 72, size: 8 },
    shinfo: { offset: 80, size: 8 },
    priv_size: { offset: 88, size: 2 },
    dynfield1: { offset: 92, size: 36 },
  },
  bits: {
    l2_len: { offset: 72, size: 8, shift: 0, bits: 7 },
    l3_len: { offset: 72, size: 8, shift: 7, bits: 9 },
    l4_len: { offset: 72, size: 8, shift: 16, bits: 8 },
    tso_segsz: { offset: 72, size: 8, shift: 24, bits: 16 },
    outer_l3_len: { offset: 72, size: 8, shift: 40, bits: 9 },
    outer_l2_len: { offset: 72, size: 8, shift: 49, bits: 7 },
  },
} as const satisfies StructLayout;

/** `struct rte_pktmbuf_pool_private`: the private data of a pool of mbufs. */
export const rte_pktmbuf_pool_private = {
  type: "struct rte_pktmbuf_pool_private",
  header: "rte_mbuf.h",
  size: 8,
  fields: {
    mbuf_data_room_size: { offset: 0, size: 2 },
    mbuf_priv_size: { offset: 2, size: 2 },
    flags: { offset: 4, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct rte_mbuf_ext_shared_info`: what an external buffer's users share. */
export const rte_mbuf_ext_shared_info = {
  type: "struct rte_mbuf_ext_shared_info",
  header: "rte_mbuf.h",
  size: 24,
  fields: {
    free_cb: { offset: 0, size: 8 },
    fcb_opaque: { offset: 8, size: 8 },
    refcnt: { offset: 16, size: 2 },
  },
} as const satisfies StructLayout;

/** `struct rte_mbuf_dynfield`. */
export const rte_mbuf_dynfield = {
  type: "struct rte_mbuf_dynfield",
  header: "rte_mbuf_dyn.h",
  size: 88,
  fields: {
    name: { offset: 0, size: 64 },
    fieldSize: { offset: 64, size: 8, path: "size" },
    align: { offset: 72, size: 8 },
    flags: { offset: 80, size: 4 },
  },
} as const satisfies StructLayout;

/** `struct rte_mbuf_dynflag`. */
export const rte_mbuf_dynflag = {
  type: "struct rte_mbuf_dynflag",
  header: "rte_mbuf_dyn.h",
  size: 68,
  fields: {
    name: { offset: 0, size: 64 },
    flags: { offset: 64, size: 4 },
  },
} as const satisfies StructLayout;

/** Free bytes before the data of a new mbuf, if its buffer is that large. */
export const RTE_PKTMBUF_HEADROOM = 128;
/** The data room of a usual pool, in bytes: a frame of up to 2048 and the headroom. */
export const RTE_MBUF_DEFAULT_BUF_SIZE = 2176;
/** A private size is a multiple of this, in bytes. */
export const RTE_MBUF_PRIV_ALIGN = 8;
/** The port of an mbuf that came from none. */
export const RTE_MBUF_PORT_INVALID = 65535;
/** The most segments of a packet. */
export const RTE_MBUF_MAX_NB_SEGS = 65535;
/** The longest name of a dynamic field or flag is one byte shorter: the NUL. */
export const RTE_MBUF_DYN_NAMESIZE = 64;
/** The pool's mbufs have external buffers that are never detached. */
export const RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF = 1;

const prefixed = (prefix: string, values: Readonly<Record<string, number | bigint>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [prefix + name, Number(value)] as const),
  );

/** For the comparison with the headers. */
export const mbufConstants: Constants = {
  header: "rte_mbuf.h",
  values: {
    RTE_PKTMBUF_HEADROOM,
    RTE_MBUF_DEFAULT_BUF_SIZE,
    RTE_MBUF_PRIV_ALIGN,
    RTE_MBUF_PORT_INVALID,
    RTE_MBUF_MAX_NB_SEGS,
    RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF,
    ...prefixed("RTE_MBUF_F_", OlFlag),
    ...prefixed("RTE_PTYPE_", PacketType),
  },
};

/** For the comparison with the header. */
export const mbufDynConstants = {
  header: "rte_mbuf_dyn.h",
  values: { RTE_MBUF_DYN_NAMESIZE },
} as const satisfies Constants;
