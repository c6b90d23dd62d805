import { runtime } from "../../ffi/runtime/mod.ts";
import { Eal, Memzone, PointerBuffer, Ring, RING_F_EXACT_SZ } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { exercise } from "./exercise.ts";
import { MODES, PATHS } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

for (const path of PATHS) {
  ealCase(`a ring may lie in an ArrayBuffer, in every sync mode (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    for (const [mode, flags] of MODES) {
      const memory = new ArrayBuffer(Ring.memsize(16) + 64);
      const ring = Ring.init(memory, mode, 16, { flags, path });
      assert.equal(ring.address % 64, 0);
      assert.deepEqual([ring.name, ring.size, ring.capacity], [mode, 16, 15]);
      exercise([ring, Ring.at(memory)], 200, flags);
      const exact = Ring.init(memory, "exact", 11, { flags: flags | RING_F_EXACT_SZ, path });
      assert.deepEqual([exact.size, exact.capacity], [16, 11]);
      exercise([exact], 200, flags);
    }
  });
}

ealCase("the buffer under a ring lives as long as the ring", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const rings = Array.from(
    { length: 50 },
    (_, i) => Ring.init(new ArrayBuffer(Ring.memsize(64) + 64), `ring${i}`, 64),
  );
  for (const [i, ring] of rings.entries()) ring.enqueue(8 * i);
  for (let i = 0; i < 300; i++) new ArrayBuffer(2 ** 20);
  for (const [i, ring] of rings.entries()) assert.equal(ring.dequeue(), 8 * i);
});

ealCase("a ring needs its room from the first multiple of 64 on", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (
    const [count, flags, slots] of [[64, 0, 64], [64, RING_F_EXACT_SZ, 128], [
      63,
      RING_F_EXACT_SZ,
      64,
    ]] as const
  ) {
    const memory = new ArrayBuffer(Ring.memsize(slots) + 128);
    const start = runtime.address(runtime.pointerTo(memory));
    const needed = Ring.memsize(slots) + (-start & 63);
    const ring = Ring.init(memory, "ring", count, { flags });
    assert.equal(ring.size, slots);
    assert.equal(ring.address, start + (-start & 63));
    assert.equal(needed <= memory.byteLength, true);
    assert.throws(
      () => Ring.init(new ArrayBuffer(Ring.memsize(slots) - 1), "ring", count, { flags }),
      {
        name: "RangeError",
        message:
          /Cannot make ring "ring" there: it needs \d+ bytes from a multiple of 64 on, there are/,
      },
    );
  }
  using zone = Memzone.reserve("zone", Ring.memsize(16));
  Ring.init(zone, "fits", 16);
  assert.throws(() => Ring.init(zone, "large", 2 ** 16), RangeError);
});

ealCase("bad names, counts and flags are refused as for any ring", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const memory = new ArrayBuffer(8192);
  assert.throws(() => Ring.init(memory, "", 16), TypeError);
  assert.throws(() => Ring.init(memory, "x".repeat(29), 16), RangeError);
  for (const count of [0, 3, NaN, 2 ** 31]) {
    assert.throws(() => Ring.init(memory, "ring", count), RangeError);
  }
  assert.throws(() => Ring.init(memory, "ring", 16, { flags: 0x9 }), TypeError);
});

ealCase("memory that holds no ring is refused", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("zone", 4096);
  const refused = { name: "DpdkError", message: /Cannot use the ring in this memory: / };
  for (const memory of [zone, new ArrayBuffer(4096), new ArrayBuffer(8), new ArrayBuffer(0)]) {
    assert.throws(() => Ring.at(memory), refused);
  }
  for (let seed = 1; seed < 50; seed++) {
    zone.bytes.forEach((_, i) => zone.bytes[i] = (i * seed * 7919) & 255);
    assert.throws(() => Ring.at(zone), refused);
  }
  const ring = Ring.init(zone, "ring", 64);
  zone.view.setUint32(ring.address - zone.address + 48, 2 ** 20, true);
  assert.throws(() => Ring.at(zone), refused, "its size and its mask differ");
  zone.view.setUint32(ring.address - zone.address + 52, 2 ** 20 - 1, true);
  assert.throws(() => Ring.at(zone), {
    name: "DpdkError",
    message: /it is smaller than a ring of 1048576/,
  });
});

for (const path of PATHS) {
  ealCase(`a ring in a memzone that was freed refuses to work (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    const zone = Memzone.reserve("zone", 4096);
    const ring = Ring.init(zone, "ring", 64, { path });
    const burst = new PointerBuffer(4);
    ring.enqueueBurst(burst);
    zone.free();
    for (
      const use of [
        () => ring.enqueueBurst(burst),
        () => ring.enqueueBulk(burst),
        () => ring.dequeueBurst(burst),
        () => ring.dequeueBulk(burst),
        () => ring.enqueue(8),
        () => ring.dequeue(),
        () => ring.count,
        () => ring.reset(),
        () => ring.dump(),
        () => Ring.at(zone),
        () => Ring.init(zone, "ring", 64),
      ]
    ) assert.throws(use, { name: "DpdkError", message: /it was freed/ }, String(use));
  });
}
