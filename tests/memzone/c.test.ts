import { Eal, Memzone, type MemzoneInfo } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

/** A zone as the C peer prints it. */
const line = (zone: MemzoneInfo): string =>
  [
    ...[zone.name, zone.address, zone.length, zone.iova, zone.hugepageSize, zone.socketId],
    zone.flags,
  ].join(" ");

const FLAGS = 0x1 | 0x4; // RTE_MEMZONE_2MB | RTE_MEMZONE_SIZE_HINT_ONLY

ealCase("C sees the zones that TypeScript reserved, field by field", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  using plain = Memzone.reserve("plain", 100);
  using fancy = Memzone.reserve("x".repeat(31), 4096, { flags: FLAGS, align: 4096, bound: 65536 });
  const c = await dialog("view_memzone", prefix);
  for (const zone of [plain, fancy]) {
    assert.deepEqual(await c.ask(`look ${zone.name}`), [line(zone)]);
  }
  assert.deepEqual((await c.ask("walk")).sort(), Memzone.list().map(line).sort());
  await c.end();
});

ealCase(
  "TypeScript sees the zones that C reserved, and what C wrote there",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_memzone", prefix);
    const [theirs] = await c.ask(`reserve theirs 5000 ${FLAGS} 128 8192`);
    const zone = Memzone.lookup("theirs");
    assert.equal(line(zone), theirs);
    assert.equal("free" in zone, false, "what was looked up may not be freed");

    const counter32 = zone.counter32(8);
    counter32.store(0xffff_fffe);
    assert.deepEqual(await c.ask("add32 theirs 8 3"), ["4294967294"]);
    assert.equal(counter32.load(), 1);
    const counter64 = zone.counter64(16);
    counter64.store(2n ** 63n);
    assert.deepEqual(await c.ask("add64 theirs 16 5"), [String(2n ** 63n)]);
    assert.equal(counter64.load(), 2n ** 63n + 5n);
    zone.bytes.set(new TextEncoder().encode("written_in_place\0"), 100);
    assert.deepEqual(await c.ask("text theirs 100"), ["written_in_place"]);

    assert.deepEqual(await c.ask("free theirs"), ["0"]);
    assert.throws(() => Memzone.lookup("theirs"), { code: "ENOENT" });
    await c.end();
  },
);

ealCase(
  "a zone that another process freed, and another of its name, are not freed by mistake",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("view_memzone", prefix);
    const zone = Memzone.reserve("mine", 64);
    assert.deepEqual(await c.ask("free mine"), ["0"]);
    assert.throws(() => zone.free(), { name: "DpdkError", code: "ENOENT" });
    // Something else takes the place, so that the next zone of that name lies elsewhere.
    using _other = Memzone.reserve("other", 64);
    await c.ask("reserve mine 1048576 0 0 0");
    assert.throws(() => zone.free(), {
      name: "DpdkError",
      message: /somebody freed it and reserved another of that name/,
    });
    assert.equal(Memzone.lookup("mine").length, 1048576);
    await c.end();
  },
);
