// A list that somebody wrote over, or a lock that nobody gives up: told, and neither a crash nor a wait.

import { peek, readPointer } from "../../ffi/core/mod.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { rte_tailq_entry } from "../../ffi/tailq/mod.ts";
import { Eal, type OwnedTailqObject, Ring, rte, Tailq } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { dyingC } from "../faults/peers.ts";

const { next, prev, data } = rte_tailq_entry.fields;

/** Stores a pointer somewhere, as a program with a fault may; gives a function that puts it right. */
function spoil(address: number, pointer: bigint): () => void {
  const view = peek(address, 8);
  const was = readPointer(view, 0);
  view.setBigUint64(0, pointer, true);
  return () => view.setBigUint64(0, BigInt(was), true);
}

/** Nobody holds DPDK's lock: a writer would wait for ever otherwise, this one with it. */
function lockIsFree(): void {
  rte.rte_mcfg_tailq_write_lock();
  rte.rte_mcfg_tailq_write_unlock();
}

/** What each operation on a spoilt tailq throws. */
function allThrow(tailq: Tailq, last: OwnedTailqObject, message: RegExp): void {
  const attempts: [string, () => unknown][] = [
    ["entries", () => tailq.entries()],
    ["count", () => tailq.count],
    ["find", () => tailq.find("none", 64)],
    ["insert", () => tailq.insert("new", 64)],
    ["free", () => last.free()],
  ];
  for (const [name, attempt] of attempts) {
    assert.throws(attempt, { name: "DpdkError", message }, name);
    lockIsFree();
  }
  assert.equal(Tailq.list().find(({ name }) => name === tailq.name)?.count, undefined);
}

ealCase("a corrupt list is told, whatever is wrong with it", ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("SPOILT");
  const [a, b, c] = ["a", "b", "c"].map((name) => tailq.insert(name, 64)) as [
    OwnedTailqObject,
    OwnedTailqObject,
    OwnedTailqObject,
  ];
  const loop = /entry 3 at 0x[0-9a-f]+ does not lead back to where it was found: .*started anew$/;
  const outside = /entry 2 is at 0x[0-9a-f]+, which is not memory of the group/;
  for (const target of [a.entry, b.entry, c.entry]) {
    const repair = spoil(c.entry + next.offset, BigInt(target)); // a loop
    allThrow(tailq, c, loop);
    repair();
  }
  const heads = BigInt(tailq.address);
  // Small, odd, not an address of a process, in the config, in the group's addresses and not in use.
  const unused = BigInt(a.entry) + 2n ** 32n;
  for (const pointer of [8n, 0xdeadbeefn, 2n ** 47n, 2n ** 64n - 8n, heads, unused]) {
    const repair = spoil(b.entry + next.offset, pointer);
    allThrow(tailq, c, outside);
    repair();
  }
  const odd = spoil(b.entry + next.offset, BigInt(c.entry) + 4n);
  allThrow(tailq, c, outside);
  odd();
  const back = spoil(c.entry + prev.offset, BigInt(c.entry));
  allThrow(tailq, c, /entry 2 at .* does not lead back/);
  back();

  // The head: readers do not need its end, who puts something there does.
  const end = spoil(tailq.address + 8, BigInt(a.entry));
  assert.equal(tailq.count, 3);
  for (const attempt of [() => tailq.insert("new", 64), () => c.free()]) {
    assert.throws(attempt, { name: "DpdkError", message: /its head does not know the last entry/ });
    lockIsFree();
  }
  end();

  // An object that is nowhere has no name, and is found by none.
  const wild = spoil(b.entry + data.offset, 0x10n);
  assert.deepEqual(tailq.entries().map(({ name }) => name), ["a", undefined, "c"]);
  assert.equal(tailq.find("b", 64), undefined);
  assert.throws(() => b.free(), { message: /somebody else has taken it off/ });
  assert.equal(b.alive, false);
  wild();

  // Nothing was done meanwhile, and all goes on.
  assert.deepEqual(tailq.entries().map(({ name }) => name), ["a", "b", "c"]);
  for (const object of [tailq.adopt("b", 64), c, a]) object.free();
  assert.equal(tailq.count, 0);
  using again = tailq.insert("again", 64);
  assert.equal(tailq.find("again", 64)?.address, again.address);
});

