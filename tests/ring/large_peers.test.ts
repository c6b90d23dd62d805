// Large bursts of a script and of C on one ring at the same time.
import { setTimeout } from "node:timers/promises";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { Counter64, Eal, Memzone, PointerBuffer, Ring } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { MODES, randomIntegers } from "./modes.ts";

const PEER = "../ring/large_peer";
const MOST = 300;

/** What came from each producer, and what was wrong. */
class Tally {
  faults = 0;
  readonly count = [0, 0];
  readonly sum = [0, 0];
  readonly #last = [0, 0];

  add(producer: number, seq: number): void {
    if (!(seq > this.#last[producer]!)) {
      this.faults++;
      return;
    }
    this.#last[producer] = seq;
    this.count[producer]!++;
    this.sum[producer]! += seq;
  }
}

/** What one of the two processes does at a ring. */
interface Role {
  /** How many elements it puts in. */
  readonly count: number;
  readonly consumes: boolean;
}

/** The same as `share` in large_peer.c. */
function share(ring: Ring, { count, consumes }: Role, total: number, taken: Counter64): Tally {
  const random = randomIntegers(total);
  const [out, into] = [new PointerBuffer(MOST), new PointerBuffer(MOST)];
  const tally = new Tally();
  const end = Date.now() + 60_000;
  let next = 1;
  while ((next <= count || consumes) && Number(taken.load()) < total && Date.now() < end) {
    const size = 1 + random(MOST);
    if (next <= count) {
      const n = Math.min(size, count - next + 1);
      for (let i = 0; i < n; i++) {
        out.words[2 * i] = next + i;
        out.words[2 * i + 1] = OURS;
      }
      next += random(2) === 0 ? ring.enqueueBulk(out, n) : ring.enqueueBurst(out, n);
    }
    if (!consumes) continue;
    const n = random(2) === 0 ? ring.dequeueBulk(into, size) : ring.dequeueBurst(into, size);
    for (let i = 0; i < n; i++) tally.add(into.words[2 * i + 1]!, into.words[2 * i]!);
    taken.add(BigInt(n));
  }
  return tally;
}

/** Producers' numbers. */
const [OURS, THEIRS] = [0, 1];

const EACH = 5_000_000;
const BOTH: Role = { count: EACH, consumes: true };
const PUTS: Role = { count: EACH, consumes: false };
const TAKES: Role = { count: 0, consumes: true };

ealCase("C and a script at one ring at once, in bursts of all lengths", {
  timeoutMs: 150_000,
}, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("taken", 64);
  const taken = new Counter64(zone.buffer, 0);
  const c = await dialog(PEER, prefix);
  for (
    const [mode, flags, size, ours, theirs] of [
      ["MP/MC", 0, 512, BOTH, BOTH],
      ["MP/MC", 0, 1024, BOTH, BOTH],
      ["MP/MC", 0, 4096, BOTH, BOTH],
      ["MP/SC", 2, 1024, BOTH, PUTS],
      ["SP/MC", 1, 1024, BOTH, TAKES],
      ["SP/SC", 3, 1024, PUTS, TAKES],
      ["SP/SC", 3, 1024, TAKES, PUTS],
      ["SP/SC", 3, 512, PUTS, TAKES],
      ["HTS/HTS", 0x60, 512, BOTH, BOTH],
      ["HTS/HTS", 0x60, 4096, BOTH, BOTH],
      ["HTS/SC", 0x22, 1024, BOTH, PUTS],
      ["SP/HTS", 0x41, 1024, BOTH, TAKES],
    ] as const
  ) {
    const what = `${mode} of ${size}`;
    using ring = Ring.create("ring", size, { flags });
    const total = ours.count + theirs.count;
    taken.store(0n);
    const command = ["share ring", THEIRS, theirs.count, Number(theirs.consumes), total];
    const answer = c.ask(command.join(" "));
    await setTimeout(20); // the line is on its way
    const { faults, count, sum } = share(ring, ours, total, taken);
    const [theirFaults, ...theirGot] = (await answer)[0]!.split(" ").map(Number);
    assert.deepEqual([faults, theirFaults], [0, 0], `${what}: faults`);
    for (const [producer, sent] of [[OURS, ours.count], [THEIRS, theirs.count]] as const) {
      const [theirCount, theirSum] = theirGot.slice(2 * producer!);
      assert.deepEqual(
        [count[producer!]! + theirCount!, sum[producer!]! + theirSum!],
        [sent, sent * (sent + 1) / 2],
        `${what}: from ${producer}`,
      );
    }
    assert.equal(ring.empty, true, what);
  }
  await c.end();
});

