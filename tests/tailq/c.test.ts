// Every tailq of a group, also those of libraries that this one has no class for: C is the referee.

import { Eal, Memzone, Ring, Tailq } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { cPrimary, names, pairs } from "./scene.ts";

/** Tailqs whose objects begin with their names, or are entries themselves. */
const NAMED = [
  ...["RTE_RING", "RTE_MEMPOOL", "RTE_HASH", "RTE_FBK_HASH", "RTE_THASH", "RTE_LPM6", "RTE_STACK"],
  ...["RTE_REORDER", "RTE_ACL", "RTE_RIB", "RTE_FIB", "RTE_EFD", "RTE_MBUF_DYNFIELD"],
  ...["RTE_MBUF_DYNFLAG", "RTE_DISTRIBUTOR", "RTE_DIST_BURST"],
];

/** Those that are linked themselves. */
const LINKED = ["RTE_DISTRIBUTOR", "RTE_DIST_BURST"];

/** The heads that C's dump names, with their first entries. */
function heads(dump: readonly string[]): string[] {
  return dump.flatMap((line) => /qname:<(.+)>, tqh_first:(\S+), tqh_last:(\S+)$/.exec(line) ?? [])
    .filter((_, i) => i % 4 === 1);
}

ealCase("every tailq that C has made is listed, and walked as C walks it", async ({ prefix }) => {
  const c = await cPrimary("view_tailq", prefix, "-m", "256");
  for (const tailq of NAMED) {
    for (const name of ["first", "second"]) {
      const [made] = await c.ask(`make ${tailq} ${name}-${tailq.slice(4)}`);
      assert.notEqual(made, "0", `${tailq} ${name}`);
    }
  }
  using _eal = Eal.init({ filePrefix: prefix, processType: "secondary", noPci: true });
  const dump = await c.ask("dump");
  assert.deepEqual(Tailq.list().map(({ name }) => name), heads(dump));
  assert.deepEqual(Tailq.dump().trim().split("\n"), dump);
  for (const { name, address, count } of Tailq.list()) {
    assert.deepEqual([String(address)], await c.ask(`lookup ${name}`), name);
    const walked = await c.ask(`walk ${name}`);
    assert.equal(count, walked.length, name);
    assert.equal(Tailq.lookup(name).count, walked.length, name);
    const addresses = walked.map((line) => Number(line.split(" ")[0]));
    assert.deepEqual(Tailq.lookup(name).entries().map((entry) => entry.address), addresses, name);
    if (!LINKED.includes(name)) assert.deepEqual(pairs(name), walked, name);
    else for (const { data } of Tailq.lookup(name).entries()) assert.equal(data, 0, name);
  }
  for (const tailq of NAMED) {
    const seen = names(tailq).filter((name) => name?.endsWith(`-${tailq.slice(4)}`)); // a FIB has a RIB
    assert.deepEqual(seen, [`first-${tailq.slice(4)}`, `second-${tailq.slice(4)}`], tailq);
  }
  await c.end();
});

ealCase("what does not begin with a name has none, whatever it looks like", async ({ prefix }) => {
  const c = await cPrimary("view_tailq", prefix, "-m", "256");
  assert.notEqual(await c.ask("make RTE_LPM routes").then(([made]) => made), "0");
  assert.deepEqual(await c.ask("route routes"), ["0"]);
  using _eal = Eal.init({ filePrefix: prefix, processType: "secondary", noPci: true });
  assert.deepEqual(names("RTE_LPM"), [undefined]);
  assert.deepEqual(pairs("RTE_LPM"), await c.ask("walk RTE_LPM"));
  for (const name of ["RTE_LPM", "UIO_RESOURCE_LIST", "RTE_DISTRIBUTOR"]) {
    assert.throws(() => Tailq.lookup(name).find("routes", 64), {
      name: "DpdkError",
      message: `Cannot find "routes" on tailq "${name}": what is on it does not begin with a name`,
    });
  }
  await c.end();
});

ealCase("C sees of the lists of TypeScript what TypeScript sees", async ({ prefix }) => {
  const c = await cPrimary("view_tailq", prefix, "-m", "64");
  using _eal = Eal.init({ filePrefix: prefix, processType: "secondary", noPci: true });
  using _a = Ring.create("a", 64);
  using _b = Ring.create("b", 64);
  assert.deepEqual(await c.ask("walk RTE_RING"), pairs("RTE_RING"));
  assert.deepEqual(names("RTE_RING"), ["a", "b"]);
  // What C adds meanwhile is there at once; memzones are walked by Memzone.list.
  await c.ask("make RTE_RING c");
  assert.deepEqual(names("RTE_RING"), ["a", "b", "c"]);
  assert.equal(Memzone.list().some(({ name }) => name === "RG_c"), true);
  // An empty name would be that of a free place.
  assert.notEqual(await c.ask("lookup").then(([head]) => head), "0");
  assert.throws(() => Tailq.lookup(""), TypeError);
  await c.end();
});

ealCase(
  "what lies in memory that only another process has is not looked at",
  async ({ prefix }) => {
    const c = await cPrimary("view_tailq", prefix, "-m", "64");
    const [address] = await c.ask("external theirs");
    assert.notEqual(address, "0");
    await c.ask("make RTE_RING shared");
    using _eal = Eal.init({ filePrefix: prefix, processType: "secondary", noPci: true });
    assert.deepEqual(pairs("RTE_RING"), await c.ask("walk RTE_RING"));
    assert.deepEqual(names("RTE_RING"), [undefined, "shared"]);
    assert.equal(Tailq.lookup("RTE_RING").entries()[0]?.data, Number(address));
    assert.equal(Tailq.lookup("RTE_RING").find("theirs", 64), undefined);
    await c.end();
  },
);

ealCase("a group of one process has tailqs, too", {
  args: ["--no-huge", "--no-shconf"],
}, ({ args }) => {
  using _eal = Eal.init(args);
  using _ring = Ring.create("alone", 64);
  assert.deepEqual(names("RTE_RING"), ["alone"]);
  assert.equal(Tailq.list().find(({ name }) => name === "RTE_RING")?.count, 1);
  const own = Tailq.register("OWN");
  using object = own.insert("it", 64);
  assert.equal(own.find("it", 64)?.address, object.address);
});
