/**
 * Looks at the group a process wants to join before EAL does: EAL waits for ever for a primary that
 * never got ready, and attaches to one that is dead.
 *
 * @module
 */

import { DpdkError, readFile, readText } from "../core/mod.ts";
import { memzoneEntry } from "./layout.ts";
import { lookAtPrimary, type Primary, primarySeen, refusal } from "./primary.ts";
import { groupDirectory } from "./runtime_directory.ts";

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** How long a primary may take from making its config file to being ready, in ms. */
const READY_MS = 5000;

/**
 * Refuses to start a secondary that cannot attach. A primary that is starting is waited for.
 *
 * @returns the primary
 * @throws {DpdkError} when there is no primary, it is dead, this user may not read its files (`EACCES`),
 *   it is of another DPDK version, or has switched multi-process off
 */
export function checkPrimary(filePrefix: string): Primary {
  for (let waited = 0;; waited += 20) {
    const seen = lookAtPrimary(filePrefix);
    if (!("state" in seen)) return seen;
    if (seen.state !== "starting" || waited >= READY_MS) {
      throw refusal(filePrefix, seen, READY_MS);
    }
    sleep(20);
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
  if (primarySeen(filePrefix)) {
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
  const { size, fields: { name } } = memzoneEntry;
  for (let at = 0; at + size <= zones.length; at += size) {
    if (PORTS_ZONE.every((byte, i) => zones[at + name.offset + i] === byte)) return true;
  }
  return false;
}
