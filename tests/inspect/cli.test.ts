// The command line: what is printed of living groups, JSON, errors and exit codes.

import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  assert,
  type ChildResult,
  describe,
  outcome,
  runtimeName,
  runtimes,
  spawnProgram,
  spawnScript,
  test,
} from "../kit.ts";
import { end, scene, start } from "../group/scene.ts";
import { recordingText, writeRecording } from "./made_up.ts";
import { folder, TOOL, toolWords } from "./terminal.ts";

const LAUNCHER = fileURLToPath(new URL("../../tools/inspect/dpdk-inspect", import.meta.url));

/** Many processes are started, one after the other. */
const TEST_MS = 180_000;

function inspect(...args: string[]): Promise<ChildResult> {
  return spawnScript(runtimeName, TOOL, args).result;
}

/** What is printed by a command that does well. */
async function printed(...args: string[]): Promise<string> {
  const result = await inspect(...args);
  assert.equal(result.code, 0, outcome(result));
  assert.equal(result.stderr, "");
  return result.stdout;
}

async function refused(code: number, message: RegExp, ...args: string[]): Promise<void> {
  const result = await inspect(...args);
  assert.equal(result.code, code, outcome(result));
  assert.match(result.stderr, message);
  assert.doesNotMatch(result.stderr, /^\s+at /m);
  assert.equal(result.stdout, "");
}

