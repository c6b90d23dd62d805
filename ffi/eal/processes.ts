/**
 * The processes of a group, without being one of them.
 *
 * @module
 */

import { listDirectory, maps } from "../core/mod.ts";
import { groupDirectory } from "./runtime_directory.ts";
import { configEnd, primaryPid } from "./shared_config.ts";

/** A secondary's message socket: `mp_socket_<pid>_<tsc>`. */
const SOCKET = /^mp_socket_(\d+)_/;

/**
 * The pids of a group's living processes: its primary, and those with a message socket there that have
 * its config mapped.
 */
export function groupProcesses(filePrefix: string): number[] {
  const sockets = listDirectory(groupDirectory(filePrefix))
    .flatMap((name) => SOCKET.exec(name)?.[1] ?? []).map(Number);
  const primary = primaryPid(filePrefix);
  const candidates = new Set([...sockets, ...primary === undefined ? [] : [primary]]);
  return [...candidates].filter((pid) => maps(pid, configEnd(filePrefix))).sort((a, b) => a - b);
}
