/**
 * Packets: mbufs and their pools.
 *
 * @module
 */

export { MbufBytes } from "./bytes.ts";
export { checkPackets, PACKET_CHECKS, type PacketCheck } from "./check.ts";
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
export * from "./layout.ts";
export { mbufLibrary } from "./library.ts";
export { olFlagNames, packetTypeName } from "./names.ts";
export { MbufPlace } from "./place.ts";
export { lendPool, returnPools } from "./lent.ts";
export { OwnedPktmbufPool, PktmbufPool, type PktmbufPoolOptions } from "./pool.ts";
export { mbufSymbols } from "./symbols.ts";
