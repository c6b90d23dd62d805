// The API as HTML, as `deno task docs` makes it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, outcome, ROOT, runtimeName, spawnScript, test } from "../kit.ts";

test("the site has a page for each class, and needs nothing from elsewhere", async ({ cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dts-site-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const child = spawnScript(runtimeName, join(ROOT, "tools", "docs.ts"), ["site", folder]);
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of ["index.html", "~/Ring.html", "~/EthDev.html", "~/mp.html"]) {
    assert.equal(pages.includes(name), true, name);
  }
  for (const name of ["index.html", "~/Ring.html"]) {
    const text = readFileSync(join(folder, name), "utf8");
    assert.doesNotMatch(text, /<(script|link|img)[^>]+(src|href)="(https?:)?\/\//, name);
  }
  assert.match(readFileSync(join(folder, "~/Ring.html"), "utf8"), /dpdk\.ts/);
});
