// The runtime directory is full, read-only, somebody else's, or not there.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  assert,
  executable,
  outcome,
  runtimeName,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { ready, refusal, startEal } from "../eal/start.ts";
import { mounted, remount } from "./mounts.ts";

/** Options of a process, with a prefix of its own, and what there must be none of in the end. */
function group(context: TestContext): { filePrefix: string; memory: number; noPci: true } {
  const filePrefix = uniquePrefix("room");
  context.cleanup(() => {
    const left = readdirSync("/dev/hugepages").filter((name) => name.startsWith(filePrefix));
    assert.deepEqual(left, [], "no hugepages are left");
  });
  return { filePrefix, memory: 32, noPci: true };
}

test("a full runtime directory is refused, before EAL writes there", async (context) => {
  const directory = mounted(context, "tmpfs", "size=1m");
  const options = group(context);
  const env = { RUNTIME_DIRECTORY: directory };
  const { name, code, call, message } = await refusal(options, { env });
  assert.deepEqual([name, code, call], ["DpdkError", "ENOSPC", ""]);
  assert.match(
    message,
    new RegExp(
      `^Cannot use the runtime directory ${directory}: its file system has 1\\.0 MiB free, and this ` +
        `process's files there take up to \\d+\\.\\d MiB; make room, or name another in the ` +
        `environment variable RUNTIME_DIRECTORY; all processes of a group need the same$`,
    ),
  );
  assert.deepEqual(readdirSync(directory), [], "nothing is left behind");

  // As much as it says is enough, and not much less is.
  const mib = Number(/take up to (\d+\.\d) MiB/.exec(message)![1]);
  remount(directory, `size=${Math.ceil((mib + 0.1) * 1024)}k`);
  const primary = startEal(options, { env });
  await ready(primary);
  // The group runs, and a secondary finds no room for its part.
  const secondary = {
    filePrefix: options.filePrefix,
    processType: "secondary",
    noPci: true,
  } as const;
  const refused = await refusal(secondary, { env });
  assert.deepEqual([refused.name, refused.code], ["DpdkError", "ENOSPC"]);
  assert.match(
    refused.message,
    new RegExp(`directory ${join(directory, "dpdk", options.filePrefix)}: `),
  );
  remount(directory, `size=${Math.ceil(2 * mib * 1024)}k`);
  const joined = startEal(secondary, { env });
  await ready(joined);
  for (const child of [joined, primary]) {
    child.stdin.end();
    assert.equal((await child.result).code, 0, outcome(await child.result));
  }
  // The next primary uses what the last one left, in a file system that has no more than that.
  const used = 100 * 1024;
  writeFileSync(join(directory, "filler"), new Uint8Array(used));
  remount(directory, `size=${Math.ceil((mib + 0.1) * 1024) + used / 1024}k`);
  const next = startEal(options, { env });
  await ready(next);
  next.stdin.end();
  assert.equal((await next.result).code, 0);
});

test("a file system with no room for more files is refused", async (context) => {
  const directory = mounted(context, "tmpfs", "size=16m,nr_inodes=8");
  const { code, message } = await refusal(group(context), {
    env: { RUNTIME_DIRECTORY: directory },
  });
  assert.equal(code, "ENOSPC");
  assert.match(message, /has no room for more files; remove some, or name another/);
  assert.deepEqual(readdirSync(directory), []);
});

test("a read-only runtime directory is refused", async (context) => {
  const directory = mounted(context, "tmpfs", "size=16m,ro");
  const { name, code, message } = await refusal(group(context), {
    env: { RUNTIME_DIRECTORY: directory },
  });
  assert.deepEqual([name, code], ["DpdkError", "EROFS"]);
  assert.match(
    message,
    new RegExp(
      `^Cannot use the runtime directory ${directory}: its file system is read-only; mount it`,
    ),
  );
});

test("a runtime directory that is not there is refused", async (context) => {
  const directory = join(mounted(context, "tmpfs", "size=16m"), "none");
  const { code, message } = await refusal(group(context), {
    env: { RUNTIME_DIRECTORY: directory },
  });
  assert.equal(code, "ENOENT");
  assert.match(
    message,
    new RegExp(`directory ${directory}: it does not exist; make it, or name another`),
  );
});

test("a group's directory in a read-only file system is refused, too", async (context) => {
  const directory = mounted(context, "tmpfs", "size=16m");
  const options = group(context);
  const own = join(directory, "dpdk", options.filePrefix);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  remount(directory, "ro");
  const { code, message } = await refusal(options, { env: { RUNTIME_DIRECTORY: directory } });
  assert.equal(code, "EROFS");
  assert.match(message, new RegExp(`^Cannot use the runtime directory ${own}: `));
});

test("a process without hugepages is measured by its memory", async (context) => {
  const directory = mounted(context, "tmpfs", "size=1m");
  const options = { ...group(context), noHuge: true, memory: 512 };
  const env = { RUNTIME_DIRECTORY: directory };
  const { code, message } = await refusal(options, { env });
  assert.equal(code, "ENOSPC");
  assert.match(message, /take up to 6\.4 MiB/);
  remount(directory, "size=6600k");
  const child = startEal(options, { env });
  await ready(child);
  child.stdin.end();
  assert.equal((await child.result).code, 0);
});

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];
const SCRIPT = fileURLToPath(new URL("../eal/fixtures/process.ts", import.meta.url));

/** Why a user without rights cannot be tried here: the checkout may be root's alone. */
function whyNot(): string | undefined {
  const unreadable = [SCRIPT, executable(runtimeName)].find((file) =>
    spawnSync("setpriv", [...NOBODY, "test", "-r", file]).status !== 0
  );
  return unreadable === undefined ? undefined : "another user cannot read the checkout";
}

test("a runtime directory of another user is refused", { skip: whyNot() }, async (context) => {
  const directory = mounted(context, "tmpfs", "size=16m,mode=0755");
  const home = mounted(context, "tmpfs", "size=64m,mode=0777");
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  const options = JSON.stringify({ ...group(context), noHuge: true });
  const command = [executable(runtimeName), ...flags, SCRIPT, options];
  const env = { HOME: home, DENO_DIR: home, RUNTIME_DIRECTORY: directory };
  const child = spawnProgram("setpriv", [...NOBODY, ...command], { env, cwd: home });
  child.stdin.end();
  const { code, message } = JSON.parse((await child.waitForLine(/^ERROR (.*)$/))[1]!);
  await child.result;
  assert.equal(code, "EACCES");
  assert.match(
    message,
    new RegExp(`directory ${directory}: this user may not write there; let it, or`),
  );
});
