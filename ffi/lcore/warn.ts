/**
 * Lcores that this process shares with one that claims none, as C programs do.
 *
 * @module
 */

import { libc } from "../core/mod.ts";
import { afterStart, enabledLcores } from "../eal/mod.ts";
import { lcoreUsers } from "./users.ts";

/** One line for each such process: what it has in common with this one. */
export function sharedLcores(): string[] {
  const mine = new Set(enabledLcores());
  const others = lcoreUsers().filter(({ pid, from }) =>
    from === "guess" && pid !== libc().getpid()
  );
  return others.flatMap(({ pid, command, lcoreIds }) => {
    const common = lcoreIds.filter((id) => mine.has(id));
    if (common.length === 0) return [];
    return [
      `lcore ${common.join(", ")} seems to be used by process ${pid} (${
        command[0] ?? "?"
      }) of this ` +
      `group, too: two processes on one lcore id corrupt each other's mempool caches; give each ` +
      `its own, on the same CPU if need be (--lcores 1@0)`,
    ];
  });
}

// Told, not refused: what /proc says is a guess, and a process may use no mempool with a cache.
afterStart(({ shared }) => {
  if (shared) { for (const line of sharedLcores()) console.warn(`dpdk.ts: ${line}`); }
});
