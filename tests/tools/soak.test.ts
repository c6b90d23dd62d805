/**
 * The soaks: that packets are forwarded and accounted for, and that attaches are counted.
 *
 * @module
 */

import { join } from "node:path";
import { soakAttaches } from "../../tools/soak/attaches.ts";
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

test("some secondaries attach to primaries of all languages", async ({ cleanup }) => {
  const prefix = uniquePrefix("soak");
  cleanup(() => removePrefix(prefix));
  const lines: string[] = [];
  const { log } = console;
  cleanup(() => void (console.log = log));
  console.log = (line: string) => lines.push(line);
  assert.equal(await soakAttaches(runtimeName, prefix, 4), true, lines.join("\n"));
  const back = lines.filter((line) => line.includes("numbers came back"));
  assert.deepEqual(back.slice(1), [
    `${runtimeName} to a primary in deno: 2 numbers came back of 2`,
    `${runtimeName} to a primary in bun: 2 numbers came back of 2`,
  ]);
  assert.match(lines[1]!, / to a primary in c, restart: 4 of 4 attached, \d of them .* 0 failed$/);
});
