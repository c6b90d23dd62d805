/**
 * A group's primary, as it is seen from outside before EAL is started: by its config file and the lock
 * on it. No function of DPDK is called for that but `rte_version`.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { DpdkError, Errno, exists, readFile } from "../core/mod.ts";
import { configLayout, RTE_MAGIC } from "./layout.ts";
import { eal } from "./library.ts";
import { isForbidden, lockHolder } from "./primary_lock.ts";
import { groupDirectory } from "./runtime_directory.ts";

/** `RTE_VERSION` of a version string: `DPDK 22.11.11` is 0x160b0b63. */
export function versionNumber(version: string): number {
  const match = /(\d+)\.(\d+)\.(\d+)(?:-rc(\d+))?/.exec(version);
  if (match === null) return 0;
  const [year, month, minor] = match.slice(1, 4).map(Number) as [number, number, number];
  const release = match[4] === undefined ? 99 : Number(match[4]);
  return ((year << 24) | (month << 16) | (minor << 8) | release) >>> 0;
}

/** The version string of an `RTE_VERSION`: `22.11.11`. */
export function versionText(version: number): string {
  return [version >>> 24, (version >>> 16) & 255, (version >>> 8) & 255].join(".");
}

/** What to do when the config file of a group is not for this user. */
function forbidden(filePrefix: string): string {
  return `this user may not read ${configPath(filePrefix)}; be the user of its primary, or root`;
}

/** True when a living primary is seen to hold the group's config file. */
export function primarySeen(filePrefix: string): boolean {
  return lockHolder(configPath(filePrefix)) !== undefined;
}

/**
 * True when a living primary holds the group's config file.
 *
 * @throws {DpdkError} `EACCES` when this user may not read it
 */
export function primaryAlive(filePrefix: string): boolean {
  if (primarySeen(filePrefix)) return true;
  if (!isForbidden(configPath(filePrefix))) return false;
  throw new DpdkError({
    what: `tell whether file prefix "${filePrefix}" has a primary that lives`,
    errno: Errno.EACCES,
    advice: `${forbidden(filePrefix)}, or name another runtime directory (XDG_RUNTIME_DIR, ` +
      "RUNTIME_DIRECTORY)",
  });
}

/** The path of a group's config file. */
export function configPath(filePrefix: string): string {
  return `${groupDirectory(filePrefix)}/config`;
}

/** A primary that secondaries can attach to. */
export interface Primary {
  /** Its config file. */
  readonly config: DataView;
  /** Its process, 0 when that is of another pid namespace. */
  readonly pid: number;
}

/**
 * Why this process cannot attach now: there is no primary, it is not ready yet, or never will be one
 * for this process.
 */
export interface Unready {
  readonly state: "absent" | "starting" | "unfit";
  /** What it is like. */
  readonly why: string;
  readonly errno?: number;
}

/** What is missing in the config file of a primary that is starting. */
function missing(config: DataView): string | undefined {
  const { size, magic } = configLayout(abi());
  const bytes = config.byteLength;
  if (bytes < size) return `its config file has ${bytes} of ${size} bytes`;
  if (config.getUint32(magic, true) === RTE_MAGIC) return undefined;
  return "its config file does not say that it is complete";
}

/** Why a primary is none to attach to, if it is not. */
function fault(config: DataView): string | undefined {
  const { size, version, mpStatus } = configLayout(abi());
  const theirs = config.getUint32(version, true);
  const ours = versionNumber(eal().rte_version() ?? "");
  if (theirs !== ours) {
    return `it runs DPDK ${versionText(theirs)}, this process has ${versionText(ours)}; ` +
      "all processes of a group must use the same DPDK";
  }
  if (config.byteLength !== size) {
    return `its config file has ${config.byteLength} bytes, not ${size}: it is of a DPDK that was ` +
      "built with other limits; all processes of a group must use the same DPDK";
  }
  if (config.getUint8(mpStatus) === 1) {
    return "it has switched multi-process off (rte_mp_disable), as rte_thread_register does before " +
      "the first secondary attaches; start it again without that";
  }
  return undefined;
}

/**
 * Looks whether a group has a primary that secondaries can attach to. Not to be asked in a primary
 * about its own group.
 */
export function lookAtPrimary(filePrefix: string): Primary | Unready {
  const path = configPath(filePrefix);
  const bytes = readFile(path);
  const start = "start the primary first, with the same file prefix";
  if (bytes === undefined && isForbidden(path)) {
    return { state: "unfit", why: forbidden(filePrefix), errno: Errno.EACCES };
  }
  if (bytes === undefined) {
    const why = `there is none (${path} cannot be read); ${start}`;
    return { state: "absent", why, errno: Errno.ENOENT };
  }
  const pid = lockHolder(path);
  if (pid === undefined) {
    const why = `it is not running any more (${path} is what it left); ${start}`;
    return { state: "absent", why, errno: Errno.ESRCH };
  }
  const config = new DataView(bytes.buffer);
  const lack = missing(config);
  if (lack !== undefined) return { state: "starting", why: lack };
  const why = fault(config);
  return why === undefined ? { config, pid } : { state: "unfit", why };
}

/** Whether a primary has the socket open that secondaries send to. */
export function hasSocket(filePrefix: string): boolean {
  return exists(`${groupDirectory(filePrefix)}/mp_socket`);
}

/** The error for a primary that nobody can attach to, after a wait. */
export function refusal(filePrefix: string, { state, why, errno }: Unready, ms: number): DpdkError {
  return new DpdkError({
    what: `attach to the primary of file prefix "${filePrefix}"`,
    advice: state === "starting"
      ? `it runs, but did not finish its start within ${ms / 1000} s: ${why}; see what holds it ` +
        "up, or start it again"
      : why,
    ...(errno === undefined ? {} : { errno }),
  });
}
