// Bursts long enough to be done by large.ts: what they do is what every burst does, and so they are
// tried as the others are, on larger rings.
import { ELSEWHERE, largeEnd, LEAST, MOST } from "../../ffi/ring/large.ts";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { Eal, Memzone, PointerBuffer, Ring, RING_F_EXACT_SZ, type RingSpace } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { exercise } from "./exercise.ts";
import { MODES } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };
const F = rte_ring.fields;

/** The modes in which bursts are large at both ends, and one in which those of producers are. */
const LARGE = MODES.filter(([name]) => !name.includes("RTS"));
const SOME = [...LARGE, ...MODES.filter(([name]) => name === "HTS/RTS")];

ealCase("bulk, burst and single do what a queue does, in rings of many sizes", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const [mode, flags] of SOME) {
    for (
      const [count, exact] of [
        [128, 0],
        [256, 0],
        [300, RING_F_EXACT_SZ],
        [512, 0],
        [1024, 0],
        [4096, 0],
      ] as const
    ) {
      using ring = Ring.create(`${mode} ${count}`, count, { flags: flags | exact });
      exercise([ring], count > 1024 ? 60 : 200, flags * 10_000 + count);
    }
  }
});

ealCase("large bursts and the inline port work on a ring in turn", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const [mode, flags] of LARGE) {
    using one = Ring.create(mode, 512, { flags });
    const other = Ring.lookup(mode);
    const inline = Ring.lookup(mode, { path: "inline" });
    exercise([one, inline], 300, flags);
    exercise([inline, other, one], 300, flags + 1);
  }
});

/** Sets an empty ring's heads and tails. */
function setPositions(words: Uint32Array, position: number): void {
  for (const { offset } of [F.prodHead, F.prodTail, F.consHead, F.consTail]) {
    words[offset / 4] = position;
  }
}

ealCase("positions wrap round 2^32 in large bursts", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("zone", Ring.memsize(1024));
  const words = new Uint32Array(zone.buffer, 0, rte_ring.size / 4);
  for (const [mode, flags] of LARGE) {
    for (const edge of [2 ** 32 - 700, 2 ** 31 - 701]) {
      const ring = Ring.init(zone, mode, 1024, { flags });
      const inline = Ring.at(zone, { path: "inline" });
      setPositions(words, edge);
      exercise([ring], 40, edge);
      setPositions(words, edge);
      exercise([inline, ring], 40, edge);
    }
  }
});

/** Lengths about the thresholds: the shortest large burst, the longest, and their neighbours. */
const LENGTHS = [...new Set(LEAST), MOST].filter((n) => n <= MOST).flatMap((
  n,
) => [n - 1, n, n + 1]);

/** What an empty ring looks like: head and tail of both ends are the same. */
function assertAtRest(ring: Ring, words: Uint32Array, position: number, what: string): void {
  const at = [F.prodHead, F.prodTail, F.consHead, F.consTail].map(({ offset }) =>
    words[offset / 4]
  );
  assert.deepEqual(at, Array(4).fill(position % 2 ** 32), what);
  assert.equal(ring.count, 0, what);
}

ealCase("every length about the thresholds, from every kind of position", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const size = 2048;
  using zone = Memzone.reserve("zone", Ring.memsize(size));
  const out = new PointerBuffer(size + 8);
  const into = new PointerBuffer(size + 8);
  const space: RingSpace = { freeSpace: -1, available: -1 };
  const words = new Uint32Array(zone.buffer, 0, rte_ring.size / 4);
  let address = 2 ** 44;
  for (const [mode, flags] of LARGE) {
    const ring = Ring.init(zone, mode, size, { flags });
    for (const n of LENGTHS) {
      // In the middle, right at the end, one round the end, half round it, and where indexes wrap.
      const positions = [0, 1, 777, size - n, size - n + 1, size - (n >> 1), size - 1];
      for (const at of [...positions, 2 ** 31 - 3, 2 ** 32 - n, 2 ** 32 - (n >> 1)]) {
        for (const bulk of [false, true]) {
          const what = `${mode}, ${n} at ${at}, bulk ${bulk}`;
          const from = at % 3;
          setPositions(words, at);
          for (let i = 0; i < n; i++) out.set(from + i, address += 8);
          into.words.fill(0);
          const put = bulk
            ? ring.enqueueBulk(out, n, from, space)
            : ring.enqueueBurst(out, n, from, space);
          assert.deepEqual([put, space.freeSpace], [n, size - 1 - n], what);
          const got = bulk
            ? ring.dequeueBulk(into, n, from, space)
            : ring.dequeueBurst(into, n, from, space);
          assert.deepEqual([got, space.available], [n, 0], what);
          assert.deepEqual(into.words.subarray(0, 2 * from), new Uint32Array(2 * from), what);
          assert.deepEqual(
            into.words.subarray(2 * from, 2 * (from + n)),
            out.words.subarray(2 * from, 2 * (from + n)),
            what,
          );
          assert.equal(into.get(from + n), 0, what);
          assertAtRest(ring, words, at + n, what);
        }
      }
    }
  }
});

