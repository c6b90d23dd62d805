import {
  dumpMbufDynfields,
  Eal,
  MbufCursor,
  MbufDynfield,
  MbufDynflag,
  PktmbufPool,
  rxTimestamp,
  txTimestamp,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

/** A C primary where no script's memory is in the way of its secondaries. */
const PRIMARY = ["--proc-type=primary", "-m", "64", "--base-virtaddr=0x600000000000"];

ealCase(
  "dynamic fields and flags are the group's: C finds ours",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mbuf", prefix);
    using pool = PktmbufPool.create("pool", 7, { cacheSize: 0 });
    const m = new MbufCursor().moveTo(pool.alloc()!);
    const values = [[1, 200n], [2, 60000n], [4, 4_000_000_000n], [8, 2n ** 63n + 5n]] as const;
    for (const [size, value] of values) {
      const field = MbufDynfield.register(`ours_${size}`, { size });
      assert.deepEqual(await c.ask(`dynfield ours_${size}`), [
        `${field.offset} size ${size} align ${size} flags 0`,
      ]);
      field.set(m, value);
      assert.equal(field.get(m), value);
      assert.equal(field.bytes(m).length, size);
      assert.deepEqual(MbufDynfield.lookup(`ours_${size}`), field);
      assert.equal(
        MbufDynfield.register(`ours_${size}`, { size }).offset,
        field.offset,
        "the same",
      );
    }
    for (const [size, value] of values) {
      assert.equal(
        MbufDynfield.lookup(`ours_${size}`).get(m),
        value,
        "each has a place of its own",
      );
    }
    assert.throws(() => MbufDynfield.register("ours_4", { size: 8 }), { code: "EEXIST" });
    assert.throws(() => MbufDynfield.lookup("none"), { code: "ENOENT" });
    assert.throws(() => MbufDynfield.register("huge", { size: 100 }), { code: "ENOENT" });
    assert.throws(() => MbufDynfield.register("x", { size: 4, align: 3 }), /not a power of two/);
    assert.throws(() => MbufDynfield.register("x", { size: 0 }), RangeError);
    assert.throws(() => MbufDynfield.register("x".repeat(64), { size: 1 }), RangeError);

    const flag = MbufDynflag.register("our_flag");
    assert.deepEqual(await c.ask("dynflag our_flag"), [String(flag.bit)]);
    assert.equal(flag.get(m), false);
    flag.set(m, true);
    assert.equal(m.olFlags, 1n << BigInt(flag.bit));
    flag.set(m, false);
    assert.equal(m.olFlags, 0n);
    assert.throws(() => MbufDynflag.lookup("none"), { code: "ENOENT" });

    const [rx, tx] = [rxTimestamp(), txTimestamp()];
    assert.deepEqual(await c.ask("dynfield rte_dynfield_timestamp"), [
      `${rx.field.offset} size 8 align 8 flags 0`,
    ]);
    assert.equal(tx.field.offset, rx.field.offset);
    assert.deepEqual(await c.ask("dynflag rte_dynflag_rx_timestamp"), [String(rx.flag.bit)]);
    assert.deepEqual(await c.ask("dynflag rte_dynflag_tx_timestamp"), [String(tx.flag.bit)]);
    rx.field.set(m, 123_456_789_012n);
    rx.flag.set(m, true);
    const clone = new MbufCursor().moveTo(m.clone(pool)!);
    assert.deepEqual([rx.field.get(clone), rx.flag.get(clone)], [123_456_789_012n, true]);
    const dump = dumpMbufDynfields();
    for (const name of ["ours_8", "our_flag"]) {
      assert.match(
        dump,
        new RegExp(name),
      );
    }
    await c.end();
  },
);

ealCase(
  "a secondary finds what C registered, and registers nothing new",
  async ({ args, prefix }) => {
    const c = await dialog("view_mbuf", prefix, ...PRIMARY);
    const [answer] = await c.ask("dynfield theirs 3 1");
    const [bit] = await c.ask("dynflag their_flag new");
    await c.ask("pool pool 7 0 0 2176 -");
    using _eal = Eal.init([...args, "--proc-type=secondary"]);
    const m = new MbufCursor().moveTo(PktmbufPool.lookup("pool").alloc()!);
    const theirs = MbufDynfield.lookup("theirs");
    assert.match(answer!, new RegExp(`^${theirs.offset} size 3 `));
    assert.throws(() => theirs.get(m), /use bytes\(\)/);
    theirs.bytes(m).set([1, 2, 3]);
    assert.deepEqual([...theirs.bytes(m)], [1, 2, 3]);
    assert.equal(String(MbufDynflag.lookup("their_flag").bit), bit);
    assert.equal(MbufDynfield.register("theirs", { size: 3, align: 1 }).offset, theirs.offset);
    assert.throws(() => MbufDynfield.register("new", { size: 4 }), /EPERM.*only the primary/);
    assert.throws(() => MbufDynflag.register("new"), /EPERM.*only the primary/);
    m.free();
    _eal.cleanup();
    await c.end();
  },
);
