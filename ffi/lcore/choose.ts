/**
 * An lcore id for a secondary that names none.
 *
 * @module
 */

import { readFile, readMemory, readPointer } from "../core/mod.ts";
import { chooseLcoresBy, groupDirectory, groupProcesses } from "../eal/mod.ts";
import { RTE_MAX_LCORE } from "../mempool/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import { type ClaimedLcore, claimsIn } from "./claims.ts";
import { LCORES_SIZE, LCORES_ZONE } from "./claim.ts";
import { isSeen } from "./lives.ts";
import { guessLcores } from "./users.ts";

const F = rte_memzone.fields;

/** Where the group's claims are, from the array of memzones that all its processes map. */
function claimsAddress(filePrefix: string): number | undefined {
  const zones = readFile(`${groupDirectory(filePrefix)}/fbarray_memzone`) ?? new Uint8Array();
  const name = new TextEncoder().encode(`${LCORES_ZONE}\0`);
  for (let at = 0; at + rte_memzone.size <= zones.length; at += rte_memzone.size) {
    if (!name.every((byte, i) => zones[at + F.name.offset + i] === byte)) continue;
    return readPointer(new DataView(zones.buffer, zones.byteOffset + at), F.addr.offset);
  }
  return undefined;
}

/** The claims in a group, seen from outside: out of the memory of a process that is in it. */
function claimsOf(filePrefix: string, pids: readonly number[]): ClaimedLcore[] {
  const address = claimsAddress(filePrefix);
  if (address === undefined) return [];
  for (const pid of pids) {
    const memory = readMemory(pid, address, LCORES_SIZE);
    if (memory !== undefined) return claimsIn(memory);
  }
  return [];
}

/**
 * The lowest id that no process of a group uses or has claimed. Those of dead processes come last: their
 * caches may be looked into yet. When all are in use it is 0, as the claim will say.
 */
export function chooseLcore(filePrefix: string): number {
  const pids = groupProcesses(filePrefix);
  const claims = claimsOf(filePrefix, pids);
  const seen = claims.filter(isSeen);
  const claimants = new Set(seen.map(({ pid }) => pid));
  const others = pids.filter((pid) => !claimants.has(pid)).flatMap(guessLcores);
  for (const some of [claims, seen]) {
    const used = new Set([...some.map(({ lcoreId }) => lcoreId), ...others]);
    for (let id = 0; id < RTE_MAX_LCORE; id++) if (!used.has(id)) return id;
  }
  return 0;
}

chooseLcoresBy(chooseLcore);
