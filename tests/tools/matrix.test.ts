import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ABIS } from "../../ffi/abi/mod.ts";
import { assert, outcome, ROOT, runtimeName, spawnScript, test } from "../kit.ts";
import { ESSENTIAL, parseArguments } from "../../tools/matrix/arguments.ts";
import { releaseOf, RELEASES } from "../../tools/matrix/releases.ts";
import { type Cell, judge, runTests } from "../../tools/matrix/run.ts";
import { testFiles } from "../../tools/test/files.ts";
import { failureLines, type Matrix, tableLines, totals } from "../../tools/matrix/table.ts";

const [older, , newest] = RELEASES as [typeof RELEASES[0], typeof RELEASES[0], typeof RELEASES[0]];

const cell = (release: Cell["release"], runtime: Cell["runtime"], counts: number[]): Cell => {
  const [passed = 0, failed = 0, seconds = 0] = counts;
  return { release, runtime, passed, failed, seconds, told: [] };
};

const MATRIX: Matrix = {
  cells: [cell(older, "deno", [1200, 0, 300]), cell(older, "bun", [9, 1, 7])],
  releases: [older, newest],
  runtimes: new Map([["deno", "Deno 2.9.6"], ["bun", "Bun 1.4.5"]]),
  versions: new Map([[older, "22.11.11"]]),
  words: new Map(),
  date: new Date("2026-11-27T23:59:59Z"),
};

test("the releases of the matrix are those that the library knows", () => {
  const known = ABIS.map(({ release }) => release).sort();
  assert.deepEqual(RELEASES.map(({ number }) => number), known);
});

test("a version belongs to its release, and to no other", () => {
  assert.equal(releaseOf("22.11.11"), older);
  assert.equal(releaseOf("22.11"), older);
  assert.equal(releaseOf("25.11.0-rc1"), newest);
  for (const version of ["", "22.1", "22.111", "23.11.4"]) {
    assert.equal(releaseOf(version), undefined, version);
  }
});

test("without options, everything runs everywhere", () => {
  assert.deepEqual(parseArguments([]), {
    releases: RELEASES,
    runtimes: ["deno", "bun"],
    essential: false,
    again: false,
    refresh: false,
    setup: true,
    help: false,
    words: [],
  });
});

test("releases, a runtime and words are chosen", () => {
  const options = parseArguments(["--release", "25.11,22.11", "--runtime", "bun", "ring", "mp/c"]);
  assert.deepEqual(options.releases, [newest, older]);
  assert.deepEqual(options.runtimes, ["bun"]);
  assert.deepEqual(options.words, ["ring", "mp/c"]);
});

test("CI runs the essential tests with what is not installed, and there are such tests", () => {
  const script = readFileSync(join(ROOT, ".ci", "run"), "utf8");
  const [, words = ""] = /deno task test:matrix (.*) "\$@"$/m.exec(script) ?? [];
  const { essential, again } = parseArguments(words.split(" "));
  assert.deepEqual({ essential, again }, { essential: true, again: true });
  for (const word of ESSENTIAL) assert.equal(testFiles([word]).length > 4, true, word);
});

test("what the command line does not know is refused", () => {
  for (const args of [["--release", "22.11,23.11"], ["--runtime", "node"], ["--what"]]) {
    assert.throws(() => parseArguments(args), TypeError);
  }
  const message = 'Cannot run tests with DPDK "23.11": --release is of 22.11, 24.11, 25.11';
  assert.throws(() => parseArguments(["--release", "23.11"]), { message });
});

test("words that no test file's path holds are refused, once, before anything is made", async () => {
  const tool = join(ROOT, "tools", "matrix.ts");
  const result = await spawnScript(runtimeName, tool, ["no-test-file-has-this-word"]).result;
  assert.equal(result.code, 1, outcome(result));
  assert.equal(result.stderr, "");
  assert.equal(
    result.stdout,
    "Cannot run tests: no test file matches\n\n0 passed, 0 failed\n",
  );
});

