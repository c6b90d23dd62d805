import { runtime } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

const { qsort } = runtime.open("libc.so.6", {
  qsort: "void (void *base, size_t n, size_t size, int (*compare)(const void *, const void *))",
});

const library = compileC(
  `#include <stdint.h>
   #include <stddef.h>
   typedef int (*visit)(void *arg, unsigned int index, uint64_t big, int64_t low, double d);
   int each(visit f, void *arg, unsigned int n);
   int each(visit f, void *arg, unsigned int n)
   {
     int sum = 0;
     for (unsigned int i = 0; i < n; i++) sum += f(arg, i, UINT64_MAX - i, -(int64_t)i, i / 2.0);
     return sum;
   }`,
  ["-shared", "-fPIC"],
);
const { each } = runtime.open(library, {
  each:
    "int (int (*f)(void *, unsigned int, uint64_t, int64_t, double), void *arg, unsigned int n)",
});
const VISIT = "int (void *arg, unsigned int index, uint64_t big, int64_t low, double d)";

describe("a callback", () => {
  test("is called by C with pointers, and gives C its result", () => {
    const values = new Int32Array(new ArrayBuffer(400));
    for (let i = 0; i < values.length; i++) values[i] = (i * 7919) % 101 - 50;
    const expected = [...values].sort((a, b) => b - a);
    const at = (address: number): number => new Int32Array(runtime.memory(address, 4))[0]!;
    const compare = runtime.callback(
      "int (const void *a, const void *b)",
      (a, b) => at(runtime.address(b)) - at(runtime.address(a)),
    );
    qsort(runtime.pointerTo(values.buffer), values.length, 4, compare.pointer);
    compare.close();
    assert.deepEqual([...values], expected);
  });

  test("is handed integers of every width, doubles and its argument", () => {
    const seen: unknown[] = [];
    const arg = runtime.pointerTo(new ArrayBuffer(8));
    const visit = runtime.callback(VISIT, (pointer, index, big, low, d) => {
      seen.push([runtime.address(pointer) === runtime.address(arg), index, big, low, d]);
      return index * 10;
    });
    assert.equal(each(visit.pointer, arg, 3), 30);
    visit.close();
    assert.deepEqual(seen, [
      [true, 0, 2n ** 64n - 1n, 0n, 0],
      [true, 1, 2n ** 64n - 2n, -1n, 0.5],
      [true, 2, 2n ** 64n - 3n, -2n, 1],
    ]);
  });

  test("is handed NULL as null", () => {
    let given: unknown = "nothing";
    const visit = runtime.callback(VISIT, (pointer) => {
      given = pointer;
      return 0;
    });
    each(visit.pointer, null, 1);
    visit.close();
    assert.equal(given, null);
  });

  test("may be one of many, and call C again", () => {
    const callbacks = Array.from(
      { length: 50 },
      (_, i) =>
        runtime.callback(VISIT, (_arg, index): number => {
          if (i === 0 || index > 0) return i;
          return i + each(callbacks[i - 1]!.pointer, null, 1);
        }),
    );
    assert.equal(each(callbacks[49]!.pointer, null, 1), 49 * 50 / 2);
    for (const callback of callbacks) callback.close();
  });
});
