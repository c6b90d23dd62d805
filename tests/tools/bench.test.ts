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
import { chart } from "../../tools/bench/chart.ts";
import { measureClientServer } from "../../tools/bench/client_server.ts";
import { settle } from "../../tools/bench/figures.ts";
import { measureInspect } from "../../tools/bench/inspect.ts";
import { measurePolling } from "../../tools/bench/polling.ts";
import { toRows } from "../../tools/bench/rows.ts";
import { table } from "../../tools/bench/table.ts";
import { measureTestpmd, packetRates } from "../../tools/bench/testpmd.ts";

const MEASURED = {
  c: new Map([["ring sp_sc burst 32", 10], ["two processes burst 32", 1000]]),
  deno: new Map([["ring sp_sc burst 32", 15], ["two processes burst 32", 900], [
    "heap bytes per burst",
    0,
  ]]),
  bun: new Map([["ring sp_sc burst 32", 12.34567]]),
};

const IO = "packets: io forwarding";
const POOL = "packets: alloc + free bulk 32";
const HEAP = "heap bytes per packet burst";
const PACKETS = {
  c: new Map([[IO, 80], [POOL, 100]]),
  deno: new Map([[IO, 79.3], [POOL, 250], [HEAP, 0.2]]),
  bun: new Map([[IO, 60], [POOL, 410], [HEAP, 8]]),
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
    target: "<= 1.6 times C",
    met: true,
  });
  assert.deepEqual(rows.find(({ name }) => name.startsWith("heap")), {
    name: "heap bytes per burst",
    runtime: "deno",
    value: 0,
    unit: "bytes",
    c: null,
    ratio: null,
    target: "0 bytes",
    met: true,
  });
  assert.equal(rows.find(({ name }) => name.startsWith("two"))!.unit, "million objects/s");
});

test("of times the least of all rounds counts, of throughputs the median", () => {
  assert.equal(settle("ring sp_sc burst 32", [12, 10, 11]), 10);
  assert.equal(settle("two processes burst 32", [100, 1000, 500]), 500);
});

test("of what one process forwards the most counts, of server and client the median", () => {
  assert.equal(settle(IO, [70, 80, 75]), 80);
  assert.equal(settle("packets: client_server_mp", [7, 9, 8]), 8);
  assert.equal(settle(POOL, [120, 100, 110]), 100);
});

test("what was promised of packets is held against the figures", () => {
  const rows = toRows(PACKETS);
  const met = rows.filter(({ met }) => met === true).map(({ name, runtime }) => [name, runtime]);
  assert.deepEqual(met, [[IO, "deno"], [POOL, "deno"], [HEAP, "deno"]]);
  assert.equal(rows.filter(({ met }) => met === false).length, 3);
  assert.equal(rows.some(({ runtime, target }) => runtime === "c" && target !== undefined), false);
  const text = table(rows);
  assert.match(
    text,
    /io forwarding +million packets\/s +80 +.*>= 95 % of C: deno met, bun NOT MET/,
  );
  assert.match(text, /alloc \+ free bulk 32 +ns\/pair +.*<= 4 times C: deno met, bun NOT MET/);
  assert.match(
    text,
    /heap bytes per packet burst +bytes +- +0\.2 +8 +0 bytes: deno met, bun NOT MET/,
  );
});

test("testpmd's seconds are added up over its ports, without the first and the last", () => {
  const second = (a: number, b: number) =>
    `  Rx-pps:     ${a}      Rx-bps:     0\n  Tx-pps:   9   Tx-bps: 0\n  Rx-pps:  ${b}   Rx-bps: 0\n`;
  const output = second(0, 0) + second(40, 41) + second(30, 32) + second(10, 10);
  assert.deepEqual(packetRates(output, 2), [81, 62]);
  assert.deepEqual(packetRates(output + "  Rx-pps:  7\n", 2), [81, 62]);
  assert.deepEqual(packetRates("", 2), []);
});

