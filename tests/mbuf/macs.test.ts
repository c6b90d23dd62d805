// swapMacs: whole bursts, against C and against a cursor.

import { Buffer } from "node:buffer";
import {
  Eal,
  EthernetHeader,
  MbufCursor,
  PktmbufPool,
  PointerBuffer,
  swapMacs,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";

const next = randomIntegers(7);
const randomBytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => next(256));

/** A packet with data of so many bytes, so many behind the usual place. */
function packet(pool: PktmbufPool, length: number, behind = 0): MbufCursor {
  const m = new MbufCursor().moveTo(pool.alloc()!).fill(randomBytes(length + behind));
  assert.equal(m.adj(behind), true);
  return m;
}

/** Packets of every kind that a burst may have, at least 14 bytes long, in no order. */
function allKinds(pool: PktmbufPool, other: PktmbufPool): MbufCursor[] {
  const usual = Array.from({ length: 12 }, (_, i) => packet(pool, 14 + 50 * i));
  const elsewhere = Array.from({ length: 3 }, () => packet(other, 60));
  const anywhere = [1, 2, 3, 4, 6, 7].map((behind) => packet(pool, 60, behind));
  const cloned = packet(pool, 64);
  const clone = new MbufCursor().moveTo(cloned.clone(other)!);
  cloned.free(); // the clone keeps its data
  const chained = packet(pool, 12);
  chained.chain(packet(other, 100).address);
  return [
    usual[0]!,
    elsewhere[0]!,
    usual[1]!,
    clone,
    chained,
    ...elsewhere.slice(1),
    ...usual.slice(2),
  ]
    .concat(anywhere);
}

ealCase("the addresses of each packet of a burst change places, and nothing else; C agrees", async (
  { args, prefix },
) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  const pool = PktmbufPool.create("pool", 127, { privSize: 8 });
  const other = PktmbufPool.create("other", 127);
  const packets = allKinds(pool, other);
  const copies = packets.map((m) => new MbufCursor().moveTo(m.copy(pool)!));
  const burst = new PointerBuffer(packets.length + 2);
  packets.forEach((m, i) => burst.set(i + 1, m.address));
  swapMacs(burst, packets.length, 1);
  for (const [i, m] of packets.entries()) {
    const copy = copies[i]!;
    await c.ask(`swapmacs ${copy.address.toString(16)}`);
    assert.deepEqual(m.read(), copy.read(), `${i}`);
    const [asked] = await c.ask(`bytes ${m.address.toString(16)} 0 ${m.pktLen}`);
    assert.equal(asked, Buffer.from(copy.read()).toString("hex"), `${i}`);
    new EthernetHeader(copy).swapAddresses();
    swapMacs(burst, 1, i + 1);
    assert.deepEqual(m.read(), copy.read(), `${i}, and back`);
  }
  for (const m of [...packets, ...copies]) m.free();
  await c.end();
  assert.deepEqual([pool.mempool.full, other.mempool.full], [true, true]);
});

ealCase("a burst is refused where it is none, and changed up to there", ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 127);
  const burst = new PointerBuffer(4);
  const m = new MbufCursor();
  const first = (): number => m.at(burst, 0).u8(0);
  pool.allocBulk(burst);
  for (let i = 0; i < 4; i++) m.at(burst, i).fill(Uint8Array.from({ length: 20 }, (_, at) => at));
  swapMacs(burst, 0);
  assert.equal(first(), 0);
  swapMacs(burst);
  assert.deepEqual([first(), m.at(burst, 3).u8(0)], [6, 6]);
  for (const [n, from] of [[5, 0], [4, 1], [-1, 0], [1.5, 0], [1, -1], [NaN, 0], ["2", 0]]) {
    assert.throws(() => swapMacs(burst, n as number, from as number), {
      name: "RangeError",
      message: /^Cannot (change|use) .*(the buffer holds 4|must be an integer from 0 to 4)$/,
    });
  }
  assert.throws(() => swapMacs([] as unknown as PointerBuffer, 1), TypeError);
  assert.equal(first(), 6, "nothing was changed");
  for (const size of [11, 0]) {
    m.at(burst, 2).fill(new Uint8Array(size));
    assert.throws(() => swapMacs(burst), {
      name: "RangeError",
      message: /the segment has (11|0)$/,
    });
  }
  assert.deepEqual(
    [first(), m.at(burst, 1).u8(0), m.at(burst, 3).u8(0)],
    [6, 6, 6],
    "twice, and not",
  );
  const freed = burst.get(1);
  m.moveTo(freed).free();
  assert.throws(() => swapMacs(burst), { name: "DpdkError", message: /this process freed it/ });
  for (const address of [0, 8, freed + 64, 2 ** 47]) {
    burst.set(1, address);
    assert.throws(() => swapMacs(burst), {
      name: "DpdkError",
      message: /there is none of any pool/,
    });
  }
  for (const i of [0, 2, 3]) m.at(burst, i).free();
  assert.equal(pool.mempool.full, true);
});

ealCase("a pool may go between two bursts", ({ args }) => {
  using _eal = Eal.init(args);
  const burst = new PointerBuffer(8);
  for (const name of ["a", "b", "a"]) {
    using pool = PktmbufPool.create(name, 63);
    const m = new MbufCursor();
    pool.allocBulk(burst);
    for (let i = 0; i < 8; i++) m.at(burst, i).fill(Uint8Array.from({ length: 12 }, (_, at) => at));
    swapMacs(burst);
    for (let i = 0; i < 8; i++) assert.deepEqual([...m.at(burst, i).bytes(5, 2)], [11, 0]);
    m.freeBulk(burst);
    assert.equal(pool.mempool.full, true);
  }
});
