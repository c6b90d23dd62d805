import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { configLayout, RTE_MAGIC } from "../../ffi/eal/layout.ts";
import { abi } from "../../ffi/abi/mod.ts";
import { Eal, Group, type GroupOptions } from "../../mod.ts";
import { assert, describe, ealCase, spawnPeer, test } from "../kit.ts";
import { elsewhere, end, filesOf, groupOf, type Language, scene, start } from "./scene.ts";

const LANGUAGES: readonly Language[] = ["C", "TypeScript"];

for (const language of LANGUAGES) {
  describe(`a group with a primary in ${language}`, () => {
    test("is listed with all who are in it, by who they are", async (context) => {
      const place = scene(context, "list");
      const primary = await start(context, place, language, "primary");
      const alone = groupOf(place);
      assert.deepEqual(alone.secondaries, []);
      const secondaries = [
        await start(context, place, "C", "secondary"),
        await start(context, place, "TypeScript", "secondary"),
      ];
      const group = groupOf(place);
      assert.equal(group.state, "running");
      assert.equal(group.directory, place.directory);
      assert.match(group.version ?? "", /^\d+\.\d+\.\d+$/);
      assert.deepEqual([group.legacyMem, group.singleFileSegments], [false, false]);
      assert.equal(group.multiProcessDisabled, false);
      assert.equal(group.primary?.pid, primary.pid);
      assert.equal(group.primary?.uid, process.getuid?.());
      assert.equal(group.primary?.socket, "mp_socket");
      assert.equal(group.primary?.commandLine.includes(`--file-prefix=${place.prefix}`), true);
      const pids = secondaries.map(({ pid }) => pid).sort((a, b) => a - b);
      assert.deepEqual(group.secondaries.map(({ pid }) => pid), pids);
      for (const { pid, socket, commandLine } of group.secondaries) {
        assert.match(socket ?? "", new RegExp(`^mp_socket_${pid}_[0-9a-f]+$`));
        assert.equal(commandLine.includes("--proc-type=secondary"), true);
      }
      assert.deepEqual(group.staleSockets, []);
      const pages = filesOf(place).filter((path) => path.startsWith(place.hugeDir));
      assert.deepEqual([...group.hugepageFiles].sort(), pages.sort());
      assert.equal(group.hugepageBytes, pages.length * 2 ** 21);
      for (const child of [...secondaries, primary]) await end(child);
    });

    test("is what is left of it, when they die one by one", async (context) => {
      const place = scene(context, "dying");
      const primary = await start(context, place, language, "primary");
      const [first, second] = [
        await start(context, place, "TypeScript", "secondary"),
        await start(context, place, "C", "secondary"),
      ];
      await end(first, "SIGKILL");
      let group = groupOf(place);
      assert.equal(group.state, "running");
      assert.deepEqual(group.secondaries.map(({ pid }) => pid), [second.pid]);
      assert.match(group.staleSockets.join(), new RegExp(`^mp_socket_${first.pid}_[0-9a-f]+$`));
      await end(primary, "SIGKILL");
      group = groupOf(place);
      assert.deepEqual([group.state, group.primary], ["orphaned", undefined]);
      assert.deepEqual(group.secondaries.map(({ pid }) => pid), [second.pid]);
      assert.deepEqual(group.staleSockets.length, 2);
      await end(second, "SIGKILL");
      group = groupOf(place);
      assert.deepEqual([group.state, group.primary, group.secondaries], ["dead", undefined, []]);
      assert.equal(group.staleSockets.length, 3);
      assert.equal(group.hugepageBytes > 0, true);
    });
  });
}

test("a process that has the pid of a dead secondary is none", async (context) => {
  const place = scene(context, "reuse");
  const primary = await start(context, place, "C", "primary");
  const name = `mp_socket_${process.pid}_1a2b3c`;
  writeFileSync(`${place.directory}/${name}`, "");
  const { secondaries, staleSockets } = groupOf(place);
  assert.deepEqual(secondaries, []);
  assert.deepEqual(staleSockets, [name]);
  await end(primary);
});

test("a secondary without a socket is one", async (context) => {
  const place = scene(context, "nosocket");
  const primary = await start(context, place, "TypeScript", "primary");
  const secondary = await start(context, place, "C", "secondary");
  const { socket } = groupOf(place).secondaries[0]!;
  rmSync(`${place.directory}/${socket}`);
  const [found] = groupOf(place).secondaries;
  assert.deepEqual([found?.pid, found?.socket], [secondary.pid, undefined]);
  for (const child of [secondary, primary]) await end(child);
});

