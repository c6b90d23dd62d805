/**
 * A port's counters: `struct rte_eth_stats`.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import type { Field } from "../core/mod.ts";
import { rte_eth_stats } from "./layout.ts";
import { type Port, Scratch } from "./port.ts";

/** Counters of one queue of each direction. */
export interface QueueStats {
  /** Packets received. */
  readonly ipackets: bigint;
  /** Packets sent. */
  readonly opackets: bigint;
  /** Bytes received. */
  readonly ibytes: bigint;
  /** Bytes sent. */
  readonly obytes: bigint;
  /** Received packets that were dropped. */
  readonly errors: bigint;
}

/** Counters of a port since its start or their reset. */
export interface EthStats {
  /** Packets received. */
  readonly ipackets: bigint;
  /** Packets sent. */
  readonly opackets: bigint;
  /** Bytes received. */
  readonly ibytes: bigint;
  /** Bytes sent. */
  readonly obytes: bigint;
  /** Packets that the device dropped for want of room: the queues were not emptied in time. */
  readonly imissed: bigint;
  /** Packets received with errors. */
  readonly ierrors: bigint;
  /** Packets that could not be sent. */
  readonly oerrors: bigint;
  /** Packets for which there was no mbuf. */
  readonly rxNombuf: bigint;
  /**
   * The first 16 queues, with counters of 0 where there is no queue. None from 25.11 on: there,
   * extended counters such as `rx_q0_packets` tell.
   */
  readonly queues: readonly QueueStats[];
}

/** A port's counters: `rte_eth_stats_get`. */
export function readStats(port: Port): EthStats {
  const layout = rte_eth_stats(abi());
  const what = `read the counters of ${port.label}`;
  const stats = new Scratch<"struct rte_eth_stats">(layout.size);
  const rte = port.calls(what);
  port.attempt(
    what,
    "rte_eth_stats_get",
    () => rte.rte_eth_stats_get(port.portId, stats.pointer),
  );
  const F = layout.fields;
  const u64 = (field: Field | undefined, i = 0) =>
    field === undefined ? 0n : stats.view.getBigUint64(field.offset + 8 * i, true);
  return {
    ipackets: u64(F.ipackets),
    opackets: u64(F.opackets),
    ibytes: u64(F.ibytes),
    obytes: u64(F.obytes),
    imissed: u64(F.imissed),
    ierrors: u64(F.ierrors),
    oerrors: u64(F.oerrors),
    rxNombuf: u64(F.rx_nombuf),
    queues: Array.from(
      { length: (F.q_ipackets?.size ?? 0) / 8 },
      (_, i) => ({
        ipackets: u64(F.q_ipackets, i),
        opackets: u64(F.q_opackets, i),
        ibytes: u64(F.q_ibytes, i),
        obytes: u64(F.q_obytes, i),
        errors: u64(F.q_errors, i),
      }),
    ),
  };
}

/** Sets a port's counters to 0: `rte_eth_stats_reset`. */
export function resetStats(port: Port): void {
  const what = `reset the counters of ${port.label}`;
  const rte = port.calls(what);
  port.attempt(what, "rte_eth_stats_reset", () => rte.rte_eth_stats_reset(port.portId));
}
