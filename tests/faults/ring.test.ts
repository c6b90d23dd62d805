// A process is killed between a ring's head and its tail, in every sync mode and at both ends.

import {
  Eal,
  ElementBuffer,
  ElementRing,
  inspectRing,
  mp,
  type OwnedRing,
  PointerBuffer,
  Ring,
  type RingSide,
} from "../../mod.ts";
import { assert, compilePeer, ealCase, spawnProgram } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { dyingC, dyingScript, secondaryArgs } from "./peers.ts";

const PRIMARY = { args: ["--base-virtaddr=0x600000000000"], timeoutMs: 120_000 };

const MODES = [["MT", 0x0], ["ST", 0x3], ["RTS", 0x18], ["HTS", 0x60]] as const;
const SIDES: readonly RingSide[] = ["producer", "consumer"];

function fill(ring: Ring, from: number, n: number): void {
  for (let i = 0; i < n; i++) assert.equal(ring.enqueue(from + i), true);
}

function drain(ring: Ring): number[] {
  const all = new PointerBuffer(64);
  return all.toArray(ring.dequeueBurst(all));
}

const numbers = (from: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => from + i);

/** The ring is worked on by C and by both paths of ours, and nothing is lost or doubled. */
async function worksAgain(prefix: string, ring: OwnedRing): Promise<void> {
  const c = await dialog("view_ring", prefix, "--lcores=3@0");
  for (const path of ["native", "inline"] as const) {
    const ours = Ring.lookup(ring.name, { path });
    assert.equal(ours.count, 0);
    fill(ours, 1000, 5);
    // 5 of ours, and 7 of C's whose words are 1 2, 3 4, ...
    assert.deepEqual(await c.ask(`enqueue ${ring.name} 8 7 1 1`), [`7 ${ring.capacity - 12}`]);
    assert.deepEqual(await c.ask(`dequeue ${ring.name} 8 4 1`), [
      "4 8 1000 0 1001 0 1002 0 1003 0",
    ]);
    assert.deepEqual(drain(ours), [
      1004,
      ...numbers(0, 7).map((i) => 1 + 2 * i + (2 + 2 * i) * 2 ** 32),
    ]);
    // Round the end of the ring, and full.
    for (let lap = 0; lap < 4; lap++) {
      fill(ours, 5000, ours.capacity);
      assert.equal(ours.enqueue(1), false);
      assert.deepEqual(drain(ours), numbers(5000, ours.capacity));
    }
  }
  await c.end();
}

for (const who of ["C", "a script"] as const) {
  const die = (prefix: string, side: RingSide): Promise<number> =>
    who === "C"
      ? dyingC(prefix, 1, `ring ring ${side === "producer" ? "prod" : "cons"} 3 0`)
      : dyingScript("die_in_ring", prefix, 1, "ring", side, "3");

  for (const [mode, flags] of MODES) {
    ealCase(
      `${who} killed in ${mode} mode is found, and the end withdrawn or published`,
      PRIMARY,
      async ({ args, prefix }) => {
        using _eal = Eal.init(args);
        for (const side of SIDES) {
          for (const action of ["withdraw", "publish"] as const) {
            using ring = Ring.create("ring", 32, { flags });
            fill(ring, 100, 30); // the head is near the end, so that what is reserved goes round it
            drain(ring);
            fill(ring, 200, 8);
            const before = await inspectRing(ring, { watchMs: 5 });
            assert.equal(before.stuck, false);
            assert.throws(() => before[side].withdraw(), {
              code: "EINVAL",
              message: /nothing is reserved$/,
            });

            const pid = await die(prefix, side);
            const found = await inspectRing(ring);
            const other = side === "producer" ? found.consumer : found.producer;
            const { sync, stuck, reserved, head, tail, unfinished } = found[side];
            assert.deepEqual([sync, stuck, reserved, head - tail], [mode, true, 3, 3]);
            assert.equal(unfinished, mode === "RTS" ? 1 : undefined);
            assert.deepEqual([other.stuck, other.reserved], [false, 0]);
            assert.deepEqual(found.living, []);
            // Ours had claimed its lcore; of C its socket tells.
            assert.deepEqual(found.dead.map((lcore) => lcore.pid), who === "C" ? [] : [pid]);
            assert.deepEqual([found.ended, found.owner], [[pid], pid]);
            // What is in the slots is what was there one lap before, or what is to be taken.
            const [inside, lap] = [numbers(200, 3), numbers(106, 3)];
            assert.deepEqual(found.consumed, side === "consumer" ? inside : []);
            assert.deepEqual(found.produced, side === "producer" ? lap : []);
            assert.equal(ring.count, 8, "nothing changed for the other end");

            const again = await inspectRing(ring, { watchMs: 5 });
            if (action === "publish") {
              assert.equal(found[side].publish(), 3);
              const left = side === "producer" ? [...numbers(200, 8), ...lap] : numbers(203, 5);
              assert.deepEqual(drain(ring), left);
            } else {
              if (mode === "RTS") {
                assert.throws(() => found[side].withdraw(), {
                  code: "EPERM",
                  message: /which an RTS end does not tell/,
                });
              }
              assert.equal(found[side].withdraw({ nothingBehind: true }), 3);
              assert.deepEqual(drain(ring), numbers(200, 8));
            }
            // What was judged is not so any more, as it was repaired and used.
            assert.throws(() => again[side].publish(), {
              code: "EAGAIN",
              message: /it has moved since/,
            });
            assert.throws(() => again[side].withdraw({ nothingBehind: true }), { code: "EAGAIN" });
            await worksAgain(prefix, ring);
            mp.send({ name: "anybody" }); // has DPDK remove the sockets of the dead
          }
        }
      },
    );
  }
}

