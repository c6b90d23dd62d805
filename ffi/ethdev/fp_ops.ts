/**
 * `rte_eth_fp_ops`: each port's burst functions and queues, as this process sees them.
 *
 * DPDK changes them while a process runs: at the start and the stop of a port, and when callbacks
 * are put on a queue. The header's inline functions read them for every burst, and so do we.
 *
 * @module
 */

import { abi, symbolAddress } from "../abi/mod.ts";
import { peek, readPointer } from "../core/mod.ts";
import { apart, type Call, runtime } from "../runtime/mod.ts";
import { rte_eth_fp_ops, RTE_MAX_ETHPORTS } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";

/** One direction of a port: where its parts are in `struct rte_eth_fp_ops`. */
export interface Direction {
  /** The burst function. */
  readonly burst: number;
  /** The array of queues. */
  readonly data: number;
  /** The array of callbacks. */
  readonly callbacks: number;
}

let known: { rx: Direction; tx: Direction } | undefined;

/** Where the parts of a direction are in this release. */
export function direction(name: "rx" | "tx"): Direction {
  if (known === undefined) {
    const F = rte_eth_fp_ops(abi()).fields;
    known = {
      rx: {
        burst: F.rx_pkt_burst.offset,
        data: F.rxq_data.offset,
        callbacks: F.rxq_clbk.offset,
      },
      tx: {
        burst: F.tx_pkt_burst.offset,
        data: F.txq_data.offset,
        callbacks: F.txq_clbk.offset,
      },
    };
  }
  return known[name];
}

/** Where a port's `struct rte_eth_fp_ops` is. */
export function fpOpsAddress(portId: number): number {
  ethdevLibrary();
  return symbolAddress("rte_ethdev", "rte_eth_fp_ops") + portId * rte_eth_fp_ops(abi()).size;
}

/** A function pointer of a port, 0 when the driver has none. */
export function driverFunction(portId: number, offset: number): number {
  return readPointer(peek(fpOpsAddress(portId), rte_eth_fp_ops(abi()).size), offset);
}

/**
 * What stands in the place of a burst function as long as a port is not started: what a port has
 * that is not there.
 */
export function isDummy(offset: number, address: number): boolean {
  for (let port = RTE_MAX_ETHPORTS - 1; port >= 0; port--) {
    if (ethdevLibrary().rte_eth_dev_is_valid_port(port) === 1) continue;
    return driverFunction(port, offset) === address;
  }
  return false;
}

/** The prototype of burst functions. */
const BURST = "uint16_t (void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)";

/** `eth_rx_burst_t`, `eth_tx_burst_t`, `eth_tx_prep_t`. */
export type Burst = Call<typeof BURST>;

const bursts = new Map<number, Burst>();

/** The burst function at an address. */
export function burstFunction(address: number): Burst {
  let burst = bursts.get(address);
  if (burst === undefined) {
    burst = apart(runtime.link({ burst: address }, { burst: BURST }).burst, 3);
    bursts.set(address, burst);
  }
  return burst;
}
