// examples/fstack/app.ts and tool.ts with C programs that speak F-Stack's struct ff_msg, and Deno with
// Bun. This file runs once on each runtime.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, runtimeName, test, writePcap } from "../kit.ts";
import { readCapture } from "../packets/captures.ts";
import { endApp, line, OTHER, refused, Stack, TEST_MS, well } from "./fstack_tools.ts";

test("a tool in C asks the application", { timeoutMs: TEST_MS }, async (context) => {
  const stack = new Stack(context);
  const app = await stack.app(runtimeName, [], ["--procs", "2"]);
  const c = await stack.peer(0); // as F-Stack's tools are: it is the application's lcore, too
  assert.equal(await line(c, "pool"), "size 128 element 10240 cache 16 wrong 0");
  assert.equal(await line(c, "rings"), "processes 2 rings 20");

  assert.equal(await line(c, "sysctl kern.ostype"), "8 dpdk.ts");
  assert.equal(await line(c, "sysctl app.burst 8"), "32");
  assert.equal(await line(c, "sysctl app.burst"), "8");
  assert.equal(await line(c, "sysctl app.burst 33"), "error 22");
  assert.equal(await line(c, "sysctl kern.ostype other"), "error 1");
  assert.equal(await line(c, "sysctl kern.none"), "error 2");
  assert.equal(await line(c, "sysctl app"), "error 21");
  assert.equal(await line(c, "sysctl app.msg.bad_types"), "0");

  // Values that do not fit into a message's own buffer.
  const long = "x".repeat(15_000);
  const allocs = await line(c, "allocs");
  assert.equal(await line(c, `large app.note ${long} 20000`), "1 ");
  assert.equal(await line(c, "sysctl app.note"), "error 12");
  assert.equal(await line(c, "large app.note short 20000"), `15001 ${"x".repeat(60)}`);
  assert.equal(await line(c, "sysctl app.note"), "6 short");
  assert.equal(await line(c, "allocs"), allocs);

  assert.match(await line(c, "top"), /^result 0 loops [1-9]\d* left 0$/);
  assert.equal(await line(c, "traffic"), "0 0 0 0 0 0");
  for (const type of [2, 3, 4, 6, 7, 9]) assert.equal(await line(c, `type ${type}`), "result 95");
  assert.equal(await line(c, "inuse"), "0");
  await c.end();
  await endApp(app);
});

