// As a package: the tarball that npm packs, and a checkout's folder, in folders of their own.

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import {
  assert,
  type ChildResult,
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
import { emptyFolder, readmeScript } from "./web.ts";

/** Package managers take their time. */
const LONG = { timeoutMs: 120_000 };

/** Runs a command that must end well, in a folder. */
async function must(
  cwd: string,
  program: string,
  ...args: readonly string[]
): Promise<ChildResult> {
  const env = { npm_config_update_notifier: "false", BUN_INSTALL_CACHE_DIR: join(cwd, ".bun") };
  const result = await spawnProgram(program, args, { cwd, env, timeoutMs: 115_000 }).result;
  assert.equal(result.code, 0, outcome(result));
  return result;
}

/** Packs the package into a folder; gives the tarball's path and the files in it. */
async function pack(folder: string): Promise<{ tarball: string; files: string[] }> {
  const { stdout } = await must(ROOT, "npm", "pack", "--json", "--pack-destination", folder);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
  assert.match(stdout, /"filename"/);
  const { stdout: list } = await must(folder, "tar", "-tzf", tarball);
  return { tarball, files: list.trim().split("\n").map((path) => path.replace("package/", "")) };
}

/** An empty folder whose scripts are modules. */
function project(context: TestContext): string {
  return emptyFolder(context, { "package.json": '{ "private": true, "type": "module" }\n' });
}

/** The README's script in a project that has the package: it moves messages. */
async function works(context: TestContext, folder: string, from: string): Promise<void> {
  const prefix = uniquePrefix("package");
  context.cleanup(() => removePrefix(prefix));
  const code = readmeScript("hello", from, prefix);
  writeFileSync(join(folder, "hello.ts"), code.replace("noPci: true", "noPci: true, noHuge: true"));
  const flags = runtimeName === "deno" ? ["--allow-ffi", "--no-check"] : [];
  const result = await must(folder, runtimes[runtimeName], "run", ...flags, "hello.ts");
  assert.match(result.stdout, /^message 0\nmessage 1\nmessage 2\nmessage 3\nDPDK /);
}

/** Links packages that the checkout has into a project's node_modules. */
function link(folder: string, names: readonly string[]): void {
  for (const name of names) {
    const place = join(folder, "node_modules", name);
    if (existsSync(place)) continue;
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), place);
  }
}

/** What `bun init` writes, but for the types' package, which is here under its own name. */
const BUN_INIT = {
  lib: ["ESNext"],
  target: "ESNext",
  module: "Preserve",
  moduleDetection: "force",
  jsx: "react-jsx",
  allowJs: true,
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  strict: true,
  skipLibCheck: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  types: ["bun-types"],
};