for (const [mode, flags] of [["MP/MC", 0], ["HTS/HTS", 0x60]] as const) {
  ealCase(`a large burst waits for those who took before, ${mode}`, async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const F = rte_ring.fields;
    const c = await dialog(PEER, prefix);
    using ring = Ring.create("ring", 1024, { flags });
    const words = new Int32Array(Memzone.lookup("RG_ring").buffer, 0, rte_ring.size / 4);
    const at = (field: { readonly offset: number }): number => words[field.offset / 4]!;
    const burst = new PointerBuffer(256);
    for (let i = 0; i < 256; i++) burst.set(i, 8 * i);
    // A producer and a consumer have taken three slots and have not published them: C does, later.
    words[F.prodHead.offset / 4] = 3;
    words[F.consHead.offset / 4] = 3;
    const late = c.ask("late ring 300 3");
    await setTimeout(100); // the line is on its way

    let start = performance.now();
    assert.equal(ring.enqueueBurst(burst, 256), 256);
    assert.equal(performance.now() - start > 50, true, "the producer has waited");
    assert.deepEqual([at(F.prodHead), at(F.prodTail)], [259, 259]);
    assert.deepEqual([at(F.consHead), at(F.consTail)], [3, 0]);

    burst.words.fill(0);
    start = performance.now();
    assert.equal(ring.dequeueBurst(burst, 256), 256);
    assert.equal(performance.now() - start > 50, true, "the consumer has waited");
    assert.deepEqual([at(F.consHead), at(F.consTail)], [259, 259]);
    assert.deepEqual(burst.toArray(), Array.from({ length: 256 }, (_, i) => 8 * i));
    assert.deepEqual(await late, ["done"]);
    await c.end();
  });
}

/** Which operations are C's, by a bit for each. */
const TURNS = [0b00, 0b01, 0b10, 0b11];

ealCase(
  "what C puts in with a large burst a script takes out, and the other way",
  async (context) => {
    using _eal = Eal.init(context.args);
    const c = await dialog("view_ring", context.prefix);
    const burst = new PointerBuffer(400);
    for (const [mode, flags] of MODES) {
      using ring = Ring.create(mode, 512, { flags });
      let start = 1;
      for (const n of [192, 256, 400, 129, 255, 1, 400]) {
        for (const turn of TURNS) {
          const what = `${mode}, ${n}, ${turn}`;
          const words = Array.from({ length: 2 * n }, (_, i) => start + i);
          if (turn & 1) {
            assert.deepEqual(await c.ask(`enqueue ${mode} 8 ${n} 0 ${start}`), [`${n} ${511 - n}`]);
          } else {
            burst.words.set(words);
            assert.equal(ring.enqueueBurst(burst, n), n, what);
          }
          if (turn & 2) {
            assert.deepEqual(await c.ask(`dequeue ${mode} 8 400 0`), [[n, 0, ...words].join(" ")]);
          } else {
            burst.words.fill(0);
            assert.equal(ring.dequeueBurst(burst, 400), n, what);
            assert.deepEqual([...burst.words.subarray(0, 2 * n)], words, what);
          }
          start += 2 * n;
        }
      }
    }
    await c.end();
  },
);
