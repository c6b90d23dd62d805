import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { abi } from "../../ffi/abi/mod.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { libc, peek } from "../../ffi/core/mod.ts";
import { rte_tailq_elem } from "../../ffi/tailq/mod.ts";
import {
  Eal,
  Memzone,
  OwnedTailqObject,
  Ring,
  rte,
  Tailq,
  TAILQ_OBJECT_NAMESIZE,
  TailqObject,
} from "../../mod.ts";
import { assert, ealCase, outcome, runtimeName, spawnProgram, spawnScript, test } from "../kit.ts";
import { dialogProgram, peerArgs } from "../peers/dialog.ts";
import { names } from "./scene.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };
const PRIMARY = { args: ["--base-virtaddr=0x600000000000"] };

const script = (name: string): string =>
  fileURLToPath(new URL(`./scripts/${name}.ts`, import.meta.url));

/** What a secondary says that does one thing. */
async function member(prefix: string, what: string, name: string): Promise<string> {
  const usual = ["--lcores=1@0", ...peerArgs(prefix).slice(2), "--proc-type=secondary"];
  const result = await spawnScript(runtimeName, script("member"), [what, name, ...usual]).result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout.trim();
}

test("without EAL, all of it says so", () => {
  for (
    const attempt of [
      () => Tailq.list(),
      () => Tailq.dump(),
      () => Tailq.lookup("RTE_RING"),
      () => Tailq.register("OWN"),
    ]
  ) {
    assert.throws(attempt, {
      name: "DpdkError",
      message: /: EAL is not initialised; call Eal\.init/,
    });
  }
});

ealCase("what is put on a tailq is there, all 0 but its name", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  assert.deepEqual([tailq.name, tailq.count, tailq.entries()], ["OWN", 0, []]);
  using object = tailq.insert("it", 100);
  assert.equal(object instanceof OwnedTailqObject && object instanceof TailqObject, true);
  assert.deepEqual([object.name, object.tailq, object.length, object.alive], [
    "it",
    "OWN",
    100,
    true,
  ]);
  assert.deepEqual([...object.bytes], [...new TextEncoder().encode("it"), ...new Uint8Array(98)]);
  assert.equal(object.address % 64, 0);
  assert.deepEqual(tailq.entries(), [{ address: object.entry, data: object.address, name: "it" }]);
  const found = Tailq.lookup("OWN").find("it", 100)!;
  assert.equal(found instanceof OwnedTailqObject, false);
  found.counter64(TAILQ_OBJECT_NAMESIZE).add(7n);
  assert.equal(object.view.getBigUint64(32, true), 7n);
  assert.equal(tailq.find("i", 100), undefined);
  assert.equal(tailq.find("it.", 100), undefined);
  // The longest name fits, in UTF-8.
  using long = tailq.insert(`${"ü".repeat(15)}x`, 32);
  assert.deepEqual(names("OWN"), ["it", long.name]);
  assert.equal(tailq.find(long.name, 32)?.address, long.address);
});

ealCase("all objects are had in one walk", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  assert.deepEqual(tailq.objects(64), []);
  const made = ["a", "b", "c"].map((name) => tailq.insert(name, 64));
  const all = tailq.objects(64);
  assert.deepEqual(all.map(({ name, address, entry }) => [name, address, entry]), [
    ...made.map(({ name, address, entry }) => [name, address, entry]),
  ]);
  assert.equal(all.some((object) => object instanceof OwnedTailqObject), false);
  made[1]!.counter32(32).add(5);
  assert.equal(all[1]!.counter32(32).load(), 5);
  assert.throws(() => tailq.objects(31), RangeError);
  assert.throws(() => tailq.objects(2 ** 36), {
    message: `Cannot find all on tailq "OWN": ${
      2 ** 36
    } bytes from there on are not the group's memory`,
  });
  assert.throws(() => Tailq.lookup("RTE_LPM").objects(64), { name: "DpdkError" });
});

