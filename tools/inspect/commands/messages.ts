/**
 * `messages`: what is queued in a ring.
 *
 * @module
 */

import type { Command } from "commander";
import { Inspector } from "../../../mod.ts";
import { messageJson, messagesLines } from "../details/messages.ts";
import { command, type Common, groupOf, integer } from "../options.ts";
import { writeJson, writeLines } from "../output.ts";
import { line } from "../text/line.ts";
import { printable } from "../text/printable.ts";

interface Options extends Common {
  readonly limit: number;
  readonly bytes: number;
}

/** The command. */
export function messagesCommand(): Command {
  return command("messages <ring>", "what is queued in a ring, oldest first; nothing is taken")
    .option("--limit <n>", "how many at most", integer(1, 2 ** 20), 10)
    .option("--bytes <n>", "how many bytes of each at most", integer(0, 2 ** 16), 64)
    .action(async (ring: string, { limit, bytes, ...options }: Options) => {
      const messages = Inspector.open(groupOf(options)).messages(ring, { limit, bytes });
      if (options.json === true) return await writeJson(messages.map(messageJson));
      const none = [line(`Ring ${printable(ring)} is empty`)];
      await writeLines(messages.length === 0 ? none : messagesLines(messages));
    });
}
