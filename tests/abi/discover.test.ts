import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  BUILDS,
  checkArchitecture,
  checkCacheLine,
  installation,
  libdirOf,
  RTE_CACHE_LINE_SIZE,
} from "../../ffi/abi/mod.ts";
import { DpdkError } from "../../mod.ts";
import {
  assert,
  compileC,
  describe,
  outcome,
  runtimeName,
  spawnScript,
  test,
  type TestContext,
} from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/find.ts", import.meta.url));
const KNOWN = "26 (DPDK 25.11), 25 (DPDK 24.11), 23 (DPDK 22.11)";

/** What a process finds: an installation, or the error that it got. */
async function find(env: Record<string, string | undefined>): Promise<Record<string, unknown>> {
  const result = await spawnScript(runtimeName, SCRIPT, [], { env }).result;
  assert.equal(result.code, 0, outcome(result));
  return JSON.parse(result.stdout);
}

function folder({ cleanup }: Pick<TestContext, "cleanup">): string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-ts-find-"));
  cleanup(() => rmSync(path, { recursive: true }));
  return path;
}

const here = installation();

describe("DPDK_LIB_DIR", () => {
  test("names the directory that is used", async () => {
    const found = await find({ DPDK_LIB_DIR: here.directory });
    assert.deepEqual(found, {
      directory: here.directory,
      abi: { ...here.abi },
      how: "DPDK_LIB_DIR",
    });
  });

  test("empty is as good as unset", async () => {
    assert.equal((await find({ DPDK_LIB_DIR: "" }))["how"], here.how);
  });

  test("without a librte_eal is refused, and no other directory is looked at", async (context) => {
    const directory = folder(context);
    const { name, message } = await find({ DPDK_LIB_DIR: directory });
    assert.equal(name, "DpdkError");
    assert.equal(
      message,
      `Cannot find DPDK: DPDK_LIB_DIR is ${directory}, which holds no librte_eal.so.N; set it to ` +
        "the directory of DPDK's libraries, or unset it",
    );
    assert.match(String((await find({ DPDK_LIB_DIR: "/no/such" }))["message"]), /holds no librte/);
  });

  test("with an unknown ABI is refused, naming the known ones", async (context) => {
    const directory = folder(context);
    writeFileSync(join(directory, "librte_eal.so.24"), "");
    const { name, message } = await find({ DPDK_LIB_DIR: directory });
    assert.equal(name, "DpdkError");
    assert.equal(
      message,
      `Cannot use DPDK: librte_eal in DPDK_LIB_DIR (${directory}) is of ABI 24; ` +
        `dpdk.ts knows ABI ${KNOWN}; install one of these, or set DPDK_LIB_DIR to where one is`,
    );
  });

  test("with a library that cannot be loaded says what the linker said", async (context) => {
    const directory = folder(context);
    writeFileSync(join(directory, `librte_eal.so.${here.abi.number}`), "no library");
    const { name, message } = await find({ DPDK_LIB_DIR: directory });
    assert.equal(name, "DpdkError");
    assert.match(
      String(message),
      /Cannot open .*librte_eal\.so\.\d+: dlopen failed: .*too short; install all/,
    );
  });
});

/** What is thrown. */
function thrown(call: () => void): DpdkError {
  try {
    call();
  } catch (error) {
    assert.equal(error instanceof DpdkError, true);
    return error as DpdkError;
  }
  assert.fail("it throws nothing");
}

describe("the cache line", () => {
  const other = RTE_CACHE_LINE_SIZE === 64 ? 128 : 64;

  test("that this machine's build has is accepted", () => {
    checkCacheLine(6 * RTE_CACHE_LINE_SIZE + 8 * 1024, 1024);
  });

  test("of another build is refused, and named", () => {
    assert.equal(
      thrown(() => checkCacheLine(6 * other + 8 * 1024, 1024)).message,
      `Cannot use DPDK: its rings have a header of ${
        6 * other
      } bytes, which means cache lines of ` +
        `${other} bytes; dpdk.ts knows ${RTE_CACHE_LINE_SIZE} on this machine: use a DPDK that was ` +
        "built for these, as Debian's is",
    );
  });

  test("is known for each architecture, and another architecture is refused", () => {
    assert.deepEqual(
      Object.values(BUILDS).map(({ architecture, cacheLine }) => [architecture, cacheLine]),
      [["x86_64", 64], ["aarch64", 128]],
    );
    checkArchitecture(true, "x64");
    assert.equal(
      thrown(() => checkArchitecture(false, "riscv64")).message,
      "Cannot use DPDK: this machine is riscv64, whose layouts dpdk.ts does not know; " +
        "it knows x86_64 and aarch64",
    );
  });

  test("of a library found on the disk is asked for when DPDK is first used", async (context) => {
    const directory = folder(context);
    // compileC keeps what it made under a name of its own; a shared object is one, too.
    const stub = compileC(
      `#include <sys/types.h>
       int rte_eal_init(void);
       int rte_eal_init(void) { return -1; }
       ssize_t rte_ring_get_memsize(unsigned int count);
       ssize_t rte_ring_get_memsize(unsigned int count) { return 768 + 8 * (ssize_t)count; }`,
      ["-shared", "-fPIC"],
    );
    for (const name of ["eal", "ring"]) {
      copyFileSync(stub, join(directory, `librte_${name}.so.${here.abi.number}`));
    }
    const { name, message } = await find({ DPDK_LIB_DIR: directory });
    assert.equal(name, "DpdkError");
    assert.match(String(message), /cache lines of 128 bytes; dpdk\.ts knows 64/);
  });
});

test("libdirOf reads a pkg-config file", () => {
  const pc =
    "prefix=/usr\nlibdir=${prefix}/lib/x86_64-linux-gnu\n\nName: DPDK\nLibs: -L${libdir}\n";
  assert.equal(libdirOf(pc), "/usr/lib/x86_64-linux-gnu");
  assert.equal(libdirOf("exec_prefix = /a\nlibdir=/opt/lib\n"), "/opt/lib");
  assert.equal(libdirOf("prefix=/usr\nlibdir=${none}/lib\n"), "/lib");
  assert.equal(libdirOf("Name: DPDK\n"), undefined);
});