ealCase(
  "a living process that may be the owner has to be vouched for",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    for (const [, flags] of MODES) {
      using ring = Ring.create("ring", 32, { flags });
      const child = spawnProgram(compilePeer("view_ring"), secondaryArgs(prefix, 2));
      await child.waitForLine(/^\.$/);
      mp.send({ name: "anybody" });
      const pid = await dyingC(prefix, 1, "ring ring prod 3 3");
      const { producer, living, ended, owner, produced } = await inspectRing(ring);
      assert.deepEqual([living, ended, owner], [[child.pid], [pid], undefined]);
      assert.deepEqual(produced, numbers(0xdead0000, 3), "it had copied them");
      for (const refused of [{}, { vouchFor: [] }, { vouchFor: [1] }]) {
        assert.throws(() => producer.publish(refused), {
          name: "DpdkError",
          code: "EBUSY",
          message: new RegExp(
            `process ${child.pid} of this group may be in the middle of an operation`,
          ),
        });
      }
      assert.throws(() => producer.publish({ vouchFor: ["1"] as never }), TypeError);
      assert.throws(() => producer.publish({ force: true } as never), TypeError);
      assert.throws(() => producer.publish({ vouchFor: [child.pid], count: 4 }), RangeError);
      assert.equal(ring.count, 0);
      assert.equal(producer.publish({ vouchFor: [child.pid] }), 3);
      assert.deepEqual(drain(ring), numbers(0xdead0000, 3));
      child.stdin.end();
      await child.result;
    }
  },
);

ealCase(
  "who waits behind a dead one in MT mode goes on when that one's are published",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    using ring = Ring.create("ring", 32);
    const child = spawnProgram(compilePeer("view_ring"), secondaryArgs(prefix, 2));
    await child.waitForLine(/^\.$/);
    await dyingC(prefix, 1, "ring ring prod 3 3");
    child.stdin.write("enqueue ring 8 2 1 7\n"); // waits in __rte_ring_update_tail
    let found = await inspectRing(ring);
    while (!found.producer.stuck || found.producer.reserved < 5) found = await inspectRing(ring);
    assert.equal(ring.count, 0);
    assert.throws(() => found.producer.publish({ count: 3 }), { code: "EBUSY" });
    assert.equal(found.producer.publish({ count: 3, vouchFor: [child.pid] }), 3);
    await child.waitForLine(/^2 26$/);
    assert.deepEqual(drain(ring), [...numbers(0xdead0000, 3), 7 + 8 * 2 ** 32, 9 + 10 * 2 ** 32]);
    child.stdin.end();
    await child.result;
  },
);

ealCase(
  "what others finished behind a dead one in RTS mode is kept by publish",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    using ring = Ring.create("ring", 256, { flags: 0x18 }); // its head may be 31 ahead
    await dyingC(prefix, 1, "ring ring prod 3 3");
    fill(ring, 300, 4);
    assert.equal(ring.count, 0, "none of it is to be had");
    const { producer } = await inspectRing(ring);
    assert.deepEqual([producer.stuck, producer.reserved, producer.unfinished], [true, 7, 1]);
    assert.throws(() => producer.withdraw(), { code: "EPERM" });
    assert.equal(producer.publish(), 7);
    assert.deepEqual(drain(ring), [...numbers(0xdead0000, 3), ...numbers(300, 4)]);
  },
);

ealCase("a ring that is freed is not inspected or repaired", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const ring = Ring.create("ring", 32);
  await dyingC(prefix, 1, "ring ring prod 3 3");
  const { producer } = await inspectRing(ring);
  ring.free();
  assert.throws(() => producer.publish(), { name: "DpdkError", message: /it was freed/ });
  await assert.rejects(inspectRing(ring), { name: "DpdkError", message: /: it was freed$/ });
  await assert.rejects(inspectRing(ring, { watchMs: 0 }), RangeError);
});

ealCase(
  "a ring of elements of another size is repaired alike",
  PRIMARY,
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    for (const [mode, flags] of MODES) {
      using ring = ElementRing.create("ring", 16, 32, { flags });
      const one = new ElementBuffer(16, 1);
      one.words.set([1, 2, 3, 4]);
      assert.equal(ring.enqueueBulk(one), 1);
      await dyingC(prefix, 1, "ring ring cons 1 0");
      const { consumer, consumed } = await inspectRing(ring);
      assert.deepEqual([consumer.sync, consumer.stuck, consumer.reserved, consumed], [
        mode,
        true,
        1,
        [],
      ]);
      assert.equal(consumer.withdraw({ nothingBehind: true }), 1);
      one.words.fill(0);
      assert.equal(ring.dequeueBulk(one), 1);
      assert.deepEqual([...one.words], [1, 2, 3, 4]);
    }
  },
);
