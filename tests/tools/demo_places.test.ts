// The demo where something is lacking: hugepages, the rights to get some, or a compiler.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  assert,
  type ChildResult,
  executable,
  outcome,
  ROOT,
  runtimeName,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

const FLAGS = runtimeName === "deno" ? ["run", "--allow-all", "--no-check", "--quiet"] : ["run"];
const DEMO = [
  ...[executable(runtimeName), ...FLAGS, join(ROOT, "tools", "demo.ts")],
  ...["--count", "20000"],
];

/** Runs the demo with mounts of its own, which a shell command changes first. */
function demo(change: string, ...args: readonly string[]): Promise<ChildResult> {
  const command = `${change} && exec "$@"`;
  return spawnProgram("unshare", ["--mount", "sh", "-c", command, "sh", ...args]).result;
}

function isInOneProcess(result: ChildResult, why: RegExp): void {
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, why);
  assert.match(result.stdout, /So this is the demo's one-process form: a main script and a Worker/);
  assert.match(result.stdout, /Moved: 40,000 messages in .* s, [\d.]+ million a second/);
  assert.match(result.stdout, /All 8191 objects are back in the pool/);
}

const NO_MOUNT = "umount --lazy --all --types hugetlbfs";

test("root in a container, who may mount nothing, gets the one-process form and is told why", async () => {
  const without = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"];
  const result = await demo(NO_MOUNT, ...without, ...DEMO);
  isInOneProcess(result, /^Two processes share memory in .*, and no hugetlbfs is mounted here\.$/m);
  assert.match(result.stdout, /^Setup: Cannot supply hugetlbfs at \/dev\/hugepages: /m);
  assert.match(result.stdout, /^Setup: the demo can run in one process, without hugepages$/m);
});

test("so does who has too few free hugepages", async ({ cleanup }: TestContext) => {
  const file = join("/tmp", uniquePrefix("meminfo"));
  cleanup(() => rmSync(file));
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  writeFileSync(file, meminfo.replace(/^(HugePages_Free:) +\d+$/m, "$1 7"));
  const result = await demo(`mount --bind ${file} /proc/meminfo`, ...DEMO, "--no-setup");
  isInOneProcess(
    result,
    /^Two processes share memory in hugepages, and there are 7 free ones here/,
  );
});

test("without a compiler there is nothing to compare with, and all else is done", async () => {
  const env = { ...process.env, PATH: "/nonexistent" };
  const [file = "", ...args] = DEMO;
  const result = await spawnProgram(file, [...args, "--no-setup"], { env }).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^Moved: 40,000 messages in .* s, [\d.]+ million a second$/m);
  assert.match(
    result.stdout,
    /^There is no C compiler with DPDK's headers here to compare with\.$/m,
  );
  assert.match(result.stdout, /2,000 requests, each answered/);
});
