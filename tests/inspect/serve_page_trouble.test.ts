// What the page says of what is not known for sure, and of what is wrong.

import { assert, describe, test } from "../kit.ts";
import { settled, show } from "./browser.ts";
import { MadeUpGroup } from "./made_up_flows.ts";

describe("the page", () => {
  test("says of a stuck end who is only known to be stopped, and when nobody is", async (context) => {
    for (
      const [suspects, title, words] of [
        [
          "stopped",
          "perhaps rte-worker-2 (stopped)",
          /perhaps rte-worker-2 \(stopped\), of worker, /,
        ],
        [
          "none",
          "unknown",
          /who is unknown: no living thread was found that has the ring's address; /,
        ],
      ] as const
    ) {
      const group = new MadeUpGroup({ trouble: true, suspects });
      const { page, faults } = await show(context, group);
      const alert = page.locator(".alerts .alert", { hasText: "SEC_2_PRI" });
      assert.equal(await alert.locator("b").innerText(), `Ring SEC_2_PRI is stuck; who: ${title}`);
      assert.match(await alert.innerText(), words);
      await alert.click();
      await settled(page);
      assert.match(await page.innerText("#detail .trouble"), words);
      assert.deepEqual(faults, []);
    }
  });

  test("says that a pool has run out", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup({ trouble: true, empty: true }));
    const alert = page.locator(".alerts .alert", { hasText: "MSG_POOL" });
    assert.match(
      await alert.innerText(),
      /^Mempool MSG_POOL is EMPTY, and leaks[^]*has run out: 1.234 objects are in no ring; they went in /,
    );
    assert.equal(await page.innerText(".pool.bad .flag"), "empty");
    await alert.click();
    await settled(page);
    assert.match(await page.innerText("#detail .trouble"), /Leaks: has run out: 1.234 objects /);
    assert.deepEqual(faults, []);
  });

  test("marks counts that are not exact, and no fill of a pool's own ring", async (context) => {
    const group = new MadeUpGroup({ moving: true, free: true });
    const { page, faults } = await show(context, group);
    const counts = page.locator(
      "[role=gridcell] [title='moving too fast to be seen at one moment']",
    );
    assert.equal(await counts.count(), 1);
    assert.match(await counts.innerText(), /^~\d/);
    assert.match(
      await page.getAttribute("[data-ring=rx_to_worker]", "title") ?? "",
      /: ~\d+ \(moving too fast to be seen at one moment\) of 1.023/,
    );
    assert.doesNotMatch(
      await page.getAttribute("[data-ring=PRI_2_SEC]", "title") ?? "",
      /~|moving/,
    );
    // It is full of free objects, which is as it should be.
    const gauge = page.locator("[data-id=worker_to_tx] .gauge");
    assert.match(await gauge.innerText(), /100/);
    assert.match(await gauge.getAttribute("class") ?? "", /^gauge *$/);
    await page.click("[data-ring=rx_to_worker]");
    await settled(page);
    assert.match(await page.innerText("#detail .facts"), /~\d+ of 1.023/);
    assert.deepEqual(faults, []);
  });
});