test("the tarball holds the library, dpdk-inspect, and nothing else", async (context) => {
  const { files } = await pack(emptyFolder(context));
  const wanted =
    /^(mod\.ts|package\.json|(README|CHANGELOG)\.md|LICENSE|ffi\/.*\.ts|tools\/inspect\.ts)$/;
  const tool = /^tools\/inspect\/(dpdk-inspect|.*\.(ts|js|css|svg|html))$/;
  assert.deepEqual(files.filter((path) => !wanted.test(path) && !tool.test(path)), []);
  const sources = readdirSync(join(ROOT, "ffi"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts")).map((path) => join("ffi", path));
  for (const path of [...sources, "mod.ts", "LICENSE", "tools/inspect/dpdk-inspect"]) {
    assert.ok(files.includes(path), path);
  }
});

if (runtimeName === "bun") {
  describe("a packed tarball", () => {
    test(
      "is installed by npm, offline without the tool's packages, and works",
      LONG,
      async (context) => {
        const folder = project(context);
        const { tarball } = await pack(emptyFolder(context));
        const quiet = ["--no-audit", "--no-fund", "--offline", "--cache", join(folder, ".npm")];
        await must(folder, "npm", "install", "--omit=optional", ...quiet, tarball);
        const installed = readdirSync(join(folder, "node_modules"));
        assert.deepEqual(installed.filter((name) => !name.startsWith(".")), ["dpdk.ts"]);
        await works(context, folder, "dpdk.ts");
      },
    );

    test(
      "is installed by bun and works; dpdk-inspect runs, and says what it lacks",
      LONG,
      async (context) => {
        const folder = project(context);
        const { tarball } = await pack(emptyFolder(context));
        await must(folder, runtimes.bun, "add", "--omit=optional", tarball);
        await works(context, folder, "dpdk.ts");

        const path = [dirname(runtimes.bun), process.env["PATH"]].join(delimiter);
        const bin = emptyFolder(context);
        symlinkSync(runtimes.bun, join(bin, "bun"));
        const env = { PATH: [bin, path].join(delimiter), DPDK_TS_RUNTIME: undefined };
        const inspect = (...args: string[]) =>
          spawnProgram(join(folder, "node_modules/.bin/dpdk-inspect"), args, { cwd: folder, env })
            .result;
        const bare = await inspect("ls");
        assert.equal(bare.code, 1, outcome(bare));
        assert.match(
          bare.stderr,
          /^Cannot start dpdk-inspect: .*; install its packages, too, without/,
        );
        const { optionalDependencies } = JSON.parse(
          readFileSync(join(ROOT, "package.json"), "utf8"),
        );
        link(folder, Object.keys(optionalDependencies));
        const list = await inspect("ls", "--json");
        assert.equal(list.code, 0, outcome(list));
        assert.ok(Array.isArray(JSON.parse(list.stdout)));
      },
    );

    test(
      "passes a user's tsc with the options of bun init and bun-types",
      LONG,
      async (context) => {
        const folder = project(context);
        const { tarball } = await pack(folder);
        await must(folder, "tar", "-xzf", tarball);
        mkdirSync(join(folder, "node_modules"));
        symlinkSync(join(folder, "package"), join(folder, "node_modules/dpdk.ts"));
        link(folder, ["bun-types", "@types"]);
        const tsc = async (code: string): Promise<ChildResult> => {
          writeFileSync(join(folder, "index.ts"), code);
          const config = JSON.stringify({ compilerOptions: BUN_INIT, files: ["index.ts"] });
          writeFileSync(join(folder, "tsconfig.json"), config);
          const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
          return await spawnProgram(runtimes.deno, ["run", "-A", compiler], {
            cwd: folder,
            timeoutMs: 115_000,
          }).result;
        };
        const right = await tsc(`
        import { type OwnedRing, Ring } from "dpdk.ts";
        import { PointerBuffer } from "dpdk.ts/common";
        import { Inspector } from "dpdk.ts/inspect";
        const ring: OwnedRing = Ring.create("a", 64);
        const n: number = ring.enqueueBurst(new PointerBuffer(8), 8);
        console.log(n, Bun.version, Inspector);`);
        assert.equal(right.code, 0, outcome(right));
        const wrong = await tsc('import { Ring } from "dpdk.ts/ring";\nRing.create(64);\n');
        assert.match(wrong.stdout, /^index\.ts\(2,\d+\): error TS/, outcome(wrong));
      },
    );
  });

  test("a checkout's folder is a dependency of Bun's", LONG, async (context) => {
    const folder = emptyFolder(context, {
      "package.json": JSON.stringify({
        type: "module",
        dependencies: { "dpdk.ts": `file:${ROOT}` },
      }),
    });
    await must(folder, runtimes.bun, "install", "--omit=optional", "--omit=dev");
    await works(context, folder, "dpdk.ts");
  });
} else {
  test("a packed tarball works on Deno by the path of its mod.ts", async (context) => {
    const folder = project(context);
    const { tarball } = await pack(folder);
    await must(folder, "tar", "-xzf", tarball);
    await works(context, folder, "./package/mod.ts");
  });
}
