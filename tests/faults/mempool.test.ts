// A process is killed that has objects of a pool: in its lcore's cache, in hand, in the middle of a get.

import { rte_mbuf } from "../../ffi/mbuf/mod.ts";
import {
  Eal,
  inspectMempool,
  inspectRing,
  Mempool,
  type OwnedMempool,
  PktmbufPool,
  PointerBuffer,
  recoverCaches,
  recoverObjects,
  Ring,
  rte,
  runtime,
} from "../../mod.ts";
import { assert, type Child, compilePeer, ealCase, spawnProgram } from "../kit.ts";
import { dyingC, dyingScript, killed, secondaryArgs, startScript } from "./peers.ts";

const PRIMARY = { args: ["--base-virtaddr=0x600000000000"], timeoutMs: 120_000 };

const N = 255;

/** A pool with caches of 32: who takes 16 has 32 in the cache besides. */
function create(opsName?: string): OwnedMempool {
  const options = { cacheSize: 32, ...opsName === undefined ? {} : { opsName } };
  return Mempool.create("pool", N, 64, options);
}

/** All that the pool has, each once: takes it all, and gives it back. */
function allOf(pool: Mempool): number[] {
  pool.flush();
  const all = new PointerBuffer(pool.availCount);
  assert.equal(pool.getBulk(all), all.capacity);
  pool.putBulk(all);
  pool.flush();
  const addresses = all.toArray();
  assert.equal(new Set(addresses).size, addresses.length, "none is there twice");
  return addresses;
}

/** Has the script take 16 and give 6 back: 38 in the cache of its lcore, 10 in hand. */
async function holder(prefix: string, lcore: number): Promise<{ child: Child; hand: number[] }> {
  const child = startScript("hold", prefix, lcore, "pool", "16", "6");
  return { child, hand: JSON.parse((await child.waitForLine(/^HOLDS (.*)$/))[1]!) };
}

/** A living secondary in C. */
async function bystander(prefix: string): Promise<Child> {
  const child = spawnProgram(compilePeer("view_ring"), secondaryArgs(prefix, 5));
  await child.waitForLine(/^\.$/);
  return child;
}

async function leave(child: Child): Promise<void> {
  child.stdin.end();
  await child.result;
}

const sorted = (addresses: readonly number[]): number[] => [...addresses].sort((a, b) => a - b);

ealCase(
  "what a killed script had in its cache is counted and given back",
  PRIMARY,
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    for (const opsName of ["ring_mp_mc", "ring_mt_rts", "stack"]) {
      using pool = create(opsName);
      const { child, hand } = await holder(prefix, 1);
      const living = inspectMempool(pool);
      assert.deepEqual(
        living.caches.map(({ lcoreId, owner, length }) => ({ lcoreId, owner, length })),
        [
          { lcoreId: 1, owner: { state: "living", pid: child.pid, from: "claim" }, length: 38 },
        ],
      );
      assert.deepEqual(recoverCaches(pool), { given: 0, recovered: [], left: [] });
      assert.throws(() => recoverCaches(pool, { lcores: [1], vouchFor: [child.pid] }), {
        code: "EBUSY",
        message: new RegExp(`lcore 1 is of process ${child.pid}, which lives$`),
      });
      child.kill("SIGKILL");
      await killed(child);

      const found = inspectMempool(pool);
      assert.deepEqual([found.size, found.driver, found.inRings, found.unaccounted], [
        N,
        207,
        0,
        10,
      ]);
      const [cache] = found.caches;
      assert.deepEqual(cache!.owner, { state: "dead", pid: child.pid, from: undefined });
      assert.deepEqual([cache!.length, cache!.objects.length, cache!.doubtful], [38, 38, 0]);
      if (opsName === "stack") {
        assert.equal(found.missing, undefined);
      } else {
        assert.deepEqual(sorted(found.missing!.map(({ address }) => address)), sorted(hand));
        assert.ok(found.missing!.every(({ lastLcoreId }) => lastLcoreId === 1));
      }
      // A living one is no obstacle: the cache is a dead one's.
      const other = await bystander(prefix);
      const { given, recovered, left } = recoverCaches(pool);
      assert.deepEqual([given, recovered, left], [38, [cache], []]);
      assert.equal(pool.availCount, N - 10);
      assert.deepEqual(recoverCaches(pool), { given: 0, recovered: [], left: [] });
      const refused = opsName === "stack"
        ? { code: "ENOTSUP", message: /its driver stack cannot be looked into/ }
        : {
          code: "EBUSY",
          message: new RegExp(`process ${other.pid} of this group may have some`),
        };
      const vouchFor = opsName === "stack" ? [other.pid] : [];
      assert.throws(() => recoverObjects(pool, hand, { vouchFor }), refused);
      if (opsName !== "stack") {
        recoverObjects(pool, hand, { vouchFor: [other.pid] });
        assert.equal(allOf(pool).length, N);
      }
      await leave(other);
      // The lcore can be used again, and by its next user.
      const next = await holder(prefix, 1);
      assert.equal(inspectMempool(pool).caches[0]!.owner.pid, next.child.pid);
      next.child.kill("SIGKILL");
      await killed(next.child);
      assert.equal(recoverCaches(pool).given, 38);
    }
  },
);

