import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ABIS } from "../../ffi/abi/mod.ts";
import { Errno, errorCode } from "../../ffi/core/errno.ts";
import { configLayout } from "../../ffi/eal/layout.ts";
import { rte_mbuf } from "../../ffi/mbuf/layout.ts";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { assert, ROOT, test } from "../kit.ts";
import { layouts } from "./oracle/collect.ts";
import { compareLayouts } from "./oracle/layout_program.ts";
import { mutated } from "./oracle/mutate.ts";

const all = await layouts();
const constants = new Map(all.constants.flatMap(({ value }) => Object.entries(value.values)));

test("every size, offset and constant is what the installed headers say", () => {
  const { compared, differences } = compareLayouts(all);
  assert.deepEqual(differences, []);
  // Every folder that has layouts is among them.
  const places = [...all.structs, ...all.constants].map(({ place }) => place);
  for (const folder of readdirSync(join(ROOT, "ffi"))) {
    if (!existsSync(join(ROOT, "ffi", folder, "layout.ts"))) continue;
    assert.equal(places.some((place) => place.startsWith(`ffi/${folder}/`)), true, folder);
  }
  assert.equal(compared > 1200, true, `${compared} numbers were compared`);
});

test("a change of any number that is compared is found", () => {
  const { structs, constants } = mutated(all);
  const { compared, differences } = compareLayouts({ structs, constants });
  assert.equal(differences.length, compared);
});

/** Exported numbers that no header names, and the test that compares them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "ffi/eal/layout.ts RTE_MAGIC": "config.test.ts, with a living primary's file",
};

test("every exported number is one of the constants that are compared", () => {
  for (const { place, value } of all.numbers) {
    if (ELSEWHERE[place] !== undefined) continue;
    assert.equal(constants.get(place.split(" ")[1]!), value, place);
  }
});

test("what has another form is known, and compared elsewhere", () => {
  const tables = all.others.filter(({ place }) => !place.endsWith(" configLayout"));
  assert.equal(tables.length, all.others.length - 1); // config.test.ts, with a living primary's file
  for (const { place, value } of tables) {
    for (const [name, number] of Object.entries(value as object)) {
      assert.equal(constants.get(name), number, `${place} ${name}`);
    }
  }
  for (const [name, number] of Object.entries(Errno)) {
    assert.equal(constants.get(name), number, name);
    assert.equal(errorCode(number), name);
  }
});

/** Files that may write down a number of C's. */
const HOMES = /\/(layout|conf_layout|constants|flags|errno|rss_types)\.ts$/;

/** A name that C's headers would give a number, with a number. */
const NUMBER_OF_C = new RegExp(
  "(?<!\\? )\\b((RTE|RING|O|F|FD|S|SOCK|AF|SOL|SO|MSG|SHUT|MAP|PROT|MFD|SYS|ET|EM|PT|PF|DT|SHT|SHN|SA|LOCK" +
    "|EFD|AT|RTLD|IPPROTO|STATX|RENAME|CLONE|MADV)_[A-Z0-9_]+|SIG[A-Z]+|POLL[A-Z]+)\\s*[:=]\\s*-?\\d",
);

test("nothing but the layouts writes down a number that a header has", () => {
  const files = readdirSync(join(ROOT, "ffi"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !HOMES.test(path));
  assert.equal(files.length > 150, true);
  const found = files.flatMap((path) =>
    readFileSync(join(ROOT, "ffi", path), "utf8").split("\n")
      .flatMap((line) => NUMBER_OF_C.test(line) ? [`${path}: ${line.trim()}`] : [])
  );
  assert.deepEqual(found, []);
  assert.equal(NUMBER_OF_C.test("const O_CLOEXEC = 0o2000000;"), true);
});

test("fields that the code reads at once are neighbours", () => {
  const { fields: M } = rte_mbuf;
  const pairs = [
    [M.data_off, M.refcnt],
    [M.nb_segs, M.port],
    [M.packet_type, M.pkt_len],
    [M.data_len, M.vlan_tci],
    [M.vlan_tci_outer, M.buf_len],
  ] as const;
  for (const [first, second] of pairs) {
    assert.equal(first.offset + first.size, second.offset);
    assert.equal(first.offset % (first.size + second.size), 0);
  }
});

test("what is asked for without knowing the release is alike in all", () => {
  const [newest, ...others] = ABIS.map(configLayout);
  for (const { size, legacyMem, singleFileSegments } of others) {
    assert.deepEqual(
      [size, legacyMem, singleFileSegments],
      [newest!.size, newest!.legacyMem, newest!.singleFileSegments],
    );
  }
});

test("the oracle finds every wrong number, and no other", () => {
  const fields = { mask: { offset: 48, size: 4 }, name: { offset: 0, size: 32 } };
  const size = rte_ring.size + 1;
  const { compared, differences } = compareLayouts({
    structs: [
      { place: "right", value: rte_ring },
      { place: "wrong", value: { ...rte_ring, size, fields } },
    ],
    constants: [{
      place: "wrong",
      value: { header: "rte_ring.h", values: { RING_F_SP_ENQ: 1, RING_F_SC_DEQ: 4 } },
    }],
  });
  assert.equal(compared, 1 + 2 * Object.keys(rte_ring.fields).length + 5 + 2);
  assert.deepEqual(differences, [
    `wrong: sizeof(struct rte_ring) is ${rte_ring.size} in C, and ${size} here`,
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
