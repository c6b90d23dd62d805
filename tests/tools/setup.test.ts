import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, outcome, RUNTIMES, spawnScript, test } from "../kit.ts";
import { setUp } from "../../tools/setup/mod.ts";
import { FakeHost, HUGEPAGES } from "./fixtures/fake_host.ts";

const SETUP = fileURLToPath(new URL("../../tools/setup.ts", import.meta.url));

const PACKAGES = "dpdk dpdk-dev libdpdk-dev";
const COMPILER = "gcc libc6-dev pkgconf";
const NETWORK = "ethtool iproute2 iputils-ping";
const WATCHING = "chromium fonts-dejavu-core strace";
const DEBUGGER = "gdb";
const INSTALL = "apt-get install --yes --no-install-recommends";
const MOUNT = "mount -t hugetlbfs -o pagesize=2M nodev /dev/hugepages";
const NPM = "npm install --no-save --no-audit --no-fund";

test("a fresh Debian machine gets all that the demo needs, and is told so", () => {
  const host = new FakeHost();
  assert.equal(setUp(host, "demo"), true);
  assert.deepEqual(host.changes, [
    `run ${INSTALL} ${PACKAGES}`,
    `write ${HUGEPAGES} 512`,
    "make /dev/hugepages",
    `run ${MOUNT}`,
    `run ${NPM}`,
  ]);
  assert.deepEqual(host.said, [
    `Setup: installing ${PACKAGES} by apt-get (about a minute)`,
    "Setup: raised the 2 MiB hugepages from 0 to 512",
    "Setup: mounted hugetlbfs at /dev/hugepages",
    "Setup: installing bun@1.0.0 typescript@2.0.0 by npm",
  ]);
});

for (
  const [purpose, more] of [
    ["test", `${COMPILER} ${NETWORK} ${WATCHING} ${DEBUGGER}`],
    ["matrix", `${COMPILER} ${NETWORK} ${WATCHING} ${DEBUGGER} debootstrap`],
    ["bench", COMPILER],
  ] as const
) {
  test(`the ${purpose} also needs ${more}`, () => {
    const host = new FakeHost();
    assert.equal(setUp(host, purpose), true);
    assert.equal(host.changes[0], `run ${INSTALL} ${PACKAGES} ${more}`);
    assert.equal(host.changes.length, 5);
  });
}

test("the static checks need npm's packages only", () => {
  const host = new FakeHost();
  assert.equal(setUp(host, "check"), true);
  assert.deepEqual(host.changes, [`run ${NPM}`]);
});

test("a second run changes nothing and says nothing", () => {
  const host = new FakeHost();
  setUp(host, "test");
  host.installed.add("debootstrap");
  for (const purpose of ["demo", "test", "matrix", "bench", "check"] as const) {
    host.forget();
    assert.equal(setUp(host, purpose), true);
    assert.deepEqual(host.changes, []);
    assert.deepEqual(host.said, []);
  }
});

test("only what is missing is supplied", () => {
  const host = new FakeHost();
  setUp(host, "test");
  host.forget();
  host.installed.delete("gcc");
  host.files.set("node_modules/bun/package.json", '{ "version": "0.9.0" }');
  host.files.set(HUGEPAGES, "1100\n");
  assert.equal(setUp(host, "test"), true);
  assert.deepEqual(host.changes, [`run ${INSTALL} gcc`, `run ${NPM}`]);
});

test("apt's package lists are fetched when the install does not work without", () => {
  const host = new FakeHost();
  host.hasPackageLists = false;
  assert.equal(setUp(host, "demo"), true);
  assert.deepEqual(host.changes.slice(0, 3), [
    `run ${INSTALL} ${PACKAGES}`,
    "run apt-get update",
    `run ${INSTALL} ${PACKAGES}`,
  ]);
});

test("a failed install is told, with what apt-get printed", () => {
  const host = new FakeHost();
  host.hasPackageLists = false;
  host.broken.add("apt-get update");
  assert.equal(setUp(host, "demo"), false);
  assert.match(host.said.join("\n"), /Cannot supply packages dpdk[^]*"apt-get update" exited with/);
  assert.equal(host.said.at(-1), "Setup: the demo cannot run before that is done");
});

test("who is not root is told the commands, and nothing is changed", () => {
  const host = new FakeHost();
  host.userId = 1000;
  assert.equal(setUp(host, "test"), false);
  assert.deepEqual(host.changes, []);
  assert.deepEqual(host.said, [
    "Setup: nothing was changed, for you are not root. Missing:",
    `  packages ${PACKAGES} ${COMPILER} ${NETWORK} ${WATCHING} ${DEBUGGER}`,
    "  hugepages (there are 0 of 1024)",
    "  hugetlbfs at /dev/hugepages",
    "  npm packages bun@1.0.0 typescript@2.0.0",
    "Run as root, in the repository (apt-get is Debian's; elsewhere use your system's):",
    "  apt-get update",
    `  ${INSTALL} ${PACKAGES} ${COMPILER} ${NETWORK} ${WATCHING} ${DEBUGGER}`,
    `  echo 1024 > ${HUGEPAGES}`,
    "  mkdir -p /dev/hugepages",
    `  ${MOUNT}`,
    `  ${NPM}`,
    "Setup: the tests cannot run before that is done",
  ]);
});

