import { runtime } from "../../ffi/runtime/mod.ts";
import { Counter32, Counter64 } from "../../mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

const memory = new ArrayBuffer(64);
const at = runtime.pointerTo(memory);

/** How often the thread in C adds. */
const RIVAL = 5_000_000;

// C is on the other side of the same variable.
const c = runtime.open(
  compileC(
    `#include <stdint.h>
     uint32_t add32(void *p, uint32_t v);
     uint32_t add32(void *p, uint32_t v) { return __atomic_fetch_add((uint32_t *)p, v, __ATOMIC_SEQ_CST); }
     uint64_t add64(void *p, uint64_t v);
     uint64_t add64(void *p, uint64_t v) { return __atomic_fetch_add((uint64_t *)p, v, __ATOMIC_SEQ_CST); }

     #include <pthread.h>
     static pthread_t thread;
     static int over;
     static void *work(void *p)
     {
       for (int i = 0; i < ${RIVAL}; i++) {
         add32(p, 1);
         add64((char *)p + 8, 1);
       }
       __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
       return p;
     }
     int begin(void *p);
     int begin(void *p) { over = 0; return pthread_create(&thread, NULL, work, p); }
     int is_over(void);
     int is_over(void) { return __atomic_load_n(&over, __ATOMIC_SEQ_CST); }
     int end(void);
     int end(void) { return pthread_join(thread, NULL); }`,
    ["-shared", "-fPIC", "-pthread"],
  ),
  {
    add32: "uint32_t (void *p, uint32_t v)",
    add64: "uint64_t (void *p, uint64_t v)",
    begin: "int (void *p)",
    is_over: "int (void)",
    end: "int (void)",
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

describe("while a thread in C adds to the same variables, nothing is lost", () => {
  const counter32 = new Counter32(memory, 0);
  const counter64 = new Counter64(memory, 8);

  /** Counts up here, one step at a time, for as long as C does; gives how often. */
  function against(step: () => void): number {
    counter32.store(0);
    counter64.store(0n);
    assert.equal(c.begin(at), 0);
    let steps = 0;
    while (c.is_over() === 0) for (let i = 0; i < 100; i++, steps++) step();
    assert.equal(c.end(), 0);
    return steps;
  }

  test("of what is added", () => {
    const steps = against(() => {
      counter32.add(1);
      counter64.add(1n);
    });
    assert.equal(counter32.load(), RIVAL + steps);
    assert.equal(counter64.load(), BigInt(RIVAL + steps));
  });

  test("of what is swapped in", () => {
    const steps = against(() => {
      for (let old = counter32.load();;) {
        const seen = counter32.compareExchange(old, old + 1);
        if (seen === old) break;
        old = seen;
      }
      for (let old = counter64.load();;) {
        const seen = counter64.compareExchange(old, old + 1n);
        if (seen === old) break;
        old = seen;
      }
    });
    assert.equal(counter32.load(), RIVAL + steps);
    assert.equal(counter64.load(), BigInt(RIVAL + steps));
  });
});
