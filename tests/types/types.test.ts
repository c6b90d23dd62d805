import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, describe, executable, outcome, ROOT, spawnProgram, test } from "../kit.ts";

const TSC = join(ROOT, "node_modules", "typescript", "bin", "tsc");
const MARK = /^\s*\/\/ @ts-expect-error .*\n/gm;

/** A line that a checker finds fault with. */
type Faults = readonly number[];

/** What both checkers say of a file's text, which imports as a file of tests/types does. */
async function check(
  checker: "deno" | "tsc",
  text: string,
): Promise<{ code: number | null; faults: Faults; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-types-"));
  try {
    const file = join(folder, "witness.ts");
    writeFileSync(file, text.replaceAll('"../../', `"${ROOT.replace(/\/?$/, "/")}`));
    const strict = JSON.parse(readFileSync(join(ROOT, "tsconfig.json"), "utf8")).compilerOptions;
    const typeRoots = [join(ROOT, "node_modules")];
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...strict, typeRoots }, files: [file] }),
    );
    const command = checker === "deno"
      ? ["check", "--config", join(ROOT, "deno.json"), file]
      : ["run", "-A", TSC, "-p", folder];
    const result = await spawnProgram(executable("deno"), command).result;
    const said = outcome(result);
    const places = said.matchAll(/witness\.ts(?::(\d+):\d+|\((\d+),\d+\))/g);
    const faults = [...new Set([...places].map((match) => Number(match[1] ?? match[2])))];
    return { code: result.code, faults: faults.sort((a, b) => a - b), said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is only checked: calls of functions, and uses of descriptors. */
const witnesses = ["calls", "structs"].map((name) => ({
  name,
  text: readFileSync(new URL(`./${name}.ts`, import.meta.url), "utf8"),
}));

/** The lines that follow a mark, counted without the marks. */
function marked(text: string): number[] {
  let marks = 0;
  return text.split("\n").flatMap((line, i) => {
    if (!line.includes("@ts-expect-error")) return [];
    return [i + 1 - marks++];
  });
}

for (const checker of ["deno", "tsc"] as const) {
  for (const { name, text } of witnesses) {
    describe(`${checker}, ${name}`, () => {
      test("accepts the right uses and the marked wrong ones", async () => {
        const { code, said } = await check(checker, text);
        assert.equal(code, 0, said);
      });

      test("finds every wrong use when the marks are off", async () => {
        const lines = marked(text);
        assert.equal(lines.length >= 15, true);
        const { code, faults, said } = await check(checker, text.replace(MARK, ""));
        assert.notEqual(code, 0);
        assert.deepEqual(faults, lines, said);
      });

      test("finds a mark on a right use", async () => {
        const right = text.replace("  const bytes:", "  // @ts-expect-error none\n  const bytes:");
        assert.notEqual(right, text);
        const { code, said } = await check(checker, right);
        assert.notEqual(code, 0, said);
      });
    });
  }
}

/** A witness that asks for more than the runtime has. */
function mutated(name: string, type: string): string {
  const text = readFileSync(new URL(`./${name}.ts`, import.meta.url), "utf8");
  return text.replace(`declared: ${type} `, `declared: ${type} & { noSuchFunction(): void } `);
}

for (
  const [checker, name, type] of [
    ["deno", "deno_ffi", "DenoFfi"],
    ["tsc", "bun_ffi", "BunFfi"],
  ] as const
) {
  test(`${checker} finds what ${type} declares and the runtime has not`, async () => {
    const { code, said } = await check(checker, mutated(name, type));
    assert.notEqual(code, 0, said);
    assert.match(said, /noSuchFunction/);
  });
}
