/**
 * A mempool with all that is known of it.
 *
 * @module
 */

import type { Leak, MempoolFlow, MempoolState } from "../../../mod.ts";
import { cached, leakText } from "../tables/mempools.ts";
import { bar, type Glyphs } from "../text/glyphs.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { bytes, counted, hex, percent, whole } from "../text/units.ts";

/** `RTE_MEMPOOL_F_*`. */
const FLAGS = [
  "NO_SPREAD",
  "NO_CACHE_ALIGN",
  "SP_PUT",
  "SC_GET",
  "POOL_CREATED",
  "NO_IOVA_CONTIG",
  "NON_IO",
];

function flagsText(flags: number): string {
  const names = FLAGS.filter((_, i) => (flags & 2 ** i) !== 0);
  return names.length === 0 ? "none" : names.join(" ");
}

function cacheLines({ caches, cacheSize }: MempoolState): Line[] {
  if (cacheSize === 0) return [line("caches     none")];
  const all = caches.map(({ lcoreId, length }) => `lcore ${lcoreId}: ${whole(length)}`);
  const rows: Line[] = [line(`caches     of ${whole(cacheSize)}, for each lcore`)];
  for (let i = 0; i < all.length; i += 4) {
    rows.push(line(`           ${all.slice(i, i + 4).map((text) => text.padEnd(16)).join("")}`));
  }
  return rows;
}

function leakLines(leak: Leak): Line[] {
  const { empty, objects } = leak;
  const out = `has run out: ${counted(objects, "object")} ${
    objects === 1 ? "is" : "are"
  } in no ring`;
  return [leakText(leak), ...empty ? [out] : []].map((text) =>
    line(span(`           ${text}`, "bad"))
  );
}

/**
 * A mempool.
 *
 * @param pool The pool.
 * @param glyphs What its bar is made of.
 * @param flow The same over time, where it was watched.
 * @returns Its lines.
 */
export function mempoolDetails(pool: MempoolState, glyphs: Glyphs, flow?: MempoolFlow): Line[] {
  const { name, address, inUse, available, populatedSize, size, common, driver, opsIndex } = pool;
  const { elementSize, headerSize, trailerSize, privateSize, socketId, chunks, flags } = pool;
  const fill = inUse === undefined || populatedSize === 0 ? undefined : inUse / populatedSize;
  const number = (value: number | undefined) => value === undefined ? "?" : whole(value);
  return [
    line(span(`Mempool ${printable(name)}`, "head"), span(`  at ${hex(address)}`, "dim")),
    line(
      "in use     ",
      ...fill === undefined ? [] : [bar(fill, 20, glyphs), ` ${percent(fill)}  `],
      `${number(inUse)} of ${whole(populatedSize)}`,
      flow?.inRings === undefined ? "" : `, ${whole(flow.inRings)} of them in rings`,
    ),
    line(
      `available  ${number(available)}: ${number(common)} in the ${driver ?? "driver"}, `,
      `${whole(cached(pool))} in caches`,
      flow?.lowWater === undefined ? "" : `; at least ${whole(flow.lowWater)} seen`,
    ),
    ...flow?.leak === undefined ? [] : leakLines(flow.leak),
    ...cacheLines(pool),
    line(
      `objects    ${counted(size, "object")} of ${bytes(elementSize)}`,
      ` (+ ${headerSize} before, ${trailerSize} behind), private data ${bytes(privateSize)}`,
    ),
    line(
      `made as    driver ${driver ?? "unknown"} (no. ${opsIndex}), `,
      `${socketId < 0 ? "any socket" : `socket ${socketId}`}, ${counted(chunks, "chunk")}, `,
      `flags ${flagsText(flags)}`,
    ),
  ];
}
