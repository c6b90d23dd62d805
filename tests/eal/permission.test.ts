import { fileURLToPath } from "node:url";
import {
  assert,
  type ChildResult,
  outcome,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/everything.ts", import.meta.url));
/** With the given permissions; without any, a Deno that a Deno started has those of its parent. */
function run(...permissions: string[]): Promise<ChildResult> {
  const flags = ["--no-check", "--no-prompt", "--quiet", ...permissions];
  return spawnProgram(runtimes.deno, ["run", ...flags, SCRIPT]).result;
}

function worksWith(result: ChildResult): void {
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^primary true true true$/m);
}

if (runtimeName === "deno") {
  test("--allow-ffi is enough for everything", async () => {
    worksWith(await run("--allow-ffi"));
  });

  test("without --allow-ffi the error names it", async () => {
    const result = await run("--allow-read", "--allow-env");
    assert.equal(result.code, 1, outcome(result));
    assert.match(result.stderr, /NotCapable.*Requires ffi access.*--allow-ffi/);
  });
} else {
  test("nothing needs to be allowed", async () => {
    worksWith(await spawnProgram(runtimes.bun, ["run", SCRIPT]).result);
  });
}
