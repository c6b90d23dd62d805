/**
 * The soak of packets: that it forwards, and accounts for what it took.
 *
 * @module
 */

import { join } from "node:path";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  spawnScript,
  test,
  uniquePrefix,
} from "../kit.ts";

test("some seconds of packets leave nothing behind", async ({ cleanup }) => {
  const file = join(ROOT, "tools", "soak", "packets.ts");
  const prefix = uniquePrefix("soak");
  cleanup(() => removePrefix(prefix));
  const args = ["-l", "0", "--no-huge", "-m", "64", "--no-pci", "--file-prefix", prefix];
  const ports = ["--vdev=net_null0", "--vdev=net_null1", "--vdev=net_ring0"];
  const result = await spawnScript(runtimeName, file, [...args, ...ports, "--", "0.04"]).result;
  assert.equal(result.code, 0, outcome(result));
  const looks = [...result.stdout.matchAll(/^\{.*\}$/gm)].map(([line]) => JSON.parse(line));
  assert.equal(looks.length, 10);
  assert.deepEqual([looks[0].role, looks[0].done > 0, looks[0].rss > 0], ["forwarder", true, true]);
  assert.match(result.stdout, /received, .* cloned, .* dropped; all 8191 mbufs are back$/m);
});
