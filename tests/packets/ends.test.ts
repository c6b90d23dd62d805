// Scripts that end while events come: no crash, no hang.

import {
  assert,
  outcome,
  removePrefix,
  runtimeName,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";

const SCRIPT = new URL("scripts/watch.ts", import.meta.url).pathname;

for (
  const [how, code, says] of [
    ["unref", 0, []],
    ["ref", 4, []],
    ["close", 0, ["told", "closed"]],
    ["exit", 3, ["told"]],
    ["throw", 1, ["told"]],
    ["cleanup", 0, ["told", "cleaned"]],
  ] as const
) {
  test(`a script with handlers of events ends: ${how}`, async ({ cleanup }) => {
    const prefix = uniquePrefix(how);
    cleanup(() => removePrefix(prefix));
    const args = ["-l", "0", "--no-pci", "--no-huge", "--no-shconf", "-m", "32"];
    const child = spawnScript(runtimeName, SCRIPT, [
      ...[how, ...args, "--file-prefix", prefix, "--vdev=net_null0"],
    ], { timeoutMs: 20_000 });
    const result = await child.result;
    assert.equal(result.code, code, outcome(result));
    assert.deepEqual(result.stdout.trim().split("\n"), ["ports 1", ...says]);
    if (how === "throw") assert.match(result.stderr, /on purpose/);
    else assert.doesNotMatch(result.stderr, /panic|Segmentation|rror/);
  });
}
