/**
 * A pipeline of three threads in one process of a group: the main script makes messages and takes them
 * back, two Workers between them each sign every message. Rings connect them, pointers travel.
 *
 * Each thread is an lcore: EAL starts one on each id of `--lcores`, and a Worker stands in for it.
 *
 * ```sh
 * deno run --allow-ffi --allow-read examples/pipeline.ts --lcores 0@0,1@1,2@2 --no-pci -- --seconds 5
 * bun run examples/pipeline.ts --lcores 0@0,1@1,2@2 --no-pci -- --seconds 5
 * ```
 *
 * On fewer CPUs, let ids share them: `--lcores "0@(0,1),1@(0,1),2@(0,1)"`.
 *
 * @module
 */

import process from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import {
  Backoff,
  Eal,
  Mempool,
  PointerBuffer,
  poll,
  Ring,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
  standIn,
} from "../mod.ts";
import { run, splitArguments, wholeNumber } from "./forwarding.ts";

const USAGE = "Usage: pipeline.ts EAL-ARGUMENTS -- [--seconds N]";

const BURST = 32;
const STAGES = 2;
/** Messages under way; fewer than a ring has room for, so that none is ever full. */
const MESSAGES = 511;

/** A message: its number, and a signature of each stage. */
const NUMBER = 0;
const SIGNATURE = 4;
const MESSAGE_SIZE = 64;

const ringName = (stage: number): string => `PIPE_${stage}`;

/** A stage: what comes by one ring is signed and goes on by the next. */
async function stage(index: number): Promise<void> {
  using lcore = standIn();
  const [from, to] = [Ring.lookup(ringName(index)), Ring.lookup(ringName(index + 1))];
  const message = Mempool.lookup("PIPE_POOL").cursor();
  const burst = new PointerBuffer(BURST);
  const ending = new AbortController();
  parentPort?.once("message", () => ending.abort());
  parentPort?.postMessage(lcore.lcoreId);
  await poll(() => {
    const n = from.dequeueBurst(burst);
    for (let i = 0; i < n; i++) {
      const signed = message.at(burst, i);
      signed.setU32(SIGNATURE + 4 * index, signed.u32(NUMBER) ^ index);
    }
    to.enqueueBulk(burst, n);
    return n;
  }, { signal: ending.signal, burst: BURST, backoff: new Backoff(8) });
}

/** Starts a stage in a Worker, and waits until it is at work. */
function startStage(index: number): Promise<{ worker: Worker; lcoreId: number }> {
  // By way of a source text: Deno's takes no URL but of a file, and this may be one of a web server.
  const source = `import(${JSON.stringify(import.meta.url)});`;
  const worker = new Worker(source, { eval: true, workerData: index });
  return new Promise((resolve, reject) => {
    worker.once("message", (lcoreId: number) => resolve({ worker, lcoreId }));
    worker.once("error", reject);
  });
}

/** Has a stage end, and waits for that. */
function endStage(worker: Worker): Promise<unknown> {
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  worker.postMessage("end");
  return ended;
}

async function main(): Promise<void> {
  const { eal: ealArguments, app } = splitArguments();
  const [option, value, ...more] = app;
  if (more.length > 0 || (option !== undefined && option !== "--seconds")) {
    throw new TypeError(`Cannot use "${app.join(" ")}": there is --seconds N`);
  }
  const seconds = option === undefined ? 3 : wholeNumber(value, "--seconds", 1, 3600);

  using eal = Eal.init(ealArguments);
  if (eal.lcores.length <= STAGES) {
    throw new TypeError(
      `Cannot run on lcores ${eal.lcores}: it takes ${STAGES + 1}, as 0@0,1@1,2@2`,
    );
  }
  const flags = RING_F_SP_ENQ | RING_F_SC_DEQ;
  const rings = Array.from(
    { length: STAGES + 1 },
    (_, i) => Ring.create(ringName(i), MESSAGES + 1, { flags }),
  );
  const [first, last] = [rings[0]!, rings[STAGES]!];
  const pool = Mempool.create("PIPE_POOL", MESSAGES, MESSAGE_SIZE, { cacheSize: 64 });
  const message = pool.cursor();
  const [out, back] = [new PointerBuffer(BURST), new PointerBuffer(BURST)];

  const stages = [];
  for (let i = 0; i < STAGES; i++) stages.push(await startStage(i));
  const where = stages.map(({ lcoreId }, i) => `stage ${i} on lcore ${lcoreId}`).join(", ");
  console.log(`Main script on lcore ${eal.lcoreId}, ${where}`);

  let made = 0;
  let taken = 0;
  let wrong = 0;
  const make = (): void => {
    if (pool.getBulk(out) === 0) return;
    for (let i = 0; i < BURST; i++) message.at(out, i).setU32(NUMBER, made++ >>> 0);
    first.enqueueBulk(out);
  };
  const take = (): number => {
    const n = last.dequeueBurst(back);
    for (let i = 0; i < n; i++) {
      const got = message.at(back, i);
      const number = got.u32(NUMBER);
      if (number !== taken++ >>> 0) wrong++; // one end of each ring: they come in order
      for (let s = 0; s < STAGES; s++) {
        if (got.u32(SIGNATURE + 4 * s) !== (number ^ s) >>> 0) wrong++;
      }
    }
    pool.putBulk(back, n);
    return n;
  };

  const start = performance.now();
  const ending = AbortSignal.timeout(seconds * 1000);
  await poll(() => {
    make();
    return take();
  }, { signal: ending, burst: BURST });
  const elapsed = performance.now() - start;
  console.log(
    `${(taken / elapsed / 1e3).toFixed(2)} million messages a second through the pipeline`,
  );

  await poll(take, { signal: AbortSignal.timeout(200) }); // what is under way
  for (const { worker } of stages) await endStage(worker);
  console.log(`${taken} of ${made} messages came back, ${wrong} of them wrong`);
  if (taken !== made || wrong > 0) process.exitCode = 1;
}

if (isMainThread) await run(main, USAGE);
else await stage(workerData as number);
