import { assert, test } from "../kit.ts";
import { rte_mempool } from "../../ffi/mempool/layout.ts";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { layouts } from "./oracle/collect.ts";
import { compareLayouts } from "./oracle/layout_program.ts";

const all = await layouts();

test("every size, offset and constant is what the installed headers say", () => {
  const { compared, differences } = compareLayouts(all);
  assert.deepEqual(differences, []);
  // Each library folder that has layouts is among them.
  const folders = new Set(
    [...all.structs, ...all.constants].map(({ place }) => place.split("/")[1]),
  );
  const known = ["eal", "memzone", "tailq", "mp", "ring", "mempool", "net", "mbuf", "ethdev"];
  for (const folder of known) {
    assert.equal(folders.has(folder), true, folder);
  }
  assert.equal(compared > 150, true, `${compared} numbers were compared`);
});

/** Exported numbers that no header names, and the test that compares them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "ffi/eal/layout.ts RTE_MAGIC": "config.test.ts, with a living primary's file",
  "ffi/ring/layout.ts MEMPOOL_POOL_DATA": "below",
};

test("every exported number is one of the constants that are compared", () => {
  const compared = new Map(all.constants.flatMap(({ value }) => Object.entries(value.values)));
  for (const { place, value } of all.numbers) {
    if (ELSEWHERE[place] !== undefined) continue;
    assert.equal(compared.get(place.split(" ")[1]!), value, place);
  }
});

test("what has another form is known, and compared elsewhere", () => {
  const places = all.others.map(({ place }) => place).sort();
  assert.deepEqual(places, ["ffi/eal/layout.ts configLayout", "ffi/ring/layout.ts SyncType"]);
  const compared = new Map(all.constants.flatMap(({ value }) => Object.entries(value.values)));
  const syncType = all.others.find(({ place }) => place.endsWith("SyncType"))!.value as object;
  for (const [name, value] of Object.entries(syncType)) assert.equal(compared.get(name), value);
});

test("ring's and mempool's layouts agree on where a pool's data pointer is", () => {
  const known = all.numbers.find(({ place }) => place.endsWith("MEMPOOL_POOL_DATA"));
  assert.equal(known?.value, rte_mempool.fields.pool_data.offset);
});

test("the oracle finds every wrong number, and no other", () => {
  const fields = { mask: { offset: 48, size: 4 }, name: { offset: 0, size: 32 } };
  const { compared, differences } = compareLayouts({
    structs: [
      { place: "right", value: rte_ring },
      { place: "wrong", value: { ...rte_ring, size: 385, fields } },
    ],
    constants: [{
      place: "wrong",
      value: { header: "rte_ring.h", values: { RING_F_SP_ENQ: 1, RING_F_SC_DEQ: 4 } },
    }],
  });
  assert.equal(compared, 1 + 2 * Object.keys(rte_ring.fields).length + 5 + 2);
  assert.deepEqual(differences, [
    "wrong: sizeof(struct rte_ring) is 384 in C, and 385 here",
    "wrong: offsetof(struct rte_ring, mask) is 52 in C, and 48 here",
    "wrong: sizeof name of struct rte_ring is 29 in C, and 32 here",
    "wrong: RING_F_SC_DEQ is 2 in C, and 4 here",
  ]);
});

test("the oracle finds what is not there", () => {
  const fields = { nose: { offset: 0, size: 4 } };
  const compare = () =>
    compareLayouts({
      structs: [{ place: "x", value: { ...rte_ring, fields } }],
      constants: [{ place: "x", value: { header: "rte_ring.h", values: { RING_F_NOSE: 1 } } }],
    });
  assert.throws(compare, /no member named 'nose'[^]*'RING_F_NOSE' undeclared/);
});
