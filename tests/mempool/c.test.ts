import { Eal, Mempool, MempoolCache } from "../../mod.ts";
import { assert, ealCase, removePrefix } from "../kit.ts";
import { type Dialog, dialog } from "../peers/dialog.ts";
import { randomIntegers } from "../ring/modes.ts";
import { Hands } from "./hands.ts";

/** A pool as the C peer prints it. */
function line(pool: Mempool): string {
  const objects = pool.objects();
  const { name, address, size, elementSize, cacheSize, flags, socketId, privateDataSize } = pool;
  return [
    ...[name, address, size, elementSize, cacheSize, flags, socketId, privateDataSize],
    ...[pool.opsName, pool.availCount, pool.inUseCount, Number(pool.full), Number(pool.empty)],
    192 + (cacheSize > 0 ? 128 * 8256 : 0),
    ...[objects.length, objects.reduce((sum, object) => sum + object - address, 0)],
  ].join(" ");
}

const SP_PUT_SC_GET = 0x4 | 0x8;

ealCase("C sees the pools that TypeScript made, field by field", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await dialog("view_mempool", prefix);
  for (
    const [n, elementSize, options] of [
      [63, 64, {}],
      [1000, 100, { cacheSize: 32, privateDataSize: 24 }],
      [256, 1, { cacheSize: 8, flags: SP_PUT_SC_GET, socketId: 0 }],
      [100, 2048, { flags: 0x1 | 0x2 }],
      [64, 64, { opsName: "ring_mt_rts", cacheSize: 4 }],
      [64, 64, { opsName: "ring_mt_hts" }],
      [64, 64, { opsName: "stack", privateDataSize: 64 }],
    ] as const
  ) {
    using pool = Mempool.create("pool", n, elementSize, options);
    assert.deepEqual(await c.ask("look pool"), [line(pool)]);
    const got = Array.from({ length: 20 }, () => pool.get()!);
    assert.deepEqual(await c.ask("look pool"), [line(pool)]);
    for (const object of got) pool.put(object);
  }
  await c.end();
});

ealCase(
  "TypeScript sees the pools that C made, and what C wrote there",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_mempool", prefix);
    const [made] = await c.ask("make theirs 500 72 16 8 0");
    const pool = Mempool.lookup("theirs");
    assert.equal(line(pool), made);
    assert.equal("free" in pool, false);
    const cursor = pool.cursor();
    for (const [i, object] of pool.objects().entries()) {
      cursor.moveTo(object).setText(
        `object_${i}`,
      );
    }
    for (const i of [0, 17, 499]) {
      assert.deepEqual(await c.ask(`text theirs ${i}`), [
        `object_${i}`,
      ]);
    }
    await c.ask("free theirs");
    assert.throws(() => Mempool.lookup("theirs"), { code: "ENOENT" });
    await c.end();
  },
);

/** A random get, put or flush; each must leave the same behind in both hands. */
async function step(
  random: (limit: number) => number,
  limit: number,
  mine: Hands,
  c: Dialog,
): Promise<void> {
  const n = random(random(4) === 0 ? limit : 40);
  const kind = random(16) === 0 ? "flush" : random(2) === 0 ? "get" : "put";
  const many = kind === "put" ? Math.min(n, mine.holding) : n;
  const ours = kind === "flush" ? mine.flush() : kind === "get" ? mine.get(many) : mine.put(many);
  assert.deepEqual(await c.ask(`${kind} pool ${many}`), [ours], `${kind} ${many}`);
}

// C has an EAL and a pool of its own, made alike: after the same steps every object must be in the
// same place on both sides.
const POOLS = [
  [255, 0, 300],
  [100, 1, 110],
  [300, 8, 200],
  [300, 32, 310],
  [1023, 32, 700],
  [2000, 512, 1400],
] as const;

ealCase(
  "gets, puts and flushes leave the lcore's cache as C leaves it, step by step",
  { timeoutMs: 60_000 },
  async ({ args, prefix, cleanup }) => {
    using _eal = Eal.init(args);
    for (const [n, cacheSize, limit] of POOLS) {
      const other = `${prefix}-c${n}-${cacheSize}`;
      cleanup(() => removePrefix(other));
      const c = await dialog("view_mempool", other, "-m", "64", "--proc-type=primary");
      await c.ask(`make pool ${n} 64 ${cacheSize} 0 0`);
      using pool = Mempool.create("pool", n, 64, { cacheSize });
      const mine = new Hands(pool);
      const random = randomIntegers(n + cacheSize);
      for (let i = 0; i < 250; i++) await step(random, limit, mine, c);
      await c.end();
    }
  },
);

ealCase(
  "a cache of one's own is left as C leaves it, step by step",
  { timeoutMs: 60_000 },
  async ({ args, prefix, cleanup }) => {
    using _eal = Eal.init(args);
    for (const [own, n, limit] of [[1, 100, 50], [32, 300, 310], [512, 1500, 1300]] as const) {
      const other = `${prefix}-c${own}`;
      cleanup(() => removePrefix(other));
      const c = await dialog("view_mempool", other, "-m", "64", "--proc-type=primary");
      await c.ask(`make pool ${n} 64 0 0 0`);
      await c.ask(`own ${own}`);
      using pool = Mempool.create("pool", n, 64);
      using cache = MempoolCache.create(own);
      const mine = new Hands(pool, cache);
      const random = randomIntegers(own);
      for (let i = 0; i < 200; i++) await step(random, limit, mine, c);
      mine.put(mine.holding);
      mine.flush();
      assert.equal(cache.length, 0);
      await c.end();
    }
  },
);

ealCase(
  "C and TypeScript work on one and the same cache in turn, and nothing is lost",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    // Both are lcore 0 of one group, and take turns.
    using pool = Mempool.create("pool", 300, 64, { cacheSize: 16 });
    const c = await dialog("view_mempool", prefix);
    const mine = new Hands(pool);
    const random = randomIntegers(5);
    let theirs = 0;
    for (let i = 0; i < 300; i++) {
      const n = random(40);
      const kind = random(4);
      if (kind === 0) {
        mine.get(n);
      } else if (kind === 1) {
        mine.put(Math.min(n, mine.holding));
      } else if (kind === 2) {
        if ((await c.ask(`get pool ${n}`))[0]!.startsWith("0 ")) theirs += n;
      } else {
        const many = Math.min(n, theirs);
        await c.ask(`put pool ${many}`);
        theirs -= many;
      }
      assert.equal(pool.inUseCount, mine.holding + theirs);
    }
    mine.put(mine.holding);
    await c.ask(`put pool ${theirs}`);
    assert.equal(pool.full, true);
    await c.end();
  },
);
