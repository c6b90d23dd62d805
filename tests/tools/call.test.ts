/**
 * How tools are called: their usage, what is wrong with a command line, and that both are told before
 * anything is set up.
 *
 * @module
 */

import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import * as bench from "../../tools/bench/arguments.ts";
import { PARTS } from "../../tools/bench/figures.ts";
import * as demo from "../../tools/demo/arguments.ts";
import * as setup from "../../tools/setup/arguments.ts";
import * as soak from "../../tools/soak/arguments.ts";
import {
  assert,
  type ChildResult,
  executable,
  outcome,
  ROOT,
  runtimeName,
  spawnProgram,
  spawnScript,
  test,
} from "../kit.ts";

const TOOLS = { bench, soak, demo, setup };

function call(file: string, ...args: string[]): Promise<ChildResult> {
  return spawnScript(runtimeName, join(ROOT, file), args).result;
}

for (const [name, { USAGE }] of Object.entries(TOOLS)) {
  test(`${name} says how it is called, and what is wrong`, async () => {
    assert.match(USAGE, new RegExp(`^deno task ${name} \\[options\\]\n\n[^]*  --help +only this`));
    for (const args of [["--help"], ["--", "--help"]]) {
      const { code, stdout, stderr } = await call(`tools/${name}.ts`, ...args);
      assert.deepEqual([code, stdout, stderr], [0, `${USAGE}\n`, ""]);
    }
    const { code, stdout, stderr } = await call(`tools/${name}.ts`, "--bogus");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^Unknown option '--bogus'/);
    assert.equal(stderr.endsWith(`\n\n${USAGE}\n`), true, stderr);
  });
}

test("a tool runs only when its command line is understood", async () => {
  const tool = (...args: string[]): Promise<ChildResult> =>
    call("tests/tools/fixtures/tool.ts", ...args);
  const told = async (...args: string[]): Promise<unknown[]> => {
    const { code, stdout, stderr } = await tool(...args);
    return [code, stdout, stderr];
  };
  assert.deepEqual(await told("well", "--help"), [0, "tool WORD\n", ""]);
  assert.deepEqual(await told(), [1, "", "Cannot run: give one word\n\ntool WORD\n"]);
  assert.deepEqual(await told("--", "well"), [0, "ran well\n", ""]);
  assert.deepEqual(await told("badly"), [1, "ran badly\n", ""]);
  const thrown = await tool("throw");
  assert.deepEqual([thrown.code, thrown.stdout], [1, "ran throw\n"]);
  // What is wrong with the tool is not what is wrong with the command line.
  assert.match(thrown.stderr, /of its own[^]*tool\.ts/);
  assert.doesNotMatch(thrown.stderr, /tool WORD/);
});

test("a task is its tool, which sets up by itself", async ({ cleanup }) => {
  const { tasks } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  for (const name of Object.keys(TOOLS)) {
    assert.equal(tasks[name].command, `/proc/self/exe run -A tools/${name}.ts`);
  }
  // The checkout and the runtimes may lie where another user cannot read. This one has no runtimes.
  const copy = mkdtempSync(join(tmpdir(), "dts-call-"));
  cleanup(() => rmSync(copy, { recursive: true, force: true }));
  chmodSync(copy, 0o755);
  for (const part of ["mod.ts", "ffi", "tools", "deno.json", "package.json"]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  const runtime = join(copy, "runtime");
  cpSync(executable(runtimeName), runtime);
  chmodSync(runtime, 0o755);
  const user = ["--reuid=65534", "--regid=65534", "--clear-groups", runtime];
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  const env = { ...process.env, HOME: copy, DENO_DIR: join(copy, "cache") };
  for (const name of ["bench", "soak"]) {
    const args = [...user, ...flags, join(copy, "tools", `${name}.ts`)];
    const result = await spawnProgram("setpriv", args, { cwd: copy, env }).result;
    assert.equal(result.code, 1, outcome(result));
    assert.match(result.stdout, /^Setup: nothing was changed, for you are not root\. Missing:$/m);
    assert.match(result.stdout, /^Setup: the benchmark cannot run before that is done$/m);
    assert.equal(result.stderr, "");
  }
});

test("what bench, soak and demo are asked for is read", () => {
  const files = { json: undefined, svg: undefined, page: undefined };
  assert.deepEqual(bench.parseArguments([]), {
    ...{ parts: PARTS, rounds: 5, seconds: 3, setup: true },
    ...files,
  });
  const some = ["--only=mp", "--rounds", "1", "--seconds=2", "--page", "a", "--no-setup"];
  assert.deepEqual(bench.parseArguments(some), {
    ...{ parts: ["mp"], rounds: 1, seconds: 2, setup: false },
    ...{ ...files, page: "a" },
  });
  const whole = { parts: soak.PARTS, count: undefined, minutes: 10, setup: true };
  assert.deepEqual(soak.parseArguments([]), whole);
  assert.deepEqual(
    soak.parseArguments(["--only", "fstack", "--count=10", "--minutes=0.5", "--no-setup"]),
    { parts: ["fstack"], count: 10, minutes: 0.5, setup: false },
  );
  const usual = { count: 5_000_000, oneProcess: false, setup: true };
  assert.deepEqual(demo.parseArguments([]), usual);
  const asked = demo.parseArguments(["--count=1", "--one-process", "--no-setup"]);
  assert.deepEqual(asked, { count: 1, oneProcess: true, setup: false });
  assert.equal(setup.parseArguments([]), "test");
});

for (
  const [name, arg, message] of [
    ["bench", "--only", /^Option '--only <value>' argument missing/],
    ["bench", "--only=all", /^Cannot measure only "all": --only is one of rings, /],
    ["bench", "--rounds=0", /^Cannot measure "0" rounds: --rounds is a number from 1 on$/],
    ["bench", "--seconds=x", /^Cannot measure "x" seconds: --seconds is a number from 1 on$/],
    ["bench", "word", /^Unexpected argument 'word'/],
    ["soak", "--only=all", /^Cannot soak only "all": --only is one of messages, /],
    ["soak", "--count=9", /^Cannot soak "9" times: --count is a number from 10 on$/],
    ["soak", "--minutes=0", /^Cannot soak "0" minutes: --minutes is a number above 0$/],
    ["demo", "--count=0", /^Cannot send "0" messages: --count is a number from 1 to 4294967295$/],
    ["demo", "--count=4294967296", /^Cannot send "4294967296" messages/],
    ["setup", "--for=fun", /^Cannot set up for "fun": --for is one of demo, test, /],
  ] as const
) {
  test(`${name} refuses ${arg}`, () => {
    assert.throws(() => TOOLS[name].parseArguments([arg]), { name: "TypeError", message });
  });
}
