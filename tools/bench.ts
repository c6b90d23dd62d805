/**
 * `deno task bench`: C, Deno and Bun side by side, as ratios:
 * `[--json FILE] [--svg FILE] [--page FOLDER] [--rounds N] [--seconds N]
 * [--only rings|streams|mp|packets|polling|inspect]`.
 *
 * Every figure is measured in several rounds, in each of which the three take turns. Of times the
 * least counts, of what two processes do the median, of what one forwards the most. `--seconds` is
 * how long each forwards in each round. `--svg` draws the ratios.
 * `--page` writes all of it for readers, as tools/bench/results has it.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Part, PARTS } from "./bench/figures.ts";
import { measure } from "./bench/measure.ts";
import { toRows } from "./bench/rows.ts";
import { table } from "./bench/table.ts";
import { dpdkVersion } from "./compile.ts";

const { values } = parseArgs({
  // `deno task bench -- --rounds 1` hands the two dashes on.
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    json: { type: "string" },
    svg: { type: "string" },
    page: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    only: { type: "string" },
  },
});

function countOf(option: "rounds" | "seconds"): number {
  const count = Number(values[option]);
  if (Number.isInteger(count) && count >= 1) return count;
  console.error(`Cannot measure ${values[option]} ${option}: --${option} is a number from 1 on`);
  process.exit(1);
}

const [rounds, seconds] = [countOf("rounds"), countOf("seconds")];
const { only } = values;
if (only !== undefined && !PARTS.includes(only as Part)) {
  console.error(`Cannot measure only ${only}: there are ${PARTS.join(", ")}`);
  process.exit(1);
}

const parts = only === undefined ? PARTS : [only as Part];
const rows = toRows(await measure(rounds, parts, seconds));
const date = new Date().toISOString().slice(0, 10);
console.log(table(rows));
if (values.json !== undefined) {
  writeFileSync(values.json, JSON.stringify(rows, null, 2) + "\n");
  console.log(`\nWritten to ${values.json}`);
}
if (values.svg !== undefined) {
  const { chart } = await import("./bench/chart.ts");
  writeFileSync(values.svg, chart(rows, { date, dpdk: dpdkVersion() }));
  console.log(`\nDrawn to ${values.svg}`);
}
if (values.page !== undefined) {
  const [{ writePage }, { thisMachine }] = await Promise.all([
    import("./bench/page.ts"),
    import("./bench/machine.ts"),
  ]);
  writePage(values.page, rows, { date, rounds, machine: thisMachine() });
  console.log(`\nFor readers: ${values.page}/README.md`);
}
