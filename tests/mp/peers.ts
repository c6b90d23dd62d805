/**
 * The C peers of these tests: mp_peer.c in both roles.
 *
 * @module
 */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type Child, spawnProgram } from "../kit.ts";
import { type Dialog, dialog, dialogProgram, peerArgs } from "../peers/dialog.ts";

/** The options of a case whose own process is a secondary. */
export const SECONDARY = { args: ["--proc-type=secondary"] };

/** A C secondary that obeys. */
export function secondaryPeer(prefix: string, ...args: string[]): Promise<Dialog> {
  return dialog("mp_peer", prefix, ...args);
}

/** A C primary that obeys; its memory lies where no JavaScript engine puts its own. */
export function primaryPeer(prefix: string): Promise<Dialog> {
  const args = ["--proc-type=primary", "-m", "64", "--base-virtaddr=0x600000000000"];
  return dialog("mp_peer", prefix, ...args);
}

/** Starts a C secondary that obeys these lines and ends. */
export function secondaryThat(prefix: string, ...lines: string[]): Child {
  const args = [...peerArgs(prefix), "--proc-type=secondary"];
  const child = spawnProgram(dialogProgram("mp_peer"), args);
  child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  return child;
}

/** Whether a child has ended, for who does not yield and so is not told. */
export function ended(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.startsWith("Z");
  } catch {
    return true;
  }
}

/** How many eventfds this process has open: what the tests send to each other. */
export function openEvents(): number {
  const folder = "/proc/self/fd";
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === "anon_inode:[eventfd]";
    } catch {
      return false; // the one with which the folder was read
    }
  }).length;
}
