// What the page on several processes tells people to do, done: its scripts are checked and run, and so
// are its commands.

import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { homeOf, NOBODY, scriptCommand, spawnNobody, whyNot } from "../eal/nobody.ts";
import {
  assert,
  type Child,
  describe,
  executable,
  outcome,
  ROOT,
  runtimeName,
  runtimes,
  spawnProgram,
  test,
  type TestContext,
} from "../kit.ts";
import { commands, MULTI_PROCESS, pageText, scripts, startScript } from "./page.ts";
import { directory, end, primary, takePrefix } from "./scenes/scene.ts";

const page = pageText(MULTI_PROCESS);
const all = scripts(page);

/** An empty folder with a checkout in dpdk.ts and the page's scripts, of a group of the test's own. */
function folder(context: TestContext, prefix: string, path: string = directory(context)): string {
  symlinkSync(ROOT, join(path, "dpdk.ts"));
  for (const [name, code] of all) {
    writeFileSync(join(path, name), code.replaceAll(/"(site|mine)"/g, `"${prefix}"`));
  }
  return path;
}

/** What a child printed, which ended well. */
async function printed(child: Child): Promise<string> {
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout;
}

const run = (cwd: string, name: string, ...more: string[]): Child =>
  startScript(runtimeName, name, cwd, ...more);

if (runtimeName === "deno") {
  test("the page's scripts pass the type checker", async (context) => {
    const cwd = folder(context, takePrefix(context));
    const result = await spawnProgram(runtimes.deno, ["check", ...all.keys()], { cwd }).result;
    assert.equal(result.code, 0, outcome(result));
  });
}

describe("the page's script", () => {
  test("secondary.ts waits for primary.ts, and gets all that it sends", async (context) => {
    const cwd = folder(context, takePrefix(context));
    const secondary = run(cwd, "secondary.ts");
    context.cleanup(() => secondary.kill("SIGKILL"));
    const first = run(cwd, "primary.ts");
    context.cleanup(() => first.kill("SIGKILL"));
    assert.match(await printed(secondary), /^secondary: 3\d{3} received$/m);
    assert.match(await printed(first), /^primary: 3\d{3} sent$/m);
  });

  test("lcores.ts tells who uses which lcore", async (context) => {
    const child = run(folder(context, takePrefix(context)), "lcores.ts");
    const stdout = await printed(child);
    const main = /^lcores (\d+), main \1$/m.exec(stdout)?.[1];
    assert.match(stdout, new RegExp(`^${child.pid} ${main} claim \\S+$`, "m"));
  });

  test("groups.ts lists what there is, and removes nothing", async (context) => {
    const prefix = takePrefix(context);
    await end(await primary(context, prefix), "SIGKILL");
    const stdout = await printed(run(folder(context, prefix), "groups.ts"));
    assert.match(stdout, new RegExp(`^${prefix} dead undefined \\[\\] \\d+$`, "m"));
    assert.match(stdout, new RegExp(`^${prefix} \\d+ files would go$`, "m"));
    assert.equal(existsSync(`/var/run/dpdk/${prefix}/config`), true);
  });

  test("workers.ts has a Worker stand in for an lcore", async (context) => {
    const cwd = folder(context, takePrefix(context));
    const stdout = await printed(run(cwd, "workers.ts", "--allow-read"));
    assert.match(stdout, /^lcore 1$/m);
    assert.match(stdout, /^1023 in the pool$/m);
  });
});

const skip = whyNot(join(ROOT, "mod.ts"));

test("the page's commands give a user hugepages", { skip }, async (context) => {
  const prefix = takePrefix(context);
  const home = folder(context, prefix, homeOf(context));
  const mine = (text: string) =>
    text.replaceAll("/mnt/huge-1000", `${home}/huge`).replaceAll("=1000", `=${NOBODY}`);
  writeFileSync(join(home, "mine.ts"), mine(all.get("mine.ts")!.replace('"mine"', `"${prefix}"`)));
  const asRoot = commands(page).filter((line) => /^(mkdir|mount) /.test(line)).map(mine);
  assert.equal(asRoot.length, 2);
  const by = ["unshare", "-m", "sh", "-e", "-c", `${asRoot.join("\n")}\nexec "$@"`, "sh"];
  const child = spawnNobody(home, scriptCommand("mine.ts"), {}, by);
  assert.equal((await printed(child)).trim(), `${home}/dpdk/${prefix}`);
});

/** A command of the page that runs an example, as it stands but for its group. */
function example(context: TestContext, line: string, prefix: string): Child {
  const [program = "", ...words] = line.split(" ");
  const at = words.findIndex((word) => word.endsWith(".ts")) + 1;
  const args = words.toSpliced(at, 0, `--file-prefix=${prefix}`, "--no-pci");
  const child = spawnProgram(executable(program as "deno" | "bun"), args, { cwd: ROOT });
  context.cleanup(() => child.kill("SIGKILL"));
  return child;
}

describe("the page's commands start", () => {
  const starts = commands(page).filter((line) => / examples\//.test(line));

  test("two deployments of two processes", () => assert.equal(starts.length, 4));

  for (
    const [name, ready] of [["symmetric_mp", /using queue/], [
      "client_server_mp",
      /Finished/,
    ]] as const
  ) {
    test(`${name}, and its processes end when asked to`, async (context) => {
      const prefix = takePrefix(context);
      const children: Child[] = [];
      for (const line of starts.filter((one) => one.includes(name))) {
        const child = example(context, line, prefix);
        await child.waitForLine(ready);
        children.push(child);
      }
      assert.equal(children.length, 2);
      for (const child of children.reverse()) {
        child.kill("SIGINT");
        assert.match(await printed(child), /^Exiting on SIGINT$/m);
      }
    });
  }

  test("the tool that lists groups", async (context) => {
    const tasks = commands(page).filter((line) => line.startsWith("deno task "));
    assert.equal(tasks.length, 2);
    for (const line of tasks) {
      const args = [...line.split(" ").slice(1), "--prefix", takePrefix(context)];
      const child = spawnProgram(runtimes.deno, args, { cwd: ROOT });
      assert.match(await printed(child), /^There are no groups$/m);
    }
  });
});

test("what the page links to is there, and the README links to the page", () => {
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!);
  assert.equal(links.length >= 2, true);
  for (const link of links) assert.equal(existsSync(join(ROOT, "examples", link)), true, link);
  assert.match(pageText("README.md"), new RegExp(`\\(${MULTI_PROCESS.replace(".", "\\.")}\\)`));
});
