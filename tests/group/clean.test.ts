import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { configLayout } from "../../ffi/eal/layout.ts";
import { abi } from "../../ffi/abi/mod.ts";
import { scriptCommand } from "../eal/nobody.ts";
import { Group, type GroupCleaning } from "../../mod.ts";
import {
  assert,
  describe,
  removePrefix,
  spawnPeer,
  spawnProgram,
  test,
  uniquePrefix,
} from "../kit.ts";
import {
  elsewhere,
  end,
  filesOf,
  groupOf,
  GROUPS,
  type Language,
  type Said,
  said,
  type Scene,
  scene,
  start,
} from "./scene.ts";

function clean({ prefix }: Scene, dryRun = false): GroupCleaning {
  const [cleaning, ...others] = Group.clean({ filePrefix: prefix, dryRun });
  assert.deepEqual(others, []);
  return cleaning!;
}

/** Nothing of a group is touched. */
function leftAlone(place: Scene, why: RegExp): void {
  const before = filesOf(place);
  for (const dryRun of [true, false]) {
    const { kept, removed, failures } = clean(place, dryRun);
    assert.match(kept ?? "it was cleaned", why);
    assert.deepEqual([removed, failures], [[], []]);
  }
  assert.deepEqual(filesOf(place), before);
}

const PAIRS: readonly (readonly [Language, Language])[] = [
  ["C", "TypeScript"],
  ["TypeScript", "C"],
];

for (const [first, second] of PAIRS) {
  test(`a primary in ${first} and a secondary in ${second}: cleaned up after when both are dead`, async (context) => {
    const place = scene(context, "clean");
    const primary = await start(context, place, first, "primary");
    const secondary = await start(context, place, second, "secondary");
    leftAlone(place, new RegExp(`^its primary lives \\(pid ${primary.pid}\\)$`));
    const third = await start(context, place, first, "secondary");
    await end(third, "SIGKILL");
    leftAlone(place, /^its primary lives/);
    await end(primary, "SIGKILL");
    leftAlone(
      place,
      new RegExp(`primary is gone, but .* still use it \\(pid ${secondary.pid}\\)$`),
    );
    await end(secondary, "SIGKILL");

    const files = filesOf(place).sort();
    const { hugepageBytes } = groupOf(place);
    const dry = clean(place, true);
    assert.deepEqual([...dry.removed].sort(), files);
    assert.equal(dry.bytes, hugepageBytes);
    assert.deepEqual([dry.kept, dry.failures], [undefined, []]);
    assert.deepEqual(filesOf(place).sort(), files, "a dry run removes nothing");

    assert.deepEqual(clean(place), dry, "and tells what is removed");
    assert.equal(hugepageBytes > 2 ** 24, true);
    assert.deepEqual(filesOf(place), []);
    assert.deepEqual(Group.list({ filePrefix: place.prefix }), []);

    const next = await start(context, place, second, "primary");
    await end(await start(context, place, first, "secondary"));
    await end(next);
  });
}

test("a group that ended well is cleaned up after, too", async (context) => {
  const place = scene(context, "well");
  await end(await start(context, place, "C", "primary"));
  assert.equal(groupOf(place).state, "dead");
  assert.deepEqual([clean(place).failures, filesOf(place)], [[], []]);
});

test("what is in the directory and not EAL's stays", async (context) => {
  const place = scene(context, "foreign");
  await end(await start(context, place, "C", "primary"));
  for (const name of ["mine", "config.bak", "mp_socket_x", "map_0"]) {
    writeFileSync(`${place.directory}/${name}`, "");
  }
  writeFileSync(`${place.hugeDir}/${place.prefix}map_x`, "");
  clean(place);
  const left = ["config.bak", "map_0", "mine", "mp_socket_x"];
  assert.deepEqual(readdirSync(place.directory).sort(), left);
  assert.deepEqual(readdirSync(place.hugeDir), [`${place.prefix}map_x`]);
});

test("a group without a config is cleaned up after, and gets none by a dry run", async (context) => {
  const place = scene(context, "noconfig");
  await end(await start(context, place, "C", "primary"), "SIGKILL");
  rmSync(`${place.directory}/config`);
  const files = filesOf(place).sort();
  assert.deepEqual([...clean(place, true).removed].sort(), files);
  assert.deepEqual(filesOf(place).sort(), files);
  const { removed, failures } = clean(place);
  assert.deepEqual([...removed].sort(), files);
  assert.deepEqual([failures, filesOf(place)], [[], []]);
});

