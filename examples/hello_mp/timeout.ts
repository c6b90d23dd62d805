/**
 * Requests that nobody answers: what becomes of them.
 *
 * As a secondary it asks server.ts something that it has no handler for: time-outs. When the server is
 * stopped meanwhile there is nobody to ask: a `DpdkError`. The server's DPDK logs each of them,
 * `Cannot find action: hello_nobody`.
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/timeout.ts -l 1 --proc-type=secondary
 * ```
 *
 * As a primary, with no server running, it asks its secondaries. There are none, which is no error:
 *
 * ```sh
 * bun run examples/hello_mp/timeout.ts -l 1 --proc-type=primary
 * ```
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Eal, mp, type MpResult } from "../../mod.ts";

const NOBODY = { name: "hello_nobody" };

/** How long to wait for replies, and how often to ask. */
const TIMEOUT_MS = 500;
const TRIES = 60;

function tell(call: string, { sent, received, timedOut }: MpResult): void {
  console.log(`${call}: sent ${sent}, received ${received}, timedOut ${timedOut}`);
}

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  const options = { timeoutMs: TIMEOUT_MS };
  tell("mp.requestSync", mp.requestSync(NOBODY, options));
  tell("mp.request", await mp.request(NOBODY, options));
  if (eal.processType === "primary") return;

  console.log("Now stop the server");
  try {
    for (let tries = 0; tries < TRIES; tries++) await mp.request(NOBODY, options);
    console.log("It is still there");
  } catch (error) {
    if (!(error instanceof DpdkError)) throw error;
    console.log(`${error.code}: ${error.message}`);
  }
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
