import { parse } from "../../ffi/runtime/mod.ts";
import { assert, describe, test } from "../kit.ts";

describe("parse", () => {
  test("reads results and parameters", () => {
    assert.deepEqual(parse("int (void)"), { parameters: [], result: "i32" });
    assert.deepEqual(parse("void ()"), { parameters: [], result: "void" });
    assert.deepEqual(parse("void * (int a, unsigned int b)"), {
      parameters: ["i32", "u32"],
      result: "pointer",
    });
  });

  test("hands const char * over as a string, and no other pointer", () => {
    assert.deepEqual(parse("const char * (const char *name, char *out)"), {
      parameters: ["string", "pointer"],
      result: "string",
    });
    const pointers = "int (void *a, char **b, void * const *c, const struct rte_ring *d, FILE *e)";
    assert.deepEqual(parse(pointers).parameters, Array(5).fill("pointer"));
  });

  test("reads pointers to functions as one parameter", () => {
    const prototype =
      "uint32_t (void (*f)(struct rte_mempool *, void *, unsigned int), void *a, int n)";
    assert.deepEqual(parse(prototype).parameters, ["pointer", "pointer", "i32"]);
    assert.deepEqual(parse("void (int a, void (*f)(int, int))").parameters, ["i32", "pointer"]);
  });

  test("refuses a C type that it does not know, and names it", () => {
    assert.throws(() => parse("int (struct rte_ring ring)"), {
      name: "TypeError",
      message: 'Cannot parse prototype "int (struct rte_ring ring)": ' +
        'unknown C type "struct rte_ring"',
    });
    assert.throws(() => parse("time_t (void)"), /unknown C type "time_t"/);
    assert.throws(() => parse("int (constructor a)"), /unknown C type "constructor"/);
    assert.throws(() => parse("int (int)"), TypeError);
  });

  test("refuses what is no prototype", () => {
    for (const text of ["", "int", "int (void", "rte_version"]) {
      assert.throws(() => parse(text), { name: "TypeError", message: /has no parameter list/ });
    }
    assert.throws(() => parse("int (void a)"), /a parameter cannot be void/);
  });
});
