import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { assert, describe, test } from "../kit.ts";
import { startServer } from "../../tools/inspect/serve/server.ts";
import { openPage, settled, show } from "./browser.ts";
import { MadeUpGroup } from "./made_up_flows.ts";

/** The texts of all elements that match. */
const texts = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).allInnerTexts();

/** What the keyboard is on, as assistive technology is told. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(() => {
    const { activeElement: element } = document;
    return element.getAttribute("aria-label") ?? element.dataset.id ?? element.id ?? element.innerText;
  })()`);

/** How often it is looked whether something has come true, in milliseconds. */
const LOOK_MS = 50;

/**
 * Waits until an expression is true on the page. The browser's own waiting would have the page evaluate
 * it, which the page does not allow.
 */
async function until(page: Page, expression: string): Promise<void> {
  while (!await page.evaluate(`Boolean(${expression})`)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Waits until a text of the page is another than it was. */
async function changes(page: Page, selector: string): Promise<void> {
  const before = await page.locator(selector).first().innerText();
  const differs = `document.querySelector(${JSON.stringify(selector)})?.innerText !== ${
    JSON.stringify(before)
  }`;
  await until(page, differs);
}

describe("the page", () => {
  test("shows processes, rings, mempools and ports, and asks nobody else", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup({ ports: 2 }));
    assert.equal(await page.title(), "made_up – dpdk inspect");
    assert.deepEqual(await texts(page, ".card b"), ["packet_router", "worker", "logger"]);
    assert.equal(await page.locator(".ring").count(), 12);
    assert.equal(await page.locator(".pool").count(), 3);
    assert.equal(await page.locator(".port").count(), 2);
    const boxes = await texts(page, ".box h3 span");
    assert.deepEqual(boxes.sort(), [
      "packet_router alone",
      "packet_router – worker",
      "packet_router – worker – logger",
      "worker – logger",
    ]);
    // One line from each box to each of its processes.
    assert.equal(await page.locator(".edges path").count(), 1 + 2 + 3 + 2);
    assert.equal(await page.locator("[role=grid] .line").count(), 12);
    assert.equal(await page.locator(".chart canvas").count(), 3);
    await changes(page, "#flow");
    assert.deepEqual(faults, []);
  });

  test("says why when it is not known who knows which ring", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup({ links: false }));
    assert.deepEqual(await texts(page, ".box h3 span"), ["Rings"]);
    assert.match(
      await page.innerText(".picture .bar"),
      /which process knows which: not found/,
    );
    assert.equal(await page.locator(".edges path").count(), 0);
    assert.deepEqual(faults, []);
  });

  test("tells what is wrong, and shows it when asked", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup({ trouble: true }));
    const alert = page.locator(".alert", { hasText: "SEC_2_PRI" });
    assert.match(
      await alert.innerText(),
      /enqueue 32 elements .* rte-worker-2 .* lcore 2\), which is stopped/,
    );
    await alert.click();
    await settled(page);
    assert.match(await page.innerText("#detail"), /Stuck:/);
    assert.match(await page.innerText(".alerts"), /MSG_POOL leaks[^]*1.234 objects/);
    await page.keyboard.press("8");
    await settled(page);
    assert.equal(await page.locator("[role=tabpanel] .alert").count(), 4);
    assert.deepEqual(faults, []);
  });

  test("shows the last minutes of a ring, and keeps the choice over a reload", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup());
    await page.click("[data-ring=PRI_2_SEC]");
    await settled(page);
    assert.match(await page.innerText("#detail"), /PRI_2_SEC[^]*prod head/);
    await page.waitForSelector("#detail dd:has-text(' / ')");
    const charts = page.locator("#detail [role=img]");
    assert.match(await charts.first().getAttribute("aria-label") ?? "", /^Flow .* in [\d.]+ k\/s/);
    assert.equal(await page.locator("#detail canvas").count(), 2);
    await page.reload();
    await page.waitForSelector("#detail canvas");
    assert.match(await page.innerText("#detail h2"), /PRI_2_SEC/);
    await page.keyboard.press("Escape");
    await settled(page);
    assert.match(await page.innerText("#detail h2"), /made_up/);
    assert.deepEqual(faults, []);
  });

  test("shows memory, memzones and tailqs", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup(), { hash: "#tab=memory" });
    assert.deepEqual(await texts(page, ".line [role=gridcell]:nth-child(5)"), [
      "192 MiB",
      "24 MiB",
    ]);
    await page.click("#tab-memzones");
    await settled(page);
    await page.waitForSelector("[role=grid][aria-label=Memzones] .line");
    assert.equal(await page.locator(".line").count(), 12);
    await page.click("#tab-tailqs");
    await settled(page);
    await page.click(".choices button:has-text('RTE_MEMPOOL')");
    await settled(page);
    const names = await texts(page, ".line [role=gridcell]:nth-child(2)");
    assert.deepEqual(names, ["mbuf_pool", "MSG_POOL", "events"]);
    assert.deepEqual(faults, []);
  });

  test("filters by name and by flow", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup());
    await page.keyboard.press("/");
    await settled(page);
    await page.keyboard.type("SEC pri");
    await settled(page);
    assert.deepEqual(await texts(page, ".ring b"), ["PRI_2_SEC", "SEC_2_PRI"]);
    assert.equal(await page.locator(".line").count(), 2);
    await page.keyboard.press("Escape");
    await settled(page);
    await until(page, "document.querySelectorAll('.line').length === 12");
    await page.keyboard.press("f");
    await settled(page);
    await until(page, "document.querySelectorAll('.line').length === 9");
    assert.equal(await page.locator(".ring.idle").count(), 0);
    assert.deepEqual(faults, []);
  });

  test("can be walked over by keys alone", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup());
    const press = async (...keys: string[]): Promise<string> => {
      for (const key of keys) await page.keyboard.press(key);
      // The table moves the keyboard with the next frame.
      await settled(page);
      return await focused(page);
    };
    assert.match(await press("g"), /^primary packet_router, pid 4711, lcore 0–1/);
    assert.match(await press("ArrowRight"), /^ring /);
    const ring = await focused(page);
    assert.match(await press("ArrowDown"), /^ring /);
    assert.notEqual(await focused(page), ring);
    await press("Enter");
    assert.match(await page.innerText("#detail h2"), /^ring/);
    assert.equal(await press("d"), await page.getAttribute("#detail", "aria-label"));
    await press("l");
    const first = await page.getAttribute(".line[tabindex='0']", "data-id");
    assert.equal(await press("End"), await page.locator(".line").last().getAttribute("data-id"));
    assert.equal(await press("Home"), first);
    assert.equal(await press("ArrowDown", "ArrowUp"), first);
    await press("2");
    assert.equal(await page.getAttribute("#tab-mempools", "aria-selected"), "true");
    await page.focus("#tab-mempools");
    assert.equal(await press("ArrowRight"), "tab-ports");
    await page.keyboard.press("?");
    await settled(page);
    assert.equal(await page.locator("dialog[open]").count(), 1);
    await page.keyboard.press("Escape");
    await settled(page);
    await until(page, "document.querySelector('dialog') === null");
    // What has the keyboard can be seen to have it.
    await press("g", "ArrowRight");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    assert.equal(outline, "solid");
    assert.deepEqual(faults, []);
  });

  test("sorts by a heading, and has every role that a table needs", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup());
    const head = page.locator("[role=columnheader]", { hasText: "Ring" });
    await head.locator("button").click();
    await settled(page);
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    const names = await texts(page, ".line [role=gridcell]:first-child");
    const places = await page.evaluate(
      `[...document.querySelectorAll(".line")].map(({ ariaRowIndex }) => Number(ariaRowIndex))`,
    ) as number[];
    const inOrder = names.map((name, at) => ({ name, at: places[at] ?? 0 }))
      .sort((a, b) => a.at - b.at).map(({ name }) => name);
    assert.equal(inOrder[0], "control");
    assert.equal(inOrder.at(-1), "worker_to_tx");
    assert.equal(await page.getAttribute("[role=grid]", "aria-rowcount"), "13");
    assert.deepEqual(faults, []);
  });

  test("is light or dark as the system is, or as one likes", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup(), { colorScheme: "dark" });
    const directory = mkdtempSync(join(tmpdir(), "dpdk-inspect-"));
    context.cleanup(() => rmSync(directory, { recursive: true }));
    const ground = (): Promise<string> =>
      page.evaluate("getComputedStyle(document.body).backgroundColor");
    const picture = async (name: string): Promise<Uint8Array> => {
      const path = join(directory, `${name}.png`);
      await page.screenshot({ path });
      return readFileSync(path);
    };
    assert.equal(await ground(), "rgb(13, 17, 22)");
    const dark = await picture("dark");
    await page.keyboard.press("t");
    await settled(page);
    await until(page, "document.documentElement.dataset.theme === 'light'");
    assert.equal(await ground(), "rgb(242, 244, 246)");
    assert.notDeepEqual(await picture("light"), dark);
    await page.keyboard.press("t");
    await settled(page);
    await until(page, "document.documentElement.dataset.theme === 'dark'");
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await ground(), "rgb(13, 17, 22)");
    await page.keyboard.press("t");
    await settled(page);
    await until(page, "document.documentElement.dataset.theme === 'light'");
    assert.deepEqual(faults, []);
  });

  test("has no words that are hard to read, in either theme", async (context) => {
    const { page } = await show(context, new MadeUpGroup({ trouble: true, ports: 2 }));
    for (const theme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: theme as "light" });
      await until(page, `document.documentElement.dataset.theme === "${theme}"`);
      const poor = await page.evaluate(POOR_CONTRAST);
      assert.deepEqual(poor, [], theme);
    }
  });

  test("moves nothing for those who want that", async (context) => {
    const { page } = await show(context, new MadeUpGroup(), { reducedMotion: true });
    const moving = `[...document.querySelectorAll("*")].filter((element) =>
      getComputedStyle(element).transitionDuration !== "0s").length`;
    assert.equal(await page.evaluate(moving), 0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    assert.notEqual(await page.evaluate(moving), 0);
  });

  for (const [width, height] of [[800, 600], [1280, 720], [3840, 2160]] as const) {
    test(`fits into ${width} by ${height}`, async (context) => {
      const { page, faults } = await show(context, new MadeUpGroup({ trouble: true }), {
        width,
        height,
      });
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
      for (const selector of [".picture", "#detail", ".tables"]) {
        const box = await page.locator(selector).boundingBox();
        assert.equal((box?.width ?? 0) > 300 && (box?.height ?? 0) > 150, true, selector);
      }
      assert.deepEqual(faults, []);
    });
  }

  test("tells that the group is gone, and goes on when it is back", async (context) => {
    const group = new MadeUpGroup();
    const { page, faults } = await show(context, group);
    group.gone = "it has no files";
    await page.waitForSelector("#notice:has-text('The group is not there')");
    assert.match(
      await page.innerText("#notice"),
      /it has no files\. It is looked for every 0.2 seconds/,
    );
    // What was seen last can still be read.
    assert.equal(await page.locator(".ring").count(), 12);
    group.gone = undefined;
    group.primary = 5000;
    await page.waitForSelector("#notice:has-text('The group was restarted')");
    assert.equal(await page.locator(".card", { hasText: "5000" }).count(), 1);
    await changes(page, "#flow");
    assert.deepEqual(faults, []);
  });

  test("tells that the connection is lost, and connects again by itself", async (context) => {
    const group = new MadeUpGroup();
    const first = await startServer(group.open, { port: 0, intervalMs: 200 });
    const { page } = await openPage(context, first.url);
    await first.close();
    await page.waitForSelector("#notice:has-text('The connection to the server is lost')");
    const { port } = first;
    const second = await startServer(group.open, { port, intervalMs: 200 });
    context.cleanup(() => second.close());
    await page.waitForSelector("#connection.live");
    await until(page, "document.querySelector('#notice').innerText === ''");
    await changes(page, "#flow");
  });

  test("stands still while paused", async (context) => {
    const { page, faults } = await show(context, new MadeUpGroup());
    await page.keyboard.press("p");
    await settled(page);
    await page.waitForSelector("#connection.paused");
    // What came just before is drawn still.
    await page.evaluate("new Promise((go) => setTimeout(go, 600))");
    const before = await page.innerText("main");
    await page.evaluate("new Promise((go) => setTimeout(go, 600))");
    assert.equal(await page.innerText("main"), before);
    await page.keyboard.press("p");
    await settled(page);
    await changes(page, "#flow");
    assert.deepEqual(faults, []);
  });

  test("keeps up with 1,000 rings and 100 mempools", async (context) => {
    const many = new MadeUpGroup({ rings: 1_000, mempools: 100 });
    const { page, faults } = await show(context, many);
    assert.equal(await page.locator(".ring").count(), 24);
    const hidden = await texts(page, ".box .more");
    const more = hidden.map((text) => Number(text.replaceAll(/\D/g, "")));
    assert.equal(more.reduce((sum, count) => sum + count, 24), 1_000);
    // Only the rows that can be seen are on the page.
    assert.equal(await page.locator(".line").count() < 60, true);
    assert.equal(await page.getAttribute("[role=grid]", "aria-rowcount"), "1001");
    await page.keyboard.press("l");
    await settled(page);
    await page.keyboard.press("End");
    await settled(page);
    await page.waitForSelector(".line[aria-rowindex='1001']");
    await page.keyboard.press("m");
    await settled(page);
    await until(page, "document.querySelectorAll('.ring').length === 48");
    const draws = await page.evaluate(`new Promise((done) => {
      const draws = [];
      new PerformanceObserver((list) => {
        for (const { name, duration } of list.getEntries()) if (name === "inspect-draw") draws.push(duration);
        if (draws.length >= 8) done(draws);
      }).observe({ type: "measure" });
    })`) as number[];
    const middle = draws.sort((a, b) => a - b)[4] ?? Infinity;
    // Some 10 ms on a quiet machine; this one may be busy with others' tests.
    assert.equal(middle < 200, true, `an update takes ${middle} ms`);
    assert.deepEqual(faults, []);
  });
});

/** Finds texts whose contrast to what is behind them is below 4.5 to 1 (WCAG 2.1, AA). */
const POOR_CONTRAST = `(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const blend = (colors) => {
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!own || element.closest("script, style, noscript, .unseen")) continue;
    const grounds = [];
    for (let at = element; at !== null; at = at.parentElement) grounds.unshift(getComputedStyle(at).backgroundColor);
    const behind = light(blend(grounds));
    const text = light(blend([...grounds, getComputedStyle(element).color]));
    const ratio = (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);
    if (ratio < 4.5) poor.add(element.className + ": " + element.textContent.trim().slice(0, 30) + " " + ratio.toFixed(2));
  }
  return [...poor];
})()`;
