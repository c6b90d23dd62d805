/**
 * One-way messages, both ways: each secondary tells the server, which tells all secondaries.
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/notices.ts -l 1 --proc-type=secondary -- --count 10 --interval-ms 500
 * ```
 *
 * Start several, each on an lcore of its own: they read each other. Without options it sends 3, one a
 * second. It exits with code 1 when its last notice has not come back a second later: whoever sends a
 * message is not told whether it arrived.
 *
 * DPDK of a secondary without a handler, such as client.ts, logs `Cannot find action: hello_notice`.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DpdkError, Eal, mp } from "../../mod.ts";

/** How long the last notice may take to come back. */
const PATIENCE_MS = 1000;

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  const { values } = parseArgs({
    args: [...eal.args],
    options: {
      "count": { type: "string", default: "3" },
      "interval-ms": { type: "string", default: "1000" },
    },
  });
  const count = Number(values.count);
  const textOf = (number: number) => `NOTICE ${number} of ${process.pid}`;
  const { promise: last, resolve: lastCame } = Promise.withResolvers<true>();

  // Not only what this process sends: what the server tells all.
  mp.on("hello_notice", ({ text }) => {
    console.log(`[NOTICE] Received: ${text}`);
    if (text === textOf(count)) lastCame(true);
  });

  for (let number = 1; number <= count; number++) {
    if (number > 1) await sleep(Number(values["interval-ms"]));
    console.log(`[NOTICE] Sent: ${textOf(number)}`);
    mp.send({ name: "hello_notice", param: textOf(number) });
  }

  const came = await Promise.race([last, sleep(PATIENCE_MS, false, { ref: false })]);
  if (came) return;
  console.log("The last notice has not come back");
  process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
