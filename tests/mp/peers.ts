/**
 * The C peers of these tests: mp_peer.c in both roles.
 *
 * @module
 */

import { readdirSync, readlinkSync } from "node:fs";
import { type Dialog, dialog } from "../peers/dialog.ts";

/** A C secondary that obeys. */
export function secondaryPeer(prefix: string): Promise<Dialog> {
  return dialog("mp_peer", prefix);
}

/** A C primary that obeys; its memory lies where no JavaScript engine puts its own. */
export function primaryPeer(prefix: string): Promise<Dialog> {
  const args = ["--proc-type=primary", "-m", "64", "--base-virtaddr=0x600000000000"];
  return dialog("mp_peer", prefix, ...args);
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
