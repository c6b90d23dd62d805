// The page for people who come from C is what its generator makes, and what it names is there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PAGE, page, type Row, rows } from "../../tools/docs/from_c.ts";
import { functionsIn, installedRelease } from "../../tools/docs/headers.ts";
import * as library from "../../mod.ts";
import { assert, describe, ROOT, test } from "../kit.ts";

const committed = readFileSync(join(ROOT, PAGE), "utf8");

/** The rows of the committed page. */
const written: Row[] = [...committed.matchAll(/^\| `(\w+)`[^|]*\|([^|]*)\| (yes|) *\|$/gm)]
  .map(([, c = "", here = "", raw]) => ({
    c,
    here: [...here.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)]
      .map(([, name = "", link = ""]) => ({ name, file: join("ffi", link) })),
    raw: raw === "yes",
  }));

const release = /the headers of DPDK (\d+\.\d+)/.exec(committed)?.[1];

/** Where a method or property is found: in a class, or in those that it extends. */
function has(object: object | null, name: string): boolean {
  return object !== null &&
    (Object.hasOwn(object, name) || has(Object.getPrototypeOf(object), name));
}

type Class = { readonly prototype: object };

/** The class whose objects are written like this: `mbufCursor`. */
function classOf(variable: string): Class | undefined {
  const found = Object.entries(library).find(([name]) =>
    name.toLowerCase() === variable.toLowerCase() && /^[A-Z]/.test(name)
  );
  return found?.[1] as Class | undefined;
}

/** Whether a source text declares a field of this name. */
function declares(file: string, name: string): boolean {
  return new RegExp(`^  readonly ${name}\\??:`, "m").test(readFileSync(join(ROOT, file), "utf8"));
}

function isThere(name: string, file: string): boolean {
  const [owner = "", member] = name.replace(/^new /, "").split(".");
  if (member === undefined) return owner in library;
  const object = Object.entries(library).find(([one]) => one === owner)?.[1];
  if (typeof object === "object" && has(object, member)) return true;
  if (/^[A-Z]/.test(owner)) return has(classOf(owner) as object, member);
  const objects = classOf(owner);
  return objects !== undefined && has(objects.prototype, member) || declares(file, member);
}

describe("the functions of a header", () => {
  const found = (text: string) => functionsIn("rte_a.h", text).map((one) => [one.name, one.kind]);

  test("are found, with what they are", () => {
    const text = `
      /* int rte_no(void); */
      #define rte_macro(x) rte_no(x)
      #define RTE_NO \\
        rte_no()
      extern "C" {
      typedef int (*rte_callback_t)(void);
      struct rte_s { int (*rte_no)(void); };
      int rte_a(int n, struct rte_s *s) __rte_warn_unused_result;
      static __rte_always_inline unsigned int
      rte_b(void) { if (rte_no()) { return rte_no(); } return 0; }
      __rte_experimental
      void rte_c(void);
      }`;
    assert.deepEqual(found(text), [
      ["rte_macro", "macro"],
      ["rte_a", "function"],
      ["rte_b", "inline"],
      ["rte_c", "function"],
    ]);
  });
});

describe("the page for people who come from C", () => {
  const names = (all: readonly Row[]): string[] =>
    all.map(({ c, here, raw }) => `${c}: ${here.map(({ name }) => name).join()} ${raw}`).sort();
  const other = installedRelease() === release ? undefined : `it is of DPDK ${release}`;

  test("has what the comments and the tables say", () => {
    // What a release lacks cannot be looked for in its headers, but what it has is on the page.
    const missing = names(rows()).filter((line) => !names(written).includes(line));
    assert.deepEqual(missing, []);
    assert.equal(written.length > 250, true);
  });

  test("is what `deno task docs from-c` writes", { skip: other }, () => {
    assert.equal(committed, page());
  });

  test("names members that there are, in files that there are", () => {
    const wrong = written.flatMap(({ here }) => here)
      .filter(({ name, file }) => !existsSync(join(ROOT, file)) || !isThere(name, file))
      .map(({ name }) => name);
    assert.deepEqual(wrong, []);
    assert.equal(isThere("ring.nothing", "ffi/ring/ring.ts"), false);
  });

  test("names raw functions that `rte` has", () => {
    for (const { c, raw } of written) assert.equal(c in library.rte, raw, c);
  });
});