test("a run is judged by its closing line and its exit code", () => {
  assert.deepEqual(judge("12 passed, 0 failed", 0), { passed: 12, failed: 0 });
  assert.deepEqual(judge("12 passed, 3 failed", 1), { passed: 12, failed: 3 });
  assert.deepEqual(judge("0 passed, 0 failed", 1), { passed: 0, failed: 1 });
  assert.deepEqual(judge("12 passed, 0 failed", 137), { passed: 12, failed: 1 });
  for (const last of ["", "12 passed", "ok deno tests/a.test.ts: 12 passed, 3 failed (1 s)"]) {
    assert.deepEqual(judge(last, 0), { passed: 0, failed: 1 }, last);
  }
});

test("the table has a row for each release and a column for each runtime", () => {
  assert.deepEqual(tableLines(MATRIX), [
    "| DPDK                    | Deno 2.9.6                   | Bun 1.4.5               |",
    "| ----------------------- | ---------------------------- | ----------------------- |",
    "| 22.11.11 (Debian 12)    | 1200 passed, 0 failed, 300 s | 9 passed, 1 failed, 7 s |",
    "| 25.11 (Debian unstable) | not run                      | not run                 |",
    "",
    "2026-11-27, the whole suite.",
  ]);
});

test("the table says of what only a part was run", () => {
  const extent = (some: string[], others: string[]): string | undefined =>
    tableLines({ ...MATRIX, words: new Map([[older, some], [newest, others]]) }).at(-1);
  assert.equal(extent([], []), "2026-11-27, the whole suite.");
  assert.equal(extent(["ring"], ["ring"]), "2026-11-27, only ring.");
  assert.equal(extent([], ["tests/mp/", "ring"]), "2026-11-27, 25.11: only tests/mp/ ring.");
  assert.equal(extent(["a"], ["b"]), "2026-11-27, 22.11: only a; 25.11: only b.");
});

test("what failed is told after everything else, with its release and runtime", () => {
  const [good, bad] = MATRIX.cells as [Cell, Cell];
  assert.deepEqual(failureLines([good]), []);
  assert.deepEqual(failureLines([good, { ...bad, told: ["FAILED a: b", "  c"] }]), [
    "",
    "DPDK 22.11 on bun:",
    "FAILED a: b",
    "  c",
  ]);
  assert.deepEqual(failureLines([{ ...good, told: ["PASSED ONLY AGAIN a: b", "  c"] }]).slice(1), [
    "DPDK 22.11 on deno:",
    "PASSED ONLY AGAIN a: b",
    "  c",
  ]);
  assert.equal(failureLines([bad]).at(-1), "its test runner did not come to its end");
});

for (const again of [false, true]) {
  const how = again ? "run again on demand" : "run once";
  test(`files that fail are ${how}, and the test runner's account of them is kept`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-once-"));
    const said: string[] = [];
    process.env["DPDK_TS_ONCE"] = join(folder, "once");
    try {
      const words = [join(ROOT, "tests", "tools", "fixtures", "fails-once.fixture.ts")];
      const { signal } = new AbortController();
      const say = (line: string): void => void said.push(line);
      const options = { root: undefined, words, again, signal, say };
      const { told, passed, failed } = await runTests(older, runtimeName, options);
      assert.deepEqual(
        { passed, failed },
        again ? { passed: 2, failed: 0 } : { passed: 1, failed: 1 },
      );
      const word = again ? "PASSED ONLY AGAIN" : "FAILED";
      assert.match(
        told[0]!,
        new RegExp(`^${word} tests/tools/fixtures/fails-once.*: fails at first$`),
      );
      assert.match(told.join("\n"), /not yet/);
      assert.equal(said.length, again ? 2 : 1);
      assert.doesNotMatch(said.join("\n"), /not yet/);
    } finally {
      delete process.env["DPDK_TS_ONCE"];
      rmSync(folder, { recursive: true });
    }
  });
}

test("counts are added up", () => {
  assert.deepEqual(totals(MATRIX.cells), { passed: 1209, failed: 1 });
  assert.deepEqual(totals([]), { passed: 0, failed: 0 });
});
