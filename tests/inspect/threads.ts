/**
 * A group whose primary, in C, holds ends of rings open on its lcores 1 and 2.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { Inspector } from "../../ffi/inspect/mod.ts";
import {
  type Child,
  compilePeer,
  removePrefix,
  spawnProgram,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { mounted } from "../faults/mounts.ts";
import { type Dialog, talk } from "../peers/dialog.ts";

/**
 * Starts it; it is killed when the test has ended. Its pages are in a mount of its own: a primary that
 * starts removes the files of dead groups from its mount.
 */
export async function startThreads(
  context: TestContext,
): Promise<Dialog & { child: Child; inspector: Inspector; prefix: string }> {
  const { cleanup } = context;
  const mount = mounted(context, "hugetlbfs", "pagesize=2M");
  const prefix = uniquePrefix("threads");
  cleanup(() => removePrefix(prefix));
  const args = ["--lcores=0@0,1@0,2@0", "--no-pci", "--no-telemetry", "--file-prefix", prefix];
  const child = spawnProgram(compilePeer("inspect_threads"), [
    ...args,
    // Where no engine has its memory.
    ...["-m", "64", "--huge-dir", mount, "--base-virtaddr=0x600000000000"],
  ]);
  cleanup(async () => {
    child.kill("SIGKILL");
    await child.result;
  });
  const dialog = await talk(child);
  return { ...dialog, child, prefix, inspector: Inspector.open({ filePrefix: prefix }) };
}

/** Waits until a process is in a state, as the word behind its name in its stat says. */
export async function reaches(pid: number, state: RegExp): Promise<void> {
  for (;;) {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    if (state.test(stat.slice(stat.lastIndexOf(")") + 2))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
