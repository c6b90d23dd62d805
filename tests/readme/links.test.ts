// Every file that a page links to is there.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assert, ROOT, test } from "../kit.ts";

const pages = [
  ...["README.md", "CHANGELOG.md"],
  ...readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".md"))
    .map((name) => join("examples", name)),
];

for (const page of pages) {
  test(`the links of ${page} lead somewhere`, () => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
      .filter((link) => !/^[a-z]+:/.test(link));
    for (const link of links) {
      assert.equal(existsSync(join(ROOT, dirname(page), link)), true, `${page}: ${link}`);
    }
  });
}

test("the page on patterns has the patterns that there are examples of", () => {
  const text = readFileSync(join(ROOT, "examples", "patterns.md"), "utf8");
  for (const name of ["dispatch.ts", "kni.ts", "app.ts", "tool.ts"]) {
    assert.match(text, new RegExp(`\\(fstack/${name}\\)`));
  }
});
