// The examples of doc comments are programs: they pass both type checkers, are formatted, run on both
// runtimes, and print what they say.

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  assert,
  describe,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import {
  type Example,
  examplesIn,
  IMPORTS,
  libraryExamples,
  type Stage,
  stageOf,
  writePlain,
  writeRunnable,
} from "./examples.ts";

const examples = libraryExamples();

/** Examples name things that readers will use. */
const UNUSED = { noUnusedLocals: false };

const PATHS = Object.fromEntries(Object.entries(IMPORTS).map(([name, path]) => [name, [path]]));

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));

function folder({ cleanup }: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dts-examples-"));
  cleanup(() => rmSync(path, { recursive: true }));
  return path;
}

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("examples");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

/** Runs examples in one process. */
async function run(
  context: TestContext,
  chosen: readonly Example[],
  prefix: string,
): Promise<void> {
  const paths = writeRunnable(folder(context), chosen, prefix);
  const child = spawnScript(runtimeName, fixture("run"), paths);
  context.cleanup(() => child.kill("SIGKILL"));
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  for (const path of paths) assert.match(result.stdout, new RegExp(`^RAN ${path}$`, "m"));
}

test("examples are found in comments, and told apart", () => {
  const source = [
    "/**",
    " * Text.",
    " *",
    " * ```ts",
    " * using eal = Eal.init({});",
    " *",
    " * f();",
    " * ```",
    " */",
    "class A {",
    "  /**",
    "   * ```ts",
    "   * g();",
    "   * ```",
    "   */",
    "}",
  ].join("\n");
  const found = examplesIn("a.ts", source);
  assert.deepEqual(found, [
    { place: "a.ts:4", code: "using eal = Eal.init({});\n\nf();\n" },
    { place: "a.ts:12", code: "g();\n" },
  ]);
  assert.deepEqual(found.map(stageOf), ["together", "outside"]);
  assert.equal(examples.length > 90, true);
});

if (runtimeName === "deno") {
  describe("the examples", () => {
    test("pass Deno's type checker and formatter", async (context) => {
      const cwd = folder(context);
      const names = writePlain(cwd, examples);
      const { compilerOptions, fmt } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
      const config = { compilerOptions: { ...compilerOptions, ...UNUSED }, fmt, imports: IMPORTS };
      writeFileSync(join(cwd, "deno.json"), JSON.stringify(config));
      for (const command of [["check", "--quiet"], ["fmt", "--check", "--quiet"]]) {
        const args = [...command, ...names];
        const result = await spawnProgram(runtimes.deno, args, { cwd }).result;
        assert.equal(result.code, 0, outcome(result));
      }
    });

    test("pass TypeScript's type checker, with Bun's types", async (context) => {
      const cwd = folder(context);
      const files = writePlain(cwd, examples);
      symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
      const config = {
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: { ...UNUSED, paths: PATHS },
        files,
        include: [],
      };
      writeFileSync(join(cwd, "tsconfig.json"), JSON.stringify(config));
      const args = ["run", "-A", join(ROOT, "node_modules/typescript/bin/tsc"), "-p", cwd];
      const result = await spawnProgram(runtimes.deno, args, { cwd: ROOT }).result;
      assert.equal(result.code, 0, outcome(result));
    });
  });
}

describe("the examples run", () => {
  const of = (stage: Stage): Example[] => examples.filter((example) => stageOf(example) === stage);

  test("together in one process", async (context) => {
    await run(context, of("together"), takePrefix(context));
  });

  test("beside a group, in a process that is not of it", async (context) => {
    const prefix = takePrefix(context);
    const group = spawnScript(runtimeName, fixture("group"), [prefix]);
    context.cleanup(() => group.result);
    context.cleanup(() => group.stdin.end());
    await group.waitForLine(/^READY$/);
    await run(context, of("outside"), prefix);
  });

  for (const example of of("alone")) {
    test(`alone: ${example.place}`, async (context) => {
      const prefix = takePrefix(context);
      const [path = ""] = writeRunnable(folder(context), [example], prefix);
      const result = await spawnScript(runtimeName, path).result;
      assert.equal(result.code, 0, outcome(result));
    });
  }
});