ealCase("of C the caller says which lcore is dead", PRIMARY, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  using pool = create();
  const child = spawnProgram(compilePeer("faults"), secondaryArgs(prefix, 1));
  await child.waitForLine(/^\.$/);
  child.stdin.write("take pool 16\ngive pool 6\nready?\n");
  await child.waitForLine(/^what\?$/);
  assert.deepEqual(inspectMempool(pool).caches.map(({ owner }) => owner), [
    { state: "living", pid: child.pid, from: "guess" },
  ]);
  assert.throws(() => recoverCaches(pool, { lcores: [1] }), {
    code: "EBUSY",
    message: new RegExp(`lcore 1 seems to be of process ${child.pid}, which lives$`),
  });
  child.kill("SIGKILL");
  await killed(child);
  assert.equal(inspectMempool(pool).caches[0]!.owner.state, "unknown");
  assert.equal(recoverCaches(pool).given, 0);
  assert.equal(recoverCaches(pool, { lcores: [1, 2] }).given, 38);
  const { missing } = inspectMempool(pool);
  recoverObjects(pool, missing!.map(({ address }) => address));
  assert.equal(allOf(pool).length, N);
});

ealCase(
  "objects in rings are not missing, and objects that are there are not given twice",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    using pool = create();
    using other = Mempool.create("other", 63, 64);
    using ring = Ring.create("ring", 32, { flags: 0x18 });
    const { child, hand } = await holder(prefix, 1);
    child.kill("SIGKILL");
    await killed(child);
    for (const address of hand.slice(0, 4)) assert.ok(ring.enqueue(address));
    const foreign = other.get()!;
    assert.ok(ring.enqueue(foreign));
    const found = inspectMempool(pool);
    assert.deepEqual([found.inRings, found.unaccounted], [4, 6]);
    assert.deepEqual(sorted(found.missing!.map(({ address }) => address)), sorted(hand.slice(4)));
    const inPool = found.caches[0]!.objects[0]!;
    for (
      const [addresses, code] of [
        [[hand[5]!, hand[5]!], "EINVAL"],
        [[hand[5]!, foreign], "EINVAL"],
        [[hand[5]!, hand[5]! + 8], "EINVAL"],
        [[hand[5]!, hand[0]!], "EEXIST"],
        [[hand[5]!, inPool], "EEXIST"],
      ] as const
    ) {
      assert.throws(() => recoverObjects(pool, addresses), { name: "DpdkError", code });
    }
    assert.equal(inspectMempool(pool).unaccounted, 6, "none was given");
    recoverObjects(pool, hand.slice(4));
    recoverObjects(pool, []);
    assert.throws(() => recoverObjects(pool, hand.slice(4)), { code: "EEXIST" });
    assert.throws(() => recoverCaches(pool, { lcores: [128] }), RangeError);
    assert.throws(() => recoverCaches(pool, { lcore: 1 } as never), TypeError);
    recoverCaches(pool);
    for (let i = 0; i < 4; i++) pool.put(ring.dequeue()!);
    assert.equal(allOf(pool).length, N);
  },
);

/** Where the C process dies, and what is found then. */
const POINTS = [
  // In the cache, doubtful of that, missing, known to be of the lcore, with the driver.
  { point: "get 5", length: 33, doubtful: 0, missing: 15, known: 5, driver: 207 },
  { point: "refill 5", length: 0, doubtful: 0, missing: 85, known: 37, driver: 170 },
  // Of the six that were to be copied, four are in a ring, and two in the cache already.
  { point: "put 6", length: 44, doubtful: 4 + 2 * 2, missing: 0, known: 0, driver: 207 },
  { point: "flush 0", length: 38, doubtful: 38, missing: 10, known: 0, driver: 245 },
] as const;