test("hugepage files whose group has no directory any more are a group of their own", async (context) => {
  const { prefix, hugeDir: other } = scene(context, "bare");
  const home = mkdtempSync("/tmp/dpdk-ts-groups-");
  context.cleanup(() => rmSync(home, { recursive: true }));
  // A mount that no other test sees: any primary that starts removes such files from the top of it.
  const lines = [
    'mount -t hugetlbfs -o pagesize=2M nodev "$1"',
    'cd "$1"; : > "$2map_0"; : > "$2map_7"; : > "$2map_x"; shift 2',
    '"$@" list "$OPTIONS"; "$@" clean "$OPTIONS"; ls',
  ];
  const command = ["-m", "sh", "-ec", lines.join("\n"), "sh", home, prefix];
  const env = { OPTIONS: JSON.stringify({ filePrefix: prefix }) };
  const child = spawnProgram("unshare", [...command, ...scriptCommand(GROUPS)], { env });
  const [list, cleaned, ...left] = (await child.result).stdout.trim().split("\n");
  const files = [0, 7].map((n) => `${home}/${prefix}map_${n}`);
  const [group] = (JSON.parse(list!) as Said).groups;
  assert.deepEqual([group?.directory, group?.state], ["", "dead"]);
  assert.deepEqual([...group?.hugepageFiles ?? []].sort(), files);
  assert.deepEqual([...(JSON.parse(cleaned!) as Said).groups[0]?.removed ?? []].sort(), files);
  assert.deepEqual(left, [`${prefix}map_x`]);
  assert.deepEqual(readdirSync(other), []);
});

describe("a group that starts", () => {
  test("is left alone while its primary holds the lock", async (context) => {
    const place = scene(context, "starts");
    mkdirSync(place.directory, { recursive: true, mode: 0o700 });
    const { size, mpStatus } = configLayout(abi());
    const numbers = [size, 0, 0, mpStatus, 0, 0].map(String);
    const pretender = spawnPeer("eal_config", [`${place.directory}/config`, ...numbers]);
    await pretender.waitForLine(/^READY$/);
    leftAlone(place, new RegExp(`^its primary starts \\(pid ${pretender.pid}\\)$`));
    await end(pretender);
  });

  test("is left alone between opening its config and taking the lock", async (context) => {
    const place = scene(context, "opened");
    await end(await start(context, place, "C", "primary"));
    const opener = spawnPeer("group_opener", [`${place.directory}/config`]);
    context.cleanup(() => opener.kill("SIGKILL"));
    await opener.waitForLine(/^OPEN$/);
    assert.equal(groupOf(place).state, "dead", "as far as locks and mappings tell");
    leftAlone(
      place,
      /^a process has its config open: one that starts, or that cannot be seen from here$/,
    );
    opener.stdin.write("\n");
    await opener.waitForLine(/^LOCKED$/);
    leftAlone(place, new RegExp(`^its primary starts|^its primary lives \\(pid ${opener.pid}\\)$`));
    await end(opener);
    assert.equal(clean(place).kept, undefined);
  });

  test("while others are cleaned up after has its config, and its secondaries find it", {
    timeoutMs: 120_000,
  }, async (context) => {
    const place = scene(context, "race");
    let at = 0;
    let cleaned = 0;
    let busy = true;
    const cleaner = (async () => {
      while (busy) {
        const [cleaning] = Group.clean({ filePrefix: place.prefix });
        if (cleaning !== undefined && cleaning.kept === undefined) cleaned++;
        // A little later each time: all moments of a start are met.
        await new Promise((resolve) => setTimeout(resolve, at++ % 7));
      }
    })();
    try {
      for (let i = 0; i < 12; i++) {
        const primary = await start(context, place, "C", "primary");
        const group = groupOf(place);
        assert.deepEqual([group.state, group.primary?.pid], ["running", primary.pid]);
        if (i % 4 === 0) await end(await start(context, place, "C", "secondary"));
        await end(primary, i % 2 === 0 ? "SIGKILL" : "well");
      }
    } finally {
      busy = false;
      await cleaner;
    }
    assert.equal(cleaned > 0, true, "something was cleaned up meanwhile");
  });
});

test("no symbolic link leads anywhere else", (context) => {
  const place = scene(context, "link");
  const home = mkdtempSync("/tmp/dpdk-ts-groups-");
  context.cleanup(() => rmSync(home, { recursive: true }));
  for (const path of ["victim", "dpdk", "dpdk/real"]) mkdirSync(`${home}/${path}`);
  for (const name of ["config", "mp_socket", "fbarray_a"]) {
    writeFileSync(`${home}/victim/${name}`, "precious");
    symlinkSync(`${home}/victim/${name}`, `${home}/dpdk/real/${name}`);
  }
  symlinkSync(`${home}/victim`, `${home}/dpdk/${place.prefix}`);
  mkdirSync(`${home}/other`);
  symlinkSync(`${home}/dpdk`, `${home}/other/dpdk`);
  for (const runtime of [home, `${home}/other`]) {
    Group.clean({ runtimeDirectories: [runtime] });
    assert.equal(readdirSync(`${home}/victim`).length, 3);
  }
  assert.equal(lstatSync(`${home}/victim/config`).size, 8);
});

