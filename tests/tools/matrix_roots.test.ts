import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { assert, describe, test, type TestContext } from "../kit.ts";
import { releaseOf } from "../../tools/matrix/releases.ts";
import { recipeOf, rootOf } from "../../tools/matrix/roots.ts";
import { wantedPackages } from "../../tools/setup/debian.ts";

const release = releaseOf("24.11")!;
const skip = process.getuid?.() === 0 ? undefined : "only root can make root file systems";

/** A cache folder, and programs that stand in for debootstrap and chroot and note their arguments. */
interface Scene {
  readonly roots: string;
  readonly said: string[];
  /** What was run, one line each. */
  calls(): string[];
  /** What debootstrap also does. */
  debootstrap(commands: string): void;
  /** Asks for the root. */
  ask(options?: { refresh?: boolean; userId?: number; signal?: AbortSignal }): Promise<string>;
}

function scene({ cleanup }: Pick<TestContext, "cleanup">): Scene {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-matrix-"));
  const log = join(folder, "calls");
  const { PATH, DPDK_TS_CACHE } = process.env;
  cleanup(() => {
    process.env["PATH"] = PATH;
    if (DPDK_TS_CACHE === undefined) delete process.env["DPDK_TS_CACHE"];
    else process.env["DPDK_TS_CACHE"] = DPDK_TS_CACHE;
    rmSync(folder, { recursive: true });
  });
  process.env["PATH"] = `${folder}/bin:${PATH}`;
  process.env["DPDK_TS_CACHE"] = folder;
  const program = (name: string, commands: string): void => {
    mkdirSync(join(folder, "bin"), { recursive: true });
    const text = `#!/bin/sh -e\necho "${name} $@" >> ${log}\n${commands}\n`;
    writeFileSync(join(folder, "bin", name), text, { mode: 0o755 });
  };
  const debootstrap = (commands: string): void =>
    program("debootstrap", `mkdir -p "$3/etc" "$3/proc"\n${commands}`);
  debootstrap("");
  program("chroot", "");
  const said: string[] = [];
  return {
    roots: join(folder, "roots"),
    said,
    calls: () => existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [],
    debootstrap,
    ask: ({ refresh = false, userId = 0, signal = new AbortController().signal } = {}) =>
      rootOf(release, { refresh, userId, signal, say: (line) => void said.push(line) }),
  };
}

describe("a root file system", () => {
  test(
    "is made by debootstrap and apt-get, with what the tests need",
    { skip },
    async (context) => {
      const { roots, ask, calls, said } = scene(context);
      const root = await ask();
      assert.equal(root, join(roots, "24.11"));
      const work = `${root}.${process.pid}.making`;
      const packages = wantedPackages("test").join(" ");
      assert.deepEqual(calls(), [
        `debootstrap --variant=minbase trixie ${work}`,
        `chroot ${work} apt-get install --yes --no-install-recommends ` +
        `-o Dpkg::Options::=--force-unsafe-io ${packages}`,
        `chroot ${work} apt-get clean`,
      ]);
      assert.match(readFileSync(join(root, "etc/hosts"), "utf8"), /^127\.0\.0\.1 localhost$/m);
      assert.match(said.join("\n"), /^making a root of Debian 13 in .*\nmade in \d+ s$/);
      assert.deepEqual(readdirSync(roots), ["24.11"]);
      // Its mounts were its own.
      assert.equal(readFileSync("/proc/mounts", "utf8").includes(roots), false);
    },
  );

  test("is made once", { skip }, async (context) => {
    const { ask, calls } = scene(context);
    const root = await ask();
    writeFileSync(join(root, "mark"), "");
    const { length } = calls();
    assert.equal(await ask(), root);
    assert.equal(calls().length, length);
    assert.equal(existsSync(join(root, "mark")), true);
  });

  test(
    "is made anew when it was made of something else, or that is asked for",
    { skip },
    async (context) => {
      const { roots, ask } = scene(context);
      const root = await ask();
      const stamp = join(root, "dpdk-ts-root.json");
      assert.equal(readFileSync(stamp, "utf8"), recipeOf(release));
      writeFileSync(stamp, recipeOf(release).replace('"gcc",', ""));
      writeFileSync(join(root, "mark"), "");
      await ask();
      assert.equal(existsSync(join(root, "mark")), false);
      writeFileSync(join(root, "mark"), "");
      await ask({ refresh: true });
      assert.equal(existsSync(join(root, "mark")), false);
      assert.deepEqual(readdirSync(roots), ["24.11"]);
    },
  );

  test("that cannot be made is told, and nothing half-made is left", { skip }, async (context) => {
    const { roots, ask, debootstrap } = scene(context);
    debootstrap("echo 'E: no such suite' >&2; exit 1");
    const message =
      "Cannot make a root for DPDK 24.11: debootstrap or apt-get failed\nE: no such suite";
    await assert.rejects(ask(), { message });
    assert.deepEqual(readdirSync(roots), []);
  });

  test("that cannot be made again stays as it was", { skip }, async (context) => {
    const { roots, ask, debootstrap } = scene(context);
    const root = await ask();
    debootstrap("exit 1");
    await assert.rejects(ask({ refresh: true }), /debootstrap or apt-get failed/);
    assert.deepEqual(readdirSync(roots), ["24.11"]);
    assert.equal(await ask(), root);
  });

  test("is not made to its end when that is broken off", { skip }, async (context) => {
    const { roots, ask, debootstrap, calls } = scene(context);
    debootstrap("sleep 100");
    const ending = new AbortController();
    const asked = ask({ signal: ending.signal });
    while (calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    ending.abort();
    await assert.rejects(asked, { name: "AbortError" });
    assert.deepEqual(readdirSync(roots), []);
  });

  test("of a runner that was killed is removed", { skip }, async (context) => {
    const { roots, ask } = scene(context);
    const living = `24.11.${process.ppid}.making`;
    for (const name of ["22.11.4194305.making", "24.11.4194305.old", living]) {
      mkdirSync(join(roots, name, "etc"), { recursive: true });
    }
    await ask();
    assert.deepEqual(readdirSync(roots).sort(), ["24.11", living]);
  });

  test("is root's to make: others are told, and nothing is changed", async (context) => {
    const { roots, ask, calls } = scene(context);
    const message =
      "Cannot test with DPDK 24.11: it is not installed, and only root can make and " +
      'enter a root file system of Debian 13; run "deno task test:matrix" as root';
    await assert.rejects(ask({ userId: 1000 }), { message });
    assert.deepEqual(calls(), []);
    assert.equal(existsSync(roots), false);
  });
});
