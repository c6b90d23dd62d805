import { parse } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, spawnProgram, test } from "../kit.ts";

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

const WIDTHS: Readonly<Record<string, readonly [bytes: number, signed: boolean]>> = {
  i8: [1, true],
  u8: [1, false],
  i16: [2, true],
  u16: [2, false],
  i32: [4, true],
  u32: [4, false],
  i64: [8, true],
  u64: [8, false],
  ssize: [8, true],
  size: [8, false],
};

test("every integer type is as wide, and as signed, as in C", async () => {
  const types = [
    ...["char", "int8_t", "uint8_t", "int16_t", "uint16_t", "int", "int32_t", "unsigned"],
    ...["unsigned int", "uint32_t", "enum rte_proc_type_t", "size_t", "ssize_t", "long", "off_t"],
    ...["int64_t", "uint64_t", "unsigned long", "rte_iova_t"],
  ];
  // An enumeration's sign is the compiler's choice; its values are small and fit both.
  const enums = ["enum rte_iova_mode", "enum rte_lcore_role_t"];
  const lines = [...types, ...enums].map((type) =>
    `printf("%zu %d\\n", sizeof(${type}), (${type})-1 < (${type})1);`
  );
  const program = compileC(
    `#include <stdio.h>
     #include <sys/types.h>
     #include <rte_common.h>
     #include <rte_eal.h>
     #include <rte_lcore.h>
     int main(void) { ${lines.join("\n")} return 0; }`,
    ["-O0"],
  );
  const answers = (await spawnProgram(program).result).stdout.trim().split("\n");
  [...types, ...enums].forEach((type, i) => {
    const [bytes, signed] = WIDTHS[parse(`${type} (void)`).result]!;
    const [size, negative] = answers[i]!.split(" ").map(Number);
    assert.equal(bytes, size, type);
    if (!enums.includes(type)) assert.equal(signed, negative === 1, type);
  });
});
