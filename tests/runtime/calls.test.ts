import { runtime } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

const types = {
  i8: "int8_t",
  u8: "uint8_t",
  i16: "int16_t",
  u16: "uint16_t",
  i32: "int",
  u32: "unsigned int",
  i64: "int64_t",
  u64: "uint64_t",
  size: "size_t",
  ssize: "ssize_t",
  f32: "float",
  f64: "double",
} as const;

const library = compileC(
  `#include <stdbool.h>
   #include <stdint.h>
   #include <string.h>
   #include <sys/types.h>
   ${
    Object.entries(types).map(([name, type]) =>
      `${type} same_${name}(${type} v);
     ${type} same_${name}(${type} v) { return v; }`
    ).join("\n")
  }
   bool is_not(bool on) { return !on; }
   void *same(void *p) { return p; }
   const char *tail(const char *s) { return s == NULL ? NULL : s + 1; }
   size_t length(const char *s) { return s == NULL ? (size_t)-1 >> 12 : strlen(s); }
   int sum(int a, uint64_t b, const char *c, size_t d, double e, int f, int g, int h)
   { return a + (int)b + (int)strlen(c) + (int)d + (int)e + f + g + h; }
   static int calls;
   void count(void) { calls++; }
   int counted(void) { return calls; }`,
  ["-shared", "-fPIC", "-Wno-missing-prototypes"],
);

const c = runtime.open(library, {
  same_i8: "int8_t (int8_t v)",
  same_u8: "uint8_t (uint8_t v)",
  same_i16: "int16_t (int16_t v)",
  same_u16: "uint16_t (uint16_t v)",
  same_i32: "int (int v)",
  same_u32: "unsigned int (unsigned int v)",
  same_i64: "int64_t (int64_t v)",
  same_u64: "uint64_t (uint64_t v)",
  same_size: "size_t (size_t v)",
  same_ssize: "ssize_t (ssize_t v)",
  same_f32: "float (float v)",
  same_f64: "double (double v)",
  is_not: "bool (bool on)",
  same: "void * (void *p)",
  tail: "const char * (const char *s)",
  length: "size_t (const char *s)",
  sum: "int (int a, uint64_t b, const char *c, size_t d, double e, int f, int g, int h)",
  count: "void (void)",
  counted: "int (void)",
});

describe("a call", () => {
  test("hands every integer type over, to its limits", () => {
    for (const v of [-128, -1, 0, 127]) assert.equal(c.same_i8(v), v);
    for (const v of [0, 255]) assert.equal(c.same_u8(v), v);
    for (const v of [-32768, 32767]) assert.equal(c.same_i16(v), v);
    for (const v of [0, 65535]) assert.equal(c.same_u16(v), v);
    for (const v of [-(2 ** 31), -1, 2 ** 31 - 1]) assert.equal(c.same_i32(v), v);
    for (const v of [0, 2 ** 31, 2 ** 32 - 1]) assert.equal(c.same_u32(v), v);
    for (const v of [-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n]) assert.equal(c.same_i64(v), v);
    for (const v of [0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) assert.equal(c.same_u64(v), v);
    for (const v of [0, 2 ** 32, Number.MAX_SAFE_INTEGER]) assert.equal(c.same_size(v), v);
    for (const v of [-1, -(2 ** 40), Number.MAX_SAFE_INTEGER]) assert.equal(c.same_ssize(v), v);
  });

  test("hands floating-point numbers and booleans over", () => {
    for (const v of [0, -1.5, Infinity]) assert.equal(c.same_f32(v), v);
    for (const v of [Math.PI, -0, Number.MIN_VALUE]) assert.equal(c.same_f64(v), v);
    assert.deepEqual([c.is_not(true), c.is_not(false)], [false, true]);
  });

  test("gives 64-bit results as bigints, whatever their size", () => {
    assert.equal(typeof c.same_u64(1n), "bigint");
    assert.equal(typeof c.same_i64(-1n), "bigint");
    assert.equal(typeof c.same_size(1), "number");
  });

  test("refuses a size that no integer is", () => {
    for (const bad of [1.5, NaN, Infinity, 2 ** 53, "1"]) {
      assert.throws(() => c.same_size(bad as number), {
        name: "RangeError",
        message: /to C: not a safe integer/,
      });
    }
  });

  test("copies strings in and out", () => {
    assert.equal(c.length("four"), 4);
    assert.equal(c.length("größer €"), 12);
    assert.equal(c.length(""), 0);
    assert.equal(c.tail("größer €"), "rößer €");
    assert.equal(c.length("x".repeat(100_000)), 100_000);
  });

  test("hands null over as NULL, and gives NULL as null", () => {
    assert.equal(c.length(null), 2 ** 52 - 1);
    assert.equal(c.tail(null), null);
    assert.equal(c.same(null), null);
  });

  test("refuses a string with a NUL character", () => {
    assert.throws(() => c.length("a\0b"), {
      name: "TypeError",
      message: 'Cannot pass "a\\u0000b" to C: it holds a NUL character',
    });
  });

  test("hands pointers over", () => {
    const pointer = runtime.pointerTo(new ArrayBuffer(8));
    assert.equal(runtime.address(c.same(pointer)), runtime.address(pointer));
  });

  test("mixes converted and plain arguments", () => {
    assert.equal(c.sum(1, 2n, "333", 4, 5.5, 6, 7, 8), 36);
  });

  test("without parameters and result has its effect", () => {
    const before = c.counted();
    c.count();
    c.count();
    assert.equal(c.counted(), before + 2);
  });
});

test("a library or a symbol that is not there is an error that names it", () => {
  assert.throws(() => runtime.open("libnosuch.so.9", { f: "int (void)" }), /libnosuch\.so\.9/);
  assert.throws(() => runtime.open(library, { no_such: "int (void)" }), /no_such/);
});
