import { Region, releaseRange } from "../../ffi/core/mod.ts";
import { decodeString, encodeString, runtime } from "../../ffi/runtime/mod.ts";
import { assert, describe, test } from "../kit.ts";

describe("pointers", () => {
  test("have addresses, and addresses pointers", () => {
    const buffer = new ArrayBuffer(64);
    const pointer = runtime.pointerTo(buffer);
    const address = runtime.address(pointer);
    assert.equal(Number.isSafeInteger(address) && address > 0xffff, true);
    assert.equal(runtime.address(runtime.pointer(address)), address);
    assert.equal(runtime.address(runtime.pointerTo(buffer)), address);
  });

  test("to nothing are null", () => {
    assert.equal(runtime.pointer(0), null);
    assert.equal(runtime.address(null), 0);
  });
});

describe("views over memory", () => {
  test("are the memory itself, in both directions", () => {
    const own = new Uint8Array(new ArrayBuffer(64));
    const view = new Uint8Array(runtime.memory(runtime.address(runtime.pointerTo(own.buffer)), 64));
    own[3] = 42;
    assert.equal(view[3], 42);
    view[63] = 7;
    assert.equal(own[63], 7);
    assert.equal(view.length, 64);
  });

  test("work with Atomics", () => {
    const own = new Int32Array(new ArrayBuffer(8));
    const view = new Int32Array(runtime.memory(runtime.address(runtime.pointerTo(own.buffer)), 8));
    assert.equal(Atomics.add(view, 1, 5), 0);
    assert.equal(Atomics.compareExchange(view, 1, 5, -1), 5);
    assert.equal(Atomics.load(own, 1), -1);
  });

  test("may be many over one piece of memory, and be made again after a release", () => {
    const own = new ArrayBuffer(64);
    const address = runtime.address(runtime.pointerTo(own));
    const regions = [new Region(address, 64), new Region(address, 8), new Region(address + 8, 8)];
    new Uint8Array(own)[8] = 9;
    assert.equal(new Uint8Array(regions[0]!.buffer)[8], 9);
    assert.equal(new Uint8Array(regions[2]!.buffer)[0], 9);
    regions[0]!.release();
    assert.equal(new Uint8Array(regions[2]!.buffer)[0], 9);
    const again = new Region(address, 64);
    assert.equal(new Uint8Array(again.buffer)[8], 9);
    for (const region of [...regions, again]) region.release();
  });
});

describe("a released region", () => {
  const region = (): [Region, ArrayBuffer] => {
    const own = new ArrayBuffer(256);
    new Uint8Array(own).fill(7);
    return [new Region(runtime.address(runtime.pointerTo(own)), 256), own];
  };

  test("leaves typed arrays empty", () => {
    const [made, own] = region();
    const bytes = new Uint8Array(made.buffer);
    const words = new Float64Array(made.buffer, 8, 2);
    assert.deepEqual([bytes[0], bytes.length, words.length], [7, 256, 2]);
    made.release();
    assert.deepEqual([bytes[0], bytes.length, words.length], [undefined, 0, 0]);
    assert.equal(made.buffer.detached, true);
    bytes[0] = 1;
    assert.equal(new Uint8Array(own)[0], 7, "the memory itself is left alone");
  });

  test("makes a DataView and Atomics throw", () => {
    const [made] = region();
    const view = new DataView(made.buffer);
    const words = new Int32Array(made.buffer);
    assert.equal(view.getUint8(0), 7);
    made.release();
    assert.throws(() => view.getUint8(0), TypeError);
    assert.throws(() => Atomics.load(words, 0), Error);
    assert.throws(() => Atomics.store(words, 0, 1), Error);
  });

  test("may be released twice", () => {
    const [made] = region();
    made.release();
    made.release();
  });

  test("is one of all that start in a range", () => {
    const own = new ArrayBuffer(4096);
    const address = runtime.address(runtime.pointerTo(own));
    const inside = [new Region(address, 8), new Region(address + 1016, 64)];
    const outside = new Region(address + 1024, 8);
    releaseRange(address, 1024);
    assert.deepEqual(inside.map(({ buffer }) => buffer.detached), [true, true]);
    assert.equal(outside.buffer.detached, false);
    outside.release();
  });
});

describe("strings", () => {
  test("are encoded with a NUL behind them", () => {
    const bytes = encodeString("aß€");
    assert.deepEqual([...bytes.subarray(0, 7)], [0x61, 0xc3, 0x9f, 0xe2, 0x82, 0xac, 0]);
    assert.throws(() => encodeString("a\0"), TypeError);
  });

  test("are decoded up to the NUL, or to the end", () => {
    assert.equal(decodeString(new Uint8Array([0x61, 0xc3, 0x9f, 0, 0x62])), "aß");
    assert.equal(decodeString(new Uint8Array([0x61, 0x62])), "ab");
    assert.equal(decodeString(new Uint8Array([0])), "");
  });

  test("are read at an address", () => {
    const bytes = encodeString("grün");
    assert.equal(runtime.string(runtime.address(runtime.pointerTo(bytes.buffer))), "grün");
  });
});
