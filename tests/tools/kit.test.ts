import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import {
  assert,
  compileC,
  compilePeer,
  describe,
  ealCase,
  outcome,
  removePrefix,
  runtimeName,
  RUNTIMES,
  spawnPeer,
  spawnProgram,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runJob } from "../../tools/test/run.ts";

/** The path of a file in tests/tools/fixtures. */
const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

describe("spawnScript", () => {
  for (const runtime of RUNTIMES) {
    test(`runs a script on ${runtime} and collects what it prints`, async () => {
      const child = spawnScript(runtime, fixture("echo.ts"), ["a b"]);
      child.stdin.write("first\nsecond\n");
      assert.equal((await child.waitForLine(/^got (.*)nd$/))[1], "seco");
      child.stdin.end("third");
      const lines: string[] = [];
      for await (const line of child.lines()) lines.push(line);
      assert.deepEqual(lines, [`${runtime} a b`, "got first", "got second", "got third"]);
      const result = await child.result;
      assert.deepEqual(
        { ...result },
        {
          code: 7,
          signal: null,
          timedOut: false,
          stdout: lines.join("\n") + "\n",
          stderr: "bye\n",
        },
      );
    });

    test(`kills a script on ${runtime} that lives too long`, async () => {
      const result = await spawnScript(runtime, fixture("echo.ts"), [], { timeoutMs: 500 }).result;
      assert.equal(result.timedOut, true);
      assert.equal(result.signal, "SIGKILL");
      assert.match(outcome(result), /lived too long/);
    });
  }
});

describe("spawnProgram", () => {
  test("names the signal that ended the program", async () => {
    const child = spawnProgram("sleep", ["30"]);
    child.kill("SIGSEGV");
    const result = await child.result;
    assert.equal(result.signal, "SIGSEGV");
    assert.equal(result.code, null);
    assert.equal(result.timedOut, false);
    assert.match(outcome(result), /SIGSEGV/);
  });

  test("reports a program that cannot be started", async () => {
    const result = await spawnProgram("/no/such/program").result;
    assert.equal(result.code, 127);
    assert.match(result.stderr, /Cannot start "\/no\/such\/program"/);
  });

  test("sets and removes environment variables", async () => {
    const env = { KIT_A: "1", HOME: undefined };
    const result = await spawnProgram("sh", ["-c", "echo $KIT_A${HOME-none}"], { env }).result;
    assert.equal(result.stdout, "1none\n");
  });

  test("says what was printed when a line never comes", async () => {
    const child = spawnProgram("sh", ["-c", "echo out; echo err >&2"]);
    await child.result;
    await assert.rejects(child.waitForLine(/never/), /the output has ended[^]*out[^]*err/);
    const silent = spawnProgram("sleep", ["30"]);
    await assert.rejects(silent.waitForLine(/never/, 100), /100 ms have passed/);
    silent.kill("SIGKILL");
    await silent.result;
  });
});

describe("prefixes", () => {
  test("uniquePrefix never gives one twice, and only plain characters", () => {
    const prefixes = [uniquePrefix("Ring: a/b"), uniquePrefix("Ring: a/b")];
    assert.notEqual(prefixes[0], prefixes[1]);
    for (const prefix of prefixes) assert.match(prefix, /^dts-ringab-[\w-]+$/);
  });

  test("removePrefix removes the runtime directory and the hugepage files of its prefix only", ({ cleanup }) => {
    const prefix = uniquePrefix("remove");
    const directory = `/var/run/dpdk/${prefix}`;
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${directory}/config`, "");
    const mine = `/dev/hugepages/${prefix}map_0`;
    const other = `/dev/hugepages/${prefix}xmap_0`;
    for (const path of [mine, other]) closeSync(openSync(path, "w"));
    cleanup(() => rmSync(other));
    removePrefix(prefix);
    assert.deepEqual([directory, mine, other].map(existsSync), [false, false, true]);
    removePrefix(prefix);
    for (const bad of ["", "..", "a/b", "/tmp"]) {
      assert.throws(() => removePrefix(bad), /Cannot remove prefix/);
    }
  });
});

describe("compile", () => {
  test("compilePeer compiles once", () => {
    const program = compilePeer("hello");
    assert.equal(existsSync(program), true);
    assert.equal(compilePeer("hello"), program);
  });

  test("spawnPeer runs a peer", async () => {
    const result = await spawnPeer("hello").result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout, /^DPDK \d+\.\d+/);
  });

  test("compileC throws with the compiler's message", () => {
    assert.throws(() => compileC("int main(void) { return nothing; }"), /'nothing' undeclared/);
  });

  test("compileC takes flags", async () => {
    const program = compileC("int main(void) { return ANSWER; }", ["-DANSWER=42"]);
    assert.equal((await spawnProgram(program).result).code, 42);
  });
});

test("cleanups run after the body, the last one first, and may fail the test", async () => {
  const result = await runJob({ runtime: runtimeName, file: fixture("cleanup.fixture.ts") }, 60);
  assert.equal(result.passed, 1);
  assert.deepEqual(result.skips, [{ test: "is skipped", reason: "no reason" }]);
  const texts = result.failures.map(({ text }) => text);
  assert.equal(texts.length, 2);
  assert.match(texts[0] ?? "", /order: body,second,first/);
  assert.match(texts[1] ?? "", /in the body[^]*and in a cleanup:[^]*in the cleanup/);
});

ealCase("ealCase runs its body in a process of its own", ({ prefix, args }) => {
  assert.equal(process.env["DPDK_TS_CASE"], "ealCase runs its body in a process of its own");
  assert.match(prefix, /^dts-/);
  assert.deepEqual(args, ["-l", "0", "--no-pci", "--file-prefix", prefix, "-m", "64"]);
  mkdirSync(`/var/run/dpdk/${prefix}`, { recursive: true });
});

ealCase("ealCase adds arguments", { args: ["--no-huge"] }, ({ args }) => {
  assert.deepEqual(args.slice(-3), ["-m", "64", "--no-huge"]);
});

ealCase("ealCase ends although a handle is open", () => {
  setInterval(() => {}, 1000);
});

for (const runtime of RUNTIMES) {
  test(`ealCase on ${runtime} fails when its process does`, async () => {
    const result = await runJob({ runtime, file: fixture("case.fixture.ts") }, 60);
    assert.equal(result.passed, 1);
    const texts = Object.fromEntries(result.failures.map(({ test, text }) => [test, text]));
    assert.deepEqual(Object.keys(texts), [
      "throws",
      "crashes",
      "leaves early",
      "hangs",
      "never ends",
    ]);
    assert.match(texts["throws"] ?? "", /with code 1[^]*seen on stdout[^]*thrown in a case/);
    assert.match(texts["crashes"] ?? "", /was ended by SIGABRT/);
    assert.match(texts["leaves early"] ?? "", /left early/);
    assert.match(texts["hangs"] ?? "", /lived too long/);
    assert.match(texts["never ends"] ?? "", /cleaned up[^]*500 ms have passed/);
  });

  test(`ealCase on ${runtime} refuses a second case of one name`, async () => {
    const result = await runJob({ runtime, file: fixture("twice.fixture.ts") }, 60);
    assert.equal(result.failures.length > 0, true);
    assert.match(result.output, /Cannot register case "same": its file has a case of that name/);
  });
}
