// Views of shared memory outlive the handles that they came from, and not the memory.

import { Eal, Mempool, Memzone, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const COUNT = 30;
const MIB = 2 ** 20;

/** How many handles the engine has collected. */
let gone = 0;
const registry = new FinalizationRegistry(() => void gone++);

/** A handle that is dropped once something was made of it. */
function of<H extends object, T>(handle: H, make: (handle: H) => T): T {
  registry.register(handle, undefined);
  return make(handle);
}

/** Makes garbage until the engine has collected most of the handles; gives whether it did. */
async function collected(): Promise<boolean> {
  for (let round = 0; round < 500 && gone < 2 * COUNT; round++) {
    const garbage: unknown[] = Array.from({ length: 50_000 }, (_, i) => ({ i }));
    for (let i = 0; i < 10; i++) garbage.push(new ArrayBuffer(MIB));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return gone >= 2 * COUNT;
}

/** Views of a zone's memory, of each kind, and of a pool's objects. */
function views(zone: string, pool: string) {
  return Array.from({ length: COUNT }, () => ({
    bytes: of(Memzone.lookup(zone), (found) => found.bytes),
    view: of(Memzone.lookup(zone), (found) => found.view),
    counter: of(Memzone.lookup(zone), (found) => found.counter64(8)),
    own: of(Mempool.lookup(pool), (found) => found.privateData),
    object: of(Mempool.lookup(pool).cursor(), (cursor) => {
      const burst = new PointerBuffer(1);
      const mine = Mempool.lookup(pool);
      mine.getBulk(burst);
      const bytes = cursor.at(burst, 0).bytes();
      mine.putBulk(burst);
      return bytes;
    }),
  }));
}

for (const end of ["free", "cleanup"] as const) {
  ealCase(`${end} detaches views whose handles were collected`, async ({ args }) => {
    using eal = Eal.init(args);
    const zone = Memzone.reserve("zone", 4096);
    const pool = Mempool.create("pool", 63, 64, { privateDataSize: 16 });
    zone.bytes.fill(7);
    const all = views("zone", "pool");
    assert.equal(await collected(), true);
    for (const { bytes, view, counter, object, own } of all) {
      assert.deepEqual([bytes[0], view.getUint8(4095)], [7, 7]);
      assert.deepEqual([object.length, own.length >= 16], [64, true]);
      assert.equal(counter.load(), 0x0707070707070707n);
    }
    if (end === "free") {
      zone.free();
      pool.free();
    } else eal.cleanup();
    for (const { bytes, view, counter, object, own } of all) {
      assert.deepEqual([bytes.length, object.length, own.length], [0, 0, 0]);
      assert.throws(() => view.getUint8(0), TypeError);
      assert.throws(() => counter.load(), Error);
    }
  });
}
