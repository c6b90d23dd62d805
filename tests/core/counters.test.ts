import { runtime } from "../../ffi/runtime/mod.ts";
import { Counter32, Counter64 } from "../../mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

const memory = new ArrayBuffer(64);
const at = runtime.pointerTo(memory);

// C is on the other side of the same variable.
const c = runtime.open(
  compileC(
    `#include <stdint.h>
     uint32_t add32(void *p, uint32_t v);
     uint32_t add32(void *p, uint32_t v) { return __atomic_fetch_add((uint32_t *)p, v, __ATOMIC_SEQ_CST); }
     uint64_t add64(void *p, uint64_t v);
     uint64_t add64(void *p, uint64_t v) { return __atomic_fetch_add((uint64_t *)p, v, __ATOMIC_SEQ_CST); }`,
    ["-shared", "-fPIC"],
  ),
  {
    add32: "uint32_t (void *p, uint32_t v)",
    add64: "uint64_t (void *p, uint64_t v)",
  },
);

describe("Counter32", () => {
  test("is the uint32_t that C sees", () => {
    const counter = new Counter32(memory, 0);
    counter.store(0xffff_fff0);
    assert.equal(c.add32(at, 8), 0xffff_fff0);
    assert.equal(counter.load(), 0xffff_fff8);
    assert.equal(counter.add(16), 0xffff_fff8, "the value from before");
    assert.equal(c.add32(at, 0), 8, "modulo 2^32");
    assert.equal(counter.add(-9), 8);
    assert.equal(counter.load(), 0xffff_ffff);
  });

  test("is swapped only when it is what was expected", () => {
    const counter = new Counter32(memory, 0);
    counter.store(0x8000_0000);
    assert.equal(counter.compareExchange(1, 2), 0x8000_0000);
    assert.equal(counter.load(), 0x8000_0000);
    assert.equal(counter.compareExchange(0x8000_0000, 0xffff_ffff), 0x8000_0000);
    assert.equal(counter.load(), 0xffff_ffff);
  });

  test("must lie inside, on a multiple of 4", () => {
    for (const offset of [64, 61, 2, -4, 1.5]) {
      assert.throws(() => new Counter32(memory, offset), RangeError);
    }
    new Counter32(memory, 60);
  });
});

describe("Counter64", () => {
  test("is the uint64_t that C sees", () => {
    const counter = new Counter64(memory, 0);
    counter.store(2n ** 64n - 4n);
    assert.equal(c.add64(at, 2n), 2n ** 64n - 4n);
    assert.equal(counter.add(10n), 2n ** 64n - 2n);
    assert.equal(c.add64(at, 0n), 8n, "modulo 2^64");
    assert.equal(counter.add(-9n), 8n);
    assert.equal(counter.load(), 2n ** 64n - 1n);
  });

  test("is swapped only when it is what was expected", () => {
    const counter = new Counter64(memory, 0);
    counter.store(2n ** 63n);
    assert.equal(counter.compareExchange(1n, 2n), 2n ** 63n);
    assert.equal(counter.compareExchange(2n ** 63n, 7n), 2n ** 63n);
    assert.equal(counter.load(), 7n);
  });

  test("must lie inside, on a multiple of 8", () => {
    for (const offset of [64, 60, 4, -8]) {
      assert.throws(() => new Counter64(memory, offset), RangeError);
    }
    new Counter64(memory, 56);
  });
});
