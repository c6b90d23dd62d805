import { fileURLToPath } from "node:url";
import { parseArguments, USAGE } from "../../tools/groups/arguments.ts";
import { cleaningText, counted } from "../../tools/groups/print.ts";
import { assert, type ChildResult, outcome, runtimeName, spawnScript, test } from "../kit.ts";
import { end, filesOf, scene, start } from "../group/scene.ts";

const TOOL = fileURLToPath(new URL("../../tools/groups.ts", import.meta.url));

function groups(...args: string[]): Promise<ChildResult> {
  return spawnScript(runtimeName, TOOL, args).result;
}

test("the command line is read, and told what is wrong with it", async () => {
  const nothing = { clean: false, dryRun: false, json: false, help: false };
  assert.deepEqual(parseArguments([]), { ...nothing, prefix: undefined, directories: undefined });
  const some = [
    "--clean",
    "--dry-run",
    "--json",
    "--prefix=a",
    "--directory",
    "b",
    "--directory=c",
  ];
  assert.deepEqual(parseArguments(some), {
    ...nothing,
    ...{ clean: true, dryRun: true, json: true, prefix: "a", directories: ["b", "c"] },
  });
  assert.throws(() => parseArguments(["--dry-run"]), { name: "TypeError", message: /--clean/ });
  assert.throws(() => parseArguments(["--no-such"]), TypeError);
  assert.throws(() => parseArguments(["word"]), TypeError);
  const { code, stderr } = await groups("--no-such");
  assert.equal(code, 1);
  assert.equal(stderr.includes(USAGE), true);
  assert.equal((await groups("--help")).stdout.trim(), USAGE);
});

test("what is counted is counted", () => {
  assert.deepEqual([0, 1, 2].map((n) => counted(n, "file")), ["0 files", "1 file", "2 files"]);
});

test("what could not be removed is told", () => {
  const cleaning = {
    filePrefix: "a",
    directory: "/d",
    kept: undefined,
    removed: ["/d/b"],
    bytes: 0,
  };
  const text = cleaningText({ ...cleaning, failures: ["/d/c: EACCES"] }, false);
  assert.equal(text, "a: removed 1 file, 0 MiB of hugepages\n  /d/b\n  could not: /d/c: EACCES");
});

test("groups are listed, and cleaned up after when they are dead", async (context) => {
  const place = scene(context, "tool");
  const only = ["--prefix", place.prefix];
  const primary = await start(context, place, "C", "primary");
  const secondary = await start(context, place, "TypeScript", "secondary");
  let { stdout } = await groups(...only);
  const lines = stdout.split("\n");
  assert.match(lines[0]!, new RegExp(`^${place.prefix}: running, DPDK \\d+\\.\\d+\\.\\d+$`));
  assert.equal(lines[1], `  directory ${place.directory}`);
  assert.match(lines[2]!, /^ {2}memory {4}\d+ MiB in \d+ hugepage files$/);
  assert.match(
    lines[3]!,
    new RegExp(`^  primary   pid ${primary.pid} uid 0  \\S+ --lcores=\\d+@0 --no-pci `),
  );
  assert.match(
    lines[4]!,
    new RegExp(`^  secondary pid ${secondary.pid} uid 0  (deno|bun\\S*) run `),
  );
  assert.equal(lines[6], "1 group");
  ({ stdout } = await groups(...only, "--json"));
  assert.equal(JSON.parse(stdout).primary.pid, primary.pid);
  ({ stdout } = await groups(...only, "--clean"));
  assert.equal(stdout, `${place.prefix}: left alone, its primary lives (pid ${primary.pid})\n`);

  await end(secondary, "SIGKILL");
  await end(primary, "SIGKILL");
  ({ stdout } = await groups(...only));
  assert.match(stdout, /: dead, DPDK/);
  assert.match(
    stdout,
    /^ {2}stale {5}mp_socket mp_socket_\d+_[0-9a-f]+$|^ {2}stale {5}.* mp_socket$/m,
  );
  assert.match(stdout, /^1 group, 1 of them dead: --clean removes what they left$/m);
  const files = filesOf(place).sort();
  ({ stdout } = await groups(...only, "--clean", "--dry-run", "--json"));
  assert.deepEqual(JSON.parse(stdout).removed.toSorted(), files);
  assert.deepEqual(filesOf(place).sort(), files);
  const result = await groups(...only, "--clean");
  assert.equal(result.code, 0, outcome(result));
  const said = result.stdout.split("\n");
  assert.match(said[0]!, new RegExp(`: removed ${files.length} files, \\d+ MiB of hugepages$`));
  assert.deepEqual(said.slice(1, -1).map((line) => line.trim()).sort(), files);
  assert.deepEqual(filesOf(place), []);
  assert.equal((await groups(...only)).stdout, "There are no groups\n");
  assert.equal((await groups(...only, "--clean")).stdout, "There are no groups\n");
});
