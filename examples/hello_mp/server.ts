/**
 * Answers requests of other DPDK processes and counts them in memory that all of them see.
 *
 * Start it, and any number of clients, each in its own terminal; either side may be a C program:
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/client.ts -l 1 --proc-type=secondary
 * ```
 *
 * Ctrl-C ends it: it sets `force_quit`, which its clients see. It serves the exercises, too: ping.ts,
 * notices.ts, descriptor.ts and timeout.ts in this folder.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Counter64,
  DpdkError,
  Eal,
  Memzone,
  mp,
  type MpContent,
  type MpMessage,
  RTE_MP_MAX_PARAM_LEN,
  struct,
} from "../../mod.ts";
import { handleExercises } from "./exercises.ts";

/** What server and clients see in the memzone `MZ_SHARED_INFO`. */
const SharedInfo = struct("struct shared_info", {
  force_quit: "uint32_t",
  request_count: "uint64_t",
  async_request_count: "uint64_t",
}, { align: 64 });

/** How often the server tells what it has handled. */
const STATUS_MS = 3000;

/** How often it looks whether it is to leave. */
const LOOK_MS = 50;

/** How long its clients have to leave before it: what they still ask is answered. */
const GRACE_MS = 200;

/** Reserves the memzone and gives its fields, as counters that processes share. */
function reserveInfo() {
  const zone = Memzone.reserve("MZ_SHARED_INFO", SharedInfo.size);
  SharedInfo.write(zone.bytes, { force_quit: 0, request_count: 0n, async_request_count: 0n });
  const { force_quit, request_count, async_request_count } = SharedInfo.fields;
  return {
    forceQuit: zone.counter32(force_quit.offset),
    requests: zone.counter64(request_count.offset),
    asyncRequests: zone.counter64(async_request_count.offset),
  };
}

/** A text and its NUL as parameters, cut where they would not fit. */
function cut(text: string): Uint8Array {
  const bytes = new Uint8Array(RTE_MP_MAX_PARAM_LEN);
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(0, -1));
  return bytes.subarray(0, written + 1);
}

/** Tells of a request, counts it and answers it. */
function answer(kind: "SYNC" | "ASYNC", { text }: MpMessage, counter: Counter64): MpContent {
  console.log(`[${kind}] Received: ${text}`);
  counter.add(1n);
  return { param: cut(`Server ${kind} reply: Got '${text}'`) };
}

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  if (eal.processType !== "primary") {
    throw new TypeError("Cannot serve as a secondary: start the server with --proc-type=primary");
  }

  // Handlers run only when this script waits, so they have their counters; and a client that finds
  // the memzone finds the handlers.
  mp.on("hello_request", (message) => answer("SYNC", message, info.requests));
  mp.on("hello_async_req", (message) => answer("ASYNC", message, info.asyncRequests));
  handleExercises();
  const info = reserveInfo();

  let stopped = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stopped = true);
  const status = setInterval(() => {
    const [sync, async] = [info.requests.load(), info.asyncRequests.load()];
    console.log(`[Server] Handled ${sync} sync requests, ${async} async requests`);
  }, STATUS_MS);
  console.log("[Server] Ready");

  while (!stopped && info.forceQuit.load() === 0) await sleep(LOOK_MS);
  info.forceQuit.store(1);
  await sleep(GRACE_MS);
  clearInterval(status);
  // The memzone stays: freeing it would clear it, and a client may have yet to see force_quit.
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
