// Descriptors out of debug information: what gdb says of a C program, against what the program says.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { struct } from "../../mod.ts";
import { describe as described } from "../../tools/struct/describe.ts";
import { namesIn, recordsOf } from "../../tools/struct/gdb.ts";
import { readStruct, structModule } from "../../tools/struct/read.ts";
import {
  assert,
  type ChildResult,
  compileC,
  describe,
  executable,
  outcome,
  peerText,
  ROOT,
  runtimeName,
  spawnProgram,
  spawnScript,
  test,
} from "../kit.ts";
import { specimens } from "../core/fixtures/random_structs.ts";
import { declarations, lines, referee, run } from "../core/fixtures/referee.ts";

const TOOL = fileURLToPath(new URL("../../tools/struct.ts", import.meta.url));

const PROGRAM = compileC(peerText("struct_types.c"), ["-g", "-O0"]);

function tool(...args: string[]): Promise<ChildResult> {
  return spawnScript(runtimeName, TOOL, args).result;
}

/** What the program prints of a descriptor, if it is right. */
function printed(type: string): string[] {
  const { size, align, fields } = readStruct(PROGRAM, type);
  return [
    `${type} ${size} ${align}`,
    ...Object.entries(fields).filter(([name]) => !name.startsWith("$"))
      .map(([name, field]) => `${type}.${name} ${field.offset} ${field.size}`),
  ];
}

test("every size, alignment and offset is the compiler's", () => {
  const said = lines(run(PROGRAM, []));
  const types = said.filter((line) => !/\.\w+ \d+ \d+$/.test(line))
    .map((line) => line.replace(/ \d+ \d+$/, ""));
  assert.equal(types.length, 9);
  assert.deepEqual(types.flatMap(printed), said);
});

test("the module is what a programmer would write", () => {
  const text = structModule(PROGRAM, "struct all");
  const part = (name: string): string =>
    text.slice(text.indexOf(`export const ${name} =`)).split("\n\n")[0]!.trim();
  assert.equal(
    part("PointT"),
    'export const PointT = struct("point_t", {\n  x: "int16_t",\n  y: "int16_t",\n});',
  );
  assert.equal(
    part("Header"),
    'export const Header = struct("struct header", {\n  kind: "uint8_t",\n  length: "uint64_t",\n' +
      '  sum: "uint32_t",\n}, { packed: true });',
  );
  assert.equal(
    part("Line"),
    'export const Line = struct("struct line", {\n  head: "uint32_t",\n' +
      '  tail: ["uint32_t", { align: 64 }],\n});',
  );
  assert.equal(part("Cached").endsWith('only: "uint8_t",\n}, { align: 64 });'), true);
  const all = part("All");
  for (
    const line of [
      ...['  // enum color: RED = 0, GREEN = 5\n  color: "unsigned int",'],
      ...['  // enum level: LOW = -1, HIGH = 1\n  level: "int",', '  tiny: "uint8_t",'],
      ...['  label: "char[10]",', '  labels: "char[2][10]",', "  pairs: [Pair, 3],"],
      ...['  node: "struct node *",', '  call: "void *",', '  any: "void *[2]",'],
      ...["  number: Number,", '  $13: union("union", {', '    $1: struct("struct", {'],
      ...['    named: struct("struct", {', "  // in C it is [2][3]\n  grid: [PointT, 6],"],
      '  // __int128 unsigned\n  huge: "uint8_t[16]",',
      ...['  // long double\n  wide: ["uint8_t[16]", { align: 16 }],', '  left: "ssize_t",'],
      ...['  ull: "unsigned long long",', '  table: "double[2][2]",'],
    ]
  ) assert.equal(all.includes(`${line}\n`) || all.includes(line), true, `${line} in\n${all}`);
});

