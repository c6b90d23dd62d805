/**
 * `inspect serve`.
 *
 * @module
 */

import process from "node:process";
import type { Command } from "commander";
import {
  type Common,
  groupOf,
  integer,
  INTERVAL_HELP,
  shownCommand,
  withAttach,
} from "../options.ts";
import { readerOf } from "../source/attach.ts";
import { groupSource } from "./group.ts";
import { INTERVAL_MS, startServer } from "./server.ts";

/** What the command may be told. */
interface Asked extends Common {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly interval: number;
  readonly attach?: boolean;
}

/**
 * The command, to be added to a program.
 *
 * @returns It runs until SIGINT or SIGTERM.
 */
export function serveCommand(): Command {
  return withAttach(
    shownCommand("serve", "a web page of a group, live; on this host alone, unless told otherwise")
      .option("--port <n>", "the TCP port; 0 is any free one", integer(0, 65_535), 8080)
      .option("--host <address>", "where to listen; others than loopback need a token", "127.0.0.1")
      .option("--token <text>", "what every request must bring; made where needed if not given")
      .option("--interval <ms>", INTERVAL_HELP, integer(...INTERVAL_MS), 1000),
  ).action(serve);
}

async function serve(asked: Asked): Promise<void> {
  const { port, host, token, interval: intervalMs } = asked;
  const source = groupSource(groupOf(asked), await readerOf(asked));
  const options = { port, host, intervalMs, ...token === undefined ? {} : { token } };
  const server = await startServer(source, options);
  if (server.trouble !== undefined) console.error(`${server.trouble}\nIt is waited for`);
  console.log(`Group "${asked.filePrefix ?? "rte"}" is shown at ${server.url}`);
  await signalled();
  await server.close();
}

/** Waits for one of the signals that end a program. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const signals = ["SIGINT", "SIGTERM"] as const;
    const end = (): void => {
      for (const signal of signals) process.off(signal, end);
      resolve();
    };
    for (const signal of signals) process.on(signal, end);
  });
}
