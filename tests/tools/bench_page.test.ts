/**
 * The bench's page: every figure, every chart, and what it was measured on.
 *
 * @module
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, ROOT, test } from "../kit.ts";
import { figureOf } from "../../tools/bench/figures.ts";
import { thisMachine } from "../../tools/bench/machine.ts";
import { page, writePage } from "../../tools/bench/page.ts";
import { toRows } from "../../tools/bench/rows.ts";
import { dpdkVersion } from "../../tools/compile.ts";

const ROWS = toRows({
  c: new Map([["ring sp_sc burst 32", 10], ["packets: io forwarding", 80]]),
  deno: new Map([
    ["ring sp_sc burst 32", 15],
    ["packets: io forwarding", 79.3],
    ["heap bytes per packet burst", 0],
    ["polling: turn by setImmediate", 700],
  ]),
  bun: new Map([["ring sp_sc burst 32", 12], ["packets: io forwarding", 60]]),
});
const RUN = { date: "2026-11-27", rounds: 5, machine: thisMachine() };

test("the page has all figures, what was promised, the day and the machine", () => {
  const text = page(ROWS, RUN);
  for (
    const part of [
      "on 2026-11-27",
      "each of 5 rounds",
      `DPDK ${dpdkVersion()}, gcc`,
      RUN.machine.cpu,
      `Linux ${RUN.machine.kernel}`,
      "| ring sp_sc burst 32 | ns/pair | 10 | 15 (1.50) | 12 (1.20) | <= 1.6 times C: deno met, bun met |",
      "80 | 79.3 (0.99) | 60 (0.75) | >= 95 % of C: deno met, bun NOT MET |",
      "| heap bytes per packet burst | bytes | - | 0 | - | 0 bytes: deno met |",
      "| polling: turn by setImmediate | ns/turn | - | 700 | - |  |",
    ]
  ) assert.equal(text.includes(part), true, `${part} in\n${text}`);
  assert.match(text, /Deno \d+\.\d+\.\d+, Bun \d+\.\d+\.\d+/);
  for (const { name } of ROWS) assert.equal(text.split(`| ${name} |`).length, 2, name);
  assert.deepEqual(text.match(/^## .*/gm), [
    "## Rings and mempools",
    "## Packets",
    "## Polling beside the event loop",
  ]);
});

test("each part that C is in has a chart, and an earlier run's are gone", ({ cleanup }) => {
  const root = mkdtempSync(join(tmpdir(), "dpdk-ts-bench-"));
  cleanup(() => rmSync(root, { recursive: true }));
  const folder = join(root, "results");
  writePage(folder, ROWS, RUN);
  writeFileSync(join(folder, "polling.svg"), "of an earlier run");
  writePage(folder, ROWS, RUN);
  assert.deepEqual(readdirSync(folder).sort(), [
    "README.md",
    "figures.json",
    "packets.svg",
    "rings.svg",
  ]);
  const text = readFileSync(join(folder, "README.md"), "utf8");
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!);
  assert.deepEqual(links, ["rings.svg", "packets.svg"]);
  for (const link of links) {
    assert.match(readFileSync(join(folder, link), "utf8"), /^<svg [^]*79|15/);
  }
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "figures.json"), "utf8")), ROWS);
});

test("a figure that nobody described is an error", () => {
  assert.throws(() => figureOf("rings: of Saturn"), /Cannot judge "rings: of Saturn": no figure/);
});

test("the page of this repository is one run's, whole", () => {
  const folder = join(ROOT, "tools", "bench", "results");
  const text = readFileSync(join(folder, "README.md"), "utf8");
  const rows = JSON.parse(readFileSync(join(folder, "figures.json"), "utf8"));
  const names = text.split("\n").map((line) => line.split("|")[1]?.trim());
  for (const { name } of rows) assert.equal(names.includes(name), true, name);
  assert.equal(text.match(/^## /gm)?.length, 6);
  for (const part of ["rings", "streams", "mp", "packets"]) {
    assert.equal(existsSync(join(folder, `${part}.svg`)), true, part);
  }
});
