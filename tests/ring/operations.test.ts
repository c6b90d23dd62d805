import { Eal, PointerBuffer, Ring, RING_F_EXACT_SZ } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { exercise } from "./exercise.ts";
import { MODES, PATHS } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

for (const path of PATHS) {
  ealCase(
    `bulk, burst and single do what a queue does, in every sync mode (${path})`,
    ONE,
    ({ args }) => {
      using _eal = Eal.init(args);
      for (const [mode, flags] of MODES) {
        for (
          const [count, exact] of [[16, 0], [2, 0], [1, RING_F_EXACT_SZ], [
            11,
            RING_F_EXACT_SZ,
          ]] as const
        ) {
          using ring = Ring.create(`${mode} ${count}`, count, { flags: flags | exact, path });
          exercise([ring], 400, flags * 100 + count);
        }
      }
    },
  );

  ealCase(`a burst of nothing is nothing, wherever it starts (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    const burst = new PointerBuffer(4);
    for (const [mode, flags] of MODES) {
      using ring = Ring.create(mode, 8, { flags, path });
      for (const from of [0, 2, 4]) {
        assert.equal(ring.enqueueBurst(burst, 0, from), 0);
        assert.equal(ring.enqueueBulk(burst, 0, from), 0);
        assert.equal(ring.dequeueBurst(burst, 0, from), 0);
        assert.equal(ring.dequeueBulk(burst, 0, from), 0);
      }
      assert.equal(ring.count, 0);
    }
  });
}

ealCase(
  "native and inline handles of one ring work on it in turn, in every sync mode",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    for (const [mode, flags] of MODES) {
      using native = Ring.create(mode, 16, { flags, path: "native" });
      const inline = Ring.lookup(mode, { path: "inline" });
      exercise([native, inline], 600, flags);
      exercise([inline, native, native], 300, flags + 1);
    }
  },
);

ealCase("a burst without a length is the whole buffer", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("ring", 8);
  const burst = new PointerBuffer(5);
  for (let i = 0; i < 5; i++) burst.set(i, 8 + i);
  assert.equal(ring.enqueueBulk(burst), 5);
  assert.equal(ring.enqueueBulk(burst), 0, "all or none");
  assert.equal(ring.enqueueBurst(burst), 2, "as many as fit");
  burst.words.fill(0);
  assert.equal(ring.dequeueBurst(burst), 5);
  assert.deepEqual(burst.toArray(), [8, 9, 10, 11, 12]);
  assert.equal(ring.dequeueBulk(burst), 0);
  assert.equal(ring.dequeueBurst(burst), 2);
  assert.equal(ring.dequeueBurst(burst), 0);
});

ealCase("the largest and smallest addresses go through, single and in bursts", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const extremes = [0, 1, 8, 2 ** 32 - 1, 2 ** 32, 2 ** 47 - 8, 2 ** 53 - 1];
  for (const path of PATHS) {
    using ring = Ring.create(path, 16, { path });
    for (const address of extremes) {
      assert.equal(ring.enqueue(address), true);
      assert.equal(ring.dequeue(), address);
    }
    const burst = new PointerBuffer(extremes.length);
    extremes.forEach((address, i) => burst.set(i, address));
    assert.equal(ring.enqueueBurst(burst), extremes.length);
    burst.words.fill(0);
    assert.equal(ring.dequeueBurst(burst), extremes.length);
    assert.deepEqual(burst.toArray(), extremes);
  }
});

ealCase("raw 64-bit words go through unchanged, NaNs too", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const raw = [0xffffffff, 0xffffffff, 1, 0x7ff00000, 0xdeadbeef, 0xfff80001, 7, 0x7ff40000];
  for (const path of PATHS) {
    using ring = Ring.create(path, 16, { path });
    const burst = new PointerBuffer(4);
    burst.words.set(raw);
    ring.enqueueBulk(burst);
    burst.words.fill(0);
    ring.dequeueBulk(burst);
    assert.deepEqual([...burst.words], raw);
  }
});

ealCase("reset forgets all elements", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  for (const [mode, flags] of MODES) {
    using ring = Ring.create(mode, 8, { flags });
    const burst = new PointerBuffer(7);
    ring.enqueueBulk(burst);
    assert.equal(ring.full, true);
    ring.reset();
    assert.deepEqual([ring.count, ring.empty, ring.dequeue()], [0, true, undefined]);
    exercise([ring], 50, flags);
  }
});

ealCase("dump and dumpAll say what C says", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("dumped", 64, { flags: 3 });
  using _other = Ring.create("another", 8);
  for (const address of [8, 16, 24]) ring.enqueue(address);
  assert.match(ring.dump(), /^ring <dumped>@0x[0-9a-f]+\n/);
  assert.match(ring.dump(), new RegExp(`@0x${ring.address.toString(16)}\\n`));
  assert.match(ring.dump(), /flags=3\n[^]*size=64\n[^]*capacity=63\n[^]*used=3\n[^]*avail=60\n/);
  assert.match(Ring.dumpAll(), /ring <dumped>[^]*ring <another>/);
});
