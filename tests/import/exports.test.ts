// Subpath exports: each library has one, and importing it opens nothing of DPDK.

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  assert,
  type Child,
  describe,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { LCORES_ZONE } from "../../ffi/lcore/claim.ts";
import { deno, emptyFolder, type Pages } from "./web.ts";

/** What is under all libraries, and no part of them for scripts to import. */
const BENEATH: readonly string[] = ["runtime", "core", "abi"];

function exportsOf(manifest: string): Record<string, string> {
  return JSON.parse(readFileSync(join(ROOT, manifest), "utf8")).exports;
}

const exported = exportsOf("deno.json");
const subpaths = Object.keys(exported);

/** What a script calls the package. */
const NAME = runtimeName === "deno" ? "jsr:@dpdk-ts/dpdk@^0.1.0" : "dpdk.ts";

/** A script in a folder of its own that finds the package by its name, and not where it is. */
function script(context: TestContext, code: string, more: Pages = {}): Child {
  const file = { ...more, "script.ts": code };
  if (runtimeName === "deno") {
    const config = JSON.stringify({ links: [ROOT] });
    const folder = emptyFolder(context, { ...file, "deno.json": config });
    return deno(context, folder, ["--no-check", "-A", "script.ts"]);
  }
  const folder = emptyFolder(context, file);
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules", NAME));
  return spawnProgram(runtimes.bun, ["run", "script.ts"], { cwd: folder });
}

describe("the subpath exports", () => {
  test("are the same in both manifests, and lead to the doors of all libraries", () => {
    const { "./package.json": own, ...npm } = exportsOf("package.json");
    assert.equal(own, "./package.json");
    assert.deepEqual(npm, exported);
    const libraries = readdirSync(join(ROOT, "ffi"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !BENEATH.includes(entry.name))
      .map(({ name }) => name);
    assert.deepEqual(subpaths.toSorted(), [".", ...libraries.map((name) => `./${name}`)].sort());
    for (const path of Object.values(exported)) {
      assert.equal(existsSync(join(ROOT, path)), true, path);
    }
  });

  test("load by the package's name, have what they are named for, and open no library", async (context) => {
    const names = subpaths.map((subpath) => NAME + subpath.slice(1));
    const child = script(
      context,
      `import { readFileSync } from "node:fs";
       for (const [subpath, load] of [
         ${names.map((name, i) => `["${subpaths[i]}", () => import("${name}")]`).join(",\n")}
       ]) console.log(subpath, Object.keys(await load()).join(" "));
       console.log("open", readFileSync("/proc/self/maps", "utf8").includes("librte_"));`,
    );
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout, /^open false$/m);
    const has = (subpath: string, ...named: string[]): void => {
      const line = result.stdout.split("\n").find((one) => one.startsWith(`${subpath} `)) ?? "";
      for (const name of named) assert.ok(line.split(" ").includes(name), `${name} in ${line}`);
    };
    has(".", "Eal", "Ring", "Mempool", "mp", "Inspector", "EthDev", "rte", "DpdkError");
    has("./common", "DpdkError", "PointerBuffer", "poll", "struct", "installation");
    has("./eal", "Eal", "Group", "lcoreUsers");
    has("./lcore", "standIn");
    has("./memzone", "Memzone");
    has("./tailq", "Tailq");
    has("./mp", "mp", "FileDescriptor");
    has("./ring", "Ring", "ElementRing");
    has("./mempool", "Mempool", "MempoolCache");
    has("./recover", "inspectMempool");
    has("./inspect", "Inspector", "Watch");
    has("./net", "EthernetHeader");
    has("./mbuf", "PktmbufPool", "MbufCursor");
    has("./ethdev", "EthDev", "TxBuffer");
    has("./pdump", "pdump");
    has("./rte", "rte");
    assert.equal(result.stdout.trim().split("\n").length, subpaths.length + 1);
  });

  test("are enough to work with, and lcores are claimed", async (context) => {
    const prefix = uniquePrefix("subpath");
    context.cleanup(() => removePrefix(prefix));
    const child = script(
      context,
      `import { PointerBuffer } from "${NAME}/common";
       import { Eal } from "${NAME}/eal";
       import { Memzone } from "${NAME}/memzone";
       import { Mempool } from "${NAME}/mempool";
       import { Ring } from "${NAME}/ring";
       using eal = Eal.init({ filePrefix: "${prefix}", memory: 16, noPci: true, lcores: "0@0" });
       using pool = Mempool.create("POOL", 63, 64);
       using ring = Ring.create("RING", 64);
       const burst = new PointerBuffer(8);
       pool.getBulk(burst, 8);
       console.log(ring.enqueueBurst(burst, 8), ring.dequeueBurst(burst, 8));
       pool.putBulk(burst, 8);
       console.log(Memzone.list().some(({ name }) => name === "${LCORES_ZONE}"));`,
    );
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    assert.equal(result.stdout, "8 8\ntrue\n");
  });
});
