import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  errno,
  exists,
  libc,
  listDirectory,
  printed,
  readFile,
  readText,
} from "../../ffi/core/mod.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { assert, describe, test, type TestContext } from "../kit.ts";

function folder({ cleanup }: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-ts-libc-"));
  cleanup(() => rmSync(path, { recursive: true }));
  return path;
}

describe("files", () => {
  test("are read whole, whatever their size", (context) => {
    const path = join(folder(context), "file");
    for (const size of [0, 1, 65_535, 65_536, 65_537, 300_000]) {
      const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
      writeFileSync(path, bytes);
      assert.deepEqual(readFile(path), bytes);
    }
    assert.equal(readText("/proc/self/comm"), readFileSync("/proc/self/comm", "utf8"));
  });

  test("that cannot be read are undefined", (context) => {
    assert.equal(readFile("/no/such"), undefined);
    assert.equal(readText("/no/such"), undefined);
    assert.equal(readFile(folder(context)), undefined);
  });

  test("exist or not", (context) => {
    assert.equal(exists(folder(context)), true);
    assert.equal(exists("/no/such"), false);
  });
});

describe("directories", () => {
  test("are listed as node does", (context) => {
    const path = folder(context);
    const names = [
      "a",
      "größer",
      "x".repeat(255),
      ...Array.from({ length: 500 }, (_, i) => `n${i}`),
    ];
    for (const name of names) writeFileSync(join(path, name), "");
    assert.deepEqual(listDirectory(path).sort(), readdirSync(path).sort());
    assert.equal(listDirectory(path).length, names.length);
  });

  test("that are not there are empty", () => {
    assert.deepEqual(listDirectory("/no/such"), []);
  });

  test("are closed again", () => {
    const open = (): number => readdirSync("/proc/self/fd").length;
    listDirectory("/tmp");
    const before = open();
    for (let i = 0; i < 50; i++) listDirectory("/tmp");
    for (let i = 0; i < 50; i++) readFile("/proc/self/comm");
    assert.equal(open() <= before + 1, true);
  });
});

test("errno is that of the call that failed", () => {
  assert.equal(libc().open("/no/such", 0), -1);
  assert.equal(errno(), 2);
});

describe("printed", () => {
  const { fputs } = runtime.open("libc.so.6", { fputs: "int (const char *s, FILE *stream)" });

  test("gives what a function prints", () => {
    assert.equal(printed((stream) => void fputs("größe\n", stream)), "größe\n");
    assert.equal(printed(() => {}), "");
    const long = "0123456789".repeat(20_000);
    assert.equal(printed((stream) => void fputs(long, stream)), long);
  });

  test("closes the stream when the function throws", () => {
    assert.throws(() =>
      printed(() => {
        throw new Error("in between");
      }), /in between/);
  });
});
