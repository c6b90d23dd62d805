import { runtime } from "../../ffi/runtime/mod.ts";
import { ElementBuffer, PointerBuffer } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";

describe("PointerBuffer", () => {
  test("starts with null pointers", () => {
    const buffer = new PointerBuffer(3);
    assert.equal(buffer.capacity, 3);
    assert.equal(buffer.elementSize, 8);
    assert.deepEqual(buffer.toArray(), [0, 0, 0]);
  });

  test("keeps every address exactly", () => {
    const addresses = [0, 8, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 0x7fffdeadbeef, 2 ** 53 - 1];
    const buffer = new PointerBuffer(addresses.length);
    addresses.forEach((address, i) => buffer.set(i, address));
    assert.deepEqual(buffer.toArray(), addresses);
    assert.deepEqual(buffer.toArray(2), addresses.slice(0, 2));
    assert.deepEqual(buffer.toArray(99), addresses);
  });

  test("shows an address as two words, a double and bytes of one memory", () => {
    const buffer = new PointerBuffer(2);
    buffer.set(1, 0x1234_5678_9abc);
    assert.deepEqual([...buffer.words], [0, 0, 0x5678_9abc, 0x1234]);
    assert.equal(buffer.bytes[8], 0xbc);
    const { buffer: memory, byteOffset } = buffer.words;
    assert.equal(new BigUint64Array(memory, byteOffset)[1], 0x1234_5678_9abcn);
    assert.equal(buffer.doubles.buffer, buffer.words.buffer);
    buffer.words[2] = 1;
    assert.equal(buffer.get(1), 0x1234_0000_0001);
  });

  test("starts at a cache line, and shows C nothing else", () => {
    for (let capacity = 1; capacity < 100; capacity += 3) {
      const buffer = new PointerBuffer(capacity);
      const address = runtime.address(buffer.pointer);
      assert.equal(address % 64, 0);
      assert.equal(runtime.address(buffer.pointerAt(capacity)), address + 8 * capacity);
      buffer.bytes.fill(7);
      assert.deepEqual(new Uint8Array(runtime.memory(address, 8 * capacity)), buffer.bytes);
      assert.equal(buffer.bytes.length, 8 * capacity);
      assert.equal(buffer.doubles.length, capacity);
    }
  });

  test("refuses an index that there is not", () => {
    const buffer = new PointerBuffer(2);
    for (const index of [-1, 2, 1e9, NaN]) {
      assert.throws(() => buffer.set(index, 8), {
        name: "RangeError",
        message: `Cannot set pointer ${index}: the buffer holds 2`,
      });
    }
    assert.equal(buffer.get(2), NaN);
  });

  test("refuses what is no address", () => {
    const buffer = new PointerBuffer(2);
    for (const address of [-8, 2 ** 53, NaN, Infinity]) {
      assert.throws(() => buffer.set(0, address), {
        name: "RangeError",
        message: /not an address/,
      });
    }
    assert.equal(buffer.get(0), 0);
  });

  test("refuses an index or an address with a fraction", () => {
    const buffer = new PointerBuffer(2);
    assert.throws(() => buffer.set(0.5, 8), RangeError);
    assert.throws(() => buffer.set(0, 8.5), RangeError);
    assert.deepEqual(buffer.toArray(), [0, 0]);
  });

  test("moves elements inside, overlapping or not", () => {
    const buffer = new PointerBuffer(6);
    for (let i = 0; i < 6; i++) buffer.set(i, 2 ** 40 + i);
    buffer.move(0, 2, 4);
    assert.deepEqual(buffer.toArray().map((a) => a - 2 ** 40), [2, 3, 4, 5, 4, 5]);
    buffer.move(2, 0, 3);
    assert.deepEqual(buffer.toArray().map((a) => a - 2 ** 40), [2, 3, 2, 3, 4, 5]);
  });

  test("refuses to move what is not inside", () => {
    const buffer = new PointerBuffer(4);
    for (let i = 0; i < 4; i++) buffer.set(i, 8 * i);
    for (const [to, from, n] of [[0, 2, 3], [2, 0, 3], [-1, 0, 1], [0, -1, 1], [0, 1, -1]]) {
      assert.throws(() => buffer.move(to!, from!, n!), { name: "RangeError", message: /^Cannot / });
    }
    for (const bad of [0.5, NaN, 2 ** 32]) {
      assert.throws(() => buffer.move(bad, 0, 1), RangeError);
      assert.throws(() => buffer.move(0, bad, 1), RangeError);
      assert.throws(() => buffer.move(0, 1, bad), RangeError);
    }
    buffer.move(4, 0, 0);
    assert.deepEqual(buffer.toArray(), [0, 8, 16, 24]);
  });

  test("refuses a capacity that is none", () => {
    for (const capacity of [0, -1, 1.5, NaN, 2 ** 40, "8", undefined]) {
      assert.throws(() => new PointerBuffer(capacity as number), {
        name: "RangeError",
        message: /as a buffer's capacity/,
      });
    }
  });
});

describe("a buffer's pointers", () => {
  test("are the addresses of its elements, made once", () => {
    for (
      const [size, buffer] of [[8, new PointerBuffer(8)], [12, new ElementBuffer(12, 8)]] as const
    ) {
      const start = runtime.address(buffer.pointer);
      assert.equal(buffer.pointerAt(0), buffer.pointer);
      for (const i of [7, 1, 3]) {
        assert.equal(runtime.address(buffer.pointerAt(i)), start + i * size);
        assert.equal(buffer.pointerAt(i), buffer.pointerAt(i));
      }
      const bytes = new Uint8Array(runtime.memory(start + 3 * size, 1));
      buffer.bytes[3 * size] = 99;
      assert.equal(bytes[0], 99);
      assert.equal(runtime.address(buffer.pointerAt(8)), start + 8 * size, "one past the last");
      for (const bad of [-1, 9, 0.5, NaN]) assert.throws(() => buffer.pointerAt(bad), RangeError);
    }
  });

  test("stay where they are through garbage collections", () => {
    const buffers = Array.from({ length: 100 }, (_, i) => new PointerBuffer(1 + i % 8));
    const starts = buffers.map(({ pointer }) => runtime.address(pointer));
    for (let i = 0; i < 200; i++) new Array(100_000).fill(i);
    buffers.forEach((buffer, i) => {
      buffer.set(0, 1000 + i);
      assert.equal(new Uint32Array(runtime.memory(starts[i]!, 4))[0], 1000 + i);
    });
  });
});

describe("ElementBuffer", () => {
  test("has words for all of every element", () => {
    const buffer = new ElementBuffer(12, 5);
    assert.deepEqual(
      [buffer.elementSize, buffer.capacity, buffer.words.length, buffer.bytes.length],
      [12, 5, 15, 60],
    );
    for (let i = 0; i < 15; i++) buffer.words[i] = i;
    buffer.move(0, 3, 2);
    assert.deepEqual([...buffer.words.subarray(0, 6)], [9, 10, 11, 12, 13, 14]);
  });

  test("refuses an element size that no ring has", () => {
    for (const size of [0, 2, 3, 6, -4, 4.5, NaN, 2 ** 21]) {
      assert.throws(() => new ElementBuffer(size, 4), {
        name: "RangeError",
        message: /as an element size/,
      });
    }
  });
});
