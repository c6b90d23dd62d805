/**
 * What a loop loses that lives with the event loop.
 *
 * @module
 */

import { ealArgs, type Language, run, scriptCommand } from "./programs.ts";

/** The sizes of bursts in both loops. */
const BURSTS = [1, 32];

/** Each in a process of its own, as most scripts have one loop. */
const TASKS: readonly (readonly string[])[] = [
  ["turns"],
  ...BURSTS.flatMap((n) => [["bare", `${n}`], ["poll", `${n}`]]),
  ...[["two"], ["heap"], ["idle"]],
];

/**
 * Measures in one round: turns of the event loop, a bare loop and the same by `poll`, and how these
 * two compare.
 *
 * @param note is told each figure
 */
export async function measurePolling(
  prefix: string,
  languages: readonly Language[],
  note: (language: Language, name: string, value: number) => void,
): Promise<void> {
  for (const language of languages) {
    if (language === "c") continue; // there is no event loop to live with
    const command = scriptCommand(language, "tools/bench/polling_script.ts");
    const found = new Map<string, number>();
    for (const task of TASKS) {
      const results = await run(command, [...ealArgs(prefix, 0, "primary"), ...task]);
      for (const { name, value } of results) {
        found.set(name, value);
        note(language, name, value);
      }
    }
    for (const n of BURSTS) {
      const [bare, poll] = ["bare loop", "poll"].map((loop) =>
        found.get(`polling: ${loop}, burst ${n}`)!
      );
      note(language, `polling: poll to bare loop, burst ${n}`, poll! / bare!);
    }
  }
}
