// libraries({ url }): DPDK from a web server, on a host that has none.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installation } from "../../ffi/abi/mod.ts";
import { libraries, type LibrariesOptions } from "../../mod.ts";
import { cannotHide, hidden } from "../abi/hidden.ts";
import {
  assert,
  compileC,
  outcome,
  removePrefix,
  runtimeName,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { installedSet, sha256, soname, sumsOf } from "./set.ts";
import { emptyFolder, type Pages, serve, type Web } from "./web.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/fetched.ts", import.meta.url));
const REFUSED = fileURLToPath(new URL("./fixtures/refused.ts", import.meta.url));
const PLUG = readFileSync(new URL("./fixtures/plug.ts", import.meta.url), "utf8");
const here = installation();

/** What a script works with: rings, pools and their driver, and a port. */
const USED = ["eal", "ring", "mempool", "ethdev", "mempool_ring", "net_null"] as const;

/** Serves such files with their list, and the stand-in for plug. */
function serveSet(context: TestContext, files: Pages, sums = sumsOf(files)): Promise<Web> {
  const pages: Record<string, string | Uint8Array> = { "plug.ts": PLUG, "set/SHA256SUMS": sums };
  for (const [name, body] of Object.entries(files)) pages[`set/${name}`] = body;
  return serve(context, pages, "/nowhere");
}

/** What is served, or asked for, and what is told. */
type Refused = readonly [
  {
    readonly files?: Pages;
    readonly sums?: string;
    readonly options?: Partial<LibrariesOptions>;
  },
  RegExp,
];

const optionsOf = (web: Web): LibrariesOptions => ({
  url: `${web.url}/set`,
  plug: `${web.url}/plug.ts`,
});