test("the module has the types of its fields", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-struct-"));
  try {
    const file = join(folder, "all.ts");
    const door = pathToFileURL(join(ROOT, "mod.ts")).href;
    const uses = `
      const all = All.at(new Uint8Array(All.size));
      export const color: number = all.color + all.pairs.get(1).from.x + all.$13.$1.inner.f;
      export const whole: bigint = all.$13.whole + all.ull;
      export const label: string = all.label + all.labels.get(0);
      // @ts-expect-error C has no such field
      all.colour = 1;
    `;
    const text = structModule(PROGRAM, "struct all").replace("@dpdk-ts/dpdk", door);
    writeFileSync(file, text + uses);
    const config = join(ROOT, "deno.json");
    const args = ["check", "--config", config, file];
    const result = await spawnProgram(executable("deno"), args).result;
    assert.equal(result.code, 0, outcome(result));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the module is a module: it has the same descriptor, and C takes its header", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-struct-"));
  try {
    const file = join(folder, "all.ts");
    const door = pathToFileURL(join(ROOT, "mod.ts")).href;
    writeFileSync(file, structModule(PROGRAM, "struct all").replace("@dpdk-ts/dpdk", door));
    const { All } = await import(pathToFileURL(file).href);
    const direct = readStruct(PROGRAM, "struct all");
    assert.deepEqual([All.size, All.align, All.fields], [direct.size, direct.align, direct.fields]);
    assert.equal(All.toC(), direct.toC());
    const checked = spawnSync("gcc", ["-std=c11", "-fsyntax-only", "-Werror", "-xc", "-"], {
      input: All.toC(),
      encoding: "utf8",
    });
    assert.equal(checked.stderr, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("random structs come back as they were declared, and their values, too", () => {
  const random = specimens(31, 24);
  const { images } = referee(random, declarations(random));
  const variables = random.map(({ descriptor: { type } }, i) => `${type} v${i};`).join("\n");
  const program = compileC(
    `${declarations(random)}\n${variables}\nint main(void) { return 0; }\n`,
    [
      ...["-g", "-O0"],
    ],
  );
  // The last ones are made of the others.
  let compared = 0;
  random.slice(12).forEach(({ descriptor, value }, i) => {
    const { type, size, align, fields } = descriptor;
    const read = readStruct(program, type);
    assert.deepEqual([read.size, read.fields], [size, fields], type);
    assert.deepEqual(read.encode(value as never), images[12 + i], type);
    // What is packed and lies as if it were not cannot be told.
    if (read.align !== align) assert.match(descriptor.toC(), /__packed__/);
    else compared++;
  });
  assert.equal(compared >= 6, true, `${compared}`);
});

test("debug information is found where it is not in the program, and when it is compressed", () => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-struct-"));
  const objcopy = (...args: string[]): void => {
    const { status, stderr } = spawnSync("objcopy", args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  try {
    const { fields } = readStruct(PROGRAM, "struct line");
    copyFileSync(PROGRAM, join(folder, "whole"));
    objcopy("--only-keep-debug", "whole", "apart.debug");
    objcopy("--strip-debug", "--add-gnu-debuglink=apart.debug", "whole", "apart");
    assert.deepEqual(readStruct(join(folder, "apart"), "struct line").fields, fields);
    objcopy("--compress-debug-sections", "whole", "small");
    assert.deepEqual(readStruct(join(folder, "small"), "struct line").fields, fields);
    objcopy("--strip-debug", "whole", "bare");
    assert.throws(() => readStruct(join(folder, "bare"), "struct line"), {
      name: "DpdkError",
      message: /^Cannot read struct line of .*: it has no debug information; compile it with -g$/,
    });
    assert.throws(() => namesIn(join(folder, "bare")), {
      name: "DpdkError",
      message: /^Cannot read the types of .*: it has no debug information; compile it with -g$/,
    });
    for (const version of ["-gdwarf-3", "-gdwarf-4", "-gdwarf-5"]) {
      const program = compileC(peerText("struct_types.c"), [version, "-O0"]);
      assert.deepEqual(readStruct(program, "struct line").fields, fields, version);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("what cannot be described is said:", () => {
  const cases: readonly (readonly [what: string, () => unknown, name: string, message: string])[] =
    [
      [
        "bit-fields",
        () => readStruct(PROGRAM, "struct holds_bits"),
        "DpdkError",
        "Cannot describe struct bits: flag is a bit-field of 3 bits; describe the struct by hand, with " +
        "an integer that has all bits of its bit-fields",
      ],
      [
        "a type that is nowhere defined",
        () => readStruct(PROGRAM, "struct node"),
        "DpdkError",
        `Cannot read struct node of ${PROGRAM}: there is no struct node in its debug ` +
        "information; it has what was compiled with -g, is defined there, and is used",
      ],
      [
        "no struct",
        () => readStruct(PROGRAM, "be32"),
        "DpdkError",
        `Cannot read be32 of ${PROGRAM}: be32 is no struct and no union there`,
      ],
      [
        "no name",
        () => readStruct(PROGRAM, "struct a; shell rm"),
        "TypeError",
        'Cannot read type "struct a; shell rm": that is no name of one; give "struct port" or a ' +
        "typedef's name",
      ],
      [
        "no file",
        () => readStruct("no/such/program", "struct a"),
        "DpdkError",
        "Cannot read struct a of no/such/program: there is no such file that this user may read",
      ],
      [
        "no program",
        () => readStruct(TOOL, "struct a"),
        "DpdkError",
        `Cannot read struct a of ${TOOL}: it is no program and no object file`,
      ],
      [
        "a layout that no struct() has",
        () => described([{ ...recordsOf(PROGRAM, "struct line").at(-1)!, size: 100 }]),
        "DpdkError",
        "Cannot describe struct line: its fields do not lie where those of a struct() can",
      ],
    ];
  for (const [what, call, name, message] of cases) {
    test(what, () => assert.throws(call, { name, message }));
  }
});

describe("the tool", () => {
  test("prints a module, a C header, and the list", async () => {
    const { stdout, code } = await tool(PROGRAM, "union number");
    assert.equal(code, 0);
    assert.equal(
      stdout,
      `import { union } from "@dpdk-ts/dpdk";

/** \`union number\` of ${PROGRAM}: 8 bytes. */
export const Number = union("union number", {
  u: "uint32_t",
  f: "float",
  bytes: "uint8_t[6]",
});
`,
    );
    const Line = struct("struct line", { head: "uint32_t", tail: ["uint32_t", { align: 64 }] });
    assert.equal((await tool(PROGRAM, "struct line", "--c")).stdout, Line.toC());
    const names = (await tool(PROGRAM)).stdout.trim().split("\n");
    assert.deepEqual(names, [...namesIn(PROGRAM)]);
    for (const name of ["point_t", "struct all", "union number"]) {
      assert.equal(names.includes(name), true, name);
    }
  });

  test("says how it is called, and what is wrong", async () => {
    assert.match((await tool("--help")).stdout, /^deno task struct PROGRAM \[NAME\]/);
    const wrong = await tool();
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      /^Cannot read a struct: give a program, and one struct's name\n\ndeno/,
    );
    const bare = await tool(compileC(peerText("struct_types.c")));
    assert.deepEqual([bare.code, bare.stdout], [1, ""]);
    assert.match(bare.stderr, /^Cannot read the types of .*: it has no debug .* with -g\n$/);
    const simple = await tool(compileC("int main(void) { return 0; }\n", ["-g"]));
    assert.deepEqual([simple.code, simple.stdout], [1, ""]);
    assert.match(simple.stderr, /: no struct and no union has a name in its debug information\n$/);
    const none = await tool(PROGRAM, "struct nothing");
    assert.deepEqual([none.code, none.stdout], [1, ""]);
    assert.match(none.stderr, /^Cannot read struct nothing of .*\n$/);
  });
});
