/**
 * The group's directory cannot take a process's files, or its config has a lock that is never given up.
 *
 * @module
 */

import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import process from "node:process";
import { abi } from "../../../ffi/abi/mod.ts";
import { lockPlaces } from "../../../ffi/eal/lock_places.ts";
import { scriptCommand } from "../../eal/nobody.ts";
import type { Refusal } from "../../eal/start.ts";
import { spawnProgram, type TestContext } from "../../kit.ts";
import { attempt, ATTEMPTS, environmentOf, refusals } from "../attempts.ts";
import { directory, primary, type Scene, type Scenes, secondary, takePrefix } from "./scene.ts";

const skip = process.getuid?.() === 0 ? undefined : "only root can mount";

/** A primary whose runtime directory is this. */
function primaryIn(context: TestContext, path: string): Promise<Refusal[]> {
  const options = { filePrefix: takePrefix(context), noPci: true, memory: 16 };
  return attempt([{ do: "init", options }], { env: { RUNTIME_DIRECTORY: path } });
}

/** A primary whose runtime directory is a file system of its own, with these mount options. */
function mounted(options: string, before: string = ""): Scene {
  const play = async (context: TestContext) => {
    const script = `set -e
      mount -t tmpfs -o ${options} none "$RUNTIME_DIRECTORY"
      ${before}
      exec "$@"`;
    const steps = [
      {
        do: "init",
        options: { filePrefix: takePrefix(context), noPci: true, memory: 16 },
      },
    ] as const;
    const env = { ...environmentOf(steps), RUNTIME_DIRECTORY: directory(context) };
    const args = ["-m", "sh", "-c", script, "sh", ...scriptCommand(ATTEMPTS)];
    return refusals(await spawnProgram("unshare", args, { env }).result);
  };
  return { play, skip };
}

/** A secondary of a primary in whose config a lock is held, as by a process that was killed. */
async function locked(context: TestContext): Promise<Refusal[]> {
  const filePrefix = takePrefix(context);
  await primary(context, filePrefix);
  const { offset } = lockPlaces(abi()).find(({ name }) => name === "mplock")!;
  const file = openSync(`/var/run/dpdk/${filePrefix}/config`, "r+");
  const set = (value: number) => void writeSync(file, new Int32Array([value]), 0, 4, offset);
  context.cleanup(() => {
    set(0); // or the primary waits for it when it ends
    closeSync(file);
  });
  set(-1);
  return await attempt([{ do: "init", options: secondary(filePrefix) }]);
}

/** The scenes. */
export const ROOM: Scenes = {
  "it does not exist; make it": (context) => primaryIn(context, "/no/such"),
  "this user may not write there": (context) => {
    const file = `${directory(context)}/file`;
    writeFileSync(file, "");
    return primaryIn(context, file);
  },
  "its file system is read-only": mounted("size=8m", 'mount -o remount,ro "$RUNTIME_DIRECTORY"'),
  "its file system has no room for more files": mounted("size=8m,nr_inodes=4"),
  "its file system has ... free": mounted("size=256k"),
  "... is held and not given up": locked,
};
