// As JSR gets it: what would be published, and what the package is called.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";
import { deno, emptyFolder, readmeScript } from "./web.ts";

const { name, version } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));

if (runtimeName === "deno") {
  test("it can be published: no slow types, no warnings, the library and nothing else", {
    timeoutMs: 120_000,
  }, async () => {
    const args = ["publish", "--dry-run", "--allow-dirty", "--no-check"];
    const options = { cwd: ROOT, timeoutMs: 115_000 };
    const result = await spawnProgram(runtimes.deno, args, options).result;
    assert.equal(result.code, 0, outcome(result));
    const said = result.stdout + result.stderr;
    assert.match(said, /Checking for slow types/);
    assert.doesNotMatch(said, /^(warning|error)\b/m);
    const files = [...said.matchAll(/^ +file:\/\/(\S+) \([\d.]+\w+\)$/gm)].map(([, path]) =>
      path!.slice(ROOT.length + 1)
    );
    const sources = readdirSync(join(ROOT, "ffi"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts")).map((path) => join("ffi", path));
    const more = ["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "mod.ts"];
    assert.deepEqual(files.sort(), [...more, ...sources].sort());
  });

  test("jsr: is what a script imports; here by way of a link", async (context) => {
    const prefix = uniquePrefix("jsr");
    context.cleanup(() => removePrefix(prefix));
    const code = readmeScript("hello", `jsr:${name}@^${version}`, prefix);
    const folder = emptyFolder(context, {
      "deno.json": JSON.stringify({ links: [ROOT] }),
      "hello.ts": code.replace("noPci: true", "noPci: true, noHuge: true"),
    });
    const result = await deno(context, folder, ["--no-check", "--allow-ffi", "hello.ts"]).result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout, /^message 0\nmessage 1\nmessage 2\nmessage 3\nDPDK /);
  });
}

test("the README imports it from JSR, from npm and by URL", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const npm = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).name;
  for (const from of [`jsr:${name}@`, npm, "https://HOST/mod.ts"]) {
    assert.match(readme, new RegExp(`^import .* from "${from.replaceAll(".", "\\.")}`, "m"), from);
  }
});
