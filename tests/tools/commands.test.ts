// The two commands, on a machine that lacks packages as far as they can tell: apt-get and dpkg-query
// are stand-ins here, which write down how they were called.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
} from "../kit.ts";

const skip = process.getuid?.() === 0 ? undefined : "only root can set a machine up";

const PASSES = join(ROOT, "tests", "tools", "fixtures", "passes.fixture.ts");

/** A machine whose programs are these two alone. */
interface Machine {
  /** Runs a tool; shell commands may run before, in a mount namespace. */
  run(tool: string, args: readonly string[], before?: string): Promise<ChildResult>;
  /** How apt-get was called, line by line. */
  calls(): string[];
}

function machine({ cleanup }: TestContext): Machine {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-commands-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const programs = {
    "apt-get": `echo "$DEBIAN_FRONTEND $*" >> "${folder}/calls"`,
    "dpkg-query": `[ -e "${folder}/calls" ] || exit 1
      shift 2
      for package; do echo "$package installed"; done`,
  };
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  const calls = join(folder, "calls");
  return {
    run: async (tool, args, before = "") => {
      const flags = runtimeName === "deno" ? ["-A", "--no-check", "--quiet"] : [];
      const command = [executable(runtimeName), "run", ...flags, join(ROOT, "tools", tool)];
      const script = `set -e\n${before}\nPATH="${bin}" exec "$@"`;
      const all = ["--mount", "sh", "-c", script, "sh", ...command, ...args];
      return await spawnProgram("unshare", all, { env: { W: folder, DEBIAN_FRONTEND: undefined } })
        .result;
    },
    calls: () => existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [],
  };
}

const INSTALL = "noninteractive install --yes --no-install-recommends dpdk dpdk-dev libdpdk-dev";

test(
  "the test command installs what is missing first, once, and then runs",
  { skip },
  async (context) => {
    const { run, calls } = machine(context);
    const args = ["--runtime", runtimeName, PASSES];
    const first = await run("test.ts", args);
    assert.equal(first.code, 0, outcome(first));
    assert.match(first.stdout, /^Setup: installing dpdk dpdk-dev libdpdk-dev gcc .* by apt-get/m);
    assert.match(first.stdout, /\n2 passed, 0 failed\n$/);
    assert.equal(calls().length, 1);
    assert.equal(calls()[0]!.startsWith(`${INSTALL} gcc `), true, calls()[0]);
    const second = await run("test.ts", args);
    assert.equal(second.code, 0, outcome(second));
    assert.doesNotMatch(second.stdout, /Setup: installing/);
    assert.equal(calls().length, 1);
  },
);

test("so does the demo, which also runs without a compiler", { skip }, async (context) => {
  const { run, calls } = machine(context);
  const result = await run("demo.ts", ["--count", "20000"]);
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^Setup: installing dpdk dpdk-dev libdpdk-dev by apt-get/m);
  assert.match(result.stdout, /There is no C compiler with DPDK's headers here to compare with/);
  assert.match(result.stdout, /Moved: 40,000 messages/);
  assert.deepEqual(calls(), [INSTALL]);
});

test(
  "what is not Debian is left alone by the test command, which runs nothing",
  { skip },
  async (context) => {
    const { run, calls } = machine(context);
    const fedora = `echo ID=fedora > "$W/os-release"
    mount --bind "$W/os-release" "$(readlink -f /etc/os-release)"`;
    const result = await run("test.ts", [PASSES], fedora);
    assert.equal(result.code, 1, outcome(result));
    assert.match(result.stdout, /^Setup: nothing was changed, for this is not Debian\. Missing:\n/);
    assert.match(result.stdout, /^ {2}apt-get install --yes --no-install-recommends gcc /m);
    assert.match(result.stdout, /\n0 passed, 0 failed\n$/);
    assert.deepEqual(calls(), []);
  },
);