for (const { point, length, doubtful, missing, known, driver } of POINTS) {
  ealCase(
    `a process killed within a ${point} leaves nothing that is given twice`,
    PRIMARY,
    async (context) => {
      const { args, prefix } = context;
      using _eal = Eal.init(args);
      using pool = create();
      using ring = Ring.create("ring", 32);
      const child = spawnProgram(compilePeer("faults"), secondaryArgs(prefix, 1));
      child.stdin.write("take pool 16\ngive pool 6\nready?\n");
      await child.waitForLine(/^what\?$/);
      if (point === "put 6") {
        // What lies behind the cache's end is somewhere else, as when the process had passed it on.
        for (const { address } of inspectMempool(pool).missing!) assert.ok(ring.enqueue(address));
      }
      child.stdin.write(`cache pool ${point}\n`);
      await killed(child);

      const found = inspectMempool(pool);
      assert.deepEqual([found.driver, found.unaccounted], [driver, missing]);
      assert.deepEqual(
        found.caches.map((cache) => [cache.length, cache.doubtful]),
        length === 0 ? [] : [[length, doubtful]],
      );
      const last = found.missing!.filter(({ lastLcoreId }) => lastLcoreId === 1).length;
      assert.ok(last >= known, `${last} are known to be of its lcore`);

      if (doubtful > 0) {
        const other = await bystander(prefix);
        const { given, left } = recoverCaches(pool, { lcores: [1] });
        assert.deepEqual([given, left.map((cache) => cache.doubtful)], [0, [doubtful]]);
        await leave(other);
      }
      assert.equal(recoverCaches(pool, { lcores: [1] }).given, length - doubtful);
      assert.deepEqual(inspectMempool(pool).caches, []);
      const sent = new PointerBuffer(32);
      pool.putBulk(sent, ring.dequeueBurst(sent));
      recoverObjects(pool, inspectMempool(pool).missing!.map(({ address }) => address));
      assert.equal(allOf(pool).length, N);
    },
  );
}

ealCase(
  "a pool whose driver's ring a dead producer holds is not given anything",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    using pool = create();
    const { child, hand } = await holder(prefix, 1);
    child.kill("SIGKILL");
    await killed(child);
    await dyingC(prefix, 2, "ring MP_pool prod 3 0");
    assert.equal(inspectMempool(pool).driverBusy, true);
    for (const give of [() => recoverCaches(pool), () => recoverObjects(pool, hand)]) {
      assert.throws(give, { code: "EAGAIN", message: /inspectRing\(Ring\.lookup\("MP_pool"\)\)/ });
    }
    const { producer } = await inspectRing(Ring.lookup("MP_pool"));
    assert.equal(producer.withdraw(), 3);
    assert.equal(recoverCaches(pool).given, 38);
    recoverObjects(pool, hand);
    assert.equal(allOf(pool).length, N);
  },
);

ealCase(
  "a script killed within a flush leaves nothing that is given twice",
  PRIMARY,
  async (context) => {
    const { args, prefix } = context;
    using _eal = Eal.init(args);
    using pool = create();
    await dyingScript("die_in_flush", prefix, 1, "pool");
    // Ours empties the cache first: what the driver has by then is in it no more.
    const { driver, unaccounted } = inspectMempool(pool);
    assert.deepEqual([driver, unaccounted], [N - 72 + 48, 24]);
    assert.deepEqual(inspectMempool(pool).caches, []);
    assert.equal(allOf(pool).length, N - 24);
    recoverObjects(pool, inspectMempool(pool).missing!.map(({ address }) => address));
    assert.equal(allOf(pool).length, N);
  },
);

ealCase("a driver for one producer is not asked beside living ones", PRIMARY, async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using pool = create("ring_sp_mc");
  const { child } = await holder(prefix, 1);
  child.kill("SIGKILL");
  await killed(child);
  const other = await bystander(prefix);
  assert.throws(() => recoverCaches(pool), {
    code: "EBUSY",
    message: new RegExp(`process ${other.pid} of this group may be putting objects back, and its`),
  });
  assert.equal(recoverCaches(pool, { vouchFor: [other.pid] }).given, 38);
  await leave(other);
});

ealCase("mbufs that a dead process had are made anew", PRIMARY, async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using packets = PktmbufPool.create("pool", N, { cacheSize: 32 });
  const { child, hand } = await holder(prefix, 1);
  child.kill("SIGKILL");
  await killed(child);
  assert.deepEqual(
    sorted(inspectMempool(packets).missing!.map(({ address }) => address)),
    sorted(hand),
  );
  assert.equal(recoverCaches(packets).given, 38);
  // As it had them: one chained to another, with a reference more.
  const { refcnt, nb_segs, next } = rte_mbuf.fields;
  const mbuf = packets.mempool.cursor().moveTo(hand[0]!);
  mbuf.setU16(refcnt.offset, 2);
  mbuf.setU16(nb_segs.offset, 2);
  mbuf.setU32(next.offset, 64);
  const other = await bystander(prefix);
  assert.throws(() => recoverObjects(packets, hand, { vouchFor: [other.pid] }), {
    code: "EBUSY",
    message: /has 2 references: living processes may have clones of it/,
  });
  recoverObjects(packets, hand.slice(1), { vouchFor: [other.pid] });
  await leave(other);
  recoverObjects(packets, hand.slice(0, 1));
  packets.mempool.flush();
  const all = new PointerBuffer(N);
  assert.equal(packets.allocBulk(all), N);
  assert.equal(new Set(all.toArray()).size, N);
  const reason = runtime.pointerTo(new ArrayBuffer(8));
  for (const address of all.toArray()) {
    assert.equal(rte.rte_mbuf_check(runtime.pointer(address), 1, reason as never), 0);
  }
  packets.mempool.putBulk(all);
});
