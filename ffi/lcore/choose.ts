/**
 * An lcore id for a secondary that names none.
 *
 * @module
 */

import { readFile, readMemory, readPointer } from "../core/mod.ts";
import { chooseLcoresBy, groupDirectory, groupProcesses } from "../eal/mod.ts";
import { RTE_MAX_LCORE } from "../mempool/mod.ts";
import { rte_memzone } from "../memzone/mod.ts";
import { claimsIn } from "./claims.ts";
import { LCORES_SIZE, LCORES_ZONE } from "./claim.ts";
import { guess } from "./users.ts";

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

/** The lcores that are in use in a group, seen from outside: out of the memory of one that is in it. */
function usedLcores(filePrefix: string): Set<number> {
  const pids = groupProcesses(filePrefix);
  const address = claimsAddress(filePrefix);
  const memory = address === undefined
    ? undefined
    : pids.map((pid) => readMemory(pid, address, LCORES_SIZE)).find((view) => view !== undefined);
  const claims = memory === undefined ? [] : claimsIn(memory);
  const claimants = new Set(claims.map(({ pid }) => pid));
  const others = pids.filter((pid) => !claimants.has(pid)).flatMap(guess);
  return new Set([...claims.map(({ lcoreId }) => lcoreId), ...others]);
}

/** The lowest id that no process of a group uses; 0 when all are in use, as the claim will say. */
export function chooseLcore(filePrefix: string): number {
  const used = usedLcores(filePrefix);
  for (let id = 0; id < RTE_MAX_LCORE; id++) if (!used.has(id)) return id;
  return 0;
}

chooseLcoresBy(chooseLcore);
