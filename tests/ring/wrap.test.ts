import { Eal, Memzone, Ring, RING_F_EXACT_SZ } from "../../mod.ts";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { assert, ealCase } from "../kit.ts";
import { exercise } from "./exercise.ts";
import { MODES, PATHS } from "./modes.ts";

const F = rte_ring.fields;
const ONE = { args: ["--no-huge", "--no-shconf"] };

/** Where indexes wrap: 2^32 for C, 2^31 for who takes them for signed numbers. */
const EDGES = [2 ** 32 - 7, 2 ** 31 - 7];

/** Sets an empty ring's heads and tails, and the counts that RTS keeps beside them. */
function setPositions(zone: Memzone, ring: Ring, position: number): void {
  const view = new DataView(zone.buffer, ring.address - zone.address);
  const RTS = 2;
  for (const end of ["prod", "cons"] as const) {
    const sync = view.getUint32(F[`${end}Sync`].offset, true);
    if (sync === RTS) {
      // {cnt, pos}: the counts wrap on the way, too.
      const raw = (BigInt(position) << 32n) | 0xffff_fff0n;
      view.setBigUint64(F[`${end}RtsHead`].offset, raw, true);
      view.setBigUint64(F[`${end}RtsTail`].offset, raw, true);
    } else {
      view.setUint32(F[`${end}Head`].offset, position, true);
      view.setUint32(F[`${end}Tail`].offset, position, true);
    }
  }
}

for (const path of PATHS) {
  ealCase(
    `positions wrap round 2^32 in every sync mode (${path})`,
    { args: ["--no-huge"] },
    ({ args }) => {
      using _eal = Eal.init(args);
      using zone = Memzone.reserve("zone", 4096);
      for (const [mode, flags] of MODES) {
        for (const edge of EDGES) {
          const ring = Ring.init(zone, mode, 16, { flags, path });
          setPositions(zone, ring, edge);
          assert.deepEqual([ring.count, ring.freeCount], [0, 15]);
          // Some two thousand elements go through: far beyond the edge.
          exercise([ring], 400, edge);
          const view = new DataView(zone.buffer, ring.address - zone.address);
          const tail = view.getUint32(F.prodTail.offset, true);
          assert.equal(((tail - edge) >>> 0) > 100 && ((tail - edge) >>> 0) < 10_000, true);
        }
      }
    },
  );
}

ealCase("native and inline wrap together, the ring full and empty at the edge", {
  args: ["--no-huge"],
}, ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("zone", 4096);
  for (const [mode, flags] of MODES) {
    for (let before = 0; before <= 16; before++) {
      const native = Ring.init(zone, mode, 16, { flags });
      const inline = Ring.at(zone, { path: "inline" });
      setPositions(zone, native, 2 ** 32 - before);
      for (let i = 1; i <= 15; i++) assert.equal((i % 2 ? native : inline).enqueue(8 * i), true);
      assert.deepEqual([native.full, inline.full], [true, true]);
      assert.equal(native.enqueue(8) || inline.enqueue(8), false);
      for (let i = 1; i <= 15; i++) assert.equal((i % 2 ? inline : native).dequeue(), 8 * i);
      assert.equal(native.dequeue() ?? inline.dequeue(), undefined);
    }
  }
});

// C sees that when producers and consumers pass between its two looks.
ealCase(
  "a ring never holds more than its capacity, whatever its two tails say",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using zone = Memzone.reserve("zone", 4096);
    const ring = Ring.init(zone, "exact", 11, { flags: RING_F_EXACT_SZ });
    const view = new DataView(zone.buffer, ring.address - zone.address);
    for (const [ahead, count] of [[10, 10], [11, 11], [12, 11], [15, 11]] as const) {
      view.setUint32(F.prodTail.offset, ahead, true);
      assert.deepEqual([ring.count, ring.freeCount, ring.full], [count, 11 - count, count === 11]);
    }
  },
);
