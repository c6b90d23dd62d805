/**
 * Prototypes of what is no symbol: functions that are called by their address, and callbacks.
 *
 * @module
 */

import type { Abi } from "../../../ffi/abi/mod.ts";
import { compileC } from "../../kit.ts";

/** A prototype, and what DPDK has of it. */
export interface PointerUse {
  /** Our prototype. */
  readonly ours: string;
  /** C's, where ours names another type of the same width. */
  readonly exactly?: string;
  /** Statements that compile when the function `f` is what DPDK has, or takes, there. */
  readonly uses: readonly string[];
}

/** All of them, in a release. */
export const pointers = (abi: Abi): readonly PointerUse[] => [
  {
    ours: "uint16_t (void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)",
    uses: ["rx_pkt_burst", "tx_pkt_burst", "tx_pkt_prepare"].map((it) =>
      `rte_eth_fp_ops->${it} = f;`
    ),
  },
  {
    ours: "int (void *queue)",
    exactly: abi.number === 26 ? "int (void *queue)" : "uint32_t (void *queue)",
    uses: ["rte_eth_fp_ops->rx_queue_count = f;"],
  },
  {
    ours: "int (void *queue, uint16_t offset)",
    uses: [
      "rte_eth_fp_ops->rx_descriptor_status = f;",
      "rte_eth_fp_ops->tx_descriptor_status = f;",
    ],
  },
  {
    ours: "int (void *mp, void * const *obj_table, unsigned int n)",
    exactly: "int (struct rte_mempool *mp, void * const *obj_table, unsigned int n)",
    uses: ["rte_mempool_ops_table.ops->enqueue = f;"],
  },
  {
    ours: "int (void *mp, void * const *obj_table, unsigned int n)",
    exactly: "int (struct rte_mempool *mp, void **obj_table, unsigned int n)",
    uses: ["rte_mempool_ops_table.ops->dequeue = f;"],
  },
  {
    ours: "int (struct rte_mempool *mp, void * const *obj_table, unsigned int n)",
    uses: ["rte_mempool_ops_table.ops->enqueue = f;"],
  },
  {
    ours: "int (struct rte_mempool *mp, void **obj_table, unsigned int n)",
    uses: ["rte_mempool_ops_table.ops->dequeue = f;"],
  },
  {
    ours: "void (struct rte_mempool *mp, void *arg, void *object, unsigned int index)",
    uses: ["rte_mempool_obj_iter(NULL, f, NULL);"],
  },
  {
    ours:
      "void (struct rte_mempool *mp, void *arg, struct rte_mempool_memhdr *chunk, unsigned int index)",
    uses: ["rte_mempool_mem_iter(NULL, f, NULL);"],
  },
  {
    ours: "void (struct rte_mempool *mp, void *arg)",
    uses: ["rte_mempool_walk(f, NULL);"],
  },
  {
    ours: "void (const struct rte_memzone *mz, void *arg)",
    uses: ["rte_memzone_walk(f, NULL);"],
  },
  {
    ours: "int (const struct rte_bus *bus, const void *data)",
    uses: ["rte_bus_find(NULL, f, NULL);"],
  },
  {
    ours: "int (const struct rte_mp_msg *msg, const void *peer)",
    uses: ['rte_mp_action_register("", f);'],
  },
  {
    ours: "int (const struct rte_mp_msg *request, const struct rte_mp_reply *reply)",
    uses: ["rte_mp_request_async(NULL, NULL, f);"],
  },
  {
    ours: "int (uint16_t port_id, int event, void *cb_arg, void *ret_param)",
    exactly: "int (uint16_t port_id, enum rte_eth_event_type event, void *cb_arg, void *ret_param)",
    uses: ["rte_eth_dev_callback_register(0, RTE_ETH_EVENT_NEW, f, NULL);"],
  },
];

/**
 * Compiles all uses.
 *
 * @throws {Error} with the compiler's words when one has another type
 */
export function comparePointers(all: readonly PointerUse[]): void {
  const functions = all.map(({ ours, exactly = ours, uses }, i) => {
    const open = exactly.indexOf("(");
    const pointer = `${exactly.slice(0, open)}(*f)${exactly.slice(open)}`;
    return `static void u${i}(${pointer}) { ${uses.join(" ")} (void)f; }`;
  });
  const program = [
    ...["rte_bus.h", "rte_eal.h", "rte_ethdev.h", "rte_mempool.h", "rte_memzone.h"]
      .map((header) => `#include <${header}>`),
    ...functions,
    `int main(int argc, char **argv)\n{\n(void)argv;\nif (argc > 99) {`,
    ...all.map((_, i) => `u${i}(NULL);`),
    "}\nreturn 0;\n}\n",
  ].join("\n");
  compileC(program, ["-O0", "-Werror", "-Wno-deprecated-declarations", "-DALLOW_EXPERIMENTAL_API"]);
}
