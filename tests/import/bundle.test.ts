// Bundled and compiled scripts run elsewhere, with nothing of the checkout in reach.

import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  assert,
  type Child,
  describe,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { emptyFolder } from "./web.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/bundled.ts", import.meta.url));

/** Runs a command where the checkout's sources are hidden, if this user can hide them. */
function away(context: TestContext, cwd: string, command: readonly string[]): Child {
  const hide = `set -e
    for part in ffi tools tests examples; do mount -t tmpfs none "$ROOT/$part"; done
    mount --bind /dev/null "$ROOT/mod.ts"
    exec "$@"`;
  const root = process.getuid?.() === 0;
  const words = root ? ["unshare", "--mount", "sh", "-c", hide, "sh", ...command] : command;
  const child = spawnProgram(words[0]!, words.slice(1), { cwd, env: { ROOT } });
  context.cleanup(async () => {
    child.kill("SIGKILL");
    await child.result;
  });
  return child;
}

/** A bundle at work: its ring, its pool, and a C process that asks it. */
async function works(context: TestContext, file: string, ...by: string[]): Promise<void> {
  const prefix = uniquePrefix("bundle");
  context.cleanup(() => removePrefix(prefix));
  const child = away(context, dirname(file), [...by, file, prefix]);
  await child.waitForLine(/^ready$/);
  const peer = await dialog("mp_peer", prefix);
  const [sent, reply] = await peer.ask("request bundled Hello 5000");
  assert.match(`${sent} ${reply}`, /^sent 1 received 1 .*reply bundled \d+ Got\\x20Hello/);
  await peer.end();
  child.stdin.end("end\n");
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^put 8\nready\ntaken 8 asked Hello\n$/);
}

/** Makes a file of the script in an empty folder; gives its path. */
async function make(
  context: TestContext,
  program: string,
  args: (file: string) => string[],
): Promise<string> {
  const file = join(emptyFolder(context), "bundled.js");
  const result = await spawnProgram(program, args(file), { cwd: ROOT }).result;
  assert.equal(result.code, 0, outcome(result));
  return file;
}

/** Both need no path of a file that was there when they were made. */
function noPaths(file: string): void {
  assert.equal(readFileSync(file, "utf8").includes(`"${ROOT}`), false, "it names no file");
}

/** How many bytes the files of a folder have. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}

if (runtimeName === "bun") {
  describe("bun build", () => {
    for (const minify of [[], ["--minify"]]) {
      test(["--target=bun", ...minify].join(" "), async (context) => {
        const file = await make(context, runtimes.bun, (out) => [
          ...["build", "--target=bun", ...minify, "--outfile", out, SCRIPT],
        ]);
        noPaths(file);
        await works(context, file, runtimes.bun, "run");
      });
    }

    test("--compile", async (context) => {
      const file = await make(context, runtimes.bun, (out) => [
        ...["build", "--compile", "--outfile", out, SCRIPT],
      ]);
      await works(context, file);
    });
  });
} else {
  describe("deno bundle", () => {
    for (const more of [[], ["--minify"], ["--keep-names"]]) {
      test(["deno bundle", ...more].join(" "), async (context) => {
        const file = await make(context, runtimes.deno, (out) => [
          ...["bundle", "--quiet", ...more, "--output", out, SCRIPT],
        ]);
        noPaths(file);
        await works(context, file, runtimes.deno, "run", "--no-prompt", "--allow-ffi");
      });
    }
  });

  // Deno fetches denort, the program that it puts a script behind, and npm has none: without one, what
  // is put behind another program is looked at, and does not run.
  const denort = process.env["DENORT_BIN"];
  test("deno compile", async (context) => {
    const copy = emptyFolder(context);
    for (const part of ["mod.ts", "ffi", relative(ROOT, SCRIPT)]) {
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    }
    const out = join(emptyFolder(context), "bundled");
    const child = spawnProgram(runtimes.deno, [
      ...["compile", "--no-check", "--allow-ffi", "--output", out],
      join(copy, relative(ROOT, SCRIPT)),
    ], { cwd: copy, env: { DENORT_BIN: denort ?? runtimes.deno } });
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    if (denort !== undefined) return await works(context, out);
    const listed = result.stderr.slice(result.stderr.indexOf("Embedded Files"));
    for (const part of readdirSync(join(ROOT, "ffi"))) {
      assert.match(listed, new RegExp(`[ /]${part}(/\\*)? \\(`), listed);
    }
    assert.match(listed, / deno_bridge\.ts \(/);
    const grown = statSync(out).size - statSync(runtimes.deno).size;
    const sources = sizeOf(join(copy, "ffi"));
    assert.equal(grown > 0.9 * sources, true, `${grown} bytes for ${sources}`);
  });
}
