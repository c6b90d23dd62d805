/**
 * C peers and scripts of the tests of tailqs.
 *
 * @module
 */

import { Tailq } from "../../mod.ts";
import { type Child, spawnProgram } from "../kit.ts";
import { type Dialog, dialogProgram, peerArgs, talk } from "../peers/dialog.ts";

/** A C primary, above the addresses at which engines put their heaps. */
export async function cPrimary(
  name: string,
  prefix: string,
  ...more: string[]
): Promise<Dialog & { readonly child: Child }> {
  const args = [...peerArgs(prefix), "--base-virtaddr=0x600000000000", ...more];
  const child = spawnProgram(dialogProgram(name), args);
  return { ...await talk(child), child };
}

/** A tailq's entries as the C peer prints them. */
export function pairs(name: string): string[] {
  return Tailq.lookup(name).entries().map(({ address, data }) => `${address} ${data}`);
}

/** The names on a tailq, `undefined` for what has none. */
export function names(name: string): (string | undefined)[] {
  return Tailq.lookup(name).entries().map((entry) => entry.name);
}
