import {
  Eal,
  Memzone,
  RTE_MEMZONE_2MB,
  RTE_MEMZONE_IOVA_CONTIG,
  RTE_MEMZONE_SIZE_HINT_ONLY,
} from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

ealCase("reserve gives zeroed memory of that length, aligned to a cache line", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("zone", 1000);
  assert.equal(zone.name, "zone");
  assert.equal(zone.length >= 1000, true);
  assert.equal(zone.address % 64, 0);
  assert.equal(zone.buffer.byteLength, zone.length);
  assert.equal(zone.bytes.every((byte) => byte === 0), true);
  assert.equal(zone.alive, true);
});

ealCase("align, bound, flags and socketId are obeyed", ({ args }) => {
  using _eal = Eal.init(args);
  for (const align of [64, 128, 4096, 2 ** 20]) {
    using zone = Memzone.reserve("aligned", 64, { align });
    assert.equal(zone.address % align, 0);
  }
  for (let i = 0; i < 20; i++) {
    const bound = 4096;
    const zone = Memzone.reserve(`bounded${i}`, 1500, { bound });
    const [first, last] = [zone.address, zone.address + 1500 - 1].map((a) => Math.floor(a / bound));
    assert.equal(first, last, "the zone crosses no multiple of the bound");
  }
  const flags = RTE_MEMZONE_2MB | RTE_MEMZONE_SIZE_HINT_ONLY | RTE_MEMZONE_IOVA_CONTIG;
  using zone = Memzone.reserve("flags", 64, { flags, socketId: 0 });
  assert.deepEqual([zone.socketId, zone.hugepageSize], [0, 2 ** 21]);
});

ealCase("length 0 takes the largest piece there is", ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("largest", 0);
  assert.equal(zone.length > 2 ** 20, true);
  zone.bytes[zone.length - 1] = 1;
});

ealCase("views are of one memory, whatever their kind and whoever asks", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using zone = Memzone.reserve("zone", 4096);
  const found = Memzone.lookup("zone");
  zone.view.setUint32(8, 0xdeadbeef, true);
  assert.equal(found.view.getUint32(8, true), 0xdeadbeef);
  assert.equal(found.bytes[8], 0xef);
  assert.equal(found.counter32(8).load(), 0xdeadbeef);
  assert.equal(found.counter32(8).add(1), 0xdeadbeef);
  assert.equal(zone.counter64(8).load(), 0xdeadbef0n);
  assert.equal(zone.counter64(8).compareExchange(0xdeadbef0n, 5n), 0xdeadbef0n);
  assert.equal(found.bytes[8], 5);
  for (const offset of [2, -4, zone.length, NaN]) {
    if (!Number.isNaN(offset)) assert.throws(() => zone.counter32(offset), RangeError);
  }
  assert.throws(() => zone.counter64(4), RangeError);
});

ealCase("a second zone of one name is refused, and says what to use", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using _zone = Memzone.reserve("zone", 64);
  assert.throws(() => Memzone.reserve("zone", 64), {
    name: "DpdkError",
    code: "EEXIST",
    call: "rte_memzone_reserve_bounded",
    message:
      /^Cannot reserve memzone "zone" of 64 bytes: .*EEXIST: .*use Memzone\.lookup\("zone"\)/,
  });
});

ealCase("a zone that is not there, or too large, is an error that says so", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  assert.throws(() => Memzone.lookup("none"), {
    name: "DpdkError",
    code: "ENOENT",
    message: /Cannot look up memzone "none": .*ENOENT: there is none of that name; Memzone\.list/,
  });
  assert.throws(() => Memzone.reserve("huge", 2 ** 40), {
    name: "DpdkError",
    code: "ENOMEM",
    message: /not enough memory left/,
  });
  assert.throws(() => Memzone.reserve("bound", 4096, { bound: 64 }), {
    name: "DpdkError",
    code: "EINVAL",
    message: /the bound is smaller than the length/,
  });
});