ealCase("a large burst takes what there is, a large bulk all or nothing", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const burst = new PointerBuffer(600);
  for (const [mode, flags] of LARGE) {
    using ring = Ring.create(mode, 512, { flags });
    // From an odd position, and over the ring's end.
    for (let i = 0; i < 300; i++) assert.equal(ring.enqueue(8) && ring.dequeue() === 8, true);
    for (const there of [0, 1, 127, 128, 159, 160, 200, 255]) {
      const what = `${mode}, ${there}`;
      for (let i = 0; i < there; i++) burst.set(i, 1000 + 8 * i);
      assert.equal(ring.enqueueBurst(burst, there), there, what);
      assert.equal(ring.dequeueBulk(burst, 256), 0, what);
      assert.equal(ring.count, there, what);
      burst.words.fill(0);
      assert.equal(ring.dequeueBurst(burst, 256), there, what);
      assert.equal(burst.get(there === 0 ? 0 : there - 1), there === 0 ? 0 : 992 + 8 * there, what);
      assert.equal(burst.get(there), 0, what);
      assert.equal(ring.dequeueBurst(burst, 256) + ring.dequeueBulk(burst, 256), 0, what);

      assert.equal(ring.enqueueBurst(burst, 511 - there), 511 - there, what);
      assert.equal(ring.enqueueBulk(burst, 256), 0, what);
      assert.equal(ring.freeCount, there, what);
      assert.equal(ring.enqueueBurst(burst, 256), there, what);
      assert.equal(ring.enqueueBurst(burst, 256) + ring.enqueueBulk(burst, 256), 0, what);
      assert.equal(ring.full, true, what);
      assert.equal(ring.dequeueBurst(burst, 511), 511, what);
    }
  }
});

ealCase("large bursts follow small ones and single elements, and these them", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const burst = new PointerBuffer(400);
  for (const [mode, flags] of LARGE) {
    using ring = Ring.create(mode, 1024, { flags });
    let [next, expected] = [0, 0];
    for (let round = 0; round < 300; round++) {
      for (const n of [1, 32, 256, 3, 300, 192]) {
        for (let i = 0; i < n; i++) burst.set(i, 8 * next++);
        assert.equal(ring.enqueueBurst(burst, n), n);
      }
      for (const n of [300, 7, 200, 1, 400, 32, 400]) {
        const got = ring.dequeueBurst(burst, n);
        for (let i = 0; i < got; i++) assert.equal(burst.get(i), 8 * expected++);
      }
      assert.equal(expected, next);
    }
  }
});

ealCase("raw words go through in large bursts unchanged, NaNs too", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const words = [0xffffffff, 0xffffffff, 1, 0x7ff00000, 0xdeadbeef, 0xfff80001, 7, 0x7ff40000];
  const burst = new PointerBuffer(256);
  for (const [mode, flags] of LARGE) {
    using ring = Ring.create(mode, 512, { flags });
    for (let i = 0; i < 512; i++) burst.words[i] = words[i % 8]!;
    assert.equal(ring.enqueueBulk(burst), 256);
    burst.words.fill(0);
    assert.equal(ring.dequeueBulk(burst), 256);
    assert.deepEqual([...burst.words], Array.from({ length: 512 }, (_, i) => words[i % 8]));
  }
});

ealCase("in a ring of very many slots bursts may start anywhere", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const size = 2 ** 18; // every fourth slot has a pointer
  const burst = new PointerBuffer(1000);
  for (const [mode, flags] of LARGE) {
    using ring = Ring.create(mode, size, { flags });
    let [next, expected] = [0, 0];
    while (next < size + 3000) {
      for (const n of [256, 1000, 129, 255, 128, 513, 999]) {
        for (let i = 0; i < n; i++) burst.set(i, 8 * next++);
        assert.equal(ring.enqueueBurst(burst, n), n);
      }
      for (const n of [513, 256, 511, 1000, 1000]) {
        const got = ring.dequeueBurst(burst, n);
        assert.equal(got, n);
        for (let i = 0; i < got; i++) if (burst.get(i) !== 8 * expected++) assert.fail(mode);
      }
    }
  }
});

ealCase("where a slot has no pointer nothing is done", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const size = 2 ** 18;
  using zone = Memzone.reserve("zone", Ring.memsize(size));
  const burst = new PointerBuffer(256);
  for (const flags of [0, 0x3, 0x60]) {
    const ring = Ring.init(zone, "ring", size, { flags });
    const words = new Int32Array(zone.buffer, 0, rte_ring.size / 4);
    const producer = largeEnd(ring.address, words, true);
    const consumer = largeEnd(ring.address, words, false);
    for (let at = 0; at < 8; at++) {
      const here = at % 4 === 0;
      for (const fixed of [false, true]) {
        assert.equal(producer.move(burst, 256, 0, fixed), here ? 256 : ELSEWHERE, `at ${at}`);
        assert.equal(ring.count, here ? 256 : 0);
        assert.equal(consumer.move(burst, 256, 0, fixed), here ? 256 : ELSEWHERE, `at ${at}`);
        assert.equal(ring.count, 0);
      }
      assert.equal(ring.enqueue(8) && ring.dequeue() === 8, true);
    }
  }
});
