// No write ever reaches a group: strace sees every call that one who looks makes.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, executable, outcome, runtimeName, spawnProgram, test } from "../kit.ts";
import { inspected } from "./outside.ts";

const CALLS =
  "openat,open,creat,mmap,write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,unlink," +
  "unlinkat,rename,renameat,renameat2,flock,fcntl,ioctl,sendto,sendmsg,ptrace,process_vm_writev,kill,tgkill";

test("files are opened for reading alone, none is mapped, locked or changed", {
  timeoutMs: 120_000,
}, async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 0");
  await group.ask("pool pool 63 8");
  await group.ask("get pool 20");
  await group.ask("send ring 12");
  const directory = mkdtempSync(join(tmpdir(), "dts-strace-"));
  context.cleanup(() => rmSync(directory, { recursive: true }));
  const script = fileURLToPath(new URL("scripts/look.ts", import.meta.url));
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  const child = spawnProgram("strace", [
    ...["-ff", "-y", "-s", "0", "-e", `trace=${CALLS}`, "-o", join(directory, "trace")],
    ...[executable(runtimeName), ...flags, script, group.prefix],
  ], { timeoutMs: 100_000 });
  child.stdin.end("snapshot\nmessages ring\nsnapshot\n");
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stdout, /message 3/);
  const lines = readdirSync(directory).flatMap((name) =>
    readFileSync(join(directory, name), "utf8").split("\n")
  );
  const ours = new RegExp(`dpdk/${group.prefix}\\b|/${group.prefix}map_|/proc/${group.child.pid}/`);
  const touching = lines.filter((line) => ours.test(line));
  const opened = touching.filter((line) => /^open(at)?\(/.test(line));
  assert.equal(opened.some((line) => /map_\d+/.test(line)), true, "hugepage files were read");
  assert.equal(opened.some((line) => line.includes("/config")), true, "the config was read");
  for (const line of opened) {
    assert.match(line, /O_RDONLY/);
    assert.doesNotMatch(line, /O_CREAT|O_TRUNC|O_APPEND|O_WRONLY|O_RDWR/);
  }
  // What is done to files that are open names them (-y). Asking who has a lock is no lock.
  const others = touching.filter((line) => !opened.includes(line) && !line.includes("F_GETLK"));
  assert.deepEqual(others, []);
});
