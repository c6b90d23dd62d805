import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, ROOT, test } from "../kit.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, { description: string; command: string }>>;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const manifest = (path: string): Manifest => JSON.parse(read(path));

const deno = manifest("deno.json");
const npm = manifest("package.json");

test("deno.json and package.json say the same", () => {
  assert.equal(npm.version, deno.version);
  assert.equal(npm.license, deno.license);
  const { "./package.json": _, ...shared } = npm.exports;
  assert.deepEqual(shared, deno.exports);
  for (const [name, script] of Object.entries(npm.scripts)) {
    assert.equal(script, `deno task ${name}`);
    assert.equal(name in deno.tasks, true, `there is a task "${name}"`);
  }
});

test("subpaths are the public parts of folders", () => {
  for (const [name, path] of Object.entries(deno.exports)) {
    // EAL by itself claims its lcores, too.
    const eal = name === "./eal" ? "./ffi/lcore/public_eal.ts" : undefined;
    assert.equal(path, name === "." ? "./mod.ts" : eal ?? `./ffi/${name.slice(2)}/public.ts`);
  }
});

test("every export is a file", () => {
  for (const path of Object.values(npm.exports)) {
    assert.equal(existsSync(join(ROOT, path)), true, `${path} exists`);
  }
});

test("the changelog has the version", () => {
  assert.match(read("CHANGELOG.md"), new RegExp(`^## \\[${deno.version}\\]`, "m"));
});

test("dependencies are pinned, and locked without addresses", () => {
  const lock = read("package-lock.json");
  for (const version of Object.values({ ...npm.optionalDependencies, ...npm.devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/);
  }
  assert.doesNotMatch(lock, /"resolved"|https?:\/\/(?!github\.com|opencollective\.com)/);
  const { optionalDependencies, devDependencies } = JSON.parse(lock).packages[""];
  assert.deepEqual(optionalDependencies, npm.optionalDependencies);
  assert.deepEqual(devDependencies, npm.devDependencies);
  assert.equal("dependencies" in npm, false, "the library needs none; its tools do");
});

test("both type checkers are equally strict", () => {
  const { compilerOptions } = manifest("tsconfig.json");
  for (const [name, value] of Object.entries(deno.compilerOptions)) {
    assert.equal(compilerOptions[name], value, `tsconfig.json has "${name}" as deno.json has it`);
  }
});

test("names, license and requirements are as published", () => {
  assert.deepEqual([deno.name, npm.name], ["@dpdk-ts/dpdk", "dpdk.ts"]);
  assert.equal(deno.license, "BSD-3-Clause");
  assert.match(read("LICENSE"), /^BSD 3-Clause License\n[^]*\n3\. Neither the name of/);
  for (const name of ["deno", "bun", "bun-types", "typescript"]) {
    assert.equal(name in npm.devDependencies, true, name);
  }
  assert.equal(deno.compilerOptions["strict"], true);
});

test("the gate has all its parts", () => {
  const parts = (task: string): string[] =>
    deno.tasks[task]!.command.split(" && ").map((part) => part.replace("/proc/self/exe ", ""));
  assert.deepEqual(parts("ok"), ["task check", "task test"]);
  const tsc = "run -A node_modules/typescript/bin/tsc";
  const wanted = ["fmt --check", "lint", "check", "run -A tools/docs.ts lint", tsc];
  assert.deepEqual(wanted.filter((part) => !parts("check").includes(part)), []);
  const { include, exclude } = JSON.parse(read("tsconfig.json"));
  assert.deepEqual(include, ["mod.ts", "ffi", "examples", "tests", "tools"]);
  assert.deepEqual(exclude, ["tests/types/deno_ffi.ts"]);
});

// A task that says `deno` works until `npm install` has made node_modules/.bin/deno, which Deno 2.9 takes
// for a script and not for a program. /proc/self/exe is the Deno that runs the task.
test("tasks start Deno by a name that needs no PATH", () => {
  for (const [name, { command, description }] of Object.entries(deno.tasks)) {
    assert.notEqual(description, "", name);
    for (const part of command.split(" && ")) {
      assert.match(part, /^\/proc\/self\/exe (run -A|task|fmt|lint|check)\b/, name);
    }
  }
});

// npm leaves optional packages out, without a word, that want a later Node than there is.
test("what is optional for others is needed here", () => {
  assert.equal(Object.keys(npm.optionalDependencies).length > 0, true);
  for (const [name, version] of Object.entries(npm.optionalDependencies)) {
    assert.equal(npm.devDependencies[name], version, name);
  }
});
