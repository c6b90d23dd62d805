/**
 * The names that librte_mbuf has for flags and types.
 *
 * @module
 */

import { decodeString, runtime } from "../runtime/mod.ts";
import { mbufLibrary } from "./library.ts";

/**
 * The names of the flags that are set, as DPDK writes them, `RTE_MBUF_F_RX_VLAN`:
 * `rte_get_rx_ol_flag_list`, `rte_get_tx_ol_flag_list`.
 *
 * @param flags `ol_flags` of an mbuf
 * @returns their names
 * @example
 * ```ts
 * import { Eal, OlFlag, olFlagNames } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(olFlagNames(OlFlag.RX_VLAN)[0]); // RTE_MBUF_F_RX_VLAN
 * ```
 */
export function olFlagNames(flags: bigint): string[] {
  const rte = mbufLibrary();
  // The lists have some flags with the value 0 as "..._UNKNOWN" and "..._NO_CKSUM" in every packet.
  return [rte.rte_get_rx_ol_flag_list, rte.rte_get_tx_ol_flag_list].flatMap((list) => {
    const text = new Uint8Array(new ArrayBuffer(4096));
    list(flags, runtime.pointerTo(text.buffer), text.length);
    return decodeString(text).split(" ").filter((name) => name !== "");
  });
}

/**
 * A packet type in words, layer by layer: `L2_ETHER L3_IPV4 L4_UDP`. `rte_get_ptype_name`
 * (rte_mbuf_ptype.h) names them.
 *
 * @param type `packet_type` of an mbuf
 * @returns the names of its layers
 * @example
 * ```ts
 * import { Eal, PacketType, packetTypeName } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * console.log(packetTypeName(PacketType.L2_ETHER | PacketType.L3_IPV4)); // L2_ETHER L3_IPV4
 * ```
 */
export function packetTypeName(type: number): string {
  const text = new Uint8Array(new ArrayBuffer(256));
  mbufLibrary().rte_get_ptype_name(type, runtime.pointerTo(text.buffer), text.length);
  return decodeString(text).trim();
}
