/**
 * The demo, with few messages.
 *
 * @module
 */

import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  assert,
  executable,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  spawnProgram,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";

const DEMO = join(ROOT, "tools", "demo.ts");

/** What the demo with this pid left behind. */
function leftovers(pid: number): string[] {
  const names = ["/var/run/dpdk", "/dev/hugepages"].flatMap((folder) => readdirSync(folder));
  return names.filter((name) => name === `demo-${pid}` || name.startsWith(`demo-${pid}map_`));
}

test("two processes exchange messages, all checked, and C is compared with", async () => {
  const demo = spawnScript(runtimeName, DEMO, ["--no-setup", "--count", "100000"]);
  const result = await demo.result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /A primary on Deno and a secondary on Bun/);
  assert.match(result.stdout, /Moved: 200,000 messages in [\d.]+ s/);
  assert.match(result.stdout, /All 8191 objects are back in the pool/);
  assert.match(result.stdout, /Two C processes, the same exchange: 200,000 messages/);
  assert.match(result.stdout, /ran at \d+ % of C's rate/);
  assert.match(result.stdout, /2,000 requests, each answered, in \d+ us \(median\);/);
  assert.match(result.stdout, /10,000 messages to a primary that was busy for a second, all there/);
  assert.match(result.stdout, /an eventfd passed, and used by the other process/);
  assert.deepEqual(leftovers(demo.pid), []);
});

test("a main script and a Worker exchange messages in one process", async () => {
  const args = ["--no-setup", "--count", "100000", "--one-process"];
  const result = await spawnScript(runtimeName, DEMO, args).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /a main script and a Worker/);
  assert.match(result.stdout, /Moved: 200,000 messages/);
  assert.match(result.stdout, /All 8191 objects are back in the pool/);
});

test("the one-process form runs on this runtime", async ({ cleanup }) => {
  const prefix = uniquePrefix("demo");
  cleanup(() => removePrefix(prefix));
  const file = join(ROOT, "tools", "demo", "one_process.ts");
  const eal = ["-l", "0", "--no-huge", "-m", "64", "--no-pci", "--file-prefix", prefix];
  const result = await spawnScript(runtimeName, file, [...eal, "--", "50000"]).result;
  assert.equal(result.code, 0, outcome(result));
  const sides = result.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(sides.map(({ received, wrong }) => [received, wrong]), [[50000, 0], [50000, 0]]);
});

test("a user without privileges gets the one-process form, and is told why", async ({ cleanup }) => {
  // The checkout and the runtimes may lie where another user cannot read.
  const copy = mkdtempSync(join(tmpdir(), "dts-demo-"));
  cleanup(() => rmSync(copy, { recursive: true, force: true }));
  chmodSync(copy, 0o755);
  for (const part of ["mod.ts", "ffi", "tools", "deno.json", "package.json"]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  const runtime = join(copy, "runtime");
  cpSync(executable("deno"), runtime);
  chmodSync(runtime, 0o755);
  const args = ["--reuid=65534", "--regid=65534", "--clear-groups", runtime];
  const demo = ["run", "-A", "--no-check", "--quiet", join(copy, "tools", "demo.ts")];
  const result = await spawnProgram("setpriv", [...args, ...demo, "--count", "50000"], {
    cwd: copy,
    env: { ...process.env, HOME: copy, DENO_DIR: join(copy, "cache"), DPDK_TS_DENO: runtime },
  }).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^Setup: nothing was changed, for you are not root\. Missing:$/m);
  assert.match(result.stdout, /this user may not write to \/dev\/hugepages/);
  assert.match(result.stdout, /All 8191 objects are back in the pool/);
});

test("a bad count is refused", async () => {
  const result = await spawnScript(runtimeName, DEMO, ["--count", "x"]).result;
  assert.equal(result.code, 1);
  assert.match(result.stderr, /^Cannot send "x" messages/);
});
