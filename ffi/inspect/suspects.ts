/**
 * Who may be at the end of a ring that is stuck.
 *
 * Head and tail say of nobody who moved them. But whoever is between the two is in a function that
 * has the ring, and that has a pointer to it, or into it, on its stack, or its callers have. So the
 * stacks of all threads of the group's processes are searched, by reading: nobody is attached to or
 * stopped.
 *
 * It is a suspicion. A thread that waits for its turn at the same end, or that has the ring and is
 * at something else, has such a pointer too; and a pointer that is only in a register is not seen:
 * that of a thread stopped within a loop of its own, say. Where no stack has one, lcores that are
 * stopped are named instead (`seen` is false). So who is named may be another, and when nobody is, who
 * was there is most likely dead.
 *
 * @module
 */

import { readText, threadsOf } from "../core/mod.ts";
import { workerLcore } from "../lcore/mod.ts";
import { rte_ring } from "../ring/mod.ts";
import { type AddressRange, pointedInto } from "./address_search.ts";
import type { Suspect } from "./flow.ts";
import { type Mapping, ownMappings, ProcessMemory } from "./process_memory.ts";
import { isStopped } from "./processes.ts";
import type { ProcessState, RingState, Snapshot } from "./snapshot.ts";
import { stackOf } from "./thread_stack.ts";

/** How much of a process is read at most. */
const MOST = 4 << 20;

interface RingRange extends AddressRange {
  readonly address: number;
}

function rangeOf({ address, size, elementSize = 8 }: RingState): RingRange {
  return { address, start: address, end: address + rte_ring.size + size * elementSize };
}

/**
 * A stopped one comes first, then one that waits, then one that runs: this is not waiting for it.
 */
function rank({ pid, tid, stopped }: Suspect): number {
  if (stopped) return 0;
  return readText(`/proc/${pid}/task/${tid}/syscall`)?.startsWith("running") === true ? 2 : 1;
}

/** The lcore of a process that no thread is named after: the main one. */
function mainLcore({ lcoreIds }: ProcessState, names: readonly string[]): number | undefined {
  const workers = names.map(workerLcore);
  return lcoreIds.find((id) => !workers.includes(id));
}

/** The ranges that a stack has pointers into. */
function onStack(
  memory: ProcessMemory,
  stack: AddressRange,
  rings: readonly RingRange[],
): Set<RingRange> {
  const bytes = new ArrayBuffer(stack.end - stack.start);
  const halves = new Uint32Array(bytes);
  const found = new Set<RingRange>();
  for (const { start, end } of memory.present(stack.start, stack.end)) {
    const got = memory.read(start, bytes, end - start);
    for (const ring of pointedInto(halves, got >> 3 << 1, rings)) found.add(ring);
  }
  return found;
}

/** Adds the suspects of a process. */
function search(
  process: ProcessState,
  rings: readonly RingRange[],
  suspects: ReadonlyMap<number, Suspect[]>,
): void {
  const { pid } = process;
  using memory = ProcessMemory.open(pid);
  if (memory === undefined) return;
  const mappings: readonly Mapping[] = ownMappings(pid);
  const threads = threadsOf(pid);
  const main = mainLcore(process, threads.map(({ name }) => name));
  let left = MOST;
  for (const { tid, name } of threads) {
    const stack = stackOf(pid, tid, mappings);
    if (stack === undefined || stack.end - stack.start > left) continue;
    left -= stack.end - stack.start;
    const lcoreId = tid === pid ? main : workerLcore(name);
    for (const { address } of onStack(memory, stack, rings)) {
      const stopped = isStopped(tid);
      suspects.get(address)?.push({ pid, tid, thread: name, lcoreId, stopped, seen: true });
    }
  }
}

/** The lcores of a group that are stopped, wherever they are. */
function stoppedLcores({ processes }: Snapshot): Suspect[] {
  return processes.filter(({ commandLine }) => commandLine.length > 0).flatMap((process) => {
    const { pid } = process;
    const threads = threadsOf(pid);
    const main = mainLcore(process, threads.map(({ name }) => name));
    return threads.flatMap(({ tid, name }): Suspect[] => {
      const lcoreId = tid === pid ? main : workerLcore(name);
      if (lcoreId === undefined || !isStopped(tid)) return [];
      return [{ pid, tid, thread: name, lcoreId, stopped: true, seen: false }];
    });
  });
}

/**
 * Finds the living threads of a group that may be at the ends of rings, by their stacks, for
 * {@linkcode Watch}. Where this user may not look into a process, none of it are found. DPDK has no function for it;
 * `rte_ring_dump` (rte_ring.h) prints one ring at one moment.
 *
 * @param snapshot whose processes are searched
 * @param rings the rings
 * @returns by the ring's address; stopped ones first, those that run last
 * @example
 * ```ts
 * import { findSuspects, Inspector } from "@dpdk-ts/dpdk/inspect";
 *
 * const snapshot = Inspector.open({ filePrefix: "demo" }).snapshot();
 * const stuck = snapshot.rings.filter(({ prod }) => prod.head !== prod.tail);
 * for (const [address, suspects] of findSuspects(snapshot, stuck)) {
 *   console.log(address.toString(16), suspects.map(({ pid, tid }) => `${pid}/${tid}`));
 * }
 * ```
 */
export function findSuspects(
  snapshot: Snapshot,
  rings: readonly RingState[],
): Map<number, readonly Suspect[]> {
  const suspects = new Map(rings.map(({ address }) => [address, [] as Suspect[]]));
  const ranges = rings.map(rangeOf);
  for (const process of snapshot.processes) {
    // One of another pid namespace has another process's id here; nothing of it is seen.
    if (process.commandLine.length > 0) search(process, ranges, suspects);
  }
  const others = [...suspects.values()].some((found) => found.length === 0)
    ? stoppedLcores(snapshot)
    : [];
  return new Map([...suspects].map(([address, found]) => {
    if (found.length === 0) return [address, others];
    const ranked = found.map((suspect) => ({ suspect, rank: rank(suspect) }));
    ranked.sort((a, b) => a.rank - b.rank);
    return [address, ranked.map(({ suspect }) => suspect)];
  }));
}