ealCase("what was freed is gone, for whoever has a handle here", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  const object = tailq.insert("it", 64);
  const found = tailq.find("it", 64)!;
  const { bytes } = found;
  object.free();
  assert.equal(tailq.find("it", 64), undefined);
  assert.deepEqual([bytes.length, object.alive, found.alive], [0, false, false]);
  assert.throws(() => found.buffer, { message: 'Cannot use "it" of tailq "OWN": it was freed' });
  assert.throws(() => object.free(), {
    message: 'Cannot free "it" of tailq "OWN": it is gone already',
  });
  {
    using again = tailq.insert("it", 64);
    assert.equal(again.alive, true);
  }
  assert.equal(tailq.count, 0);
  // The memory is given back: what is taken and freed does not add up.
  for (let i = 0; i < 200; i++) tailq.insert("it", 2 ** 20).free();
});

ealCase("what another put there may be taken over", PRIMARY, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  assert.equal(await member(prefix, "insert", "OWN"), "theirs");
  assert.deepEqual(names("OWN"), ["theirs"]); // it has ended, and left it
  const [one, two] = [tailq.adopt("theirs", 64), tailq.adopt("theirs", 64)];
  one.free();
  assert.equal(two.alive, false);
  assert.throws(() => tailq.adopt("theirs", 64), {
    name: "DpdkError",
    code: "ENOENT",
    message: 'Cannot adopt "theirs" of tailq "OWN": there is none of that name',
  });
});

ealCase("more objects than there are memzones", PRIMARY, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  const before = Memzone.list().length;
  for (let i = 0; i < 4000; i++) tailq.insert(`object-${i}`, 64);
  assert.equal(tailq.count, 4000);
  assert.deepEqual(names("OWN"), Array.from({ length: 4000 }, (_, i) => `object-${i}`));
  assert.equal(Memzone.list().length, before);
  // Of memzones there is an end.
  let zones = 0;
  assert.throws(() => {
    for (;; zones++) Memzone.reserve(`zone-${zones}`, 64);
  }, { code: "ENOSPC" });
  assert.equal(zones < 2560, true, `${zones}`);
});

ealCase("a name that is taken, and memory that is not there, are errors", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  using _object = tailq.insert("it", 64);
  assert.throws(() => tailq.insert("it", 64), {
    name: "DpdkError",
    code: "EEXIST",
    message: 'Cannot insert "it" into tailq "OWN": there is one of that name; use find',
  });
  assert.throws(() => tailq.insert("huge", 2 ** 39), {
    name: "DpdkError",
    code: "ENOMEM",
    call: "rte_zmalloc_socket",
    message: /^Cannot insert "huge" into tailq "OWN": .* there is not enough memory left: /,
  });
  assert.equal(tailq.count, 1);
});

ealCase("what cannot be an argument is refused before DPDK is asked", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  const bad: [() => unknown, string][] = [
    [() => Tailq.lookup(""), "TypeError"],
    [() => Tailq.lookup(5 as never), "TypeError"],
    [() => Tailq.lookup("a\0b"), "TypeError"],
    [() => Tailq.lookup("x".repeat(32)), "RangeError"],
    [() => Tailq.register("x".repeat(31)), "RangeError"],
    [() => Tailq.register(""), "TypeError"],
    [() => tailq.insert("", 64), "TypeError"],
    [() => tailq.insert("a\0b", 64), "TypeError"],
    [() => tailq.insert("x".repeat(32), 64), "RangeError"],
    [() => tailq.insert("a", 31), "RangeError"],
    [() => tailq.insert("a", 64.5), "RangeError"],
    [() => tailq.insert("a", NaN), "RangeError"],
    [() => tailq.insert("a", 64, { socketId: -2 }), "RangeError"],
    [() => tailq.insert("a", 64, { socket: 0 } as never), "TypeError"],
    [() => tailq.find("", 64), "TypeError"],
    [() => tailq.find("a", 0), "RangeError"],
    [() => tailq.adopt("a", -1), "RangeError"],
    [() => new (TailqObject as never as new () => unknown)(), "TypeError"],
    [() => new (Tailq as never as new () => unknown)(), "TypeError"],
  ];
  for (const [attempt, name] of bad) assert.throws(attempt, { name }, String(attempt));
  assert.equal(tailq.count, 0);
  using object = tailq.insert("a", 64, { socketId: 0 });
  assert.equal(object.alive, true);
});

