/**
 * `deno task bench`: C, Deno and Bun side by side, as ratios:
 * `[--json FILE] [--rounds N] [--only rings|streams|mp]`.
 *
 * Every figure is measured in several rounds, in each of which the three take turns. Of times the
 * least counts, of throughputs the median.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { measure, type Part, PARTS } from "./bench/measure.ts";
import { toRows } from "./bench/rows.ts";
import { table } from "./bench/table.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "5" },
    only: { type: "string" },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`Cannot measure ${values.rounds} rounds: --rounds is a number from 1 on`);
  process.exit(1);
}

const { only } = values;
if (only !== undefined && !PARTS.includes(only as Part)) {
  console.error(`Cannot measure only ${only}: there are ${PARTS.join(", ")}`);
  process.exit(1);
}

const rows = toRows(await measure(rounds, only === undefined ? PARTS : [only as Part]));
console.log(table(rows));
if (values.json !== undefined) {
  writeFileSync(values.json, JSON.stringify(rows, null, 2) + "\n");
  console.log(`\nWritten to ${values.json}`);
}
