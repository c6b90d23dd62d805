// prefetchMbufs and prefetchData: hints, which change nothing and refuse only what is no burst. What they
// gain is measured: client_server_mp in `deno task bench`.

import {
  Eal,
  MbufCursor,
  Mempool,
  PktmbufPool,
  PointerBuffer,
  prefetchData,
  prefetchMbufs,
} from "../../mod.ts";
import { peek } from "../../ffi/core/mod.ts";
import { rte_mbuf } from "../../ffi/mbuf/mod.ts";
import { assert, ealCase } from "../kit.ts";

const BOTH = [prefetchMbufs, prefetchData];

/** All bytes of the mbufs of a burst, with their buffers. */
function bytesOf(burst: PointerBuffer, room: number): number[][] {
  return burst.toArray(burst.capacity).map((address) => {
    const view = peek(address, rte_mbuf.size + room);
    return Array.from({ length: view.byteLength }, (_, i) => view.getUint8(i));
  });
}

ealCase("they change nothing of any packet, known or not, here or in another pool", ({ args }) => {
  using _eal = Eal.init(args);
  const pool = PktmbufPool.create("pool", 63, { dataRoomSize: 256 });
  const other = PktmbufPool.create("other", 63, { dataRoomSize: 256 });
  const burst = new PointerBuffer(8);
  const m = new MbufCursor();
  pool.allocBulk(burst, 4);
  other.allocBulk(burst, 4, 4);
  const before = bytesOf(burst, 256);
  for (const prefetch of BOTH) prefetch(burst);
  assert.deepEqual(bytesOf(burst, 256), before, "no cursor has been there");
  for (let i = 0; i < 8; i++) m.at(burst, i).fill(new Uint8Array(100).fill(i));
  const filled = bytesOf(burst, 256);
  for (const prefetch of BOTH) {
    assert.equal(prefetch(burst), undefined);
    prefetch(burst, 2, 3);
    prefetch(burst, 0, 8);
  }
  assert.deepEqual(bytesOf(burst, 256), filled);
  assert.deepEqual([pool.inUseCount, other.inUseCount], [4, 4]);
});

ealCase("what is no packet is skipped, and so is a pool that is gone", ({ args }) => {
  using _eal = Eal.init(args);
  using plain = Mempool.create("plain", 63, 2304);
  const burst = new PointerBuffer(4);
  const m = new MbufCursor();
  {
    using pool = PktmbufPool.create("pool", 63);
    pool.allocBulk(burst);
    m.at(burst, 0);
    for (const prefetch of BOTH) prefetch(burst);
    const [first] = burst.toArray(1) as [number];
    for (const address of [0, 8, 2 ** 47, first + 64, first - 8, plain.get()!, 2 ** 52]) {
      for (const index of [0, 1, 3]) {
        const packet = burst.get(index);
        burst.set(index, address);
        for (const prefetch of BOTH) prefetch(burst);
        burst.set(index, packet);
      }
    }
    m.freeBulk(burst);
  }
  for (const prefetch of BOTH) prefetch(burst);
});

ealCase("a burst that does not lie in its buffer is refused", ({ args }) => {
  using _eal = Eal.init(args);
  const burst = new PointerBuffer(4);
  for (const prefetch of BOTH) {
    for (const [n, from] of [[5, 0], [4, 1], [-1, 0], [0.5, 0], [1, -1], [NaN, 0], ["1", 0]]) {
      assert.throws(() => prefetch(burst, n as number, from as number), {
        name: "RangeError",
        message: /^Cannot (prefetch|use) .*(the buffer holds 4|must be an integer from 0 to 4)$/,
      });
    }
    assert.throws(() => prefetch([] as unknown as PointerBuffer, 1), TypeError);
  }
});