ealCase("DPDK's own tailqs are looked at, and not written to", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("ring", 64);
  const rings = Tailq.lookup("RTE_RING");
  // What begins with a name is found on any of them.
  assert.equal(rings.find("ring", 384)?.address, ring.address);
  const own = {
    name: "DpdkError",
    code: "EPERM",
    message: /: names that begin with RTE_ or end with/,
  };
  assert.throws(() => rings.insert("mine", 64), own);
  assert.throws(() => rings.adopt("ring", 64), own);
  for (const name of ["RTE_FIB", "RTE_MINE", "VFIO_CDX_RESOURCE_LIST"]) {
    assert.throws(() => Tailq.register(name), own);
  }
  assert.throws(() => Tailq.lookup("OWN"), {
    name: "DpdkError",
    code: "ENOENT",
    message:
      'Cannot look up tailq "OWN": rte_eal_tailq_lookup failed with ENOENT: there is none of ' +
      'that name; Tailq.list() shows what there is, and Tailq.register("OWN") in the primary makes it',
  });
});

ealCase("a primary registers a name once, and as many as there are places", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const before = Tailq.list().length;
  const own = Tailq.register("x".repeat(30));
  assert.equal(Tailq.lookup(own.name).address, own.address);
  assert.throws(() => Tailq.register(own.name), { name: "DpdkError", code: "EEXIST" });
  let more = 0;
  assert.throws(() => {
    for (;; more++) Tailq.register(`more-${more}`);
  }, {
    name: "DpdkError",
    code: "ENOSPC",
    message: /all places for tailqs are taken: 31 in a usual/,
  });
  assert.equal(before + 1 + more, 31);
  assert.equal(Tailq.list().length, 31);
  // What DPDK keeps pointers to is whole still.
  assert.equal(Tailq.list().at(-1)?.name, `more-${more - 1}`);
});

ealCase("a tailq of 31 bytes, of C, is found but in 22.11, which cuts it", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  const elem = libc().calloc(1, rte_tailq_elem.size)!;
  const name = "x".repeat(31);
  new Uint8Array(peek(runtime.address(elem) + rte_tailq_elem.fields.name.offset, 31).buffer)
    .set(new TextEncoder().encode(name));
  assert.equal(rte.rte_eal_tailq_register(elem as never), 0);
  const cuts = abi().number === 23;
  const { name: seen, address } = Tailq.list().at(-1)!;
  assert.equal(seen, cuts ? "x".repeat(30) : name);
  if (cuts) assert.throws(() => Tailq.lookup(name), { name: "DpdkError", code: "ENOENT" });
  else assert.equal(Tailq.lookup(name).address, address);
  assert.equal(runtime.address(rte.rte_eal_tailq_lookup(name)), cuts ? 0 : address);
});

ealCase(
  "a secondary joins what its primary registered, and makes none",
  PRIMARY,
  async (context) => {
    using _eal = Eal.init(context.args);
    const message =
      'Cannot register tailq "OWN": the primary has registered none of that name, and a ' +
      "secondary can only join it; register it in the primary first";
    assert.equal(await member(context.prefix, "register", "OWN"), message);
    // A C program with EAL_REGISTER_TAILQ does not even start.
    const secondary = [...peerArgs(context.prefix), "--proc-type=secondary"];
    const c = spawnProgram(dialogProgram("counters"), secondary);
    c.stdin.end();
    const { code, stderr } = await c.result;
    assert.equal(code, 1);
    assert.match(stderr, /Cannot initialize tailq: COUNTERS/);
    // Not even an attempt left anything behind.
    Tailq.register("OWN");
    assert.equal(await member(context.prefix, "register", "OWN"), "OWN");
  },
);

ealCase("a Worker uses tailqs, and registers none", PRIMARY, async ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  const worker = new Worker(script("worker"));
  const said = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  assert.equal(
    said,
    'Cannot register tailq "WORKERS": this is a Worker, and DPDK registers in one thread only; ' +
      "register it in the script that called Eal.init, and use " +
      'Tailq.lookup("WORKERS") here',
  );
  assert.deepEqual(names("OWN"), ["of a worker"]);
  await worker.terminate();
  assert.equal(tailq.count, 1);
});

ealCase("after EAL was cleaned up, there is nothing to be had", ({ args }) => {
  const eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  const object = tailq.insert("it", 64);
  const { bytes } = object;
  eal.cleanup();
  assert.equal(bytes.length, 0);
  for (
    const attempt of [
      () => object.buffer,
      () => object.free(),
      () => tailq.entries(),
      () => tailq.count,
      () => tailq.insert("x", 64),
    ]
  ) {
    assert.throws(attempt, { name: "DpdkError" });
  }
});
