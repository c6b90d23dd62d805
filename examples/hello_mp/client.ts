/**
 * Sends requests to server.ts, some waiting for the reply and some not.
 *
 * Start it after the server, as often as you like, each on an lcore of its own; either side may be a
 * C program:
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/client.ts -l 1 --proc-type=secondary -- --count 3 --interval-ms 500
 * ```
 *
 * Behind `--`: `--count N` ends it after N synchronous requests and the asynchronous ones that were due
 * by then; `--interval-ms MS` (3000) and `--async-interval-ms MS` (5000, or what the other is set to)
 * say how often to ask. It also ends when the server sets `force_quit`, and by Ctrl-C. It exits with
 * code 1 when the server is gone, or has not answered one of N.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DpdkError, Eal, Memzone, mp, type MpResult, struct } from "../../mod.ts";

/** What server and clients see in the memzone `MZ_SHARED_INFO`. */
const SharedInfo = struct("struct shared_info", {
  force_quit: "uint32_t",
  request_count: "uint64_t",
  async_request_count: "uint64_t",
}, { align: 64 });

/** How often the client looks whether it is to leave. */
const LOOK_MS = 50;

/** How often, and how long in all, it looks for the memzone of a server that has only just started. */
const ZONE_LOOK_MS = 20;
const ZONE_TRIES = 100;

function optionsOf(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "count": { type: "string" },
      "interval-ms": { type: "string" },
      "async-interval-ms": { type: "string" },
    },
  });
  const numberOf = (name: keyof typeof values, otherwise: number): number => {
    const text = values[name] ?? String(otherwise);
    if (/^([1-9]\d{0,8}|Infinity)$/.test(text)) return Number(text);
    throw new TypeError(`Cannot use ${text} as --${name}: it is a number from 1 on`);
  };
  const count = numberOf("count", Infinity);
  const intervalMs = numberOf("interval-ms", 3000);
  const other = values["interval-ms"] === undefined ? 5000 : intervalMs;
  return { count, intervalMs, asyncIntervalMs: numberOf("async-interval-ms", other) };
}

async function findInfo(): Promise<Memzone> {
  for (let tries = 1;; tries++) {
    try {
      return Memzone.lookup("MZ_SHARED_INFO");
    } catch (error) {
      const missing = error instanceof DpdkError && error.code === "ENOENT";
      if (!missing || tries === ZONE_TRIES) throw error;
      await sleep(ZONE_LOOK_MS);
    }
  }
}

/** Asks now and after each interval, so often or until the signal comes. */
async function repeat(
  { count, intervalMs, signal }: { count: number; intervalMs: number; signal: AbortSignal },
  ask: (number: number) => void | Promise<void>,
): Promise<void> {
  const start = performance.now();
  for (let number = 1; number <= count; number++) {
    const due = start + (number - 1) * intervalMs;
    await sleep(Math.max(0, due - performance.now()), undefined, { signal });
    await ask(number);
  }
}

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  if (eal.processType !== "secondary") {
    throw new TypeError("Cannot ask as the primary: start the client with --proc-type=secondary");
  }
  const { count, intervalMs, asyncIntervalMs } = optionsOf(eal.args);
  const zone = await findInfo();
  const forceQuit = zone.counter32(SharedInfo.fields.force_quit.offset);
  const leaving = new AbortController();
  const { signal } = leaving;
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => leaving.abort());
  const watch = setInterval(() => {
    if (forceQuit.load() !== 0) leaving.abort();
  }, LOOK_MS);

  let failures = 0;
  const tell = (kind: "SYNC" | "ASYNC", { replies, timedOut }: MpResult): void => {
    for (const { text } of replies) console.log(`[${kind}] Reply: ${text}`);
    if (!timedOut) return;
    console.log(`[${kind}] No reply: timed out`);
    failures++;
  };
  const asyncCount = Math.floor((count - 1) * intervalMs / asyncIntervalMs) + 1;
  try {
    await Promise.all([
      repeat({ count, intervalMs, signal }, (number) => {
        const param = `SYNC Hello ${number} from Client`;
        tell("SYNC", mp.requestSync({ name: "hello_request", param }));
      }),
      repeat({ count: asyncCount, intervalMs: asyncIntervalMs, signal }, async (number) => {
        const param = `ASYNC Hello ${number} from Client`;
        tell("ASYNC", await mp.request({ name: "hello_async_req", param }, { signal }));
      }),
    ]);
    if (failures > 0) process.exitCode = 1;
  } catch (error) {
    // Who is to leave need not say that a request was not answered any more.
    if (!signal.aborted && forceQuit.load() === 0) throw error;
  } finally {
    clearInterval(watch);
    leaving.abort();
  }
  const info = SharedInfo.decode(zone.bytes);
  console.log(
    `[Client] The server handled ${info.request_count} sync requests, ` +
      `${info.async_request_count} async requests`,
  );
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
