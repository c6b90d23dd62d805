// Queues that a secondary keeps while the primary stops, starts and closes their ports.

import { Eal, EthDev, PktmbufPool } from "../../mod.ts";
import { assert, ealCase, runtimeName, spawnScript } from "../kit.ts";
import { talk } from "../peers/dialog.ts";
import { bringUp } from "./ports.ts";

const SCRIPT = new URL("scripts/keep_receiving.ts", import.meta.url).pathname;

ealCase(
  "a secondary's queues survive a stop of their port, and are told of its end",
  { args: ["--vdev=net_null0", "--vdev=net_ring0"] },
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const pool = PktmbufPool.create("pool", 2047);
    const devices = EthDev.all();
    for (const dev of devices) bringUp(dev, pool);
    const own = ["--lcores", "1@0", "--no-pci", "--file-prefix", prefix, "--no-telemetry"];
    const secondary = await talk(spawnScript(runtimeName, SCRIPT, own));
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
        const [rx, tx] = await use();
        assert.match(rx!, /^Cannot receive from port \d \(\w+\): it was closed, or its device/);
        assert.match(tx!, /^Cannot send to port \d \(\w+\): it was closed, or its device/);
      }
    }
    await secondary.end();
    assert.equal(pool.availCount, pool.size);
  },
);
