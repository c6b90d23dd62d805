/**
 * Pings server.ts: a struct in the parameters of a request, and in those of its reply.
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/ping.ts -l 1 --proc-type=secondary -- --count 10 --interval-ms 200
 * ```
 *
 * Without options it asks 5 times, once a second. The first time is longer: both sides have yet to warm
 * up. It exits with code 1 when there was no reply at all.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DpdkError, Eal, mp, struct } from "../../mod.ts";

/** struct ping { uint32_t sequence; uint64_t timestamp_ns; }; */
const Ping = struct("struct ping", {
  sequence: "uint32_t",
  timestamp_ns: "uint64_t",
});

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  const { values } = parseArgs({
    args: [...eal.args],
    options: {
      "count": { type: "string", default: "5" },
      "interval-ms": { type: "string", default: "1000" },
    },
  });
  const count = Number(values.count);

  const times: number[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    if (sequence > 1) await sleep(Number(values["interval-ms"]));
    const param = Ping.encode({ sequence, timestamp_ns: process.hrtime.bigint() });
    const { replies: [reply] } = await mp.request({ name: "ping_request", param }, {
      timeoutMs: 1000,
    });
    const now = process.hrtime.bigint();
    if (reply === undefined) {
      console.log(`no reply: sequence=${sequence}`);
      continue;
    }
    const pong = Ping.decode(reply.param);
    const time = Number(now - pong.timestamp_ns) / 1e6;
    times.push(time);
    console.log(
      `${reply.param.length} bytes from the server: sequence=${pong.sequence} ` +
        `time=${time.toFixed(3)} ms`,
    );
  }

  console.log(`${count} requests, ${times.length} replies`);
  if (times.length === 0) {
    process.exitCode = 1;
    return;
  }
  const average = times.reduce((sum, time) => sum + time, 0) / times.length;
  const figures = [Math.min(...times), average, Math.max(...times)];
  console.log(`round trip min/avg/max = ${figures.map((ms) => ms.toFixed(3)).join("/")} ms`);
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
