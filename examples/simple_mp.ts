/**
 * DPDK's simple_mp: two processes send each other lines of text through two rings and a pool.
 *
 * Start a primary and a secondary, each in its own terminal; either may be the C program of DPDK's
 * examples:
 *
 * ```sh
 * deno run --allow-ffi examples/simple_mp.ts -l 0 --proc-type=primary
 * bun run examples/simple_mp.ts -l 1 --proc-type=secondary
 * ```
 *
 * @module
 */

import process from "node:process";
import { createInterface } from "node:readline";
import { DpdkError, Eal, Mempool, poll, Ring } from "../mod.ts";

/** Bytes of a message: what the C program's command line takes, its `STR_TOKEN_SIZE`. */
const MESSAGE_SIZE = 128;

const HELP = `
Two DPDK processes send each other lines of text.

  send TEXT   send TEXT to the other process
  help        show this
  quit        leave
`;

async function main(): Promise<void> {
  using eal = Eal.init(process.argv.slice(2));
  const { socketId } = eal;
  const primary = eal.processType === "primary";

  const [out, back] = primary
    ? [Ring.create("PRI_2_SEC", 64, { socketId }), Ring.create("SEC_2_PRI", 64, { socketId })]
    : [Ring.lookup("SEC_2_PRI"), Ring.lookup("PRI_2_SEC")];
  const pool = primary
    ? Mempool.create("MSG_POOL", 1024, MESSAGE_SIZE, { cacheSize: 32, socketId })
    : Mempool.lookup("MSG_POOL");
  const message = pool.cursor();

  /** Takes a message that came in, prints it and gives it back; how many there were. */
  function receive(): number {
    const address = back.dequeue();
    if (address === undefined) return 0;
    console.log(`core ${eal.lcoreId}: Received '${message.moveTo(address).text()}'`);
    pool.put(address);
    return 1;
  }

  function send(text: string): void {
    const address = pool.get();
    if (address === undefined) {
      console.log("Failed to get message buffer - message discarded");
      return;
    }
    const bytes = new TextEncoder().encode(text).subarray(0, pool.elementSize - 1);
    const target = message.moveTo(address).bytes();
    target.set(bytes);
    target[bytes.length] = 0;
    if (!out.enqueue(address)) {
      console.log("Failed to send message - message discarded");
      pool.put(address);
    }
  }

  const ending = new AbortController();
  const prompt = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: "\nsimple_mp > ",
  });

  prompt.on("line", (line) => {
    const [command = "", ...words] = line.trim().split(/\s+/);
    if (command === "send" && words.length > 0) send(line.trim().slice("send".length).trim());
    else if (command === "help") console.log(HELP);
    else if (command === "quit") return prompt.close();
    else if (command !== "") console.log(`Bad command "${command}"; try help`);
    prompt.prompt();
  });
  prompt.on("close", () => {
    ending.abort();
    // Deno would go on as long as somebody could still write to its stdin.
    process.stdin.destroy();
  });

  console.log(`Starting core ${eal.lcoreId} as ${eal.processType}`);
  prompt.prompt();
  await poll(receive, { signal: ending.signal });
  while (receive() > 0);
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
