import {
  Eal,
  ElementBuffer,
  ElementRing,
  Memzone,
  Ring,
  type RingBase,
  type RingSpace,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { type Dialog, dialog } from "../peers/dialog.ts";
import { MODES, PATHS, randomIntegers, RingModel } from "./modes.ts";

/** A ring as the C peer prints it. */
const line = (ring: RingBase<never>): string =>
  [
    ...[ring.name, ring.address, ring.flags, ring.size, ring.size - 1, ring.capacity],
    ...[ring.count, ring.freeCount, Number(ring.full), Number(ring.empty)],
    ...[ring.prodSyncType, ring.consSyncType],
  ].join(" ");

ealCase("C sees the rings that TypeScript made, field by field", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix);
  for (const [mode, flags] of MODES) {
    for (const [count, exact] of [[16, 0], [16, 4], [10, 4]] as const) {
      const name = mode.replace(" ", "_");
      using ring = Ring.create(name, count, { flags: flags | exact });
      for (const elements of [0, 3, ring.capacity - 3]) {
        for (let i = 0; i < elements; i++) assert.equal(ring.enqueue(8), true);
        assert.deepEqual(await c.ask(`look ${name}`), [line(ring)]);
      }
    }
    using wide = ElementRing.create("wide", 12, 64, { flags });
    assert.deepEqual(await c.ask("look wide"), [line(wide)]);
  }
  assert.match((await c.ask("look none"))[0]!, /^none /);
  await c.end();
});

ealCase("TypeScript sees the rings that C made, field by field", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix);
  for (const [i, [, flags]] of MODES.entries()) {
    const [made] = await c.ask(`make theirs${i} 8 32 ${flags}`);
    const ring = Ring.lookup(`theirs${i}`);
    assert.equal(line(ring), made);
    assert.equal("free" in ring, false);
    const [wide] = await c.ask(`make wide${i} 20 16 ${flags | 4}`);
    assert.equal(line(ElementRing.lookup(`wide${i}`, 20)), wide);
  }
  await c.ask("free theirs0");
  assert.throws(() => Ring.lookup("theirs0"), { code: "ENOENT" });
  await c.end();
});

/** Random operations of this process and of C on one ring in turn, each compared with the model. */
async function together(
  ring: RingBase<ElementBuffer>,
  c: Dialog,
  name: string,
  operations: number,
): Promise<void> {
  const random = randomIntegers(ring.flags + ring.elementSize);
  const step = ring.elementSize / 4;
  const model = new RingModel(ring.capacity);
  const buffer = new ElementBuffer(ring.elementSize, ring.capacity + 4);
  const space: RingSpace = { freeSpace: 0, available: 0 };
  let next = 1000;
  // The model's elements are first words; those of one element follow each other.
  const words = (elements: readonly number[]): number[] =>
    elements.flatMap((first) => Array.from({ length: step }, (_, j) => first + j));
  for (let i = 0; i < operations; i++) {
    const n = random(ring.capacity + 3);
    const bulk = random(2) === 0;
    const what = `${name}, operation ${i}`;
    if (random(2) === 0) {
      const elements = Array.from({ length: n }, (_, k) => next + k * step);
      const expected = model.enqueue(elements, bulk);
      if (random(2) === 0) {
        const answer = await c.ask(
          `enqueue ${name} ${ring.elementSize} ${n} ${Number(bulk)} ${next}`,
        );
        assert.deepEqual(answer, [`${expected} ${model.free}`], what);
      } else {
        buffer.words.set(words(elements));
        const done = bulk
          ? ring.enqueueBulk(buffer, n, 0, space)
          : ring.enqueueBurst(buffer, n, 0, space);
        assert.deepEqual([done, space.freeSpace], [expected, model.free], what);
      }
      next += n * step;
    } else {
      const expected = model.dequeue(n, bulk);
      const left = model.inside.length;
      if (random(2) === 0) {
        const answer = await c.ask(`dequeue ${name} ${ring.elementSize} ${n} ${Number(bulk)}`);
        assert.deepEqual(answer, [[expected.length, left, ...words(expected)].join(" ")], what);
      } else {
        const done = bulk
          ? ring.dequeueBulk(buffer, n, 0, space)
          : ring.dequeueBurst(buffer, n, 0, space);
        assert.deepEqual([done, space.available], [expected.length, left], what);
        assert.deepEqual([...buffer.words.subarray(0, done * step)], words(expected), what);
      }
    }
  }
}

for (const path of PATHS) {
  ealCase(
    `C and TypeScript work on one ring in turn, in every sync mode (${path})`,
    async ({ args, prefix }) => {
      using _eal = Eal.init(args);
      const c = await dialog("view_ring", prefix);
      for (const [mode, flags] of MODES) {
        using ring = Ring.create(mode, 16, { flags, path });
        await together(ring as unknown as RingBase<ElementBuffer>, c, mode, 40);
      }
      await c.end();
    },
  );
}

ealCase("C and TypeScript work on elements of every size", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix);
  for (const size of [4, 8, 12, 16, 20, 64]) {
    for (const [mode, flags] of MODES) {
      const name = `${mode}-${size}`;
      using ring = ElementRing.create(name, size, 16, { flags });
      await together(ring, c, name, 8);
    }
  }
  await c.end();
});

ealCase("a ring in a memzone is C's as well, whoever made it", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_ring", prefix);
  using zone = Memzone.reserve("zone", 4096);
  for (const path of PATHS) {
    for (const [mode, flags] of MODES) {
      const mine = Ring.init(zone, "mine", 16, { flags, path });
      assert.deepEqual(await c.ask("look @zone"), [line(mine)]);
      await together(mine as unknown as RingBase<ElementBuffer>, c, "@zone", 8);
      assert.equal((await c.ask(`init @zone ${mode} 10 ${flags | 4}`))[0], "0");
      const theirs = Ring.at(zone, { path });
      assert.deepEqual(await c.ask("look @zone"), [line(theirs)]);
      assert.equal(theirs.name, mode);
      await together(theirs as unknown as RingBase<ElementBuffer>, c, "@zone", 8);
    }
  }
  await c.end();
});
