// The symbol-only ELF for arm64: what binutils say of it, and what glibc for arm64 makes of it.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MACHINES, symbolOnlyElf } from "../../ffi/runtime/elf.ts";
import { emulated, withProgram } from "../../tools/arm64/compile.ts";
import { hasRelease, SYSTEM } from "../../tools/arm64/places.ts";
import { assert, outcome, spawnProgram, test, type TestContext } from "../kit.ts";
import { notReady } from "./ready.ts";

const skip = hasRelease(SYSTEM) ? undefined : notReady;
const SYMBOLS = { first: 0x123456789a, second: 0x6000_0000_0010 };

/** A file of a machine's number. */
function elfFile({ cleanup }: TestContext, machine: "aarch64" | "x86_64"): string {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-elf-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "symbols.so");
  writeFileSync(path, symbolOnlyElf(MACHINES[machine]!, SYMBOLS));
  return path;
}

test(
  "binutils read it as a shared object for AArch64 with absolute symbols",
  { skip },
  (context) => {
    const args = ["--wide", "--file-header", "--program-headers", "--use-dynamic", "--symbols"];
    const { status, stdout, stderr } = spawnSync(
      "aarch64-linux-gnu-readelf",
      [...args, elfFile(context, "aarch64")],
      { encoding: "utf8", env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } },
    );
    assert.equal(status, 0);
    assert.equal(stderr, "");
    assert.match(stdout, /Class: +ELF64\n/);
    assert.match(stdout, /Type: +DYN /);
    assert.match(stdout, /Machine: +AArch64\n/);
    assert.match(stdout, /GNU_STACK .* RW +0x10\n/);
    for (const [name, address] of Object.entries(SYMBOLS)) {
      const value = address.toString(16).padStart(16, "0");
      assert.match(stdout, new RegExp(`: ${value} +0 FUNC +GLOBAL DEFAULT +ABS ${name}\n`));
    }
  },
);

/** Opens the file that it is given, and prints what dlsym says of its symbols. */
const OPENER = `
  #include <dlfcn.h>
  #include <stdio.h>
  int main(int argc, char **argv)
  {
    void *handle = dlopen(argv[1], RTLD_NOW);
    if (handle == NULL) {
      printf("%s\\n", dlerror());
      return 1;
    }
    printf("%lx %lx %p\\n", (long)dlsym(handle, "first"), (long)dlsym(handle, "second"),
           dlsym(handle, "third"));
    return 0;
  }
`;

test(
  "glibc for arm64 opens it, and gives the addresses as they stand",
  { skip },
  async (context) => {
    await withProgram(SYSTEM, OPENER, async (program) => {
      const opened = async (machine: "aarch64" | "x86_64") => {
        const [command, ...args] = emulated(program, elfFile(context, machine));
        return await spawnProgram(command, args).result;
      };
      const right = await opened("aarch64");
      assert.equal(right.code, 0, outcome(right));
      assert.equal(right.stdout, "123456789a 600000000010 (nil)\n");
      // That of the other machine is refused: it is the number that counts.
      const wrong = await opened("x86_64");
      assert.equal(wrong.code, 1, outcome(wrong));
      assert.match(wrong.stdout, /wrong ELF|invalid ELF|cannot open shared object/);
    });
  },
);
