// Secondaries that attach, move a message each way and leave, each a process of its own, two at a time.
// This file runs once on each runtime; the secondaries are on that runtime. `deno task soak` has them by
// the hundred.

import { assert, describe, outcome, runtimeName, spawnScript, test } from "../kit.ts";
import { Group, type Language, script } from "./group.ts";

/** How many attach to a primary in each language. */
const ATTACHES: readonly (readonly [Language, number])[] = [["deno", 40], ["bun", 40], ["c", 20]];

/** How many run at a time. */
const LANES = [1, 2];

const POOL_SIZE = 255;

describe(`secondaries on ${runtimeName}`, () => {
  for (const [language, count] of ATTACHES) {
    const name = `${count} attach to a primary in ${language}`;
    test(name, { timeoutMs: 220_000 }, async (context) => {
      const group = new Group(context, "pool_worker");
      const primary = await group.join("primary", language, 0);
      await primary.ask(`pool POOL ${POOL_SIZE} 32`);
      await primary.ask("ring FORTH 64");
      await primary.ask("ring BACK 64");
      const collected = primary.ask(`collect POOL FORTH BACK ${count}`);

      let next = 0;
      await Promise.all(LANES.map(async (lcore) => {
        while (next < count) {
          const number = next++;
          const args = [...group.ealArgs("secondary", runtimeName, lcore), "--", `${number}`];
          const result = await spawnScript(runtimeName, script("visitor"), args).result;
          assert.equal(result.code, 0, `attach ${number}: ${outcome(result)}`);
        }
      }));

      assert.equal(await collected, `collected ${count} distinct ${count} faults 0`);
      await primary.ask("flush POOL");
      // What the last secondaries left in their caches is still theirs.
      for (const lcore of LANES) {
        const heir = await group.join("secondary", runtimeName, lcore);
        await heir.ask("flush POOL");
        await heir.quit();
      }
      assert.equal(
        await primary.ask("drain POOL"),
        `drained size ${POOL_SIZE} unique ${POOL_SIZE} more 0 avail ${POOL_SIZE}`,
      );
      await primary.quit();
    });
  }
});
