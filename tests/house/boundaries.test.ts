import { assert, describe, test } from "../kit.ts";
import { cycles, foreignSpecifiers } from "./rules/graph.ts";
import { importsOf } from "./rules/imports.ts";
import { pastPublic, wrongWays } from "./rules/layers.ts";
import { runtimeUses } from "./rules/runtime.ts";
import { scan } from "./rules/scan.ts";
import { longFiles } from "./rules/size.ts";
import { repositorySources, type Sources } from "./rules/sources.ts";
import { assertionModules } from "./rules/kit.ts";

const repository = repositorySources();

/** Files of a sample by their paths. */
const files = (sample: Record<string, string>): Sources => new Map(Object.entries(sample));

describe("the scanner", () => {
  const blanked = (source: string): string => scan(source).code.replaceAll(/\s+/g, " ").trim();

  test("blanks comments, and keeps lines in place", () => {
    assert.equal(blanked("a // b\nc /* d\n e */ f"), "a c f");
    assert.equal(scan("a /* \n\n */ b").code.split("\n").length, 3);
  });

  test("takes strings out", () => {
    const source = String.raw`a("b // c", 'd" \' e', "\"")`;
    assert.deepEqual(scan(source), {
      code: 'a("0", "1", "2")',
      strings: ["b // c", String.raw`d" \' e`, String.raw`\"`],
      texts: [],
    });
  });

  test("takes the text of templates out", () => {
    assert.deepEqual(scan("`a ${b ? `c ${d}` : e} f`").texts, ["a ", "c ", "", " f"]);
  });

  test("keeps the code of templates only", () => {
    assert.equal(
      blanked("a(`b ${c({ d: `e ${f} g` })} ${h} \\` ${'i'} j`, k)"),
      'a( c({ d: f }) h "0" , k)',
    );
    assert.equal(blanked("`$a {b} $` + c"), "+ c");
  });

  test("tells regular expressions from divisions", () => {
    assert.equal(blanked("a = /['\"`/*]\\/ b/g; c"), "a = 0 ; c");
    assert.equal(blanked("a / b / c; // d"), "a / b / c;");
    assert.equal(blanked("f(/\"/).g(a[0] / 2, (b) / 3); 'h'"), 'f(0 ).g(a[0] / 2, (b) / 3); "0"');
    assert.equal(blanked("return /'/.test(a)"), "return 0 .test(a)");
  });
});

describe("the imports of a file", () => {
  const specifiers = (source: string): (string | null)[] =>
    importsOf("ffi/ring/ring.ts", source).map(({ specifier }) => specifier);

  test("are found in every form", () => {
    const source = `
      import "./a.ts";
      import b from './b.ts';
      import type { C } from "./c.ts";
      import {
        d,
        type E,
      } from "./d.ts";
      import * as f from "./f.ts";
      export { g } from "./g.ts";
      export * from "./h.ts";
      type I = import("./i.ts").I;
      const j = await import("./j.ts");
      const k = await import(\`./\${name}.ts\`);
      const l = await import(name);
    `;
    const names = ["a", "b", "c", "d", "f", "g", "h", "i", "j"];
    assert.deepEqual(specifiers(source), [...names.map((name) => `./${name}.ts`), null, null]);
  });

  test("are not found where there are none", () => {
    const source = `
      // import "./a.ts";
      const text = 'import "./b.ts"';
      export const from = import.meta.url, c = "./c.ts";
      /* export * from "./d.ts" */
      this.import("./e.ts".length);
    `;
    assert.deepEqual(specifiers(source), []);
  });

  test("are resolved to files", () => {
    const source = `import "../core/mod.ts"; import "node:fs";`;
    assert.deepEqual(importsOf("ffi/ring/ring.ts", source).map(({ to }) => to), [
      "ffi/core/mod.ts",
      null,
    ]);
  });
});

