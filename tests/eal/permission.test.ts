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
const skip = runtimeName === "bun" ? "Bun has no permissions" : undefined;

/** With the given permissions; without any, a Deno that a Deno started has those of its parent. */
function run(...permissions: string[]): Promise<ChildResult> {
  const flags = ["--no-check", "--no-prompt", "--quiet", ...permissions];
  return spawnProgram(runtimes.deno, ["run", ...flags, SCRIPT]).result;
}

test("under Deno --allow-ffi is enough for everything", { skip }, async () => {
  const result = await run("--allow-ffi");
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /^primary true true true$/m);
});

test("without --allow-ffi the error names it", { skip }, async () => {
  const result = await run("--allow-read", "--allow-env");
  assert.equal(result.code, 1, outcome(result));
  assert.match(result.stderr, /NotCapable.*Requires ffi access.*--allow-ffi/);
});