ealCase("a freed zone and all its handles and views are gone", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const zone = Memzone.reserve("zone", 4096);
  const found = Memzone.lookup("zone");
  const { bytes, view } = found;
  const counter = zone.counter32(0);
  zone.free();
  assert.deepEqual([zone.alive, found.alive, bytes.length], [false, false, 0]);
  const gone = { name: "DpdkError", message: 'Cannot use memzone "zone": it was freed' };
  for (const one of [zone, found]) {
    assert.throws(() => one.buffer, gone);
    assert.throws(() => one.bytes, gone);
    assert.throws(() => one.view, gone);
    assert.throws(() => one.counter32(0), gone);
    assert.throws(() => one.counter64(0), gone);
  }
  assert.throws(() => view.getUint8(0), TypeError);
  assert.throws(() => counter.add(1), Error);
  assert.throws(() => zone.free(), { name: "DpdkError", message: /it is gone already/ });
  zone[Symbol.dispose]();
  zone[Symbol.dispose]();
  assert.throws(() => Memzone.lookup("zone"), { code: "ENOENT" });
  using again = Memzone.reserve("zone", 4096);
  assert.equal(again.alive, true);
  assert.equal(found.alive, false);
});

ealCase("list and dump have every zone, and no more", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const before = Memzone.list().map(({ name }) => name);
  using a = Memzone.reserve("zone_a", 64);
  {
    using _b = Memzone.reserve("zone_b", 64);
    assert.deepEqual(Memzone.list().map(({ name }) => name), [...before, "zone_a", "zone_b"]);
  }
  const listed = Memzone.list().find(({ name }) => name === "zone_a");
  const { address, length, iova, hugepageSize, socketId, flags } = a;
  assert.deepEqual(listed, {
    name: "zone_a",
    address,
    length,
    iova,
    hugepageSize,
    socketId,
    flags,
  });
  assert.match(Memzone.dump(), /name:<zone_a>/);
  assert.doesNotMatch(Memzone.dump(), /zone_b/);
});

ealCase("hundreds of zones are reserved and freed, and none is left", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const before = Memzone.list().length;
  for (let round = 0; round < 3; round++) {
    const zones = Array.from({ length: 300 }, (_, i) => Memzone.reserve(`zone${i}`, 64 + i));
    assert.equal(new Set(zones.map(({ address }) => address)).size, 300);
    for (const zone of zones) zone.free();
  }
  assert.equal(Memzone.list().length, before);
});

test("bad names, lengths and options are refused before EAL is asked", () => {
  assert.throws(() => Memzone.reserve("", 64), {
    name: "TypeError",
    message: /empty memzone name/,
  });
  assert.throws(() => Memzone.reserve("x".repeat(32), 64), {
    name: "RangeError",
    message: /it has 32 bytes, at most 31 fit/,
  });
  assert.throws(() => Memzone.lookup("x".repeat(32)), RangeError);
  assert.throws(() => Memzone.lookup("a\0b"), TypeError);
  for (const length of [-1, 1.5, NaN, Infinity, "64", 64n, 2 ** 50]) {
    assert.throws(() => Memzone.reserve("a", length as number), {
      name: "RangeError",
      message: /as a memzone's length/,
    });
  }
  for (const bad of [3, -64, 0.5, NaN, 2 ** 40]) {
    assert.throws(() => Memzone.reserve("a", 64, { align: bad }), {
      name: "RangeError",
      message: /align/,
    });
    assert.throws(() => Memzone.reserve("a", 64, { bound: bad }), {
      name: "RangeError",
      message: /bound/,
    });
  }
  assert.throws(() => Memzone.reserve("a", 64, { socketId: -2 }), RangeError);
  assert.throws(() => Memzone.reserve("a", 64, { flags: -1 }), RangeError);
  assert.throws(() => Memzone.reserve("a", 64, { alignment: 64 } as object), {
    name: "TypeError",
    message: /"alignment" of Memzone\.reserve: it is unknown; there are .*align/,
  });
});
