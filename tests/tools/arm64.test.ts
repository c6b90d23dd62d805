import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assert, test, type TestContext } from "../kit.ts";
import { armFolder, armRuntime, RELEASES, rootOf } from "../../tools/arm64/places.ts";
import { prepare } from "../../tools/arm64/prepare.ts";
import type { CommandResult } from "../../tools/setup/host.ts";
import { FakeHost } from "./fixtures/fake_host.ts";

/** A machine whose apt knows where its Debian comes from. */
class Machine extends FakeHost {
  origins = "Somebody other\nDebian the mirror\n";
  /** The arguments of the shell scripts that were run. */
  readonly scripts: (readonly string[])[] = [];

  override run(command: readonly string[]): CommandResult {
    if (command[1] === "indextargets") return { code: 0, output: this.origins };
    if (command[0] !== "sh") return super.run(command);
    this.scripts.push(command.slice(4));
    return { code: 0, output: "" };
  }
}

/** Has what is made for arm64 be kept in a folder of the test's. */
function folderOf({ cleanup }: TestContext): void {
  const before = process.env["DPDK_TS_CACHE"];
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-arm64-"));
  process.env["DPDK_TS_CACHE"] = folder;
  cleanup(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env["DPDK_TS_CACHE"];
    else process.env["DPDK_TS_CACHE"] = before;
  });
}

test("a machine gets the tools, three releases and both runtimes for arm64", (context) => {
  folderOf(context);
  const host = new Machine();
  host.files.set(
    "package.json",
    JSON.stringify({ devDependencies: { deno: "1.2.3", bun: "4.5.6" } }),
  );
  prepare(host);
  assert.deepEqual(host.changes, [
    "run apt-get install --yes --no-install-recommends gcc-aarch64-linux-gnu " +
    "libc6-dev-arm64-cross qemu-user-static",
  ]);
  const [debian12, debian13, sid] = RELEASES.map(rootOf) as [string, string, string];
  assert.deepEqual(host.scripts, [
    [debian12, "bookworm", "the mirror", "yes", "dpdk", "libdpdk-dev"],
    [debian13, "trixie", "the mirror", "no", "libdpdk-dev"],
    [sid, "sid", "the mirror", "no", "libdpdk-dev"],
    [armFolder(), "@deno/linux-arm64-glibc@1.2.3", "@oven/bun-linux-aarch64@4.5.6"],
  ]);
});

test("what is there is not made again", (context) => {
  folderOf(context);
  const host = new Machine();
  prepare(host);
  for (const release of RELEASES) mkdirSync(rootOf(release), { recursive: true });
  mkdirSync(join(armFolder(), "runtimes"));
  for (const runtime of ["deno", "bun"] as const) writeFileSync(armRuntime(runtime), "");
  host.scripts.length = 0;
  host.forget();
  prepare(host);
  assert.deepEqual([host.changes, host.scripts, host.said], [[], [], []]);
});

test("a machine whose apt knows no Debian is told so", (context) => {
  folderOf(context);
  const host = new Machine();
  host.origins = "Somebody other\n";
  assert.throws(() => prepare(host), /Cannot fetch packages: apt knows no Debian/);
});