describe("only ffi/runtime knows Deno from Bun", () => {
  test("uses elsewhere are found", () => {
    const found = runtimeUses(files({
      "ffi/ring/ring.ts": "const a = 1;\nDeno.dlopen(a);",
      "tools/a.ts": "const { serve } = Bun;",
      "tests/a.ts": `import { dlopen } from "bun:ffi";`,
      "examples/a.ts": "console.log(`on ${globalThis.Deno?.version}`);",
    }));
    assert.deepEqual(found, [
      "ffi/ring/ring.ts:2 uses Deno",
      "tools/a.ts:1 uses Bun",
      'tests/a.ts names the module "bun:ffi"',
      "examples/a.ts:1 uses Deno",
    ]);
  });

  test("prose and ffi/runtime are left alone", () => {
    const found = runtimeUses(files({
      "ffi/runtime/deno.ts": "Deno.dlopen(a);",
      "ffi/runtime/bun.ts": `import { dlopen } from "bun:ffi";`,
      "ffi/ring/ring.ts": "/* As Deno.dlopen does. */ const DenoFfi = 'Deno.dlopen is not there';",
      "tools/a.ts": "const bun = `Deno. and ${a} Bun.`; // Bun.serve",
    }));
    assert.deepEqual(found, []);
  });

  test("the repository keeps to it", () => assert.deepEqual(runtimeUses(repository), []));
});

describe("imports go one way, through doors", () => {
  const wrong = (from: string, specifier: string): string[] =>
    wrongWays(files({ [from]: `import "${specifier}";` }));

  const allowed = [
    ["mod.ts", "./ffi/core/mod.ts"],
    ["mod.ts", "./ffi/ring/public.ts"],
    ["examples/a.ts", "../mod.ts"],
    ["examples/a.ts", "./parts/b.ts"],
    ["tools/a.ts", "../mod.ts"],
    ["tools/a.ts", "../examples/parts/b.ts"],
    ["tools/a.ts", "node:fs"],
    ["ffi/ring/ring.ts", "./inline/sp.ts"],
    ["ffi/ring/inline/sp.ts", "../layout.ts"],
    ["ffi/ring/ring.ts", "../eal/mod.ts"],
    ["ffi/ring/ring.ts", "../memzone/mod.ts"],
    ["ffi/mempool/mempool.ts", "../ring/mod.ts"],
    ["ffi/ethdev/ethdev.ts", "../mbuf/mod.ts"],
    ["ffi/ring/ring.ts", "../core/mod.ts"],
    ["ffi/abi/discover.ts", "../core/mod.ts"],
    ["ffi/core/errors.ts", "../runtime/mod.ts"],
    ["tests/ring/ring.test.ts", "../../ffi/ring/inline.ts"],
    ["tests/ring/ring.test.ts", "../kit.ts"],
  ] as const;
  for (const [from, specifier] of allowed) {
    test(`${from} may import ${specifier}`, () => assert.deepEqual(wrong(from, specifier), []));
  }

  const forbidden = [
    ["mod.ts", "./ffi/ring/ring.ts", 'the door of "ring" is its mod.ts'],
    ["mod.ts", "./tools/a.ts", '"tools" has no place in the order of parts'],
    ["examples/a.ts", "../ffi/ring/mod.ts", "examples import mod.ts only"],
    ["examples/a.ts", "../tools/b.ts", "examples import mod.ts only"],
    ["tools/a.ts", "../ffi/eal/mod.ts", "tools import mod.ts only"],
    ["tools/a.ts", "../tests/kit.ts", "only tests import tests"],
    ["ffi/ring/ring.ts", "../../mod.ts", '"mod.ts" has no place in the order of parts'],
    ["ffi/ring/ring.ts", "../mempool/mod.ts", '"ring" does not stand above "mempool"'],
    ["ffi/eal/eal.ts", "../memzone/mod.ts", '"eal" does not stand above "memzone"'],
    ["ffi/memzone/memzone.ts", "../mp/mod.ts", '"memzone" does not stand above "mp"'],
    ["ffi/mempool/mempool.ts", "../ring/layout.ts", 'the door of "ring" is its mod.ts'],
    ["ffi/mempool/mempool.ts", "../ring/public.ts", 'the door of "ring" is its mod.ts'],
    ["ffi/core/errors.ts", "../eal/mod.ts", '"core" does not stand above "eal"'],
    ["ffi/core/errors.ts", "../abi/mod.ts", '"core" does not stand above "abi"'],
    ["ffi/runtime/deno.ts", "../core/mod.ts", '"runtime" does not stand above "core"'],
    ["ffi/ring/ring.ts", "../crypto/mod.ts", '"crypto" has no place in the order of parts'],
    ["ffi/crypto/crypto.ts", "../eal/mod.ts", '"crypto" has no place in the order of parts'],
    ["ffi/ring/ring.ts", "../../tests/kit.ts", "only tests import tests"],
  ] as const;
  for (const [from, specifier, fault] of forbidden) {
    test(`${from} may not import ${specifier}`, () => {
      const [line, ...others] = wrong(from, specifier);
      assert.deepEqual(others, []);
      assert.equal(line?.startsWith(`${from}:1 imports `), true);
      assert.equal(line?.endsWith(`: ${fault}`), true, line);
    });
  }

  test("mod.ts hands on what is public, and no more", () => {
    const sample = { "mod.ts": 'export * from "./ffi/ring/mod.ts";', "ffi/ring/mod.ts": "" };
    assert.deepEqual(pastPublic(files(sample)), []);
    assert.deepEqual(pastPublic(files({ ...sample, "ffi/ring/public.ts": "" })), [
      "mod.ts:1 imports ffi/ring/mod.ts: scripts get its public.ts",
    ]);
    assert.deepEqual(pastPublic(repository), []);
  });

  test("the repository keeps to it", () => assert.deepEqual(wrongWays(repository), []));
});