test("the tool asks an application in C", { timeoutMs: TEST_MS }, async (context) => {
  const stack = new Stack(context);
  const app = await stack.app("c");
  const tool = (...args: string[]) => stack.tool(runtimeName, ...args);
  assert.deepEqual(await tool("sysctl", "-a"), ["kern.ostype: C", "test.int: -5", "test.text: "]);
  const long = "y".repeat(12_000);
  assert.deepEqual(await tool("sysctl", "test.int=77", `test.text=${long}`, "kern", "test"), [
    "test.int: -5 -> 77",
    `test.text:  -> ${long}`,
    "kern.ostype: C",
    "test.int: 77",
    `test.text: ${long}`,
  ]);
  assert.deepEqual(await tool("sysctl", "-n", "test.int=-1", "kern.ostype"), ["-1", "C"]);
  assert.deepEqual(await tool("sysctl", "-d", "test.int"), ["test.int: "]); // it does not say
  assert.deepEqual(await tool("traffic", "-s"), [`1,64,${2n ** 60n},4,5,6`]);
  const [, titles, , row] = await tool("traffic", "-n", "1", "-d", "0");
  const columns = "rx packets, rx bytes, tx packets, tx bytes, rx_dropped, tx_dropped".split(", ");
  assert.equal(titles, `|${columns.map((title) => title.padStart(20)).join("|")}|`);
  assert.equal(row, `|${"0".padStart(20)}`.repeat(6) + "|");
  const refusal = (...args: string[]) => refused(stack.start(runtimeName, ...args));
  assert.match(
    await refusal("sysctl", "kern.none"),
    /^Cannot find kern\.none: process 0 has no such/,
  );
  assert.match(
    await refusal("sysctl", "kern.ostype=x"),
    /^Cannot set kern\.ostype: it can only be/,
  );
  assert.match(await refusal("sysctl", "test.int=two"), /^Cannot set test\.int to "two": it is no/);
  assert.match(await refusal("top", "-p", "2"), /^Cannot ask process 2: there is no ring "ff_msg_/);
  app.stdin.end();
  assert.match((await well(app)).stdout, /^in use 0$/m);
});

test(
  "top tells where the time of an application in C goes",
  { timeoutMs: TEST_MS },
  async (context) => {
    const stack = new Stack(context);
    await stack.app("c");
    const [, titles, , ...rows] = await stack.tool(runtimeName, "top", "-n", "3", "-d", "0.05");
    assert.equal(titles, "|     idle|      sys|      usr|           loop|");
    assert.equal(rows.length, 3);
    for (const row of rows) {
      assert.match(
        row,
        /^\| {3}60\.00%\| {3}30\.00%\| {3}10\.00%\| *[1-9]\d*\|$/,
      );
    }
  },
);

test(
  "processes of both runtimes answer, each for itself",
  { timeoutMs: TEST_MS },
  async (context) => {
    const stack = new Stack(context);
    const first = await stack.app(runtimeName, [], ["--procs", "2"]);
    const second = await stack.further(OTHER, ["--procs", "2", "--proc-id", "1"]);
    for (const runtime of [runtimeName, OTHER]) {
      for (const id of ["0", "1"]) {
        const [value] = await stack.tool(runtime, "sysctl", "-p", id, "-n", "app.proc_id");
        assert.equal(value, id);
      }
    }
    assert.deepEqual(await stack.tool(OTHER, "sysctl", "app.note=it's one"), [
      "app.note:  -> it's one",
    ]);
    assert.deepEqual(await stack.tool(OTHER, "sysctl", "-p", "1", "app.note"), ["app.note: "]);
    assert.deepEqual(await stack.tool(OTHER, "sysctl", "-d", "hw", "app.note"), [
      "hw.ncpu: Its lcores",
      "app.note: A note of anybody",
    ]);
    const lines = await stack.tool(OTHER, "top", "-P", "1", "-n", "1", "-d", "0.05");
    assert.equal(lines[1], "|  proc_id|     idle|      sys|      usr|           loop|");
    const names = lines.slice(3).map((line) => line.split("|")[1]!.trim());
    assert.deepEqual(names, ["0", "1", "total"]);
    for (const line of lines.slice(3, 5)) {
      const [idle, sys, usr] = [...line.matchAll(/([\d.]+)%/g)].map(([, share]) => Number(share));
      assert.ok(Math.abs(idle! + sys! + usr! - 100) < 0.02, line);
    }
    assert.deepEqual(await stack.tool(runtimeName, "traffic", "-s", "-P", "1"), [
      "0,0,0,0,0,0,0",
      "1,0,0,0,0,0,0",
    ]);
    await endApp(second);
    await endApp(first);
  },
);

test("traffic tells what was received and sent", { timeoutMs: TEST_MS }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "fstack-"));
  context.cleanup(() => rmSync(folder, { recursive: true }));
  const [input, output] = [join(folder, "in.pcap"), join(folder, "out.pcap")];
  const frames = Array.from({ length: 70 }, (_, i) => {
    const frame = new Uint8Array(60 + i).fill(i, 14);
    return (frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2]), frame);
  });
  writePcap(input, frames);
  const bytes = frames.reduce((sum, { length }) => sum + length, 0);
  const stack = new Stack(context);
  const app = await stack.app(runtimeName, [`--vdev=net_pcap0,rx_pcap=${input},tx_pcap=${output}`]);
  const [counts] = await stack.tool(runtimeName, "traffic", "-s");
  assert.equal(counts, `70,${bytes},70,${bytes},0,0`);
  await endApp(app);
  const sent = readCapture(output).map(({ bytes }) => bytes);
  assert.deepEqual(
    sent,
    frames.map((frame) =>
      Uint8Array.from([...frame.slice(6, 12), ...frame.slice(0, 6), ...frame.slice(12)])
    ),
  );
});

test("the tool says what it cannot do", { timeoutMs: TEST_MS }, async (context) => {
  const stack = new Stack(context);
  const wrong = async (...args: string[]): Promise<string> => {
    const [first = "", usage = ""] = (await refused(stack.start(runtimeName, ...args))).split(
      "\n\n",
    );
    assert.match(usage, /^tool\.ts \[--file-prefix NAME\] COMMAND/);
    return first.trim();
  };
  assert.equal(
    await wrong("tops"),
    'Cannot use "tops" as a command: there are sysctl, top, traffic, sweep',
  );
  assert.match(
    await refused(stack.start(runtimeName, "top")),
    /^Cannot attach to the primary of file prefix/,
  );
  await stack.app(OTHER);
  assert.equal(await wrong("sysctl"), "Cannot use sysctl without a name, or with names and -a");
  assert.match(await wrong("top", "-d", "x"), /^Cannot use "x" as -d: it is a number of seconds/);
  assert.match(await wrong("top", "-p", "1", "-P", "0"), /^Cannot use "0" as -P: it is a number/);
});
