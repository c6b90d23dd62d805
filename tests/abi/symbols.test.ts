import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installation } from "../../ffi/abi/mod.ts";
import { libcSymbols } from "../../ffi/core/libc.ts";
import { lockSymbols } from "../../ffi/eal/primary_lock.ts";
import { rte } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { symbolTables } from "./oracle/collect.ts";
import { compareCalls, compareExactly } from "./oracle/symbol_program.ts";

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
  compareExactly(Object.entries(symbols));
});

test("every prototype of libc takes and gives what glibc's headers say", () => {
  compareCalls([...Object.entries(libcSymbols), ...Object.entries(lockSymbols)]);
});

test("every symbol is exported by the installed libraries", () => {
  const names = new Set(
    ["rte_eal", "rte_log", "rte_ring", "rte_mempool", "rte_mbuf", "rte_ethdev", "rte_pdump"]
      .flatMap(exported),
  );
  assert.equal(names.has("rte_eal_init"), true);
  assert.equal(names.has("rte_ring_enqueue_bulk"), false);
  assert.deepEqual(Object.keys(symbols).filter((name) => !names.has(name)), []);
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

test("the oracle finds values of libc's that are cut short", () => {
  const said = complaint(() =>
    compareCalls([
      ["read", "int (int fd, void *buf, size_t count)"],
      ["close", "int (long fd)"],
      ["access", libcSymbols.access],
    ])
  );
  assert.match(said, /w0_read[^]*may change value/);
  assert.match(said, /w1_close[^]*may change value/);
  assert.doesNotMatch(said, /w2_access/);
});

/** What the compiler says of a program that does not compile. */
function complaint(compile: () => void): string {
  try {
    compile();
  } catch (error) {
    return (error as Error).message;
  }
  assert.fail("it compiles");
}
