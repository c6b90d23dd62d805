/**
 * The lcores of this process.
 *
 * @module
 */

import { eal } from "./library.ts";

/** What `rte_get_next_lcore` starts from, and past `RTE_MAX_LCORE` of every build. */
const NONE = 0xffffffff;
const MAX = 2 ** 16;

/** The ids of all enabled lcores, ascending: `RTE_LCORE_FOREACH`. EAL must run. */
export function enabledLcores(): number[] {
  const ids: number[] = [];
  for (let id = eal().rte_get_next_lcore(NONE, 0, 0); id < MAX && !ids.includes(id);) {
    if (eal().rte_lcore_is_enabled(id) === 0) break;
    ids.push(id);
    id = eal().rte_get_next_lcore(id, 0, 0);
  }
  return ids;
}
