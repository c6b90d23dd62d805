/**
 * What librte_ethdev exports as experimental, alike in 22.11, 24.11 and 25.11. These have no place
 * among the functions for scripts: DPDK may change them.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import type { Calls } from "../runtime/mod.ts";

/** rte_ethdev.h. */
export const experimentalSymbols = {
  rte_eth_dev_conf_get: "int (uint16_t port_id, struct rte_eth_conf *dev_conf)",
  rte_eth_macaddrs_get: "int (uint16_t port_id, struct rte_ether_addr *ma, unsigned int num)",
} as const;

/** The functions, opened on first use. */
export const experimentalLibrary: () => Calls<typeof experimentalSymbols> = library(
  "rte_ethdev",
  experimentalSymbols,
);
