/**
 * A web server in a namespace, and who asks it: TCP between two kernels.
 *
 * @module
 */

import { compilePeer, executable, type Namespace, runtimeName, type TestContext } from "../kit.ts";
import { script } from "./group.ts";

/** How long a server lives, and asking may take, in milliseconds. */
const WEB_MS = 90_000;

/** Who asks. */
export interface Asking {
  /** The port of the first connection; each other has the next one. */
  readonly firstPort: number;
  /** How many connections, one after another. */
  readonly connections: number;
  /** How long to wait for each to be there, in milliseconds. */
  readonly waitMs: number;
}

/** Starts a web server that answers every request with the body of a length (see web_body.ts). */
export async function serve(
  context: TestContext,
  namespace: Namespace,
  bytes: number,
  ...ports: readonly number[]
): Promise<void> {
  const flags = runtimeName === "deno" ? ["--allow-all", "--no-check", "--quiet"] : [];
  const words = [bytes, ...ports].map(String);
  const command = [executable(runtimeName), "run", ...flags, script("web_server"), ...words];
  const child = namespace.spawn(command, { timeoutMs: WEB_MS });
  context.cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^ready$/);
}

/** Asks a server; for each connection its port, the length of what came, and its FNV-1a hash. */
export async function fetch(
  namespace: Namespace,
  address: string,
  port: number,
  { firstPort, connections, waitMs }: Asking,
): Promise<string[]> {
  const words = [port, firstPort, connections, Math.round(waitMs)].map(String);
  const command = [compilePeer("tcp_fetch"), address, ...words];
  return (await namespace.run(command, { timeoutMs: WEB_MS })).trim().split("\n");
}