ealCase("a list of one process's own memory is not followed", ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("PRIVATE");
  // As RTE_SWX_PIPELINE keeps its entries: from malloc, which no other process has.
  const entry = runtime.pointerTo(new ArrayBuffer(4096));
  const address = Math.ceil(runtime.address(entry) / 64) * 64;
  spoil(address + prev.offset, BigInt(tailq.address));
  spoil(tailq.address, BigInt(address));
  assert.throws(() => tailq.entries(), {
    message:
      /^Cannot walk tailq "PRIVATE": its entry 0 is at 0x[0-9a-f]+, which is not memory of the/,
  });
  const info = Tailq.list().find(({ name }) => name === "PRIVATE");
  assert.deepEqual(info, { name: "PRIVATE", address: tailq.address, count: undefined });
});

ealCase("an object ends where memory does", ({ args }) => {
  using _eal = Eal.init([...args, "--no-huge"]);
  const tailq = Tailq.register("EDGE");
  using _object = tailq.insert("object", 64);
  assert.throws(() => tailq.find("object", 2 ** 36), {
    message: /bytes from there on are not the group's memory$/,
  });
  assert.equal(tailq.find("object", 64)?.length, 64);
});

ealCase("whatever is thrown, the lock is given back", ({ args }) => {
  using _eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  using _object = tailq.insert("a", 64);
  const attempts = [
    () => tailq.insert("a", 64),
    () => tailq.insert("", 64),
    () => tailq.insert("b", 31),
    () => tailq.insert("b", 2 ** 39),
    () => tailq.adopt("none", 64),
    () => tailq.find("a", 2 ** 40),
    () => Tailq.lookup("none"),
    () => Tailq.register("OWN"),
    () => Tailq.register("RTE_OWN"),
  ];
  for (const attempt of attempts) {
    assert.throws(attempt);
    lockIsFree();
  }
  // What a script does with each entry, it does when the lock is free again.
  for (const _entry of tailq.entries()) lockIsFree();
});

ealCase("a lock that a process took with it is told of", {
  args: ["--base-virtaddr=0x600000000000"],
}, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  Ring.create("ring", 64);
  const tailq = Tailq.register("OWN");
  const object = tailq.insert("a", 64);
  const lost = {
    name: "DpdkError",
    code: "EDEADLK",
    message: /: qlock \(.*\) is held and not given/,
  };
  await dyingC(prefix, 1, "lock qlock read");
  // Readers go on beside a reader; a writer would wait for ever.
  assert.deepEqual(Tailq.lookup("RTE_RING").entries().map(({ name }) => name), ["ring"]);
  assert.throws(() => tailq.insert("b", 64), lost);
  assert.throws(() => object.free(), lost);
  assert.throws(() => Tailq.register("MORE"), lost);
  assert.equal(tailq.find("b", 64), undefined);
});

ealCase("nor is one waited for that a writer took with it", {
  args: ["--base-virtaddr=0x600000000000"],
}, async ({ args, prefix }) => {
  const eal = Eal.init(args);
  const tailq = Tailq.register("OWN");
  await dyingC(prefix, 1, "lock qlock write");
  const lost = {
    name: "DpdkError",
    code: "EDEADLK",
    message: /: qlock \(.*\) is held and not given/,
  };
  for (
    const attempt of [
      () => Tailq.list(),
      () => Tailq.dump(),
      () => tailq.entries(),
      () => Tailq.lookup("OWN"),
    ]
  ) {
    assert.throws(attempt, lost);
  }
  console.warn = () => {};
  eal.cleanup();
});
