// examples/tailq.ts: counters on a tailq, with a C program that keeps the same there as C does. This file
// runs once on each runtime: each run has half of the groups.

import { join } from "node:path";
import {
  assert,
  type Child,
  executable,
  outcome,
  removePrefix,
  ROOT,
  type Runtime,
  runtimeName,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { dialog, dialogProgram, talk } from "../peers/dialog.ts";

const OTHER: Readonly<Record<Runtime, Runtime>> = { deno: "bun", bun: "deno" };

const PRIMARY = ["--proc-type=primary", "-m", "64", "--base-virtaddr=0x600000000000"];
const SECONDARY = ["--proc-type=secondary"];

function ealArgs(prefix: string, lcore: number): string[] {
  const usual = ["--no-pci", "--no-telemetry", "--file-prefix", prefix];
  return [`--lcores=${lcore}@0`, ...usual, ...lcore === 0 ? PRIMARY : SECONDARY];
}

/** Starts the example with no more permissions than it says it needs. */
async function example(
  { cleanup }: TestContext,
  prefix: string,
  runtime: Runtime,
  lcore: number,
): Promise<Child & { tell(line: string, answer: RegExp): Promise<RegExpMatchArray> }> {
  const flags = runtime === "deno" ? ["run", "--allow-ffi", "--no-check"] : ["run"];
  const child = spawnProgram(executable(runtime), [
    ...[...flags, join(ROOT, "examples/tailq.ts"), ...ealArgs(prefix, lcore)],
  ]);
  cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^Counting as (primary|secondary)$/);
  const tell = (line: string, answer: RegExp): Promise<RegExpMatchArray> => {
    child.stdin.write(`${line}\n`);
    return child.waitForLine(answer);
  };
  return { ...child, tell };
}

test("TypeScript makes the tailq, and C counts with it", async (context) => {
  const prefix = uniquePrefix("tailq");
  context.cleanup(() => removePrefix(prefix));
  const primary = await example(context, prefix, runtimeName, 0);
  const secondary = await example(context, prefix, OTHER[runtimeName], 1);
  const c = await dialog("counters", prefix, "--lcores=2@0");

  primary.stdin.write("add requests\n");
  await primary.tell("count requests 3", /requests was 0$/);
  await secondary.tell("count requests 4", /requests was 3$/);
  assert.deepEqual(await c.ask("count requests 5"), ["7"]);
  assert.deepEqual(await c.ask("add errors"), ["0"]);
  await secondary.tell("count errors 1", /errors was 0$/);
  await secondary.tell(
    "add errors",
    /Cannot insert "errors" into tailq "COUNTERS": there is one of/,
  );
  assert.deepEqual(await c.ask("all"), [
    `requests ${primary.pid} 12`,
    (await secondary.tell("list", /(errors) 1 \((\d+)\)$/)).slice(1).join(" ") + " 1",
  ]);

  // Many more than memzones, from two processes at once.
  primary.stdin.write("fill p 1500\n");
  secondary.stdin.write("fill s 1500\n");
  await primary.tell("count p-1499", /p-1499 was 0$/);
  await secondary.tell("count s-1499", /s-1499 was 0$/);
  const all = await c.ask("all");
  assert.equal(all.length, 3002);
  assert.deepEqual(all.filter((line) => line.includes("BROKEN")), []);

  // What a process added goes with it, unless it is killed: then another prunes.
  await secondary.tell("drop requests", /This process has not added requests$/);
  secondary.stdin.write("quit\n");
  assert.equal((await secondary.result).code, 0, outcome(await secondary.result));
  assert.equal((await c.ask("all")).length, 1502);
  const victim = await example(context, prefix, OTHER[runtimeName], 1);
  victim.stdin.write("add orphan\n");
  await victim.tell("count orphan 9", /orphan was 0$/);
  victim.kill("SIGKILL");
  await victim.result;
  assert.equal((await c.ask("all")).length, 1503);
  await primary.tell("prune", /^(counters > )*1 removed$/);
  assert.deepEqual(await c.ask("count orphan 1"), ["none"]);

  await c.end();
  primary.stdin.write("quit\n");
  const result = await primary.result;
  assert.equal(result.code, 0, outcome(result));
});

test("C makes the tailq, and TypeScript counts with it", async (context) => {
  const prefix = uniquePrefix("tailq");
  context.cleanup(() => removePrefix(prefix));
  const child = spawnProgram(dialogProgram("counters"), ealArgs(prefix, 0));
  context.cleanup(() => child.kill("SIGKILL"));
  const c = await talk(child);
  assert.deepEqual(await c.ask("add theirs"), ["0"]);
  const secondary = await example(context, prefix, runtimeName, 1);
  await secondary.tell("list", new RegExp(`theirs 0 \\(${child.pid}\\)$`));
  secondary.stdin.write("add ours\n");
  await secondary.tell("count theirs 2", /theirs was 0$/);
  assert.deepEqual(await c.ask("all"), [`theirs ${child.pid} 2`, `ours ${secondary.pid} 0`]);
  assert.deepEqual(await c.ask("drop ours"), ["0"]);
  await secondary.tell("count ours", /There is no ours$/);
  await secondary.tell("drop ours", /somebody else has taken it off, and freed it$/);
  await secondary.tell("cont ours", /Bad command "cont"; try help$/);
  secondary.stdin.end();
  const result = await secondary.result;
  assert.equal(result.code, 0, outcome(result));
  await c.end();
});
