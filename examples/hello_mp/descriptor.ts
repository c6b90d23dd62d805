/**
 * Passes a file descriptor to server.ts, which uses it: an eventfd that the server notifies.
 *
 * ```sh
 * deno run --allow-ffi examples/hello_mp/server.ts -l 0 --proc-type=primary
 * bun run examples/hello_mp/descriptor.ts -l 1 --proc-type=secondary
 * ```
 *
 * @module
 */

import process from "node:process";
import { DpdkError, Eal, FileDescriptor, mp } from "../../mod.ts";

function main(): void {
  using _eal = Eal.init(process.argv.slice(2));
  using event = FileDescriptor.event();

  let sum = 0n;
  for (const number of [1, 2, 3]) {
    // The server is given a descriptor of its own for the same eventfd, and closes that.
    const message = { name: "hello_event", param: String(number), fds: [event] };
    const { replies: [reply] } = mp.requestSync(message, { timeoutMs: 1000 });
    console.log(`[EVENT] Reply: ${reply?.text ?? "none"}`);
    sum += BigInt(number);
  }
  const count = event.taken();
  console.log(`[EVENT] The eventfd's count is ${count}, and was to be ${sum}`);
  if (count !== sum) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  console.error(
    error instanceof DpdkError || error instanceof TypeError ? error.message : error,
  );
  process.exitCode = 1;
}
