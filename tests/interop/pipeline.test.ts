// examples/pipeline.ts: a main script and two Workers with lcore ids, rings between them, in a group.

import { join } from "node:path";
import {
  assert,
  type Child,
  compilePeer,
  executable,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { cpus } from "./group.ts";

/** Starts it with no more permissions than it says it needs. */
function pipeline({ cleanup }: TestContext, prefix: string, ...more: string[]): Child {
  const all = cpus();
  const flags = runtimeName === "deno" ? ["run", "--allow-ffi", "--allow-read"] : ["run"];
  const child = spawnProgram(executable(runtimeName), [
    ...[...flags, join(ROOT, "examples/pipeline.ts")],
    ...[`--lcores=0@${all},1@${all},2@${all}`, "--no-pci", "--no-telemetry", "-m", "64"],
    ...["--file-prefix", prefix, ...more],
  ]);
  cleanup(() => child.kill("SIGKILL"));
  return child;
}

test("messages go through three threads, and each comes back signed and in order", async (context) => {
  const prefix = uniquePrefix("pipeline");
  context.cleanup(() => removePrefix(prefix));
  compilePeer("view_ring"); // which takes longer than the pipeline runs
  const child = pipeline(context, prefix, "--", "--seconds", "3");
  await child.waitForLine(/^Main script on lcore 0, stage 0 on lcore 1, stage 1 on lcore 2$/);
  // It is in a group: a process in C sees the rings, and that each has one producer and one consumer.
  const peer = await dialog("view_ring", prefix, "--lcores=9@0");
  assert.match((await peer.ask("look PIPE_1")).join(" "), /PIPE_1/);
  await peer.end();
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^[\d.]+ million messages a second through the pipeline$/m);
  const [, taken, made] = /^(\d+) of (\d+) messages came back, 0 of them wrong$/m.exec(
    result.stdout,
  )!;
  assert.equal(taken, made);
  assert.ok(Number(taken) > 1000, taken);
});

test("it says what it cannot do", async (context) => {
  const prefix = uniquePrefix("pipeline");
  context.cleanup(() => removePrefix(prefix));
  const child = pipeline(context, prefix, "--", "--minutes", "3");
  const { code, stderr } = await child.result;
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot use "--minutes 3": there is --seconds N\nUsage: pipeline\.ts/);
});

test("it wants an lcore for each thread", async (context) => {
  const prefix = uniquePrefix("pipeline");
  context.cleanup(() => removePrefix(prefix));
  const flags = runtimeName === "deno" ? ["run", "--allow-ffi", "--allow-read"] : ["run"];
  const child = spawnProgram(executable(runtimeName), [
    ...[...flags, join(ROOT, "examples/pipeline.ts"), "--lcores=0@0,1@0", "--no-pci"],
    ...["-m", "32", "--file-prefix", prefix],
  ]);
  const { code, stderr } = await child.result;
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot run on lcores 0,1: it takes 3, as 0@0,1@1,2@2\nUsage: pipeline\.ts/,
  );
});
