/**
 * The bench's parts: that its programs measure, and how figures become rows and a table. No figure
 * is judged here.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";
import { compileC } from "../../tools/compile.ts";
import { settle } from "../../tools/bench/measure.ts";
import { toRows } from "../../tools/bench/rows.ts";
import { table } from "../../tools/bench/table.ts";

const MEASURED = {
  c: new Map([["ring sp_sc burst 32", 10], ["two processes burst 32", 1000]]),
  deno: new Map([["ring sp_sc burst 32", 15], ["two processes burst 32", 900], ["heap", 0]]),
  bun: new Map([["ring sp_sc burst 32", 12.34567]]),
};

test("rows have a value, its unit, C's value and the ratio", () => {
  const rows = toRows(MEASURED);
  assert.deepEqual(rows.find((row) => row.runtime === "deno"), {
    name: "ring sp_sc burst 32",
    runtime: "deno",
    value: 15,
    unit: "ns/pair",
    c: 10,
    ratio: 1.5,
  });
  assert.deepEqual(rows.find(({ name }) => name === "heap"), {
    name: "heap",
    runtime: "deno",
    value: 0,
    unit: "bytes",
    c: null,
    ratio: null,
  });
  assert.equal(rows.find(({ name }) => name.startsWith("two"))!.unit, "million objects/s");
});

test("of times the least of all rounds counts, of throughputs the median", () => {
  assert.equal(settle("ring sp_sc burst 32", [12, 10, 11]), 10);
  assert.equal(settle("two processes burst 32", [100, 1000, 500]), 500);
});

test("the table has a line for each measurement, with ratios", () => {
  const text = table(toRows(MEASURED));
  assert.match(text, /ring sp_sc burst 32 +ns\/pair +10 +15 \(1\.50\) +12\.35 \(1\.24\)/);
  assert.match(text, /two processes burst 32 +million objects\/s +1000 +900 \(0\.90\) +-/);
});

test("the script measures on this runtime", async ({ cleanup }) => {
  const file = join(ROOT, "tools", "bench", "script.ts");
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  const args = ["-l", "0", "--no-huge", "-m", "64", "--no-pci", "--file-prefix", prefix, "--"];
  const result = await spawnScript(runtimeName, file, [...args, "mempool"]).result;
  assert.equal(result.code, 0, outcome(result));
  const names = result.stdout.trim().split("\n").map((line) => JSON.parse(line).name);
  assert.deepEqual(names, ["mempool get+put 1", "mempool get+put 32", "mempool get+put 256"]);
});

test("the C program compiles", () => {
  compileC(readFileSync(join(ROOT, "tools", "bench", "bench.c"), "utf8"));
  compileC(readFileSync(join(ROOT, "tools", "demo", "demo.c"), "utf8"));
});
