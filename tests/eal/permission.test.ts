import { fileURLToPath } from "node:url";
import {
  assert,
  type ChildResult,
  outcome,
  removePrefix,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/everything.ts", import.meta.url));
/** Runs the script as a group of its own, which leaves nothing behind. */
async function run(program: string, ...flags: string[]): Promise<ChildResult> {
  const prefix = uniquePrefix("permission");
  try {
    return await spawnProgram(program, ["run", ...flags, SCRIPT, prefix]).result;
  } finally {
    removePrefix(prefix);
  }
}

/** With the given permissions; without any, a Deno that a Deno started has those of its parent. */
function runDeno(...permissions: string[]): Promise<ChildResult> {
  return run(runtimes.deno, "--no-check", "--no-prompt", "--quiet", ...permissions);
}

function worksWith(result: ChildResult): void {
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^primary true true true$/m);
}

if (runtimeName === "deno") {
  test("--allow-ffi is enough for everything", async () => {
    worksWith(await runDeno("--allow-ffi"));
  });

  test("without --allow-ffi the error names it", async () => {
    const result = await runDeno("--allow-read", "--allow-env");
    assert.equal(result.code, 1, outcome(result));
    assert.match(result.stderr, /NotCapable.*Requires ffi access.*--allow-ffi/);
  });
} else {
  test("nothing needs to be allowed", async () => {
    worksWith(await run(runtimes.bun));
  });
}
