/**
 * The command line of `dpdk-inspect`.
 *
 * @module
 */

import { Command } from "commander";
import { lsCommand } from "./commands/ls.ts";
import { messagesCommand } from "./commands/messages.ts";
import { mempoolCommand, memzoneCommand, ringCommand, tailqCommand } from "./commands/objects.ts";
import { recordCommand, replayCommand } from "./commands/record.ts";
import { showCommand } from "./commands/show.ts";
import { topCommand } from "./commands/top.ts";
import { serveCommand } from "./serve/mod.ts";
import { packageVersion } from "./version.ts";

/**
 * All commands.
 *
 * @returns The program.
 */
export function inspectProgram(): Command {
  const program = new Command("dpdk-inspect")
    .version(packageVersion(), "-V, --version", "the version of dpdk.ts")
    .description("See inside DPDK processes: from outside, read-only, alive or dead.")
    .helpCommand(true);
  program.addCommand(lsCommand());
  program.addCommand(showCommand());
  program.addCommand(ringCommand());
  program.addCommand(mempoolCommand());
  program.addCommand(memzoneCommand());
  program.addCommand(tailqCommand());
  program.addCommand(messagesCommand());
  program.addCommand(topCommand());
  program.addCommand(serveCommand());
  program.addCommand(recordCommand());
  program.addCommand(replayCommand());
  return program;
}