if (runtimeName === "deno") {
  test("a host without DPDK gets it from a web server, and from the cache later", {
    skip: cannotHide,
    timeoutMs: 120_000,
  }, async (context) => {
    const files = installedSet(USED, ["libnuma.so.1"]);
    const sums = sumsOf(files);
    const web = await serveSet(context, files);
    const prefix = uniquePrefix("fetched");
    context.cleanup(() => removePrefix(prefix));
    const cache = emptyFolder(context);
    const run = async (options: LibrariesOptions): Promise<string> => {
      const bare = 'rm -r "$LIBS"/librte_* "$LIBS/dpdk" "$LIBS"/libnuma.so*';
      const args = [JSON.stringify(options), prefix];
      const result = await hidden(SCRIPT, bare, { DENO_DIR: cache }, args);
      assert.equal(result.code, 0, outcome(result));
      return result.stdout;
    };
    const said = [
      ...["8 8", "net_null0", `DPDK_LIB_DIR ${here.abi.number}`],
      `mapped from ${cache}/plug/http/${web.host.replace(":", "_PORT")}`,
      ...["again true", "child true", "worker true 63", ""],
    ].join("\n");
    const pinned = { ...optionsOf(web), sha256: sha256(sums) };
    const first = await run(pinned);
    assert.equal(first.replaceAll(/^Downloading.*\n/gm, ""), said);
    assert.equal([...first.matchAll(/^Downloading/gm)].length, Object.keys(files).length + 1);
    await web.close();
    assert.equal(await run({ ...pinned, cache: "only" }), said);
  });

  test("what is wrong is told", async (context) => {
    const eal = soname("eal");
    const own = readFileSync(join(here.directory, eal));
    const riscv = new Uint8Array(own);
    riscv[18] = 243; // e_machine
    const stub = readFileSync(compileC("int stub; int stub;", ["-shared", "-fPIC", "-nostdlib"]));
    const line = (name: string): string => `${"0".repeat(64)}  ${name}\n`;

    const cases: readonly Refused[] = [
      [
        { sums: "<html>\n" },
        /of \S+: SHA256SUMS has the line "<html>"; it is to be made by sha256sum/,
      ],
      [
        { sums: line("../../librte_eal.so.23") },
        /SHA256SUMS has the line "0{64} {2}\.\.\/\.\.\/librte_eal\.so\.23"/,
      ],
      [
        { sums: line("libnuma.so.1") },
        /SHA256SUMS names none of DPDK; it is to name the libraries of/,
      ],
      [
        { sums: line("librte_eal.so.23") + line("librte_eal.so.25") },
        /SHA256SUMS names ABI 23 and 25; it is to name the libraries of one release$/,
      ],
      [
        { sums: line("librte_eal.so.24") },
        /they are of ABI 24; dpdk\.ts knows ABI 26 \(DPDK 25\.11\), /,
      ],
      [{ sums: line("librte_ring.so.23") }, /SHA256SUMS lacks librte_eal\.so\.23$/],
      [{ sums: line(eal) }, /^Cannot fetch librte_eal\.so\.\d+ of \S+: Could not find http/],
      [
        { files: { [eal]: own }, sums: line(eal) },
        /its SHA-256 is [\da-f]{64}, and should be 0{64}: it is another file, or was cut off; cache/,
      ],
      [
        { files: { [eal]: "text" } },
        /^Cannot use librte_eal\.so\.\d+ of \S+: it is no shared library$/,
      ],
      [{ files: { [eal]: riscv } }, /it is for ELF machine 243, and this one is \d+$/],
      [{ files: { [eal]: stub } }, /its soname is ""$/],
      [
        { files: { [eal]: own } },
        /it needs librte_kvargs\.so\.\d+, .*which SHA256SUMS does not name$/,
      ],
      [
        { options: { sha256: sha256("x") } },
        /^Cannot fetch SHA256SUMS of \S+: its SHA-256 is \w+, and should be \w+: it is another file/,
      ],
      [
        { options: { cache: "only" } },
        /^Cannot fetch SHA256SUMS of \S+: Could not find "http\S+ in cache\.$/,
      ],
      [
        { options: { plug: "http://127.0.0.1:9/plug.ts" } },
        /^Cannot fetch DPDK's libraries: http:\S+ cannot be imported: .*; it needs --allow-net, .* "plug" names/,
      ],
      [
        { options: { plug: "data:text/javascript,export {};" } },
        /^Cannot fetch DPDK's libraries: data:\S+ .* has no function download, as @denosaurs\/plug/,
      ],
      // Drivers would be there twice.
      [
        { files: installedSet(USED) },
        /this host has drivers for ABI \d+ in \/\S+, which EAL would load among them; use the DPDK/,
      ],
    ];
    const pages: Record<string, string | Uint8Array> = { "plug.ts": PLUG };
    cases.forEach(([{ files = {}, sums = sumsOf(files) }], i) => {
      pages[`${i}/SHA256SUMS`] = sums;
      for (const [name, body] of Object.entries(files)) pages[`${i}/${name}`] = body;
    });
    const web = await serve(context, pages, "/nowhere");
    const all = cases.map(([{ options }], i): LibrariesOptions => ({
      url: `${web.url}/${i}`,
      plug: `${web.url}/plug.ts`,
      ...options,
    }));
    const env = { DENO_DIR: emptyFolder(context), DPDK_LIB_DIR: undefined };
    const result = await spawnScript("deno", REFUSED, [JSON.stringify(all)], { env }).result;
    assert.equal(result.code, 0, outcome(result));
    const told: Error[] = JSON.parse(/^TOLD (.*)$/m.exec(result.stdout)![1]!);
    assert.equal(told.length, cases.length);
    cases.forEach(([, pattern], i) => {
      assert.equal(told[i]!.name, "DpdkError", told[i]!.message);
      assert.match(told[i]!.message, pattern);
    });
  });

  test("DPDK that is in use stays in use", async (context) => {
    const web = await serveSet(context, installedSet(["eal"]));
    const before = process.env["DENO_DIR"];
    process.env["DENO_DIR"] = emptyFolder(context);
    context.cleanup(() => {
      if (before === undefined) delete process.env["DENO_DIR"];
      else process.env["DENO_DIR"] = before;
    });
    await assert.rejects(libraries(optionsOf(web)), {
      message: `Cannot use the libraries of ${web.url}/set/: this process uses those of ` +
        `${here.directory}; call libraries() before anything else`,
    });
  });
} else {
  test("libraries() is for Deno, and says so on Bun", async () => {
    await assert.rejects(libraries({ url: "https://files.example/dpdk/" }), {
      name: "DpdkError",
      message: "Cannot fetch DPDK's libraries: jsr:@denosaurs/plug@1 is for Deno; here, install " +
        "DPDK's packages, or set DPDK_LIB_DIR to the directory of its libraries",
    });
  });
}

test("options that make no sense are refused", async () => {
  await assert.rejects(libraries({ url: "no url" }), {
    name: "TypeError",
    message: 'Cannot use "no url" as url: it must be a folder\'s, as https://...',
  });
  const url = "http://x";
  for (
    const [options, message] of [
      [{ URL: "x" }, /"URL"/],
      [{ url, cache: "never" }, /"never"/],
      [{ url: "ftp://x" }, /^Cannot use "ftp:\/\/x" as url: it must be a folder's, as https:/],
      [{ url: "http://x/?key=1" }, /^Cannot use "http:\/\/x\/\?key=1" as url: .* it has no \?/],
      [{ url, sha256: 5 }, /^Cannot use "5" as sha256: it must have 64 hexadecimal digits/],
      [{ url, sha256: "zz" }, /^Cannot use "zz" as sha256: .* as sha256sum SHA256SUMS prints/],
      [{ url, plug: "./plug.ts" }, /^Cannot use "\.\/plug\.ts" as plug: it must be absolute/],
      [{ url, plug: 5 }, /^Cannot use "5" as plug/],
    ] as const
  ) await assert.rejects(libraries(options as never), { name: "TypeError", message });
});
