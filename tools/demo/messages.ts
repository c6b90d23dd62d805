/**
 * The demo's processes on the control channel: `EAL-ARGS -- REQUESTS NOTICES`.
 *
 * The primary answers and prints `ready`. The secondary asks, floods it with notices while it is busy,
 * passes a descriptor, and prints what came of it as a line of JSON.
 *
 * @module
 */

import process from "node:process";
import { Eal, FileDescriptor, mp, struct } from "../../mod.ts";

const BUSY_MS = 1000;

/** How many notices came, and whether each came in its turn. */
const Notices = struct("struct notices", { count: "uint32_t", in_order: "bool" });

/** The parameters of a request and of its answer. */
const Question = struct("struct question", { number: "uint32_t", twice: "uint64_t" });

function primary(): void {
  const seen = { count: 0, in_order: true };
  mp.on("demo_question", ({ param }) => {
    const { number } = Question.decode(param);
    return { param: Question.encode({ number, twice: 2n * BigInt(number) }) };
  });
  mp.on("demo_busy", () => {
    setTimeout(() => {
      for (const end = performance.now() + BUSY_MS; performance.now() < end;);
    }, 0);
    return {};
  });
  mp.on("demo_notice", ({ text }) => {
    if (Number(text) !== seen.count) seen.in_order = false;
    seen.count++;
  });
  mp.on("demo_noticed", () => ({ param: Notices.encode(seen) }));
  mp.on("demo_event", ({ fds }) => {
    fds[0]?.notify(42n);
    return {};
  });
  mp.on("demo_end", () => {
    setTimeout(() => eal.cleanup(), 0);
  });
  console.log("ready");
}

async function secondary(requests: number, notices: number): Promise<void> {
  let right = 0;
  const times: number[] = [];
  for (let number = 0; number < requests; number++) {
    const start = performance.now();
    const param = Question.encode({ number });
    const { reply } = await mp.request({ name: "demo_question", param });
    times.push(performance.now() - start);
    if (reply !== undefined && Question.decode(reply.param).twice === 2n * BigInt(number)) right++;
  }
  await mp.request({ name: "demo_busy" });
  for (let i = 0; i < notices; i++) mp.send({ name: "demo_notice", param: `${i}` });
  const { reply } = await mp.request({ name: "demo_noticed" }, { timeoutMs: 60_000 });
  const noticed = reply === undefined ? { count: 0, in_order: false } : Notices.decode(reply.param);
  using event = FileDescriptor.event();
  await mp.request({ name: "demo_event", fds: [event] });
  mp.send({ name: "demo_end" });
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({
    answered: right,
    medianUs: Math.round(times[times.length >> 1]! * 1e3),
    noticed: noticed.count,
    inOrder: noticed.in_order,
    event: Number(event.taken()),
  }));
  eal.cleanup();
}

const eal = Eal.init(process.argv.slice(2));
const [requests, notices] = eal.args.map(Number);
if (eal.processType === "primary") primary();
else await secondary(requests!, notices!);
