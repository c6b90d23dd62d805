import { Eal, ElementBuffer, ElementRing, PointerBuffer, Ring, type RingBase } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { PATHS } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

/** Everything that a ring can be asked to do. */
function uses<B extends ElementBuffer>(ring: RingBase<B>, buffer: B): readonly (() => unknown)[] {
  return [
    () => ring.enqueueBulk(buffer),
    () => ring.enqueueBurst(buffer),
    () => ring.enqueueBurst(buffer, 1, 1),
    () => ring.dequeueBulk(buffer),
    () => ring.dequeueBurst(buffer),
    () => ring.enqueueBurst(buffer, 1, 0, { freeSpace: 0, available: 0 }),
    () => ring.count,
    () => ring.freeCount,
    () => ring.full,
    () => ring.empty,
    () => ring.dump(),
    () => ring.reset(),
    ...(ring instanceof Ring ? [() => ring.enqueue(8), () => ring.dequeue()] : []),
  ];
}

for (const path of PATHS) {
  ealCase(`every method of every handle of a freed ring throws (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    const ring = Ring.create("ring", 64, { path });
    const handles = [ring, Ring.lookup("ring", { path }), Ring.lookup("ring")];
    const burst = new PointerBuffer(4);
    for (const handle of handles) for (const use of uses(handle, burst)) use();
    ring.free();
    const gone = { name: "DpdkError", message: 'Cannot use ring "ring": it was freed' };
    for (const handle of handles) {
      assert.equal(handle.alive, false);
      for (const use of uses(handle, burst)) assert.throws(use, gone, String(use));
    }
    assert.throws(() => ring.free(), gone);
    assert.deepEqual([ring.name, ring.size, ring.capacity], ["ring", 64, 63]);
  });
}

ealCase("every method of every handle of a freed element ring throws", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const buffer = new ElementBuffer(16, 4);
  const ring = ElementRing.create("ring", 16, 64);
  const found = ElementRing.lookup("ring", 16);
  for (const handle of [ring, found]) for (const use of uses(handle, buffer)) use();
  ring.free();
  for (const handle of [ring, found]) {
    for (const use of uses(handle, buffer)) assert.throws(use, { name: "DpdkError" }, String(use));
  }
  assert.throws(() => ring.free(), { name: "DpdkError", message: /it was freed/ });
  ring[Symbol.dispose]();
});

ealCase("a ring that was disposed of, or freed, may be disposed of again", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const ring = Ring.create("ring", 64);
  ring[Symbol.dispose]();
  ring[Symbol.dispose]();
  assert.throws(() => ring.free(), { name: "DpdkError" });
  {
    using inner = Ring.create("ring", 64);
    inner.free();
  }
  assert.throws(() => Ring.lookup("ring"), { code: "ENOENT" });
});

ealCase(
  "a ring made anew under a name has nothing to do with handles of the old one",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    for (let i = 0; i < 20; i++) {
      const old = Ring.create("ring", 64);
      const found = Ring.lookup("ring");
      old.free();
      // Likely at the very same address.
      using young = Ring.create("ring", 64);
      young.enqueue(8);
      assert.throws(() => found.dequeue(), { name: "DpdkError" });
      assert.throws(() => old.dequeue(), { name: "DpdkError" });
      assert.equal(young.dequeue(), 8);
    }
  },
);

ealCase("two handles see each other's elements, and only the owner may free", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("ring", 64);
  const found = Ring.lookup("ring");
  assert.equal(found.address, ring.address);
  ring.enqueue(8);
  assert.equal(found.count, 1);
  assert.equal(found.dequeue(), 8);
  assert.deepEqual([ring.empty, "free" in found, Symbol.dispose in found], [true, false, false]);
});

ealCase(
  "thousands of rings are made and freed, and none is left",
  { ...ONE, timeoutMs: 30_000 },
  ({ args }) => {
    using _eal = Eal.init(args);
    const before = Ring.dumpAll();
    for (let round = 0; round < 10; round++) {
      const rings = Array.from({ length: 200 }, (_, i) => Ring.create(`ring${i}`, 16));
      const found = rings.map((_, i) => Ring.lookup(`ring${i}`));
      found.forEach((ring, i) => ring.enqueue(8 * i));
      rings.forEach((ring, i) => assert.equal(ring.dequeue(), 8 * i));
      for (const ring of rings) ring.free();
    }
    assert.equal(Ring.dumpAll(), before);
  },
);
