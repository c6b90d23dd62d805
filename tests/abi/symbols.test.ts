import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installation } from "../../ffi/abi/mod.ts";
import { rte } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { symbolTables } from "./oracle/collect.ts";
import { compareExactly, EXPERIMENTAL } from "./oracle/symbol_program.ts";
import { complaint } from "./prototypes/complaint.ts";
import { LACKING, wrongExports } from "./prototypes/lacking.ts";
import { isExport, prototypes } from "./prototypes/scan.ts";

const tables = await symbolTables();
const symbols = Object.assign({}, ...tables.map(({ value }) => value)) as Record<string, string>;

/** What a library of this host's DPDK exports. */
function exported(library: string): string[] {
  const { directory, abi } = installation();
  const file = join(directory, `lib${library}.so.${abi.number}`);
  if (!existsSync(file)) return []; // librte_log is part of librte_eal before 24.11
  const { status, stdout } = spawnSync("nm", ["-D", "--defined-only", file], { encoding: "utf8" });
  assert.equal(status, 0);
  return stdout.trim().split("\n").map((line) => line.split(" ")[2]!.split("@")[0]!);
}

test("every prototype is that of the installed headers, exactly", () => {
  assert.equal(tables.length >= 4, true);
  assert.equal(Object.keys(symbols).length >= 55, true);
  const lacking = LACKING[installation().abi.number];
  const all = prototypes().filter((one) => isExport(one) && !lacking.includes(one.key));
  assert.equal(all.length > Object.keys(symbols).length, true);
  const [stable, others] = [true, false].map((known) =>
    all.filter(({ key }) => key in symbols === known).map(({ key, text }) => [key, text] as const)
  );
  // What scripts are given is none of it experimental: the compiler would say so.
  compareExactly(stable!);
  compareExactly(others!, EXPERIMENTAL);
  assert.match(complaint(() => compareExactly(others!)), /not yet part of stable ABI/);
});

test("every symbol is exported by the installed libraries, or declared to be lacking", () => {
  const names = new Set(
    ["rte_eal", "rte_log", "rte_ring", "rte_mempool", "rte_mbuf", "rte_ethdev", "rte_pdump"]
      .flatMap(exported),
  );
  assert.equal(names.has("rte_eal_init"), true);
  assert.equal(names.has("rte_ring_enqueue_bulk"), false);
  const stated = prototypes().filter(isExport).map(({ key }) => key);
  assert.deepEqual(Object.keys(symbols).filter((name) => !stated.includes(name)), []);
  assert.deepEqual(wrongExports(stated, names, LACKING[installation().abi.number]), []);
});

test("a symbol that is missing, and a wrong declaration of one, are found", () => {
  const exports = new Set(["rte_eal_init", "rte_new"]);
  assert.deepEqual(wrongExports(["rte_eal_init", "rte_new"], exports, []), []);
  assert.deepEqual(wrongExports(["rte_eal_init", "rte_gone"], exports, ["rte_gone"]), []);
  assert.deepEqual(wrongExports(["rte_nose"], exports, ["rte_new", "rte_old"]), [
    "rte_nose is not exported, and not declared to be lacking",
    "rte_new is declared to be lacking, and is exported",
    "rte_new is declared to be lacking, and is in no table",
    "rte_old is declared to be lacking, and is in no table",
  ]);
});

test("rte has every function of every table, and each can be opened", () => {
  assert.deepEqual(Object.keys(rte).sort(), Object.keys(symbols).sort());
  for (const [name, call] of Object.entries(rte)) assert.equal(typeof call, "function", name);
});

test("the oracle finds every prototype that is wrong", () => {
  const create = symbols["rte_ring_create"]!;
  const mutants = [
    create.replace("unsigned int count", "uint16_t count"),
    create.replace("unsigned int count", "uint64_t count"),
    create.replace("unsigned int count", "int count"),
    create.replace(", unsigned int flags", ""),
    create.replace("struct rte_ring *", "struct rte_mempool *"),
    create.replace("const char *", "char *"),
    create.replace("struct rte_ring *", "uint64_t"),
    create.replace("flags)", "flags, int more)"),
  ];
  for (const prototype of mutants) assert.notEqual(prototype, create);
  const wrong = mutants.map((prototype) => ["rte_ring_create", prototype] as const);
  const said = complaint(() =>
    compareExactly([...wrong, ["rte_ring_create", create], ["rte_nose", "int (void)"]])
  );
  mutants.forEach((prototype, i) => assert.match(said, new RegExp(`p${i}_rte_ring`), prototype));
  assert.doesNotMatch(said, new RegExp(`p${mutants.length}_rte_ring`));
  assert.match(said, /rte_nose.* undeclared/);
});
