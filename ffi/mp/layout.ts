/**
 * What rte_eal.h lays out of messages between processes. The room for descriptors differs: 8 in
 * 22.11, 253 in 24.11 and 25.11; and 25.11 aligns the whole to 8 bytes.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import type { Constants, Field, StructLayout } from "../core/mod.ts";

/** The longest message name is one byte shorter: the NUL. */
export const RTE_MP_MAX_NAME_LEN = 64;

/** The most bytes of parameters. */
export const RTE_MP_MAX_PARAM_LEN = 256;

/** The most file descriptors in a message. */
export function RTE_MP_MAX_FD_NUM(abi: Abi): number {
  return abi.number === 23 ? 8 : 253;
}

/** The layout of `struct rte_mp_msg`. */
export interface MessageLayout extends StructLayout {
  readonly fields: {
    readonly name: Field;
    readonly len_param: Field;
    readonly num_fds: Field;
    readonly param: Field;
    readonly fds: Field;
  };
}

/** `struct rte_mp_msg` in a release. */
export function rte_mp_msg(abi: Abi): MessageLayout {
  return {
    type: "struct rte_mp_msg",
    header: "rte_eal.h",
    size: { 23: 360, 25: 1340, 26: 1344 }[abi.number],
    fields: {
      name: { offset: 0, size: RTE_MP_MAX_NAME_LEN },
      len_param: { offset: 64, size: 4 },
      num_fds: { offset: 68, size: 4 },
      param: { offset: 72, size: RTE_MP_MAX_PARAM_LEN },
      fds: { offset: 328, size: 4 * RTE_MP_MAX_FD_NUM(abi) },
    },
  };
}

/** `struct rte_mp_reply`. */
export const rte_mp_reply = {
  type: "struct rte_mp_reply",
  header: "rte_eal.h",
  size: 16,
  fields: {
    nb_sent: { offset: 0, size: 4 },
    nb_received: { offset: 4, size: 4 },
    msgs: { offset: 8, size: 8 },
  },
} as const satisfies StructLayout;

/** For the comparison with the header. */
export function mpConstants(abi: Abi): Constants {
  return {
    header: "rte_eal.h",
    values: {
      RTE_MP_MAX_NAME_LEN,
      RTE_MP_MAX_PARAM_LEN,
      RTE_MP_MAX_FD_NUM: RTE_MP_MAX_FD_NUM(abi),
    },
  };
}
