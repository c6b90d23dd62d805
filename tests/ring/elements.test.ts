import {
  Eal,
  ElementBuffer,
  ElementRing,
  PointerBuffer,
  Ring,
  RING_F_EXACT_SZ,
} from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import { MODES, randomIntegers, RingModel } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };
const SIZES = [4, 8, 12, 16, 20, 64];

/** Word `j` of the element that the model knows by a number. */
const word = (element: number, j: number): number => (element / 8 * 31 + j * 0x9e3779b1) >>> 0;

function exercise(ring: ElementRing, operations: number, seed: number): void {
  const random = randomIntegers(seed);
  const model = new RingModel(ring.capacity);
  const step = ring.elementSize / 4;
  const buffer = new ElementBuffer(ring.elementSize, ring.capacity + 4);
  for (let i = 0; i < operations; i++) {
    const n = random(ring.capacity + 3);
    const from = random(buffer.capacity - n + 1);
    const bulk = random(2) === 0;
    buffer.words.fill(0xabababab);
    if (random(2) === 0) {
      const elements = model.fresh(n);
      elements.forEach((element, k) => {
        for (let j = 0; j < step; j++) buffer.words[(from + k) * step + j] = word(element, j);
      });
      const done = bulk ? ring.enqueueBulk(buffer, n, from) : ring.enqueueBurst(buffer, n, from);
      assert.equal(done, model.enqueue(elements, bulk));
    } else {
      const done = bulk ? ring.dequeueBulk(buffer, n, from) : ring.dequeueBurst(buffer, n, from);
      const elements = model.dequeue(n, bulk);
      assert.equal(done, elements.length);
      const expected = new Uint32Array(buffer.words.length).fill(0xabababab);
      elements.forEach((element, k) => {
        for (let j = 0; j < step; j++) expected[(from + k) * step + j] = word(element, j);
      });
      assert.deepEqual(buffer.words, expected);
    }
    assert.equal(ring.count, model.inside.length);
  }
}

for (const size of SIZES) {
  ealCase(`elements of ${size} bytes go through whole, in every sync mode`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    for (const [mode, flags] of MODES) {
      using ring = ElementRing.create(mode, size, 16, { flags });
      assert.deepEqual([ring.elementSize, ring.size, ring.capacity], [size, 16, 15]);
      exercise(ring, 150, flags + size);
    }
    using exact = ElementRing.create("exact", size, 10, { flags: RING_F_EXACT_SZ });
    assert.deepEqual([exact.size, exact.capacity], [16, 10]);
    exercise(exact, 150, size);
  });
}

ealCase("a lookup must name the element size that the ring was made with", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const size of [4, 8, 12, 16, 64]) {
    using ring = ElementRing.create("ring", size, 64);
    assert.equal(ElementRing.lookup("ring", size).capacity, 63);
    for (const other of [4, 8, 12, 16, 64].filter((other) => other !== size)) {
      assert.throws(() => ElementRing.lookup("ring", other), {
        name: "DpdkError",
        message: new RegExp(
          `ring "ring" with elements of ${other} bytes: .*an element has about ${size}`,
        ),
      });
    }
    if (size !== 8) assert.throws(() => Ring.lookup("ring"), { name: "DpdkError" });
    else Ring.lookup("ring");
    assert.equal(ring.alive, true);
  }
});

ealCase("a buffer of another element size is refused", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = ElementRing.create("ring", 16, 16);
  using pointers = Ring.create("pointers", 16);
  const wrong = new ElementBuffer(8, 4);
  for (
    const use of [
      () => ring.enqueueBulk(wrong),
      () => ring.enqueueBurst(wrong),
      () => ring.dequeueBulk(new PointerBuffer(4)),
      () => ring.dequeueBurst(wrong),
      () => pointers.enqueueBurst(new ElementBuffer(16, 4) as PointerBuffer),
    ]
  ) {
    assert.throws(use, { name: "TypeError", message: /a buffer of \d+-byte elements with ring/ });
  }
});

test("element sizes and counts that no ring has are refused", () => {
  for (const size of [0, 2, 6, -4, NaN, 4.5, "4"]) {
    const message = /as an element size: it must be a multiple of 4 bytes/;
    assert.throws(() => ElementRing.create("a", size as number, 64), {
      name: "RangeError",
      message,
    });
    assert.throws(() => ElementRing.lookup("a", size as number), { name: "RangeError", message });
    assert.throws(() => ElementRing.memsize(size as number, 64), { name: "RangeError" });
  }
  assert.throws(() => ElementRing.create("a", 4, 63), {
    name: "RangeError",
    message: /power of two/,
  });
  assert.throws(() => ElementRing.memsize(4, 63), { name: "RangeError" });
});

test("memsize is header and elements, in whole cache lines", () => {
  assert.equal(ElementRing.memsize(4, 64), 384 + 4 * 64);
  assert.equal(ElementRing.memsize(12, 2), 384 + 64);
  assert.equal(Ring.memsize(1024), 384 + 8 * 1024);
});
