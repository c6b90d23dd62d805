// A burst allocates nothing: a garbage collection between taking a ring's head and publishing its
// tail would stall every other process on that ring.
//
// What is measured: on Deno V8's own count of all bytes ever allocated, garbage or not; on Bun the
// heap's size with the collector switched off, so that nothing that was allocated leaves it. Both
// count every object. The least that an engine allocates is a cell of 8 bytes or more, so that
// an allocation in every burst is 8 at the least. What is not of the bursts (the compiler's work,
// the measuring itself) was at most some 600 KB here, which over millions of bursts is 0.06 to 0.24; 0.5
// stands between, and would tell an allocation in one burst of sixteen.
import { fileURLToPath } from "node:url";
import {
  assert,
  executable,
  outcome,
  removePrefix,
  runtimeName,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/bursts.ts", import.meta.url));
const LIMIT = 0.5;
const LEAST = 8;

test(
  "millions of bursts on rings, pools and ports, polled steps, and what buffers, cursors and headers read and write, allocate nothing",
  {
    timeoutMs: 120_000,
  },
  async ({ cleanup }) => {
    const prefix = uniquePrefix("allocation");
    cleanup(() => removePrefix(prefix));
    const flags = runtimeName === "deno"
      ? ["run", "--allow-all", "--no-check", "--quiet"]
      : ["run"];
    const env = { BUN_JSC_useGC: "0" };
    const options = { env, timeoutMs: 110_000 };
    const args = [...flags, SCRIPT, prefix];
    const result = await spawnProgram(executable(runtimeName), args, options).result;
    assert.equal(result.code, 0, outcome(result));
    const perBurst: Record<string, number> = JSON.parse(result.stdout.match(/^\{.*\}/m)![0]);
    const names = Object.keys(perBurst);
    const allocating = names.filter((name) => name.includes("one object"));
    assert.equal(allocating.length, 3);
    assert.equal(names.length, 26);
    for (const name of names) {
      const bytes = perBurst[name]!;
      if (allocating.includes(name)) {
        assert.equal(bytes >= LEAST, true, `${name}: ${bytes} bytes, so the check can fail`);
      } else {
        assert.equal(bytes <= LIMIT, true, `${name}: ${bytes} bytes per burst`);
      }
    }
  },
);