test("a group is printed, and each of its objects", { timeoutMs: TEST_MS }, async (context) => {
  const place = scene(context, "cli");
  const only = ["--file-prefix", place.prefix];
  const primary = await start(context, place, "C", "primary", { tag: 5 });
  const secondary = await start(context, place, "TypeScript", "secondary");

  const all = await printed("show", ...only);
  assert.match(
    all,
    new RegExp(
      `^ ${place.prefix}  running · DPDK \\S+ · 2 processes\ndirectory ${place.directory}\nmemory \\d+ MiB in `,
    ),
  );
  assert.match(all, new RegExp(`^primary +${primary.pid} `, "m"));
  assert.match(all, new RegExp(`^secondary +${secondary.pid} `, "m"));
  assert.match(all, /^RING +FILL +COUNT +ROOM SYNC +ELEM/m);
  assert.match(all, /^RING +\S+ +8 % +5 +63 MP\/MC +8 B/m);
  assert.match(all, /^POOL +\S+ +8 % +58 +5 +0 +63 +64 B ring/m);
  assert.match(all, /^ZONE +4 KiB +4,096 0x[0-9a-f]+ +2 MiB +0$/m);
  assert.match(all, /^RTE_RING +2 /m);
  assert.match(all, /--attach joins it/);

  const ring = await printed("ring", "RING", ...only);
  assert.match(ring, /^Ring RING {2}at 0x[0-9a-f]+\nholds +\S+ 8 % {2}5 of 63\n/);
  // The secondary took all, and put them back.
  assert.match(ring, /^producers {2}MP +head +10 {2}tail +10$/m);
  assert.match(ring, /^consumers {2}MC +head +5 {2}tail +5$/m);
  const pool = await printed("mempool", "POOL", ...only);
  assert.match(pool, /^in use +\S+ 8 % {2}5 of 63\navailable {2}58: 58 in the ring, 0 in caches$/m);
  assert.match(await printed("memzone", "ZONE", ...only), /^size {7}4 KiB \(4096 bytes\)$/m);
  assert.match(await printed("tailq", "RTE_RING", ...only), /^ *0x[0-9a-f]+ +0x[0-9a-f]+ RING$/m);
  const messages = await printed("messages", "RING", "--limit", "2", "--bytes", "16", ...only);
  assert.match(
    messages,
    /^#5 object at 0x[0-9a-f]+ of POOL, 64 B\n {2}0000 {2}05 00 00 00 .*\|\.+\|\n#6 /,
  );
  assert.equal(messages.match(/^#/gm)?.length, 2);

  const json = async (...args: string[]) => JSON.parse(await printed(...args, "--json", ...only));
  const snapshot = await json("show");
  assert.deepEqual(
    snapshot.processes.map(({ pid }: { pid: number }) => pid).toSorted(),
    [primary.pid, secondary.pid].toSorted(),
  );
  assert.equal((await json("ring", "RING")).count, 5);
  assert.equal((await json("ring")).length, 2);
  assert.equal((await json("mempool", "POOL")).inUse, 5);
  assert.equal((await json("memzone", "ZONE")).length, 4096);
  assert.equal((await json("tailq", "RTE_MEMPOOL")).count, 1);
  assert.match((await json("messages", "RING"))[0].bytes, /^05000000/);
  assert.equal((await json("ls"))[0].primary.pid, primary.pid);
  assert.match(
    await printed("ls", ...only),
    new RegExp(
      `^${place.prefix}  running · .*\n  primary +${primary.pid}  .*\n  secondary +${secondary.pid}  `,
    ),
  );

  await refused(
    1,
    /^Cannot show ring "NONE": there is no such ring; there are "\w+", "\w+"\n$/,
    "ring",
    "NONE",
    ...only,
  );
  await refused(1, /^Cannot .*"NONE"/, "messages", "NONE", ...only);
  await refused(1, /^Cannot show a screen: it needs a terminal/, "top", ...only);
  await refused(
    1,
    new RegExp(`^Cannot inspect file prefix "nobody": .*"${place.prefix}"`),
    "show",
    "--file-prefix",
    "nobody",
  );

  await end(primary, "SIGKILL");
  await end(secondary, "SIGKILL");
  assert.match(await printed("show", ...only), / dead · DPDK .* · 0 processes\n/);
  assert.equal((await json("ring", "RING")).count, 5);
});

test("ports are read by a secondary that joins", { timeoutMs: TEST_MS }, async (context) => {
  const place = scene(context, "cliports");
  const only = ["--attach", "--file-prefix", place.prefix];
  const primary = await start(context, place, "C", "primary", { args: ["--vdev=net_null0"] });
  const text = await printed("show", ...only);
  assert.match(
    text,
    /^ PORT NAME +RX PACKETS +BYTES TX PACKETS +BYTES\n +0 net_null0 +0 +0 +0 +0$/m,
  );
  const { ports, processes } = JSON.parse(await printed("show", "--json", ...only));
  assert.equal(ports[0].name, "net_null0");
  assert.equal(processes.length, 2);
  const file = join(folder(context), "ports.jsonl");
  await printed("record", file, "--count", "1", ...only);
  assert.match(await printed("replay", "--json", file), /"name":"net_null0"/);
  await end(primary);
  await refused(1, /^Cannot attach to the primary /, "show", ...only);
  const nobody = ["--attach", "--file-prefix", "nobody"];
  await refused(1, /^Cannot inspect file prefix "nobody": /, "show", ...nobody);
  const elsewhere = ["--attach", "--file-prefix", place.prefix, "--runtime-directory", "/run"];
  await refused(1, /^Cannot attach to a group in "\/run": EAL looks into /, "show", ...elsewhere);
});

test("bad usage is told, with exit code 2", { timeoutMs: TEST_MS }, async () => {
  const usage: readonly (readonly [RegExp, ...string[]])[] = [
    [/unknown option '--no-such'; see --help/, "ls", "--no-such"],
    [/unknown command 'nonsense'/, "nonsense"],
    [/missing required argument 'ring'/, "messages"],
    [/too many arguments/, "ls", "word"],
    [/option '--limit <n>' .* must be an integer from 1 to/, "messages", "a", "--limit", "0"],
    [/option '--interval <ms>' .* must be an integer from 20 to/, "top", "--interval", "x"],
    [/must be an integer from 20 to 3000/, "top", "--interval", "3001"],
    [/must be an integer from 100 to 3000/, "serve", "--interval", "3001"],
  ];
  for (const [message, ...args] of usage) {
    await refused(2, new RegExp(`^Cannot read the command line: .*${message.source}`), ...args);
  }
  const nothing = await inspect();
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /^Usage: dpdk-inspect/);
  const help = await printed("--help");
  for (
    const name of [
      "ls",
      "show",
      "ring",
      "mempool",
      "memzone",
      "tailq",
      "messages",
      "top",
      "record",
      "replay",
      "serve",
    ]
  ) {
    assert.match(help, new RegExp(`^  ${name} `, "m"));
    const own = await printed(name, "--help");
    const group = /--file-prefix <prefix>[^]*--runtime-directory <path>/;
    if (name === "replay") assert.doesNotMatch(own, /--file-prefix|--runtime-directory/);
    else assert.match(own, group);
    if (name !== "serve") assert.match(own, /^ {2}--json /m);
    const words = own.replace(/\s+/g, " ");
    if (["top", "serve"].includes(name)) {
      assert.match(words, /at most 3000: positions in rings are 32/);
    }
    if (name === "record") assert.match(words, /beyond 3000 the rates of busy rings are too low/);
  }
  const { version } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  assert.equal(await printed("--version"), `${version}\n`);
  for (const line of help.split("\n")) assert.ok(line.length <= 80, line);
});

test("whoever reads no further is no error", async (context) => {
  const file = `${folder(context)}/long.jsonl`;
  writeRecording(file, 40, { rings: 200 });
  const words = toolWords(["replay", "--json", file]).map((word) => `'${word}'`).join(" ");
  const script = `{ ${words}; echo "code $?" >&2; } | head -c 100 >/dev/null`;
  const result = await spawnProgram("sh", ["-c", script]).result;
  assert.equal(result.stderr, "code 0\n");
});

describe("recordings", () => {
  test("are made and replayed", { timeoutMs: TEST_MS }, async (context) => {
    const place = scene(context, "record");
    const only = ["--file-prefix", place.prefix];
    const primary = await start(context, place, "C", "primary", { tag: 3 });
    const file = join(folder(context), "a.jsonl");
    assert.match(
      await printed("record", file, "--count", "3", "--interval", "50", ...only),
      /^Recorded 3 looks, \S+ \w+, [\d.]+ KiB to /,
    );
    const [header, ...looks] = readFileSync(file, "utf8").trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.equal(header.format, "dpdk-inspect recording");
    assert.equal(header.version, 1);
    assert.equal(header.filePrefix, place.prefix);
    assert.equal(looks.length, 3);
    assert.equal(looks[2].rings.length, 2);
    const flows = (await printed("replay", file, "--json")).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
    assert.equal(flows.length, 3);
    assert.equal(flows[0].elapsedMs, 0);
    assert.ok(flows[1].elapsedMs > 0);
    assert.equal(flows[2].snapshot.time, looks[2].time);
    await refused(1, /^Cannot record to ".*": .*--force overwrites it/, "record", file, ...only);
    const again = ["record", file, "--force"];
    const told = JSON.parse(
      await printed(...again, "--seconds", "1", "--interval", "400", "--json", ...only),
    );
    assert.equal(told.looks, 3);
    assert.equal(told.bytes, readFileSync(file).length);

    // Until told to end; the group may go meanwhile, and what was seen stays.
    const child = spawnScript(runtimeName, TOOL, [...again, "--interval", "20", ...only]);
    const lines = () => readFileSync(file, "utf8").split("\n").length - 1;
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await until(() => lines() < 4);
    await until(() => lines() > 4);
    await end(primary, "SIGKILL");
    const seen = lines();
    await until(() => lines() > seen);
    child.kill("SIGINT");
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    assert.match(result.stdout, new RegExp(`^Recorded ${lines() - 1} looks, `));
    const last = JSON.parse(readFileSync(file, "utf8").trimEnd().split("\n").at(-1)!);
    assert.equal(last.state, "dead");
    assert.equal(last.rings.length, 2);
  });

  test("whose recorder was killed are as long as they are", async (context) => {
    const file = join(folder(context), "cut.jsonl");
    const text = recordingText(5);
    writeFileSync(file, text.slice(0, -100));
    assert.equal((await printed("replay", "--json", file)).trimEnd().split("\n").length, 4);
  });

  test("that are none are refused", { timeoutMs: TEST_MS }, async (context) => {
    const file = join(folder(context), "foreign");
    const cases: readonly (readonly [string, RegExp])[] = [
      ["", /it is no recording of dpdk-inspect\n$/],
      ["hello\nworld\n", /it is no recording of dpdk-inspect\n$/],
      [`{"format":"other"}\n{}\n`, /it is no recording of dpdk-inspect\n$/],
      ["x".repeat(3 * 2 ** 20), /it is no recording of dpdk-inspect\n$/],
      [
        recordingText(1).replace(`"version":1`, `"version":2`),
        /it is of version 2, and this is for version 1\n$/,
      ],
      [recordingText(0), /there is no look in it\n$/],
      [
        recordingText(2).replace(`"rings":[`, `"wrong":[`),
        /line 2 is no look at a group; the file is damaged\n$/,
      ],
    ];
    for (const [text, message] of cases) {
      writeFileSync(file, text);
      await refused(
        1,
        new RegExp(`^Cannot replay ".*/foreign": ${message.source}`),
        "replay",
        file,
        "--json",
      );
    }
    await refused(1, /^Cannot replay ".*": there is no such place\n$/, "replay", `${file}.none`);
  });
});

test("the launcher starts what is there", { timeoutMs: TEST_MS }, async (context) => {
  const place = folder(context);
  const bin = join(place, "bin");
  mkdirSync(bin);
  mkdirSync(join(place, "links"));
  // As npm links it, and once more.
  symlinkSync(LAUNCHER, join(place, "links", "one"));
  symlinkSync("links/one", join(place, "dpdk-inspect"));
  const launch = (env: Record<string, string>, ...args: string[]) =>
    spawnProgram("/bin/sh", [join(place, "dpdk-inspect"), ...args], {
      env: { DPDK_TS_RUNTIME: undefined, PATH: `${bin}:/usr/bin:/bin`, ...env },
    }).result;
  const none = await launch({}, "ls");
  assert.equal(none.code, 1);
  assert.equal(
    none.stderr,
    "Cannot start dpdk-inspect: neither bun nor deno is in PATH; install one of them\n",
  );
  symlinkSync(runtimes[runtimeName], join(bin, runtimeName));
  const other = runtimeName === "deno" ? "bun" : "deno";
  const chosen = await launch({ DPDK_TS_RUNTIME: other }, "ls");
  assert.equal(chosen.code, 1);
  assert.match(
    chosen.stderr,
    new RegExp(`DPDK_TS_RUNTIME names ${other}, which is not in PATH\n$`),
  );
  assert.match((await launch({ DPDK_TS_RUNTIME: "node" })).stderr, /there are bun, deno\n$/);
  const file = join(place, "with blanks.jsonl");
  writeRecording(file, 2);
  for (const env of [{}, { DPDK_TS_RUNTIME: runtimeName }]) {
    assert.equal((await launch(env, "ls")).code, 0);
    const replayed = await launch(env, "replay", file, "--json");
    assert.equal(replayed.stdout.trimEnd().split("\n").length, 2, outcome(replayed));
    assert.equal((await launch(env, "--nonsense")).code, 2);
  }

  // Without a choice, whichever comes first.
  const fake = join(bin, other);
  writeFileSync(fake, `#!/bin/sh\necho "fake ${other} $*"\n`);
  chmodSync(fake, 0o755);
  const script = join(dirname(dirname(LAUNCHER)), "inspect.ts");
  const { stdout } = await launch({ DPDK_TS_RUNTIME: other }, "ls", "--json");
  assert.match(stdout, new RegExp(`^fake ${other} run .*${script} ls --json\n$`));
});

test("what needs no screen loads none", async (context) => {
  // The tool without the packages of the screen: only commands that show one miss them.
  const place = folder(context);
  const root = dirname(dirname(TOOL));
  for (const name of ["ffi", "mod.ts"]) {
    cpSync(join(root, name), join(place, name), { recursive: true });
  }
  cpSync(dirname(LAUNCHER), join(place, "tools/inspect"), { recursive: true });
  cpSync(TOOL, join(place, "tools/inspect.ts"));
  mkdirSync(join(place, "node_modules"));
  const packages = ["commander", "hono", "@hono"];
  for (const name of packages) {
    symlinkSync(join(root, "node_modules", name), join(place, "node_modules", name));
  }
  cpSync(join(root, "package.json"), join(place, "package.json"));
  const result = await spawnScript(runtimeName, join(place, "tools/inspect.ts"), ["ls", "--json"])
    .result;
  assert.equal(result.code, 0, outcome(result));
  assert.ok(Array.isArray(JSON.parse(result.stdout)));
});