test("a primary that has not finished its start is starting", async (context) => {
  const place = scene(context, "starting");
  mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  const { size, mpStatus } = configLayout(abi());
  const numbers = [size, 0, 0, mpStatus, 0, 0].map(String);
  const pretender = spawnPeer("eal_config", [`${place.directory}/config`, ...numbers]);
  await pretender.waitForLine(/^READY$/);
  const { state, primary, version } = groupOf(place);
  assert.deepEqual([state, primary?.pid, version], ["starting", pretender.pid, undefined]);
  await end(pretender);
  assert.equal(groupOf(place).state, "dead");
});

test("a primary that has switched multi-process off, and one of another DPDK, say so", async (context) => {
  const place = scene(context, "other");
  mkdirSync(place.directory, { recursive: true, mode: 0o700 });
  const { size, mpStatus } = configLayout(abi());
  const ours = (Number(abi().release.slice(0, 2)) << 24) | (11 << 16) | (1 << 8) | 99;
  const expected = [[ours, `${abi().release}.1`, true], [
    0x150b0063,
    "21.11.0",
    undefined,
  ]] as const;
  for (const [number, version, disabled] of expected) {
    const numbers = [size, RTE_MAGIC, number, mpStatus, 1, 0].map(String);
    const pretender = spawnPeer("eal_config", [`${place.directory}/config`, ...numbers]);
    await pretender.waitForLine(/^READY$/);
    let group = groupOf(place);
    while (group.state === "starting") group = groupOf(place);
    assert.deepEqual([group.state, group.version], ["running", version]);
    assert.equal(group.multiProcessDisabled, disabled);
    await end(pretender);
    rmSync(`${place.directory}/config`);
  }
});

ealCase("the primary itself lists its group, and stays its primary", async ({ args, prefix }) => {
  using eal = Eal.init(args);
  for (let i = 0; i < 3; i++) {
    const [group] = Group.list({ filePrefix: prefix });
    assert.equal(group?.state, "running");
    assert.equal(group?.primary?.pid, process.pid);
    assert.equal(group?.version, eal.version.replace("DPDK ", ""));
  }
  assert.equal(
    Group.clean({ filePrefix: prefix })[0]?.kept,
    `its primary lives (pid ${process.pid})`,
  );
  // Another process sees the lock that the primary would have lost.
  const { groups, libraries } = await elsewhere("list", { filePrefix: prefix });
  assert.deepEqual(groups.map(({ state }) => state), ["running"]);
  assert.equal(libraries, 0, "and opens no DPDK for it");
});

test("runtime directories are looked into when they are given", async (context) => {
  const place = scene(context, "elsewhere");
  const home = mkdtempSync("/tmp/dpdk-ts-groups-");
  context.cleanup(() => rmSync(home, { recursive: true }));
  const before = process.env["RUNTIME_DIRECTORY"];
  process.env["RUNTIME_DIRECTORY"] = home;
  const primary = await start(context, place, "C", "primary");
  if (before === undefined) delete process.env["RUNTIME_DIRECTORY"];
  else process.env["RUNTIME_DIRECTORY"] = before;

  const list = (options: GroupOptions) => Group.list({ filePrefix: place.prefix, ...options });
  const [group] = list({ runtimeDirectories: [home] });
  assert.equal(group?.directory, `${home}/dpdk/${place.prefix}`);
  assert.equal(group?.primary?.pid, primary.pid);
  assert.deepEqual(list({ runtimeDirectories: ["/var/run"] }), []);
  assert.equal(list({})[0]?.directory, group?.directory, "a living one is found by its mappings");
  await end(primary, "SIGKILL");
  assert.equal(list({ runtimeDirectories: [home] })[0]?.state, "dead");
  const [cleaned] = Group.clean({ filePrefix: place.prefix, runtimeDirectories: [home] });
  assert.equal(cleaned?.bytes !== 0 && cleaned?.failures.length === 0, true);
  assert.deepEqual(list({ runtimeDirectories: [home] }), []);
});

test("unknown options are refused", () => {
  assert.throws(() => Group.list({ prefix: "a" } as GroupOptions), { name: "TypeError" });
  assert.throws(() => Group.clean({ dryrun: true } as GroupOptions), { name: "TypeError" });
  assert.throws(() => Group.list({ runtimeDirectories: "/a" } as unknown as GroupOptions), {
    name: "TypeError",
    message: /\/a: it is no list of paths/,
  });
  assert.throws(() => Group.list({ filePrefix: 1 } as unknown as GroupOptions), TypeError);
});
