/**
 * What F-Stack's processes and tools tell each other by rings: names, numbers and `struct ff_msg`, as
 * F-Stack's ff_msg.h has them.
 *
 * A tool takes a message out of the pool, fills it and puts it into the ring of the process that it
 * asks. That process answers in the same message, and puts it into the ring of the message's type, out
 * of which the tool takes it, and gives it back to the pool.
 *
 * @module
 */

import { RTE_MAX_LCORE, struct } from "../../mod.ts";

/** The pool of all messages of a group: `FF_MSG_POOL`. */
export const FF_MSG_POOL = "ff_msg_pool";

/** Messages in the pool for each process, and how many each lcore keeps at hand in C. */
export const MESSAGES_PER_PROCESS = 64;
export const MESSAGE_CACHE = 16;

/** Slots of each ring. */
export const FF_MSG_RING_SIZE = 32;

/** How many processes there may be: one for each lcore. */
export const MAX_PROCESSES: number = RTE_MAX_LCORE;

/** The ring by which a process is asked. */
export const ringIn = (process: number): string => `ff_msg_ring_in_${process}`;

/** The ring by which a process answers messages of a type. */
export const ringOut = (process: number, type: number): string =>
  `ff_msg_ring_out_${process}_${type}`;

/** What a message asks for: `enum FF_MSG_TYPE`. */
export const FfMsgType = {
  FF_UNKNOWN: 0,
  FF_SYSCTL: 1,
  FF_IOCTL: 2,
  FF_IOCTL6: 3,
  FF_ROUTE: 4,
  FF_TOP: 5,
  FF_NGCTL: 6,
  FF_IPFW_CTL: 7,
  FF_TRAFFIC: 8,
  FF_KNICTL: 9,
} as const;

/** The types that have a ring to answer by: 1 to 9. */
export const RING_TYPES: readonly number[] = Object.values(FfMsgType).filter((type) => type > 0);

/** The name of a type. */
export function typeName(type: number): string {
  const found = Object.entries(FfMsgType).find(([, value]) => value === type);
  return found?.[0] ?? `type ${type}`;
}

/** `struct ff_msg`; its union is bytes here, which one of the structs below describes. */
export const FfMsg = struct("struct ff_msg", {
  msg_type: "uint32_t",
  result: "int",
  buf_len: "size_t",
  buf_addr: "char *",
  original_buf: "char *",
  original_buf_len: "size_t",
  args: "uint8_t[48]",
}, { align: 64 });

/** Where the union is, in bytes. */
export const ARGS = FfMsg.fields.args.offset;

/** Bytes of an object of the pool: `MAX_MSG_BUF_SIZE`. */
export const ELEMENT_SIZE = 10240;

/** Bytes of a message's own buffer, which lies behind its struct. */
export const BUFFER_SIZE = ELEMENT_SIZE - FfMsg.size;

/** `struct ff_sysctl_args`: sysctl(3), its pointers into the message's buffer. */
export const FfSysctlArgs = struct("struct ff_sysctl_args", {
  name: "int *",
  namelen: "unsigned",
  old: "void *",
  oldlenp: "size_t *",
  new: "void *",
  newlen: "size_t",
});

/** `struct ff_top_args`: what a process's time went to since it started, in ticks of its clock. */
export const FfTopArgs = struct("struct ff_top_args", {
  loops: "unsigned long",
  idle_tsc: "unsigned long",
  work_tsc: "unsigned long",
  sys_tsc: "unsigned long",
  usr_tsc: "unsigned long",
});

/** `struct ff_traffic_args`: what a process received and sent since it started. */
export const FfTrafficArgs = struct("struct ff_traffic_args", {
  rx_packets: "uint64_t",
  rx_bytes: "uint64_t",
  tx_packets: "uint64_t",
  tx_bytes: "uint64_t",
  rx_dropped: "uint64_t",
  tx_dropped: "uint64_t",
});
