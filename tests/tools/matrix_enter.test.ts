import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installation } from "../../ffi/abi/mod.ts";
import {
  assert,
  type Child,
  describe,
  executable,
  outcome,
  ROOT,
  RUNTIMES,
  spawnScript,
  test,
  type TestContext,
} from "../kit.ts";
import { entering } from "../../tools/matrix/enter.ts";
import { RELEASES } from "../../tools/matrix/releases.ts";
import { type Premade, premade } from "./fixtures/premade.ts";

const MATRIX = fileURLToPath(new URL("../../tools/matrix.ts", import.meta.url));
/** A release that is not installed: it takes a root. */
const release = RELEASES.find(({ number }) => number !== installation().abi.release)!;
const { number, system } = release;
const skip = process.getuid?.() === 0 ? undefined : "only root can enter root file systems";

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.fixture.ts`, import.meta.url));

/** Runs shell commands in a root. */
function enter({ root, spawn }: Premade, commands: string): Child {
  const { command, env } = entering(root, ["sh", "-ec", commands]);
  return spawn(command, env as Record<string, string>);
}

const scene = (context: TestContext): Premade => premade(context, release, `${number}.99`);

describe("a command in a root file system", () => {
  test(
    "finds the checkout, both runtimes, the kernel and nothing else",
    { skip },
    async (context) => {
      const made = scene(context);
      const mark = join(made.cache, "mark");
      writeFileSync(mark, "");
      const { deno, bun } = Object.fromEntries(RUNTIMES.map((name) => [name, executable(name)]));
      const child = enter(
        made,
        `
      [ "$PWD" = "${ROOT}" ] && [ -e tools/matrix.ts ] && [ -e node_modules/deno/package.json ]
      "$DPDK_TS_DENO" --version && "$DPDK_TS_BUN" --version
      [ "$DPDK_TS_DENO" = "${deno}" ] && [ "$DPDK_TS_BUN" = "${bun}" ]
      [ -e /proc/self ] && [ -e /sys/kernel ] && [ -d /dev/hugepages ] && [ -e /dev/null ]
      [ ! -e "${mark}" ]
      echo "mounted: $(cut -d' ' -f2 /proc/mounts | grep -c -x /)"
      [ -z "$DPDK_TS_OUTSIDE" ]
    `,
      );
      const result = await child.result;
      assert.equal(result.code, 0, outcome(result));
      assert.match(result.stdout, /^deno \d/m);
      assert.match(result.stdout, /^mounted: 1$/m);
    },
  );

  test("leaves nothing in the root, and no mount", { skip }, async (context) => {
    const made = scene(context);
    const child = enter(made, "for path in /tmp /run /root /var/tmp; do echo > $path/left; done");
    assert.equal((await child.result).code, 0);
    for (const path of ["tmp", "run", "root", "var/tmp", "usr", "proc", "dev"]) {
      const left = readdirSync(join(made.root, path));
      assert.deepEqual(left, [], path);
    }
  });

  test("can mount over parts of the root, which is a mount itself", { skip }, async (context) => {
    const child = enter(
      scene(context),
      `
      mkdir /tmp/up /tmp/work
      mount -t overlay -o "lowerdir=/usr/bin,upperdir=/tmp/up,workdir=/tmp/work" none /usr/bin
      if command -v pivot_root; then unshare --mount --user --map-root-user true; fi
    `,
    );
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
  });

  test("ends when its process is told to", { skip }, async (context) => {
    const child = enter(scene(context), "echo $$; exec sleep 50");
    const [pid] = await child.waitForLine(/^\d+$/);
    assert.equal(Number(pid), child.pid);
    child.kill();
    assert.equal((await child.result).signal, "SIGTERM");
  });
});

/** The programs that run in a root now. */
function programsIn({ cache }: Premade): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const mounts = readFileSync(`/proc/${pid}/mountinfo`, "utf8");
      const name = readFileSync(`/proc/${pid}/comm`, "utf8").trim();
      return mounts.includes(basename(cache)) ? [name] : [];
    } catch {
      return []; // it has ended
    }
  });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

describe("the matrix runner", () => {
  const run = (made: Premade, ...args: string[]): Child =>
    made.spawn([
      executable("deno"),
      "run",
      "-A",
      MATRIX,
      "--no-setup",
      "--release",
      number,
      ...args,
    ]);

  test(
    "runs test files in the root, prints the table, and the closing line last",
    { skip },
    async (context) => {
      const made = scene(context);
      const good = await run(made, fixture("passes")).result;
      assert.equal(good.code, 0, outcome(good));
      const lines = good.stdout.trimEnd().split("\n");
      assert.equal(lines[0], `${number}: ${number}.99 on deno`);
      assert.match(lines[1]!, /^[\d.]+: ok {3}deno tests\/tools\/fixtures\/passes.*: 2 passed/);
      assert.match(
        good.stdout,
        /^\| [\d.]+\.99 \(Debian .*\) +(\| 2 passed, 0 failed, \d+ s +){2}\|$/m,
      );
      assert.equal(lines.at(-1), "4 passed, 0 failed");
      assert.equal(good.stdout.match(/^\d+ passed, \d+ failed$/gm)?.length, 1);
    },
  );

  test("has failed when one test has", { skip }, async (context) => {
    const made = scene(context);
    const bad = await run(made, "--runtime", "bun", fixture("exit-in-test")).result;
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /^DPDK [\d.]+ on \w+:\nFAILED tests\/tools\/fixtures\/exit-in-test/m);
    assert.equal(bad.stdout.trimEnd().split("\n").at(-1), "1 passed, 2 failed");
  });

  test("has failed when no test ran, or the DPDK is another", { skip }, async (context) => {
    const made = scene(context);
    const none = await run(made, "no-test-file-has-this-word").result;
    assert.equal(none.code, 1);
    assert.equal(none.stdout.trimEnd().split("\n").at(-1), "0 passed, 0 failed");
    const other = await run(premade(context, release, "24.12.1"), fixture("passes")).result;
    assert.equal(other.code, 1);
    const cannot = `Cannot test with DPDK ${number}: ${system} has "24.12.1"`;
    assert.equal(other.stdout.includes(cannot), true, other.stdout);
    assert.match(other.stdout, /^\| [\d.]+ \(Debian .*\) \| not run +\| not run +\|$/m);
    assert.equal(other.stdout.trimEnd().split("\n").at(-1), "0 passed, 2 failed");
  });

  test(
    "that is told to end takes the tests with it",
    { skip, timeoutMs: 150_000 },
    async (context) => {
      const made = scene(context);
      const child = run(made, "--runtime", "bun", fixture("hangs"));
      while (!programsIn(made).includes("sleep")) await pause();
      child.kill();
      const result = await child.result;
      assert.equal(result.code, 1, outcome(result));
      while (programsIn(made).length > 0) await pause();
    },
  );

  test("refuses what it does not know", async () => {
    const result = await spawnScript("bun", MATRIX, ["--release", "23.11"]).result;
    assert.equal(result.code, 1);
    assert.match(result.stderr, /^Cannot run tests with DPDK "23\.11"/);
  });
});
