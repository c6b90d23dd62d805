import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, outcome, runtimeName, RUNTIMES, spawnScript, test } from "../kit.ts";
import { parseArguments } from "../../tools/test/arguments.ts";
import { testFiles } from "../../tools/test/files.ts";
import { failureText, progressLine } from "../../tools/test/print.ts";
import { type JobResult, runJob } from "../../tools/test/run.ts";
import { judge } from "../../tools/test/verdict.ts";

const RUNNER = fileURLToPath(new URL("../../tools/test.ts", import.meta.url));
const ENDED = { code: 0, signal: null, overSeconds: null };

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.fixture.ts`, import.meta.url));

/** The names of what failed; `null` is the file as a whole. */
const failed = (result: JobResult): (string | null)[] => result.failures.map(({ test }) => test);

/** The id of the process that a fixture says it started. */
const childOf = (result: JobResult): number => {
  const id = result.output.match(/child (\d+)/)?.[1];
  assert.notEqual(id, undefined, result.output);
  return Number(id);
};

/** Waits until a process runs no more; until someone asks how it ended, it remains as a zombie. */
const ended = async (pid: number): Promise<void> => {
  const state = (): string | undefined => {
    if (!existsSync(`/proc/${pid}/stat`)) return undefined;
    return readFileSync(`/proc/${pid}/stat`, "utf8").match(/\) (\w)/)?.[1];
  };
  for (let tries = 0; tries < 100; tries++) {
    if ([undefined, "Z", "X"].includes(state())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`process ${pid} still runs`);
};

for (const runtime of RUNTIMES) {
  const run = (name: string, limitSeconds = 60): Promise<JobResult> =>
    runJob({ runtime, file: fixture(name) }, limitSeconds);

  test(`${runtime}: passed tests are counted, with their groups`, async () => {
    const result = await run("passes");
    assert.deepEqual(result.failures, []);
    assert.equal(result.passed, 2);
    assert.match(progressLine(result), /^ok +(deno|bun) +tests.*passes.*: 2 passed \(\d+\.\d s\)$/);
    assert.equal(failureText(result), "");
  });

  test(`${runtime}: each failed test is told in full`, async () => {
    const result = await run("fails");
    assert.equal(result.passed, 1);
    const names = ["fails", "rejects", "throws no error", "is too slow", "never ends"];
    assert.deepEqual(failed(result), names);
    const text = failureText(result);
    assert.match(text, /an apple[^]*a pear/);
    assert.match(text, /fails\.fixture\.ts:6/);
    assert.match(text, /no good/);
    assert.match(text, /a string/);
    assert.match(text, /200 ms have passed/);
    assert.match(progressLine(result), /^FAIL .*: 1 passed, 5 failed/);
  });

  test(`${runtime}: a file without tests has failed`, async () => {
    const result = await run("empty");
    assert.deepEqual(failed(result), [null]);
    assert.match(failureText(result), /it has no test/);
  });

  test(`${runtime}: a throw at the top level is a failure`, async () => {
    const result = await run("throws");
    assert.equal(failed(result).includes(null), true);
    assert.match(failureText(result), /its top level threw Error: at the top level/);
  });

  test(`${runtime}: an unhandled rejection is a failure`, async () => {
    const result = await run("rejection");
    assert.notEqual(result.failures.length, 0);
    assert.match(result.output, /nobody handles this/);
  });

  test(`${runtime}: a file that exits with code 0 in a test has failed`, async () => {
    const result = await run("exit-in-test");
    assert.equal(result.passed, 1);
    assert.deepEqual(failed(result), ["leaves", "never runs"]);
  });

  test(`${runtime}: a file that exits with code 0 before its tests has failed`, async () => {
    const result = await run("exit-at-top");
    assert.equal(result.passed, 0);
    assert.deepEqual(failed(result), ["never runs", null]);
    // Deno's test runner makes an exception of it, Bun's leaves.
    const fault =
      /it was left before all of it was loaded|Deno\.exit\(0\) called outside of a test/;
    assert.match(failureText(result), fault);
  });

  test(`${runtime}: a file that exits with a code between tests has failed`, async () => {
    const result = await run("exit-code");
    assert.equal(failed(result).includes("is left"), true);
    assert.match(failureText(result), /It never came to its end/);
  });

  test(`${runtime}: a failing hook is a failure`, async () => {
    const result = await run("hook");
    assert.notEqual(result.failures.length, 0);
    assert.match(result.output, /in a hook/);
  });

  test(`${runtime}: a crash is told by its signal`, async () => {
    const result = await run("crash");
    assert.equal(result.passed, 1);
    assert.deepEqual(failed(result), ["crashes", null]);
    assert.match(failureText(result), /it was ended by SIGABRT/);
  });

  test(`${runtime}: a file that hangs is ended, with its children`, async () => {
    const result = await run("hangs", 2);
    assert.equal(result.passed, 1);
    assert.equal(failed(result).includes(null), true);
    assert.match(failureText(result), /it took over 2 s/);
    assert.equal(result.elapsedMs < 10_000, true);
    if (runtime === "bun") await ended(childOf(result));
  });

  test(`${runtime}: a file leaves no child behind`, async () => {
    const result = await run("leaves-child");
    assert.deepEqual(result.failures, []);
    await ended(childOf(result));
  });

  test(`the runner on ${runtime} prints the closing line last, and exits with its code`, async () => {
    const call = async (...args: string[]): Promise<{ code: number | null; last: string }> => {
      const result = await spawnScript(runtime, RUNNER, ["--no-setup", ...args]).result;
      assert.equal(result.stderr, "", outcome(result));
      return { code: result.code, last: result.stdout.split("\n").at(-2) ?? "" };
    };
    const good = await call(fixture("passes"));
    assert.deepEqual(good, { code: 0, last: "4 passed, 0 failed" });
    const one = await call("--runtime", "bun", "--jobs", "1", fixture("passes"));
    assert.deepEqual(one, { code: 0, last: "2 passed, 0 failed" });
    const bad = await call(fixture("passes"), fixture("exit-in-test"));
    assert.deepEqual(bad, { code: 1, last: "6 passed, 4 failed" });
    const none = await call("no-test-file-has-this-word");
    assert.deepEqual(none, { code: 1, last: "0 passed, 0 failed" });
  });
}

test("a file that failed is run again on demand alone, and what it said at first is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-once-"));
  const run = async (once: string, ...args: string[]): Promise<{ code: number; text: string }> => {
    const env = { DPDK_TS_ONCE: join(folder, once) };
    const files = [fixture("fails-once"), fixture("passes")];
    const all = ["--no-setup", "--runtime", runtimeName, ...args, ...files];
    const result = await spawnScript(runtimeName, RUNNER, all, { env }).result;
    return { code: result.code ?? -1, text: result.stdout };
  };
  try {
    const once = await run("a");
    assert.equal(once.code, 1);
    assert.match(
      once.text,
      /\nFAILED [^\n]*: fails at first\n[^]*not yet[^]*\n3 passed, 1 failed\n$/,
    );
    const twice = await run("b", "--again");
    assert.equal(twice.code, 0);
    assert.equal(twice.text.match(/^(ok|FAIL) /gm)?.length, 3);
    const told =
      /\nPASSED ONLY AGAIN [^\n]*: fails at first\n[^]*not yet[^]*\n4 passed, 0 failed\n$/;
    assert.match(twice.text, told);
    const always = await run("missing/c", "--again");
    assert.equal(always.code, 1);
    assert.match(always.text, /\nFAILED [^]*\n3 passed, 1 failed\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the runner refuses a command line that it does not know", async () => {
  for (const args of [["--runtime", "node"], ["--jobs", "0"], ["--limit", "soon"], ["--what"]]) {
    assert.throws(() => parseArguments(args), TypeError);
  }
  const result = await spawnScript("bun", RUNNER, ["--runtime", "node"]).result;
  assert.equal(result.code, 1);
  assert.match(result.stderr, /Cannot run tests on "node": --runtime is deno or bun/);
});

test("words choose test files by their paths", () => {
  const all = testFiles([]);
  assert.equal(all.some((file) => file.endsWith("/tests/tools/runner.test.ts")), true);
  assert.equal(all.every((file) => file.endsWith(".test.ts")), true);
  const some = testFiles(["tools/run", "tools/kit"]);
  assert.deepEqual(some.map((file) => file.split("/").at(-1)), ["kit.test.ts", "runner.test.ts"]);
  assert.deepEqual(testFiles([RUNNER]), [RUNNER]);
});

test("a failed test explains an exit code, and nothing else does", () => {
  const loaded = { event: "loaded" } as const;
  const begun = { event: "registered", id: 0, name: "a" } as const;
  const passed = { event: "passed", id: 0 } as const;
  const broken = { event: "failed", id: 0, error: "bad" } as const;
  assert.deepEqual(judge([loaded, begun, passed], ENDED).failures, []);
  assert.equal(judge([loaded, begun, passed], { ...ENDED, code: 1 }).failures.length, 1);
  assert.equal(judge([loaded, begun, broken], { ...ENDED, code: 1 }).failures.length, 1);
  assert.equal(
    judge([loaded, begun, broken], { ...ENDED, code: null, signal: "SIGSEGV" }).failures.length,
    2,
  );
  assert.equal(judge([], { ...ENDED, code: 1 }).failures.length, 1);
});
