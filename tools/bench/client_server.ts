/**
 * client_server_mp of each language: a server on CPU 0, a client on CPU 1, null ports.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { compileC } from "../compile.ts";
import { ROOT } from "../root.ts";
import {
  type Command,
  ealArgs,
  type Language,
  NULL_PORTS,
  run,
  scriptCommand,
} from "./programs.ts";

/** What both say when they begin to poll. */
const READY = "Finished Process Init.";

/** How long the two run before it is measured, in milliseconds: engines compile meanwhile. */
const WARM_UP_MS = 1500;

/** How long one has to start, and to end. */
const PATIENCE_MS = 20_000;

/** Server and client, with all behind EAL's arguments. */
interface Pair {
  readonly server: Command;
  readonly client: Command;
  readonly serverArgs: readonly string[];
  readonly clientArgs: readonly string[];
}

function pairOf(language: Language): Pair {
  if (language === "c") {
    const source = readFileSync(join(ROOT, "tools/bench/client_server.c"), "utf8");
    const program: Command = [compileC(source), []];
    return { server: program, client: program, serverArgs: ["server"], clientArgs: ["client"] };
  }
  const example = (name: string) => scriptCommand(language, `examples/client_server_mp/${name}.ts`);
  return {
    server: example("server"),
    client: example("client"),
    serverArgs: ["-p", "3", "-n", "1"],
    clientArgs: ["-n", "0"],
  };
}

/** Starts a program; resolves when it polls. What it resolves with ends it. */
async function start(
  [file, before]: Command,
  args: readonly string[],
): Promise<() => Promise<void>> {
  const child = spawn(file, [...before, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let late: NodeJS.Timeout | undefined;
  const kill = () => void child.kill("SIGKILL");
  const closed = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === READY) resolve(true);
      if (output.length < 10_000) output += `${line}\n`;
    });
    child.stderr.on("data", (data) => output += String(data));
    child.on("error", ({ message }) => output += message);
    child.on("close", () => resolve(false));
    child.on("error", () => resolve(false));
    late = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const done = await ready;
  clearTimeout(late);
  if (!done) {
    kill();
    throw new Error(`Cannot measure: ${file} did not start\n${output}`);
  }
  return async () => {
    const slow = setTimeout(kill, PATIENCE_MS);
    // Deno's child.kill would have it that the signal ended the child, whatever the child does.
    if (child.exitCode === null) process.kill(child.pid!, "SIGTERM");
    await closed;
    clearTimeout(slow);
    if (child.exitCode === 0) return;
    const how = child.signalCode ?? child.exitCode;
    throw new Error(`Cannot measure: ${file} ended with ${how}\n${output}`);
  };
}

/**
 * Has a server and a client of one language at work, and counts.
 *
 * @param seconds how many of them count
 * @returns what the client sent, in million packets a second
 */
export async function measureClientServer(
  language: Language,
  prefix: string,
  seconds: number,
): Promise<number> {
  const { server, client, serverArgs, clientArgs } = pairOf(language);
  const primary = ealArgs(prefix, 0, "primary", NULL_PORTS);
  const endServer = await start(server, [...primary, ...serverArgs]);
  try {
    const endClient = await start(client, [...ealArgs(prefix, 1, "secondary"), ...clientArgs]);
    try {
      await sleep(WARM_UP_MS);
      const look = scriptCommand("deno", "tools/bench/sent_script.ts");
      const [result] = await run(look, [...ealArgs(prefix, "2@0", "secondary"), String(seconds)]);
      return result!.value;
    } finally {
      await endClient();
    }
  } finally {
    await endServer();
  }
}
