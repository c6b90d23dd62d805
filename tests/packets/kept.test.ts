// Queues that a secondary keeps while the primary stops, starts and closes their ports.

import { readFileSync } from "node:fs";
import { Eal, EthDev, Memzone, type OwnedMemzone, PktmbufPool } from "../../mod.ts";
import { assert, ealCase, runtimeName, spawnScript } from "../kit.ts";
import { talk } from "../peers/dialog.ts";
import { bringUp } from "./ports.ts";

const SCRIPT = new URL("scripts/keep_receiving.ts", import.meta.url).pathname;

const CLOSED = [
  /^Cannot receive from port \d \(\w+\): it was closed, or its device/,
  /^Cannot send to port \d \(\w+\): it was closed, or its device/,
] as const;

/** A secondary that uses a port when it is asked, and its process id. */
async function keeper(prefix: string) {
  const args = ["--lcores", "1@0", "--no-pci", "--file-prefix", prefix, "--no-telemetry"];
  const child = spawnScript(runtimeName, SCRIPT, args);
  return { ...await talk(child), pid: child.pid };
}

ealCase(
  "a secondary's queues survive a stop of their port, and are told of its end",
  { args: ["--vdev=net_null0", "--vdev=net_ring0"] },
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("pool", 2047);
    const devices = EthDev.all();
    for (const dev of devices) bringUp(dev, pool);
    const secondary = await keeper(prefix);
    for (const [id, dev] of devices.entries()) {
      const works = [dev.name === "net_null0" ? "4" : "0", "0"]; // received, sent
      const use = () => secondary.ask(String(id));
      assert.deepEqual(await use(), works);
      // As in C, nothing tells of this.
      dev.stop();
      assert.deepEqual(await use(), works);
      dev.start();
      assert.deepEqual(await use(), works);
      dev.stop();
      bringUp(dev, pool, { rxQueues: 3, txQueues: 2 });
      assert.deepEqual(await use(), works);

      dev.stop();
      bringUp(dev, pool, { rxQueues: 0 });
      const [refused, sent] = await use();
      assert.match(refused!, /^Cannot receive from port \d \(\w+\): rx queue 0 .* is not set up$/);
      assert.equal(sent, works[1]);
      dev.stop();
      dev.close();
      for (let times = 0; times < 2; times++) {
        for (const [i, line] of (await use()).entries()) assert.match(line, CLOSED[i]!);
      }
    }
    await secondary.end();
    assert.equal(pool.availCount, pool.size);
  },
);

/** How many pages of a group a process has. */
function pagesOf(pid: number | "self", prefix: string): number {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.filter((line) => line.includes(`${prefix}map_`)).length;
}

ealCase(
  "a secondary is told of its port's end when the memory of the queues is gone, too",
  async ({ args, prefix }) => {
    // Without -m the primary gives pages back.
    using _eal = Eal.init([...args.toSpliced(args.indexOf("-m"), 2), "--vdev=net_null0"]);
    const pool = PktmbufPool.create("pool", 2047);
    const first = pagesOf("self", prefix);
    const zones: OwnedMemzone[] = [];
    while (pagesOf("self", prefix) === first) {
      zones.push(Memzone.reserve(`zone ${zones.length}`, 4096));
    }
    zones.pop()!.free();
    assert.equal(pagesOf("self", prefix), first, "all pages are full");
    const dev = bringUp(EthDev.get(0), pool);
    assert.equal(pagesOf("self", prefix), first + 1, "the queues are in a new page");
    for (const zone of zones.slice(0, 50)) zone.free(); // for the secondary
    const secondary = await keeper(prefix);
    assert.deepEqual(await secondary.ask("0"), ["4", "0"]);
    dev.stop();
    dev.close();
    assert.deepEqual([pagesOf("self", prefix), pagesOf(secondary.pid, prefix)], [first, first]);
    for (let times = 0; times < 2; times++) {
      for (const [i, line] of (await secondary.ask("0")).entries()) assert.match(line, CLOSED[i]!);
    }
    await secondary.end();
  },
);
