/**
 * Looks at the group a process wants to join before EAL does: EAL waits for ever for a primary that
 * never got ready, and attaches to one that is dead.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import { DpdkError, readFile, readText } from "../core/mod.ts";
import { configLayout, RTE_MAGIC } from "./layout.ts";
import { eal } from "./library.ts";
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

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** True when a living primary holds the group's config file. */
export function primaryAlive(filePrefix: string): boolean {
  return eal().rte_eal_primary_proc_alive(`${groupDirectory(filePrefix)}/config`) === 1;
}

/** How long a primary may take from making its config file to being ready, in ms. */
const READY_MS = 5000;

/**
 * Refuses to start a secondary that cannot attach.
 *
 * @throws {DpdkError} when there is no primary, it is dead, is of another DPDK version, or has
 *   switched multi-process off
 */
export function checkPrimary(filePrefix: string, abi: Abi): void {
  const what = `attach to the primary of file prefix "${filePrefix}"`;
  const start = `start the primary first, with the same file prefix`;
  const path = `${groupDirectory(filePrefix)}/config`;
  const layout = configLayout(abi);
  const refuse = (advice: string) => new DpdkError({ what, advice });

  let config: DataView | undefined;
  for (let waited = 0;; waited += 20) {
    const bytes = readFile(path);
    if (bytes === undefined) {
      throw refuse(`there is none (${path} cannot be read); ${start}`);
    }
    if (!primaryAlive(filePrefix)) {
      throw refuse(`it is not running any more (${path} is what it left); ${start}`);
    }
    if (bytes.length >= layout.size) {
      config = new DataView(bytes.buffer);
      if (config.getUint32(layout.magic, true) === RTE_MAGIC) break;
    }
    if (waited >= READY_MS) {
      throw refuse(`it runs, but did not finish its start within ${READY_MS / 1000} s`);
    }
    sleep(20);
  }
  const theirs = config.getUint32(layout.version, true);
  const ours = versionNumber(eal().rte_version() ?? "");
  if (theirs !== ours) {
    throw refuse(
      `it runs DPDK ${versionText(theirs)}, this process has ${versionText(ours)}; ` +
        `all processes of a group must use the same DPDK`,
    );
  }
  if (config.getUint8(layout.mpStatus) === 1) {
    throw refuse("it has switched multi-process off (rte_mp_disable)");
  }
}

/** The secondaries of a group that have their message socket open, by pid. */
function secondariesOf(filePrefix: string): number[] {
  const sockets = readText("/proc/net/unix") ?? "";
  const start = `${groupDirectory(filePrefix)}/mp_socket_`;
  return sockets.split("\n").flatMap((line) => {
    const at = line.indexOf(start);
    return at < 0 ? [] : [parseInt(line.slice(at + start.length), 10)];
  });
}

/**
 * Refuses to start a second primary of a group, or one whose group is not at its end: it would wipe
 * the memory of the secondaries that a dead primary left.
 *
 * @throws {DpdkError} when a primary is alive, or secondaries of an earlier one are
 */
export function checkNoPrimary(filePrefix: string): void {
  const what = `start as the primary of file prefix "${filePrefix}"`;
  if (primaryAlive(filePrefix)) {
    throw new DpdkError({
      what,
      advice: `another primary is running; start as a secondary (processType: "secondary", ` +
        `--proc-type=secondary), or choose another file prefix`,
    });
  }
  const pids = secondariesOf(filePrefix);
  if (pids.length === 0) return;
  throw new DpdkError({
    what,
    advice: `an earlier primary has died, but secondaries of it still run (pid ` +
      `${pids.join(", ")}); end them first, or choose another file prefix`,
  });
}

/** The memzone that the first process with an Ethernet port reserves. */
const PORTS_ZONE = new TextEncoder().encode("rte_eth_dev_data\0");

/**
 * Whether the group's primary has Ethernet ports. A secondary that finds a device where the primary
 * has none makes EAL abort the process.
 */
export function primaryHasPorts(filePrefix: string): boolean {
  const zones = readFile(`${groupDirectory(filePrefix)}/fbarray_memzone`);
  if (zones === undefined) return false;
  for (let at = 0; at + 72 <= zones.length; at += 72) { // struct rte_memzone: the name first
    if (PORTS_ZONE.every((byte, i) => zones[at + i] === byte)) return true;
  }
  return false;
}