test("the chart shows each figure beside C's, as a share of its speed", () => {
  const svg = chart(toRows(PACKETS), { date: "2026-11-24", dpdk: "22.11.11" });
  assert.match(svg, /^<svg [^]*<\/svg>$/);
  for (
    const text of [
      "io forwarding",
      "C: 80.0 million packets/s",
      "99.1 %",
      "79.3 million packets/s",
      // Of times the inverse: 100 / 250.
      "40.0 %",
      "250 ns/pair",
      "target",
      "2026-11-24, DPDK 22.11.11",
      "Deno 0, Bun 8",
    ]
  ) assert.equal(svg.includes(text), true, `${text} in\n${svg}`);
  assert.throws(
    () => chart(toRows({ ...PACKETS, c: new Map() }), { date: "", dpdk: "" }),
    /Cannot draw the ratios: nothing was compared with C/,
  );
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

test("the script of packets forwards and counts on this runtime", async ({ cleanup }) => {
  const file = join(ROOT, "tools", "bench", "packets_script.ts");
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  const args = ["-l", "0", "--no-huge", "-m", "128", "--no-pci", "--file-prefix", prefix];
  const ports = ["--vdev=net_null0", "--vdev=net_null1", "--"];
  for (
    const [task, name] of [
      [["io", "1"], IO],
      [["macswap", "1"], "packets: MACs swapped"],
      [["macswap-cursor", "1"], "packets: MACs swapped by a cursor"],
      [["pool"], POOL],
      [["heap", "1000"], HEAP],
    ] as const
  ) {
    const result = await spawnScript(runtimeName, file, [...args, ...ports, ...task]).result;
    assert.equal(result.code, 0, outcome(result));
    const figure = JSON.parse(result.stdout);
    assert.equal(figure.name, name);
    assert.equal(Number.isFinite(figure.value), true, outcome(result));
  }
});

test("polling is measured", async ({ cleanup }) => {
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  const figures = new Map<string, number>();
  await measurePolling(prefix, ["c", runtimeName], (language, name, value) => {
    assert.equal(language, runtimeName);
    figures.set(name, value);
  });
  for (
    const [name, least] of [
      ["polling: turn by setImmediate", 1],
      ["polling: bare loop, burst 32", 1],
      ["polling: poll, burst 32", 1],
      ["polling: poll to bare loop, burst 32", 0.01],
      ["polling: two pollers, burst 32", 1],
      ["polling: idle, CPU at rest", 0],
      ["heap bytes per polled step", 0],
    ] as const
  ) assert.equal(figures.get(name)! >= least, true, `${name}: ${figures.get(name)}`);
});

test("a look at a group is measured, and what it costs the group", async ({ cleanup }) => {
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  const figures = new Map<string, number>();
  await measureInspect(prefix, ["c", runtimeName], (language, name, value) => {
    assert.equal(language, runtimeName);
    figures.set(name, value);
  });
  const names = ["a look at 1,000 rings, 100 pools", "95 of 100 looks", "watched to unwatched"];
  assert.deepEqual([...figures.keys()], names.map((name) => `inspect: ${name}`));
  for (const [name, value] of figures) assert.equal(value > 0, true, `${name}: ${value}`);
});

test("a server and a client are measured", async ({ cleanup }) => {
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  for (const language of ["c", runtimeName] as const) {
    const rate = await measureClientServer(language, prefix, 1);
    assert.equal(rate > 0, true, `${language}: ${rate}`);
  }
});

test("testpmd is measured", async ({ cleanup }) => {
  const prefix = uniquePrefix("bench");
  cleanup(() => removePrefix(prefix));
  const rate = await measureTestpmd("macswap", prefix, 1);
  assert.equal(rate > 0, true, `${rate}`);
});

test("the C programs compile", () => {
  compileC(readFileSync(join(ROOT, "tools", "bench", "bench.c"), "utf8"));
  compileC(readFileSync(join(ROOT, "tools", "bench", "packets.c"), "utf8"), [], {
    libraries: ["m"],
  });
  compileC(readFileSync(join(ROOT, "tools", "demo", "demo.c"), "utf8"));
});
