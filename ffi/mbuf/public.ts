/**
 * Packets: mbufs and their pools.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export { MbufBytes } from "./bytes.ts";
export type { PacketCheck } from "./check.ts";
export { MbufCursor } from "./cursor.ts";
export {
  dumpMbufDynfields,
  MbufDynfield,
  type MbufDynfieldOptions,
  MbufDynflag,
  type MbufTimestamp,
  RX_TIMESTAMP_FLAG,
  rxTimestamp,
  TIMESTAMP_FIELD,
  TX_TIMESTAMP_FLAG,
  txTimestamp,
} from "./dynamic.ts";
export { MbufFields, type TxOffload } from "./fields.ts";
export { OlFlag, PacketType } from "./flags.ts";
export {
  RTE_MBUF_DEFAULT_BUF_SIZE,
  RTE_MBUF_DYN_NAMESIZE,
  RTE_MBUF_MAX_NB_SEGS,
  RTE_MBUF_PORT_INVALID,
  RTE_MBUF_PRIV_ALIGN,
  RTE_PKTMBUF_HEADROOM,
  RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF,
} from "./layout.ts";
export { swapMacs } from "./macs.ts";
export { olFlagNames, packetTypeName } from "./names.ts";
export { MbufPlace } from "./place.ts";
export { OwnedPktmbufPool, PktmbufPool, type PktmbufPoolOptions } from "./pool.ts";
export { prefetchData, prefetchMbufs } from "./prefetch.ts";
export { mbufSymbols } from "./symbols.ts";