test("a directory that is no group's is none, though it lies below one named dpdk", (context) => {
  const home = mkdtempSync("/tmp/dpdk-ts-groups-");
  context.cleanup(() => rmSync(home, { recursive: true }));
  const configs = { ".git": "[core]\n\tbare = false\n", build: "", lib: "x".repeat(25344) };
  for (const [name, text] of Object.entries(configs)) {
    mkdirSync(`${home}/dpdk/${name}`, { recursive: true });
    writeFileSync(`${home}/dpdk/${name}/config`, text);
    writeFileSync(`${home}/dpdk/${name}/notes`, "");
  }
  writeFileSync(`${home}/dpdk/.git/fbarray_a`, "");
  mkdirSync(`${home}/dpdk/config/config`, { recursive: true });
  assert.deepEqual(Group.list({ runtimeDirectories: [home] }), []);
  assert.deepEqual(Group.clean({ runtimeDirectories: [home] }), []);
  for (const [name, text] of Object.entries(configs)) {
    assert.equal(readFileSync(`${home}/dpdk/${name}/config`, "utf8"), text);
  }
  assert.equal(existsSync(`${home}/dpdk/.git/fbarray_a`), true);
});

test("a group whose processes cannot be seen from here is left alone", async (context) => {
  const place = scene(context, "pidns");
  const primary = await start(context, place, "C", "primary");
  const secondary = await start(context, place, "TypeScript", "secondary");
  // In a pid namespace of its own nothing of them is in /proc, and their pids mean nothing.
  const within = async (call: "list" | "clean") => {
    const options = JSON.stringify({ filePrefix: place.prefix });
    const by = ["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"];
    return await said(spawnProgram("unshare", [...by, ...scriptCommand(GROUPS, call, options)]));
  };
  const before = filesOf(place);
  const nobody = { uid: undefined, commandLine: [] };
  const seen = (await within("list")).groups[0]!;
  assert.equal(seen.state, "running");
  assert.deepEqual({ ...nobody, ...seen.primary }, { ...nobody, pid: 0, socket: "mp_socket" });
  assert.deepEqual(seen.secondaries?.map(({ pid }) => pid), [secondary.pid]);
  assert.deepEqual(seen.secondaries?.[0]?.commandLine, []);
  assert.match((await within("clean")).groups[0]?.kept ?? "", /^its primary lives \(pid 0\)$/);

  await end(primary, "SIGKILL");
  const orphaned = new RegExp(`processes still use it \\(pid ${secondary.pid}\\)`);
  assert.match((await within("clean")).groups[0]?.kept ?? "", orphaned);
  rmSync(`${place.directory}/${groupOf(place).secondaries[0]?.socket}`);
  assert.equal((await within("list")).groups[0]?.state, "dead", "as far as can be seen");
  const { kept, removed } = (await within("clean")).groups[0]!;
  assert.deepEqual([kept, removed], [
    "a process has its config open: one that starts, or that cannot be seen from here",
    [],
  ]);
  assert.equal(filesOf(place).length, before.length - 1);
  await end(secondary);
});

test("two that clean up at once do it once", async (context) => {
  const place = scene(context, "twice");
  await end(await start(context, place, "C", "primary"), "SIGKILL");
  const files = filesOf(place).sort();
  const results = await Promise.all(
    [1, 2, 3].map(() => elsewhere("clean", { filePrefix: place.prefix })),
  );
  const removed = results.flatMap(({ groups }) => groups.flatMap((group) => group.removed ?? []));
  assert.deepEqual(removed.sort(), files);
});

test("a dryRun that is no boolean is refused, and removes nothing", async (context) => {
  const place = scene(context, "dry");
  await end(await start(context, place, "C", "primary"), "SIGKILL");
  const before = filesOf(place);
  for (const dryRun of ["yes", 1, null]) {
    assert.throws(() => Group.clean({ filePrefix: place.prefix, dryRun: dryRun as never }), {
      name: "TypeError",
      message: /^Cannot use .* as dryRun: it must be a boolean$/,
    });
  }
  assert.deepEqual(filesOf(place), before);
});

test("a group of which only a process without shared memory lives is left alone", async (context) => {
  const prefix = uniquePrefix("no-shconf");
  context.cleanup(() => removePrefix(prefix));
  const child = spawnPeer("inspected", [
    ...["-l", "0", "--no-pci", "--no-shconf", "-m", "32", "--file-prefix", prefix],
  ]);
  context.cleanup(() => child.result);
  context.cleanup(() => child.stdin.end());
  await child.waitForLine(/^\.$/);
  const found = Group.clean({ filePrefix: prefix }).filter(({ directory }) => directory !== "");
  for (const { kept, removed } of found) {
    assert.match(kept!, /a process has a socket there/);
    assert.deepEqual(removed, []);
  }
  assert.equal(found.length, 1);
});
