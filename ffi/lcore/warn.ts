/**
 * Lcores that this process shares with one that claims none, as C programs do.
 *
 * @module
 */

import { libc } from "../core/mod.ts";
import { afterStart, enabledLcores, threadAffinity } from "../eal/mod.ts";
import { freeId } from "./claims.ts";
import { lcoreUsers } from "./users.ts";

/** One line for each such process: what it has in common with this one. */
export function sharedLcores(): string[] {
  const mine = new Set(enabledLcores());
  const users = lcoreUsers();
  const others = users.filter(({ pid, from }) => from === "guess" && pid !== libc().getpid());
  const free = `${freeId(users.flatMap(({ lcoreIds }) => lcoreIds))}@${threadAffinity()[0] ?? 0}`;
  return others.flatMap(({ pid, command, lcoreIds }) => {
    const common = lcoreIds.filter((id) => mine.has(id));
    if (common.length === 0) return [];
    return [
      `lcore ${common.join(", ")} seems to be used by process ${pid} (${
        command[0] ?? "?"
      }) of this ` +
      `group, too: two processes on one lcore id corrupt each other's mempool caches; give each ` +
      `its own, on the same CPU if need be (--lcores ${free})`,
    ];
  });
}

// Told, not refused: what /proc says is a guess, and a process may use no mempool with a cache.
afterStart(({ shared }) => {
  if (shared) { for (const line of sharedLcores()) console.warn(`dpdk.ts: ${line}`); }
});
