/**
 * The processes of a group, without being one of them.
 *
 * @module
 */

import { listDirectory, maps, writeLockHolders } from "../core/mod.ts";
import { groupDirectory } from "./precheck.ts";

/** A secondary's message socket: `mp_socket_<pid>_<tsc>`. */
const SOCKET = /^mp_socket_(\d+)_/;

/**
 * The pids of a group's living processes: who has its config mapped, of those that have a message
 * socket there, and of those that hold a lock, as the primary does.
 */
export function groupProcesses(filePrefix: string): number[] {
  const sockets = listDirectory(groupDirectory(filePrefix))
    .flatMap((name) => SOCKET.exec(name)?.[1] ?? []).map(Number);
  const candidates = new Set([...sockets, ...writeLockHolders()]);
  // The directories above may be symbolic links, as /var/run is.
  return [...candidates].filter((pid) => maps(pid, `/dpdk/${filePrefix}/config`))
    .sort((a, b) => a - b);
}
