/**
 * C, Deno and Bun side by side, as ratios. See `USAGE` in bench/arguments.ts.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { type Arguments, parseArguments, USAGE } from "./bench/arguments.ts";
import { measure } from "./bench/measure.ts";
import { toRows } from "./bench/rows.ts";
import { table } from "./bench/table.ts";
import { callTool } from "./call.ts";
import { dpdkVersion } from "./compile.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";

async function bench({ parts, rounds, seconds, ...asked }: Arguments): Promise<boolean> {
  if (asked.setup && !setUp(systemHost, "bench")) return false;
  const rows = toRows(await measure(rounds, parts, seconds));
  const date = new Date().toISOString().slice(0, 10);
  console.log(table(rows));
  if (asked.json !== undefined) {
    writeFileSync(asked.json, JSON.stringify(rows, null, 2) + "\n");
    console.log(`\nWritten to ${asked.json}`);
  }
  if (asked.svg !== undefined) {
    const { chart } = await import("./bench/chart.ts");
    writeFileSync(asked.svg, chart(rows, { date, dpdk: dpdkVersion() }));
    console.log(`\nDrawn to ${asked.svg}`);
  }
  if (asked.page !== undefined) {
    const [{ writePage }, { thisMachine }] = await Promise.all([
      import("./bench/page.ts"),
      import("./bench/machine.ts"),
    ]);
    writePage(asked.page, rows, { date, rounds, machine: thisMachine() });
    console.log(`\nFor readers: ${asked.page}/README.md`);
  }
  return true;
}

await callTool({ usage: USAGE, parse: parseArguments, run: bench });
