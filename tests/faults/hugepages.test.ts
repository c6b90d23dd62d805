// Hugepages run out while processes run: new objects are refused, and those that are there go on.

import { readdirSync } from "node:fs";
import { DpdkError, Eal, ElementRing, Mempool, Memzone, PointerBuffer, Ring } from "../../mod.ts";
import { assert, type CaseContext, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { mounted } from "./mounts.ts";

const MIB = 2 ** 20;

/** What creating throws. */
function refusalOf(create: () => unknown): DpdkError {
  try {
    create();
  } catch (error) {
    assert.ok(error instanceof DpdkError, String(error));
    return error;
  }
  throw new Error("it was created");
}

/** All that there is is taken, in ever smaller pieces. */
function exhaust(): Memzone[] {
  const zones: Memzone[] = [];
  for (let length = 8 * MIB; length >= 64; length /= 2) {
    for (;;) {
      try {
        zones.push(Memzone.reserve(`zone${zones.length}`, length));
      } catch (error) {
        assert.equal((error as DpdkError).code, "ENOMEM");
        break;
      }
    }
  }
  return zones;
}

async function runsOut(context: CaseContext, args: string[]): Promise<void> {
  const { prefix } = context;
  const usual = ["-l", "0", "--no-pci", "--file-prefix", prefix, "-m", "8"];
  using eal = Eal.init([...usual, "--base-virtaddr=0x600000000000", ...args]);
  using ring = Ring.create("ring", 64);
  using pool = Mempool.create("pool", 63, 64, { cacheSize: 8 });
  const c = await dialog("view_ring", prefix, "--lcores=1@0");
  const zones = exhaust();
  assert.ok(zones.length > 3);

  const attempts = [
    [
      "ring",
      /^Cannot create ring "r": rte_ring_create_elem failed with ENOMEM: there is not enough/,
      () => Ring.create("r", 1024),
    ],
    ["element ring", /^Cannot create ring "e": /, () => ElementRing.create("e", 16, 1024)],
    [
      "pool",
      /^Cannot create mempool "p" of 1023 objects of 64 bytes: rte_mempool_create failed with ENOMEM: /,
      () => Mempool.create("p", 1023, 64),
    ],
    [
      "pool of another driver",
      /^Cannot create mempool "s"/,
      () => Mempool.create("s", 1023, 64, { opsName: "stack" }),
    ],
    [
      "zone",
      /^Cannot reserve memzone "z" of 1048576 bytes: rte_memzone_reserve_bounded failed with ENOMEM: /,
      () => Memzone.reserve("z", MIB),
    ],
  ] as const;
  for (const [name, message, create] of attempts) {
    const error = refusalOf(create);
    assert.deepEqual([name, error.code], [name, "ENOMEM"]);
    assert.match(error.message, message);
    assert.match(
      error.message,
      /no free hugepages, the group's limit is reached, .*, or (make a smaller|reserve less)/s,
      name,
    );
  }
  // A secondary has it from the primary that there is none.
  assert.deepEqual(await c.ask("make mine 8 1024 0"), ["none Cannot allocate memory"]);

  // What is there goes on, in both processes.
  const burst = new PointerBuffer(16);
  for (let i = 0; i < 100; i++) {
    assert.equal(pool.getBulk(burst), 16);
    assert.equal(ring.enqueueBulk(burst), 16);
    assert.equal(ring.dequeueBulk(burst), 16);
    pool.putBulk(burst);
  }
  assert.equal(pool.full, true);
  assert.deepEqual(await c.ask("enqueue ring 8 2 1 5"), ["2 61"]);
  assert.deepEqual([ring.dequeue(), ring.dequeue()], [5 + 6 * 2 ** 32, 7 + 8 * 2 ** 32]);
  // Nothing of what failed is left, and memory that comes back is there for others.
  for (
    const lookup of [() => Ring.lookup("r"), () => Mempool.lookup("p"), () => Memzone.lookup("z")]
  ) {
    assert.throws(lookup, { code: "ENOENT" });
  }
  for (const zone of zones) (zone as Memzone & { free(): void }).free();
  using again = Ring.create("r", 1024);
  assert.equal(again.enqueue(8), true);
  assert.deepEqual(await c.ask("make mine 8 1024 0"), await c.ask("look mine"));
  await c.end();
  eal.cleanup();
}

ealCase("a hugetlbfs mount that is used up", async (context) => {
  const directory = mounted(context, "hugetlbfs", `pagesize=2M,size=${24 * MIB}`);
  await runsOut(context, [`--huge-dir=${directory}`]);
  assert.deepEqual(readdirSync(directory), []);
});

ealCase("a limit of the group's own that is used up", async (context) => {
  await runsOut(context, ["--socket-limit=16"]);
});
