// Every file that a page links to is there.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assert, ROOT, test } from "../kit.ts";

const pages = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md"],
  ...["examples", "ffi"].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name))
  ),
];

/** What a link may have behind its #: headings, as forges write them. */
function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, text = ""]) =>
    text.toLowerCase().replaceAll(/[^\w\s-]/g, "").trim().replaceAll(/\s/g, "-")
  );
}

for (const page of pages) {
  test(`the links of ${page} lead somewhere`, () => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)]
      .map(([, link = "", anchor]) => ({ link, anchor }))
      .filter(({ link }) => !/^[a-z]+:/.test(link));
    for (const { link, anchor } of links) {
      const path = link === "" ? join(ROOT, page) : join(ROOT, dirname(page), link);
      assert.equal(existsSync(path), true, `${page}: ${link}`);
      if (anchor !== undefined) assert.equal(anchorsOf(path).includes(anchor), true, anchor);
    }
  });
}

test("the page on patterns has the patterns that there are examples of", () => {
  const text = readFileSync(join(ROOT, "examples", "patterns.md"), "utf8");
  for (const name of ["dispatch.ts", "kni.ts", "app.ts", "tool.ts"]) {
    assert.match(text, new RegExp(`\\(fstack/${name}\\)`));
  }
});
