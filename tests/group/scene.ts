/**
 * Groups to look at: processes in C and in TypeScript that start, stay, end and die as told.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Group, type GroupCleaning } from "../../mod.ts";
import {
  type Child,
  outcome,
  removePrefix,
  runtimeName,
  spawnPeer,
  spawnScript,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";

/** The script of a member of a group. */
export const MEMBER: string = fileURLToPath(new URL("./fixtures/member.ts", import.meta.url));

/** What a process is written in. */
export type Language = "C" | "TypeScript";

/** A group of a test, and where it has its files. */
export interface Scene {
  readonly prefix: string;
  readonly directory: string;
  /** A directory of its own in a hugetlbfs: other primaries clean the mount's top up when they start. */
  readonly hugeDir: string;
}

/** The first hugetlbfs mount. */
export function hugetlbfs(): string {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n").map((line) => line.split(" "));
  return mounts.find(([, , type]) => type === "hugetlbfs")?.[1] ?? "/dev/hugepages";
}

/** A group that leaves nothing behind. */
export function scene({ cleanup }: TestContext, label: string): Scene {
  const prefix = uniquePrefix(label);
  const hugeDir = `${hugetlbfs()}/${prefix}`;
  mkdirSync(hugeDir);
  cleanup(() => rmSync(hugeDir, { recursive: true, force: true }));
  cleanup(() => removePrefix(prefix));
  return { prefix, directory: `/var/run/dpdk/${prefix}`, hugeDir };
}

/** How many processes were started: each has an lcore id of its own. */
let members = 0;

/** A running process, which is killed at the end of the test if it is still there. */
export async function start(
  { cleanup }: TestContext,
  { prefix, hugeDir }: Scene,
  language: Language,
  type: "primary" | "secondary",
  { tag = 1, limit = 32, args = [] }: { tag?: number; limit?: number; args?: readonly string[] } =
    {},
): Promise<Child> {
  const lcore = `--lcores=${members++ % 100}@0`;
  const usual = [lcore, "--no-pci", "--no-telemetry", `--file-prefix=${prefix}`];
  const own = type === "primary"
    ? [
      "-m",
      "16",
      `--socket-limit=${limit}`,
      `--huge-dir=${hugeDir}`,
      "--base-virtaddr=0x600000000000",
    ]
    : ["--proc-type=secondary"];
  const all = [...usual, ...own, ...args, "--", String(tag)];
  const child = language === "C"
    ? spawnPeer("group_member", all)
    : spawnScript(runtimeName, MEMBER, all);
  cleanup(() => end(child, "SIGKILL"));
  await child.waitForLine(/^READY$/);
  return child;
}

/** Ends a process well, or at once. */
export async function end(child: Child, how: "well" | "SIGKILL" = "well"): Promise<void> {
  if (how === "well") child.stdin.end();
  else child.kill(how);
  await child.result;
}

/** The group of a scene, of which there is one. */
export function groupOf({ prefix }: Scene): Group {
  const [group, ...others] = Group.list({ filePrefix: prefix });
  if (group === undefined) throw new Error(`There is no group "${prefix}"`);
  if (others.length > 0) throw new Error(`There are several groups "${prefix}"`);
  return group;
}

/** All files of a scene. */
export function filesOf({ directory, hugeDir }: Scene): string[] {
  return [directory, hugeDir].flatMap((path) => readdirSync(path).map((name) => `${path}/${name}`));
}

/** The script that lists and cleans. */
export const GROUPS: string = fileURLToPath(new URL("./fixtures/groups.ts", import.meta.url));

/** What that script says. */
export interface Said {
  readonly groups: readonly (Partial<Group> & Partial<GroupCleaning>)[];
  readonly unreadable: readonly string[];
  readonly libraries: number;
}

/** What a child that runs it says. */
export async function said(child: Child): Promise<Said> {
  const result = await child.result;
  try {
    return JSON.parse(result.stdout);
  } catch {
    throw new Error(outcome(result));
  }
}

/** Lists or cleans in a process of its own. */
export function elsewhere(call: "list" | "clean", options: object): Promise<Said> {
  return said(spawnScript(runtimeName, GROUPS, [call, JSON.stringify(options)]));
}