test("who is not root can run the demo in one process when DPDK is there", () => {
  const host = new FakeHost();
  setUp(host, "demo");
  host.forget();
  host.files.set(HUGEPAGES, "0\n");
  host.userId = 1000;
  assert.equal(setUp(host, "demo"), true);
  assert.deepEqual(host.changes, []);
  assert.equal(host.said.includes(`  echo 512 > ${HUGEPAGES}`), true);
  assert.match(host.said.at(-1) ?? "", /the demo can run in one process/);
  assert.equal(setUp(host, "test"), false);
});

test("a system that is not Debian is not changed, by root either", () => {
  const host = new FakeHost();
  host.files.set("/etc/os-release", 'NAME="Fedora Linux"\nID=fedora\n');
  assert.equal(setUp(host, "test"), false);
  assert.deepEqual(host.changes, []);
  assert.equal(host.said[0], "Setup: nothing was changed, for this is not Debian. Missing:");
  assert.equal(
    host.said.includes(`  ${INSTALL} ${PACKAGES} ${COMPILER} ${NETWORK} ${WATCHING} ${DEBUGGER}`),
    true,
  );
});

test("on a system that is not Debian, what is there counts, not how it came there", () => {
  const host = new FakeHost();
  setUp(host, "test");
  host.forget();
  host.files.set("/etc/os-release", "ID=fedora\n");
  assert.equal(setUp(host, "test"), true);
  assert.deepEqual(host.said, []);
  host.installed.delete("iputils-ping");
  assert.equal(setUp(host, "test"), false);
  assert.equal(host.said[1], `  packages ${NETWORK}`);
  host.forget();
  host.installed.add("iputils-ping");
  host.installed.delete("chromium");
  assert.equal(setUp(host, "test"), false);
  assert.equal(host.said[1], `  packages ${WATCHING}`);
  host.forget();
  host.installed.add("chromium");
  host.installed.delete("gdb");
  assert.equal(setUp(host, "test"), false);
  assert.equal(host.said[1], `  packages ${DEBUGGER}`);
  host.forget();
  host.installed.add("gdb");
  assert.equal(setUp(host, "matrix"), false);
  assert.deepEqual(host.changes, []);
  assert.equal(host.said[1], "  packages debootstrap");
});

test("a system made from Debian is one", () => {
  const host = new FakeHost();
  host.files.set("/etc/os-release", 'ID=ubuntu\nID_LIKE="debian other"\n');
  assert.equal(setUp(host, "test"), true);
});

test("hugepages that may not be raised do not keep the demo from running", () => {
  const host = new FakeHost();
  host.refused.add(HUGEPAGES);
  assert.equal(setUp(host, "demo"), true);
  const said = host.said.join("\n");
  assert.match(said, /Cannot raise the hugepages from 0: read-only file system/);
  assert.match(host.said.at(-1) ?? "", /the demo can run in one process/);
});

test("hugepages that may not be raised keep the tests from running", () => {
  const host = new FakeHost();
  host.refused.add(HUGEPAGES);
  assert.equal(setUp(host, "test"), false);
  assert.equal(host.said.at(-1), "Setup: the tests cannot run before that is done");
});

test("a mount that is refused keeps the tests from running, not the demo", () => {
  const host = new FakeHost();
  host.broken.add(MOUNT);
  assert.equal(setUp(host, "demo"), true);
  assert.match(host.said.at(-1) ?? "", /the demo can run in one process/);
  assert.equal(setUp(host, "test"), false);
});

test("it is said when the kernel gives fewer hugepages than were asked for", () => {
  const host = new FakeHost();
  host.pageLimit = 300;
  assert.equal(setUp(host, "test"), true);
  const line = "Setup: raised the 2 MiB hugepages from 0 to 300, fewer than the 1024 wanted";
  assert.equal(host.said.includes(line), true);
});

test("hugepages are not taken from memory that is not free", () => {
  const host = new FakeHost();
  host.files.set("/proc/meminfo", "MemAvailable:    1024000 kB\n");
  assert.equal(setUp(host, "test"), true);
  assert.equal(host.changes.includes(`write ${HUGEPAGES} 244`), true);
  host.files.set(HUGEPAGES, "0\n");
  host.files.set("/proc/meminfo", "MemAvailable:    500000 kB\n");
  host.forget();
  assert.equal(setUp(host, "test"), false);
  assert.match(
    host.said.join("\n"),
    /Cannot raise the hugepages from 0: too little memory is free/,
  );
});

for (const runtime of RUNTIMES) {
  test(`on this machine, run on ${runtime}, a second run changes nothing`, async () => {
    const state = (): string[] =>
      [HUGEPAGES, "/proc/mounts"].map((path) => readFileSync(path, "utf8"));
    const first = await spawnScript(runtime, SETUP, ["--for", "test"]).result;
    assert.equal(first.code, 0, outcome(first));
    const before = state();
    for (const purpose of ["test", "demo", "bench", "check"]) {
      const second = await spawnScript(runtime, SETUP, ["--for", purpose]).result;
      assert.equal(second.code, 0, outcome(second));
      assert.equal(second.stdout + second.stderr, "");
    }
    assert.deepEqual(state(), before);
  });

  test(`on this machine, run on ${runtime}, a purpose that is not known is refused`, async () => {
    const result = await spawnScript(runtime, SETUP, ["--for", "fun"]).result;
    assert.equal(result.code, 1);
    assert.match(
      result.stderr,
      /Cannot set up for "fun": --for is one of demo, test, matrix, bench, check/,
    );
  });
}