describe("no import cycles", () => {
  test("a cycle is found, of types and by way of others, too", () => {
    const found = cycles(files({
      "ffi/a/a.ts": `import "./b.ts";`,
      "ffi/a/b.ts": `import type { C } from "./c.ts"; import "./d.ts";`,
      "ffi/a/c.ts": `export * from "./b.ts";`,
      "ffi/a/d.ts": "",
      "ffi/a/e.ts": `import "./e.ts"; import "./a.ts";`,
    }));
    assert.deepEqual(found, [
      "ffi/a/b.ts -> ffi/a/c.ts -> ffi/a/b.ts",
      "ffi/a/e.ts -> ffi/a/e.ts",
    ]);
  });

  test("the repository keeps to it", () => assert.deepEqual(cycles(repository), []));
});

describe("mod.ts loads from a bare URL", () => {
  test("other specifiers are found in its graph, and only there", () => {
    const found = foreignSpecifiers(files({
      "mod.ts": `export * from "./ffi/a/mod.ts"; import "jsr:@std/assert";`,
      "ffi/a/mod.ts": `import fs from "node:fs"; import "./b"; import "./c.ts"; import "./d.ts";`,
      "ffi/a/c.ts": "await import(name);",
      "tools/a.ts": `import "left-pad";`,
    }));
    assert.deepEqual(found, [
      'mod.ts:1 imports "jsr:@std/assert"',
      'ffi/a/mod.ts:1 imports "node:fs"',
      'ffi/a/mod.ts:1 imports "./b"',
      "ffi/a/c.ts:1 computes what it imports",
      "ffi/a/d.ts does not exist",
    ]);
  });

  test("the repository keeps to it", () => assert.deepEqual(foreignSpecifiers(repository), []));
});

describe("files are small", () => {
  const text = (lines: number): string => "/** A comment. */\nlet a;\n\n".repeat(lines);

  test("a long file is found, unless it is of tests", () => {
    const found = longFiles(files({
      "ffi/ring/a.ts": text(301),
      "ffi/ring/b.ts": text(300),
      "tests/c.ts": text(900),
    }));
    assert.deepEqual(found, [
      "ffi/ring/a.ts has 301 lines of code, more than 300: it has two subjects",
    ]);
  });

  test("the repository keeps to it", () => assert.deepEqual(longFiles(repository), []));
});

describe("tests and assertions come from the kit", () => {
  test("other ways are found", () => {
    const found = assertionModules(files({
      "tests/ring/a.test.ts": `import test from "node:test"; import a from "node:assert/strict";`,
      "tests/ring/b.test.ts": `import { test } from "bun:test"; import { test } from "../kit.ts";`,
      "tests/kit/test.ts": `import { test } from "node:test";`,
      "tests/tools/fixtures/a.ts": `import { before } from "node:test";`,
    }));
    assert.deepEqual(found, [
      'tests/ring/a.test.ts:1 imports "node:test": the kit has it',
      'tests/ring/a.test.ts:1 imports "node:assert/strict": the kit has it',
      'tests/ring/b.test.ts:1 imports "bun:test": the kit has it',
    ]);
  });

  test("the repository keeps to it", () => assert.deepEqual(assertionModules(repository), []));
});
