/**
 * Packets: forwarding against testpmd, pools and client_server_mp against C programs of ours.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileC } from "../compile.ts";
import { ROOT } from "../root.ts";
import { measureClientServer } from "./client_server.ts";
import {
  type Command,
  ealArgs,
  type Language,
  NULL_PORTS,
  run,
  scriptCommand,
} from "./programs.ts";
import { measureTestpmd, type Mode } from "./testpmd.ts";

/** Bursts that are watched for what they allocate. */
const BURSTS = 10_000_000;

/** The CPU of those that forward. */
const LCORE = 1;

const SCRIPT = "tools/bench/packets_script.ts";

/** What forwards: the script's tasks, testpmd's mode for each, and the rows that they fill. */
const FORWARDING: readonly { readonly task: string; readonly mode: Mode; readonly row: string }[] =
  [
    { task: "io", mode: "io", row: "packets: io forwarding" },
    { task: "macswap", mode: "macswap", row: "packets: MACs swapped" },
    { task: "macswap-cursor", mode: "macswap", row: "packets: MACs swapped by a cursor" },
  ];
const CLIENT_SERVER = "packets: client_server_mp";

/** What is told each figure. */
export type Note = (language: Language, name: string, value: number) => void;

/** Runs the script, or the C program, and notes what it says. */
async function measureTask(
  language: Language,
  prefix: string,
  task: readonly string[],
  note: Note,
): Promise<void> {
  const command: Command = language === "c"
    ? [compileC(readFileSync(join(ROOT, "tools/bench/packets.c"), "utf8"), [], MATH), []]
    : scriptCommand(language, SCRIPT);
  const ports = task[0] === "pool" ? [] : NULL_PORTS;
  const env: Record<string, string> = task[0] === "heap" ? { BUN_JSC_useGC: "0" } : {};
  const args = [...ealArgs(prefix, LCORE, "primary", ports), ...task];
  for (const { name, value } of await run(command, args, { env })) note(language, name, value);
}

const MATH = { libraries: ["m"] };

/**
 * One round of all, in which the languages take turns.
 *
 * @param languages those that are there
 * @param seconds how many count of each turn of forwarding
 */
export async function measurePackets(
  prefix: string,
  languages: readonly Language[],
  seconds: number,
  note: Note,
): Promise<void> {
  for (const { task, mode, row } of FORWARDING) {
    for (const language of languages) {
      if (language === "c") note("c", row, await measureTestpmd(mode, prefix, seconds));
      else await measureTask(language, prefix, [task, String(seconds)], note);
    }
  }
  for (const language of languages) await measureTask(language, prefix, ["pool"], note);
  for (const language of languages) {
    note(language, CLIENT_SERVER, await measureClientServer(language, prefix, seconds));
  }
  for (const language of languages) {
    if (language !== "c") await measureTask(language, prefix, ["heap", String(BURSTS)], note);
  }
}
