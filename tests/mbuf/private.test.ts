// The private area of an mbuf: where C says that it is, and as long as the pool says.

import { Buffer } from "node:buffer";
import { Eal, MbufCursor, PktmbufPool } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

ealCase("privateData is the bytes at rte_mbuf_to_priv, both ways", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mbuf", prefix);
  for (const privSize of [8, 24, 0]) {
    using pool = PktmbufPool.create("pool", 15, { cacheSize: 0, privSize, dataRoomSize: 256 });
    const [m, neighbour] = [1, 2].map((value) => {
      const cursor = new MbufCursor().moveTo(pool.alloc()!).fill(new Uint8Array(100).fill(value));
      cursor.privateData.fill(value);
      return cursor;
    }) as [MbufCursor, MbufCursor];
    const address = m.address.toString(16);
    const ask = async (written = "") => (await c.ask(`private ${address} ${written}`)).join("");
    assert.equal(m.privateData.length, privSize);
    assert.equal(await ask(), "01".repeat(privSize), "written here, read by C");
    if (privSize > 0) {
      await ask("0123456789abcdef");
      assert.equal(hex(m.privateData), "0123456789abcdef" + "01".repeat(privSize - 8));
      const seen = m.privateData;
      await ask("fe");
      assert.equal(seen[0], 0xfe, "it is not copied");
      m.privateData.set([9, 8], privSize - 2);
      assert.equal(await ask(), hex(m.privateData));
      assert.match(await ask(), /^fe23456789ab.*0908$/);
    }
    // Neither the data nor another's area was touched.
    assert.deepEqual([hex(m.bytes()), m.check()], ["01".repeat(100), undefined]);
    assert.equal(hex(neighbour.privateData), "02".repeat(privSize));
    assert.equal(hex(neighbour.bytes()), "02".repeat(100));
    m.free();
    neighbour.free();
    assert.equal(pool.mempool.full, true);
  }
  await c.end();
});
