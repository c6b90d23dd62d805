/**
 * `top`: a group live.
 *
 * @module
 */

import type { Command } from "commander";
import { command, groupOf, type Repeated, withAttach, withInterval } from "../options.ts";
import { writeJson } from "../output.ts";
import { readerOf } from "../source/attach.ts";
import { Live } from "../source/live.ts";
import { pause } from "../pause.ts";

async function show(options: Repeated & { readonly attach?: boolean }): Promise<void> {
  const source = new Live(groupOf(options), await readerOf(options));
  if (options.json !== true) {
    const { runScreen } = await import("../top/run.ts");
    return await runScreen(source, options.interval);
  }
  for (;;) {
    const { flow, trouble } = source.look();
    if (trouble === undefined) await writeJson(flow);
    await pause(options.interval);
  }
}

/** The command. */
export function topCommand(): Command {
  return withInterval(withAttach(
    command("top", "a group live, on the whole screen; with --json a line for each look"),
  )).action(show);
}
