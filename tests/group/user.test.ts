// Anyone but root: a user who has a hugetlbfs mount and a runtime directory of their own.

import { chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { abi } from "../../ffi/abi/mod.ts";
import { configLayout } from "../../ffi/eal/layout.ts";
import { Group } from "../../mod.ts";
import {
  assert,
  type Child,
  describe,
  outcome,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { homeOf, NOBODY, peerCommand, scriptCommand, spawnNobody, whyNot } from "../eal/nobody.ts";
import { end, GROUPS, type Language, MEMBER, type Said, said } from "./scene.ts";

const skip = whyNot(MEMBER);

/** Mounts a hugetlbfs of the user's own, which only they see, and lets everything be made for all. */
const MOUNT = 'umask 0; mount -t hugetlbfs -o uid=$1,gid=$1,mode=0700,pagesize=2M nodev "$2" && ' +
  'shift 2 && exec "$@"';

/** A user's group, all of whose processes are the user's and see the user's mount. */
class Place {
  readonly prefix = uniquePrefix("user");
  readonly home: string;
  readonly huge: string;
  readonly #context: TestContext;
  #primary: Child | undefined;

  constructor(context: TestContext) {
    this.#context = context;
    this.home = homeOf(context);
    this.huge = `${this.home}/huge`;
    mkdirSync(this.huge);
  }

  /** Starts a command within the primary's mount namespace, and makes one for the primary. */
  run(command: readonly string[]): Child {
    const by = this.#primary === undefined
      ? ["unshare", "-m", "sh", "-c", MOUNT, "sh", String(NOBODY), this.huge]
      : ["nsenter", "-m", "-r", "-w", "-t", String(this.#primary.pid)];
    const child = spawnNobody(this.home, command, {}, by);
    this.#context.cleanup(() => child.kill("SIGKILL"));
    this.#primary ??= child;
    return child;
  }

  async member(language: Language, type: "primary" | "secondary"): Promise<Child> {
    const lcore = type === "primary" ? 0 : 1;
    const usual = [`--lcores=${lcore}@0`, "--no-pci", `--file-prefix=${this.prefix}`];
    const own = type === "primary"
      ? ["-m", "16", "--socket-limit=24", `--huge-dir=${this.huge}`]
      : ["--proc-type=secondary"];
    const args = [...usual, ...own, "--base-virtaddr=0x600000000000", "--", "9"];
    const child = this.run(
      language === "C"
        ? peerCommand(this.home, "group_member", ...args)
        : scriptCommand(MEMBER, ...args),
    );
    await child.waitForLine(/^READY$/);
    return child;
  }

  /** All files and directories of the group, as the user's processes see them. */
  files(): string[] {
    const directories = [`${this.home}/dpdk`, `${this.home}/dpdk/${this.prefix}`];
    return [...directories, `/proc/${this.#primary?.pid}/root${this.huge}`].flatMap((path) => [
      path,
      ...readdirSync(path).map((name) => `${path}/${name}`),
    ]);
  }
}

const call = (place: Place, what: "list" | "clean"): Promise<Said> =>
  said(place.run(scriptCommand(GROUPS, what, JSON.stringify({ filePrefix: place.prefix }))));

describe("a user who has a hugetlbfs mount", () => {
  const pairs: readonly (readonly [Language, Language])[] = [
    ["TypeScript", "TypeScript"],
    ["TypeScript", "C"],
    ["C", "TypeScript"],
  ];
  for (const [first, second] of pairs) {
    test(
      `has a group of a primary in ${first} and a secondary in ${second}`,
      { skip },
      async (context) => {
        const place = new Place(context);
        const primary = await place.member(first, "primary");
        const secondary = await place.member(second, "secondary");
        await secondary.waitForLine(/^FOUND 9 9 81$/);

        const { groups, libraries } = await call(place, "list");
        assert.equal(groups.length, 1);
        assert.equal(groups[0]?.state, "running");
        assert.equal(groups[0]?.primary?.pid, primary.pid);
        assert.equal(groups[0]?.secondaries?.[0]?.pid, secondary.pid);
        assert.equal(groups[0]?.hugepageFiles?.every((path) => path.startsWith(place.huge)), true);
        assert.equal((groups[0]?.hugepageBytes ?? 0) >= 16 * 2 ** 20, true);
        assert.equal(libraries, 0);
        for (const child of [secondary, primary]) await end(child);
      },
    );
  }

  test(
    "makes no file that others can write, whatever the umask",
    { skip },
    async (context) => {
      const place = new Place(context);
      const primary = await place.member("TypeScript", "primary");
      const secondary = await place.member("TypeScript", "secondary");
      const files = place.files();
      const kinds = [
        /\/config$/,
        /\/mp_socket$/,
        /\/mp_socket_\d+/,
        /\/fbarray_memzone$/,
        /map_0$/,
      ];
      for (const kind of [...kinds, /\/dpdk_telemetry/, /\/hugepage_info$/]) {
        assert.equal(files.some((path) => kind.test(path)), true, `${kind} in ${files.join(" ")}`);
      }
      for (const path of files) {
        const { mode, uid } = lstatSync(path);
        const socket = /_socket|_telemetry/.test(path);
        assert.equal((mode & (socket ? 0o022 : 0o077)).toString(8), "0", path);
        assert.equal(uid, NOBODY, path);
      }
      for (const child of [secondary, primary]) await end(child);
    },
  );

  test("cleans up after their own", { skip }, async (context) => {
    const place = new Place(context);
    const primary = await place.member("TypeScript", "primary");
    const secondary = await place.member("C", "secondary");
    await end(primary, "SIGKILL");
    await end(secondary, "SIGKILL");
    const result = await spawnNobody(
      place.home,
      scriptCommand(GROUPS, "clean", JSON.stringify({ filePrefix: place.prefix })),
    ).result;
    const [cleaning] = (JSON.parse(result.stdout) as Said).groups;
    assert.deepEqual([cleaning?.kept, cleaning?.failures], [undefined, []], outcome(result));
    assert.deepEqual(readdirSync(`${place.home}/dpdk/${place.prefix}`), []);
  });
});

test(
  "what a user may not read is told, and what they may not remove stays",
  { skip },
  async (context) => {
    const home = homeOf(context);
    const [closed, open] = [`${home}/closed`, `${home}/open`];
    for (const path of [closed, `${closed}/dpdk`, `${closed}/dpdk/a`]) mkdirSync(path);
    const config = new Uint8Array(configLayout(abi()).size);
    writeFileSync(`${closed}/dpdk/a/config`, config);
    chmodSync(`${closed}/dpdk`, 0o700);
    for (const path of [open, `${open}/dpdk`, `${open}/dpdk/b`, `${open}/dpdk/c`]) mkdirSync(path);
    for (const group of ["b", "c"]) {
      writeFileSync(`${open}/dpdk/${group}/config`, config, {
        mode: 0o600,
      });
    }
    chmodSync(`${open}/dpdk/c`, 0o700);
    const options = { runtimeDirectories: [closed, open] };
    const as = (what: string) =>
      said(spawnNobody(home, scriptCommand(GROUPS, what, JSON.stringify(options))));

    const list = await as("list");
    assert.deepEqual(list.unreadable, [`${closed}/dpdk`]);
    const states = list.groups.map(({ filePrefix, state }) => [filePrefix, state]);
    assert.deepEqual(states, [["b", "dead"], ["c", "unreadable"]]);
    const { groups } = await as("clean");
    assert.deepEqual(groups.map(({ kept }) => kept), [
      "its config cannot be opened: EACCES",
      "its directory cannot be read by this user",
    ]);
    assert.deepEqual(groups.flatMap(({ removed }) => removed), []);
    assert.equal(Group.list(options).length, 3, "root sees all, and they are all there");
  },
);
