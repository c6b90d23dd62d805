/**
 * The lcores of this process.
 *
 * @module
 */

import { LCORE_ID_ANY } from "./layout.ts";
import { eal } from "./library.ts";

/** Past `RTE_MAX_LCORE` of every build. */
const MAX = 2 ** 16;

/** The ids of all enabled lcores, ascending: `RTE_LCORE_FOREACH`. EAL must run. */
export function enabledLcores(): number[] {
  const ids: number[] = [];
  for (let id = eal().rte_get_next_lcore(LCORE_ID_ANY, 0, 0); id < MAX && !ids.includes(id);) {
    if (eal().rte_lcore_is_enabled(id) === 0) break;
    ids.push(id);
    id = eal().rte_get_next_lcore(id, 0, 0);
  }
  return ids;
}
