// The moments of a start that a cleaning may meet, each brought about on purpose.

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { libc } from "../../ffi/core/mod.ts";
import { Claim } from "../../ffi/eal/group/claim.ts";
import { O, openFile } from "../../ffi/eal/group/posix.ts";
import { assert, type Child, spawnPeer, spawnProgram, test, type TestContext } from "../kit.ts";

/** A directory with an empty config, and a claim on it. */
function claimed({ cleanup }: TestContext): { claim: Claim; directory: string; config: string } {
  const home = mkdtempSync("/tmp/dpdk-ts-claim-");
  cleanup(() => rmSync(home, { recursive: true }));
  const directory = `${home}/group`;
  const config = `${directory}/config`;
  mkdirSync(directory);
  writeFileSync(config, "");
  const fd = openFile(directory, O.DIRECTORY);
  cleanup(() => libc().close(fd));
  const claim = new Claim(fd, false);
  cleanup(() => claim.release());
  assert.equal(claim.refused, undefined);
  return { claim, directory, config };
}

/** A process that opens the config, and tries to lock it at once. */
async function opener({ cleanup }: TestContext, ...args: string[]): Promise<Child> {
  const child = spawnPeer("group_opener", args);
  cleanup(() => child.kill("SIGKILL"));
  child.stdin.write("\n");
  await child.waitForLine(/^STARTED$/);
  return child;
}

/** Waits until a process waits for the lease on a file. */
async function waits(config: string): Promise<void> {
  const breaking = new RegExp(`LEASE +BREAKING .*:${statSync(config).ino} `);
  while (!breaking.test(readFileSync("/proc/locks", "utf8"))) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

test("who opens the config of a group that is held waits, and then has a group", async (context) => {
  const { claim, directory, config } = claimed(context);
  const child = await opener(context, config);
  await waits(config);
  const { ino } = statSync(config);
  assert.equal(claim.retireConfig(), "a process that starts has it open");
  claim.release();
  await child.waitForLine(/^LOCKED$/);
  assert.deepEqual(readdirSync(directory), ["config"]);
  assert.equal(statSync(config).ino, ino, "the one that it has locked");
});

test("if another has made a config meanwhile, who waited is told that there is a primary", async (context) => {
  const { claim, directory, config } = claimed(context);
  const child = await opener(context, config);
  await waits(config);
  const { ino } = statSync(config);
  const rival = await opener(context, config, "new");
  assert.equal(claim.retireConfig(), undefined);
  await child.waitForLine(/^REFUSED$/);
  claim.release();
  await rival.waitForLine(/^LOCKED$/);
  assert.deepEqual(readdirSync(directory), ["config"]);
  assert.notEqual(statSync(config).ino, ino, "the rival's");
});

test("a group that is held cannot be held by another", (context) => {
  const { claim, directory } = claimed(context);
  const fd = openFile(directory, O.DIRECTORY);
  context.cleanup(() => libc().close(fd));
  const other = new Claim(fd, false);
  context.cleanup(() => other.release());
  assert.match(other.refused ?? "", /^a process starts in it, or cleans it up$/);
  assert.equal(claim.retireConfig(), undefined);
  assert.deepEqual(readdirSync(directory), []);
});

test("a file that somebody only reads is removed", async (context) => {
  const { claim, directory, config } = claimed(context);
  const reader = spawnProgram("cat", [config]);
  context.cleanup(() => reader.kill("SIGKILL"));
  await waits(config);
  assert.equal(claim.retireConfig(), undefined);
  assert.deepEqual(readdirSync(directory), []);
});
