// Bun compiles a burst call in line with a script's loop if its steps are small: functions that call
// others have at most 170 bytes of bytecode (JavaScriptCore's
// maximumFunctionForCallInlineCandidateBytecodeCostForFTL). One that outgrows this costs each burst some
// 10 ns, which no other test would see.
import { fileURLToPath } from "node:url";
import {
  assert,
  executable,
  outcome,
  removePrefix,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/in_line.ts", import.meta.url));
const MOST = 170;

/** The steps of bursts, by their names; no other function that the script calls has one of these. */
const STEPS = [
  ...["rxBurst", "txBurst", "ready", "sendable", "pointerAt"],
  ...["enqueueBurst", "enqueueBulk", "dequeueBurst", "dequeueBulk", "getBulk", "putBulk"],
];

/** How many bytes of bytecode functions have, by their names. */
function sizesOf(dump: string): Map<string, number[]> {
  const sizes = new Map<string, number[]>();
  for (const [, name = "", size] of dump.matchAll(/^(\w+)#\w+:\[[^\]]*FunctionCall, (\d+)/gm)) {
    sizes.set(name, [...sizes.get(name) ?? [], Number(size)]);
  }
  return sizes;
}

test("each step of a burst is small enough for Bun to compile it in line", async ({ cleanup }) => {
  const prefix = uniquePrefix("in line");
  cleanup(() => removePrefix(prefix));
  const eal = ["-l", "0", "--no-huge", "-m", "64", "--no-pci", "--vdev=net_null0"];
  const env = { BUN_JSC_dumpGeneratedBytecodes: "1" };
  const args = ["run", SCRIPT, ...eal, "--file-prefix", prefix];
  const result = await spawnProgram(executable("bun"), args, { env }).result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout + result.stderr, /^moved 4$/m);
  const sizes = sizesOf(result.stdout + result.stderr);
  assert.equal((sizes.get("configure") ?? []).some((size) => size > MOST), true, "it can fail");
  for (const name of STEPS) {
    const found = sizes.get(name);
    assert.equal(found?.length, 1, `${name}: ${found}`);
    assert.ok(found![0]! <= MOST, `${name} has ${found} bytes`);
  }
});
