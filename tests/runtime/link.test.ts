import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { libc } from "../../ffi/core/mod.ts";
import { MACHINES, symbolOnlyElf } from "../../ffi/runtime/elf.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { assert, compileC, describe, test } from "../kit.ts";

const COUNT = 300;
const library = compileC(
  Array.from(
    { length: COUNT },
    (_, i) => `int f${i}(int x); int f${i}(int x) { return ${i * 1000} + x; }`,
  ).join("\n"),
  ["-shared", "-fPIC"],
);

const RTLD_NOW = 2;
const handle = libc().dlopen(library, RTLD_NOW);
const addressOf = (name: string): number => runtime.address(libc().dlsym(handle, name));

const prototypes = (names: readonly string[]): Record<string, "int (int x)"> =>
  Object.fromEntries(names.map((name) => [name, "int (int x)" as const]));
const addresses = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, addressOf(name)]));
const all = Array.from({ length: COUNT }, (_, i) => `f${i}`);

describe("link", () => {
  test("calls the function at an address", () => {
    const { anything } = runtime.link({ anything: addressOf("f7") }, { anything: "int (int x)" });
    assert.equal(anything(5), 7005);
    assert.equal(anything(-5), 6995);
  });

  test("does as the function opened by name does, for hundreds of symbols at once", () => {
    const opened = runtime.open(library, prototypes(all));
    const linked = runtime.link(addresses(all), prototypes(all));
    for (const [i, name] of all.entries()) {
      assert.equal(linked[name]!(i), i * 1001, name);
      assert.equal(linked[name]!(i), opened[name]!(i), name);
    }
  });

  test("works several times, each with functions of its own under the same name", () => {
    const links = all.slice(0, 40).map((name) =>
      runtime.link({ same: addressOf(name) }, { same: "int (int x)" })
    );
    links.forEach(({ same }, i) => assert.equal(same(1), i * 1000 + 1));
    links.reverse().forEach(({ same }, i) => assert.equal(same(2), (39 - i) * 1000 + 2));
  });

  test("converts as open does", () => {
    const self = libc().dlopen("libc.so.6", RTLD_NOW);
    const { strlen, strchr } = runtime.link(
      {
        strlen: runtime.address(libc().dlsym(self, "strlen")),
        strchr: runtime.address(libc().dlsym(self, "strchr")),
      },
      { strlen: "size_t (const char *s)", strchr: "const char * (const char *s, int c)" },
    );
    assert.equal(strlen("hello"), 5);
    assert.equal(strchr("hello", "l".charCodeAt(0)), "llo");
    assert.equal(strchr("hello", "x".charCodeAt(0)), null);
  });
});

/** What readelf says of the bytes. */
function readelf(bytes: Uint8Array, ...flags: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-elf-"));
  try {
    const file = join(folder, "symbols.so");
    writeFileSync(file, bytes);
    const env = { ...process.env, LC_ALL: "C" };
    const done = spawnSync("readelf", ["-W", ...flags, file], { encoding: "utf8", env });
    assert.equal(done.status, 0);
    assert.equal(done.stderr, "");
    return done.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the symbol-only ELF", () => {
  const symbols = { first: 0x7fff12345678, second: 0x600000000010, third_one: 8 };
  const machine = MACHINES["x86_64"]!;

  test("is accepted by readelf, without a warning", () => {
    const said = readelf(symbolOnlyElf(machine, symbols), "-a");
    assert.match(said, /Class: +ELF64/);
    assert.match(said, /Type: +DYN/);
    assert.match(said, /Machine: +Advanced Micro Devices X86-64/);
    assert.match(said, /Number of program headers: +3/);
  });

  test("holds absolute functions, and nothing that could run", () => {
    const elf = symbolOnlyElf(machine, symbols);
    const table = readelf(elf, "--use-dynamic", "--syms");
    for (const [name, address] of Object.entries(symbols)) {
      const value = address.toString(16).padStart(16, "0");
      assert.match(table, new RegExp(`${value} +0 FUNC +GLOBAL +DEFAULT +ABS ${name}\\n`));
    }
    const segments = readelf(elf, "--segments");
    assert.match(segments, /GNU_STACK .* RW /);
    assert.doesNotMatch(segments, / R?W?E /);
  });

  test("may have no symbols, or thousands", () => {
    readelf(symbolOnlyElf(machine, {}), "-a");
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`s${i}`, i]));
    const table = readelf(symbolOnlyElf(machine, many), "--use-dynamic", "--syms");
    assert.equal(table.match(/ FUNC /g)?.length, 5000);
  });

  test("says which machine it is for", () => {
    const elf = symbolOnlyElf(MACHINES["aarch64"]!, symbols);
    assert.match(readelf(elf, "--file-header"), /Machine: +AArch64/);
  });
});
