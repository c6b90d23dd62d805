/**
 * Who uses which lcore in this process's group, as far as it can be told.
 *
 * @module
 */

import { commandLine, threadsOf } from "../core/mod.ts";
import { affinityOf, groupProcesses, ownFilePrefix, requireEal } from "../eal/mod.ts";
import { lcoresInArguments } from "./arguments.ts";
import { workerLcore } from "./worker.ts";
import { claimedLcores } from "./claims.ts";

/** A process and its lcores. */
export interface LcoreUser {
  /** The process's id. */
  readonly pid: number;
  /** Its program and arguments. */
  readonly command: readonly string[];
  /** The ids, ascending. */
  readonly lcoreIds: readonly number[];
  /**
   * `claim`: a process of this library said so. `guess`: another one; its workers' ids are the names
   * of its threads, its main lcore's what its arguments or its affinity suggest.
   */
  readonly from: "claim" | "guess";
}

/** The lcores of a process that claims nothing, as far as they can be told. */
export function guessLcores(pid: number): number[] {
  const workers = threadsOf(pid).flatMap(({ name }) => workerLcore(name) ?? []);
  // Each lcore but the main one has a thread of its name. Without arguments, ids are CPUs, and the
  // main lcore is the one that the first thread is pinned to.
  const asked = lcoresInArguments(commandLine(pid)) ?? affinity(pid).slice(0, 1);
  return [...new Set([...workers, ...asked])].sort((a, b) => a - b);
}

function affinity(pid: number): number[] {
  try {
    return affinityOf(pid);
  } catch {
    return []; // it has ended
  }
}

/**
 * The processes of this process's group and their lcores: those of this library by what they claim,
 * others by what /proc says of them. This process is among them. Of one process,
 * rte_lcore_iterate and RTE_LCORE_FOREACH (rte_lcore.h) tell.
 *
 * @returns by pid
 * @example
 * ```ts
 * import { Eal, lcoreUsers } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * for (const { pid, lcoreIds, from } of lcoreUsers()) console.log(pid, lcoreIds, from);
 * ```
 */
export function lcoreUsers(): LcoreUser[] {
  requireEal("tell who uses which lcore");
  const claims = Map.groupBy(claimedLcores(), (claim) => claim.pid);
  const pids = new Set([...claims.keys(), ...groupProcesses(ownFilePrefix())]);
  return [...pids].sort((a, b) => a - b).map((pid) => {
    const own = claims.get(pid)?.map((claim) => claim.lcoreId);
    return {
      pid,
      command: commandLine(pid),
      lcoreIds: own ?? guessLcores(pid),
      from: own === undefined ? "guess" : "claim",
    };
  });
}
