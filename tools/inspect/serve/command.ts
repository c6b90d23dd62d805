/**
 * `inspect serve`.
 *
 * @module
 */

import process from "node:process";
import { Command, InvalidArgumentError } from "commander";
import { groupSource } from "./group.ts";
import { startServer } from "./server.ts";

/** The options, as commander hands them on. */
interface Asked {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly interval: number;
  readonly filePrefix: string;
  readonly runtimeDirectory?: string;
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function portNumber(text: string): number {
  const port = whole(text);
  if (port > 65_535) throw new InvalidArgumentError("A port is at most 65535.");
  return port;
}

/**
 * The command, to be added to a program.
 *
 * @returns It runs until SIGINT or SIGTERM.
 */
export function serveCommand(): Command {
  return new Command("serve")
    .description("a web page of a group, live")
    .option("--port <n>", "the TCP port; 0 is any free one", portNumber, 8080)
    .option("--host <address>", "where to listen; not on loopback, a token is needed", "127.0.0.1")
    .option("--token <text>", "what every request must bring; made where needed if not given")
    .option("--interval <ms>", "the milliseconds between two looks", whole, 1_000)
    .option("--file-prefix <prefix>", "the group", "rte")
    .option("--runtime-directory <path>", "where its files are, if not where EAL puts them")
    .action(async (_: unknown, command: Command) => await serve(command.optsWithGlobals<Asked>()));
}

async function serve(asked: Asked): Promise<void> {
  const { port, host, token, interval, filePrefix, runtimeDirectory } = asked;
  const server = await startServer(
    groupSource({
      filePrefix,
      ...(runtimeDirectory === undefined ? {} : { runtimeDirectory }),
    }),
    { port, host, intervalMs: interval, ...(token === undefined ? {} : { token }) },
  );
  console.log(`Group "${filePrefix}" is shown at ${server.url}`);
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
