/**
 * Joining a group, to read its ports' counters: only its processes see those.
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Eal, EthDev, Inspector, type PortState } from "../../../mod.ts";
import { type Common, groupOf } from "../options.ts";
import { NOT_ATTACHED, type PortReader } from "./live.ts";

/** `RTE_LOG_EMERG`. */
const EMERGENCY = 1;

/** How long a primary that starts is waited for, in milliseconds. */
const PATIENCE_MS = 2000;

/** A port, of which nothing but the counters is read: a driver may write when it is asked for its link. */
function stateOf(dev: EthDev): PortState {
  const stats = dev.stats();
  return {
    id: dev.portId,
    name: dev.name,
    up: undefined,
    rxPackets: Number(stats.ipackets),
    txPackets: Number(stats.opackets),
    rxBytes: Number(stats.ibytes),
    txBytes: Number(stats.obytes),
    rxMissed: Number(stats.imissed),
    rxErrors: Number(stats.ierrors),
    txErrors: Number(stats.oerrors),
  };
}

/** Reads ports as a secondary of their group. */
class Attached implements PortReader {
  #gone = false;

  constructor(eal: Eal) {
    eal.onPrimaryGone(() => this.#gone = true);
  }

  get none(): string {
    return this.#gone
      ? "The primary that was joined is gone, and a process joins only once: start anew for ports"
      : "The group has no ports";
  }

  read(): PortState[] {
    if (this.#gone) return [];
    return EthDev.all().flatMap((dev) => {
      try {
        return stateOf(dev);
      } catch (error) {
        // It was closed a moment ago, or its driver counts nothing.
        if (error instanceof DpdkError) return [];
        throw error;
      }
    });
  }
}

/**
 * What reads ports, if anything is to.
 *
 * @param options The command's; with `attach` the group is joined.
 * @returns The reader.
 */
export async function readerOf(
  options: Common & { readonly attach?: boolean },
): Promise<PortReader> {
  if (options.attach !== true) return NOT_ATTACHED;
  // A group that is not there is told at once, with those that are.
  Inspector.open(groupOf(options));
  const { filePrefix = "rte", runtimeDirectory } = options;
  if (runtimeDirectory !== undefined && runtimeDirectory !== process.env["RUNTIME_DIRECTORY"]) {
    throw new DpdkError({
      what: `attach to a group in "${runtimeDirectory}"`,
      advice: "EAL looks into RUNTIME_DIRECTORY; set that variable for this command, too",
    });
  }
  const eal = await Eal.attach({ filePrefix, onClash: "restart", waitMs: PATIENCE_MS });
  // What EAL and drivers log would be written over the screen.
  eal.logLevel = EMERGENCY;
  return new Attached(eal);
}
