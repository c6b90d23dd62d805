/**
 * What server.ts answers to the exercises of this folder.
 *
 * @module
 */

import { mp, struct } from "../../mod.ts";

/** The parameters of `ping_request`, both ways. */
const Ping = struct("struct ping", {
  sequence: "uint32_t",
  timestamp_ns: "uint64_t",
});

/** Handles the messages and requests of ping.ts, notices.ts and descriptor.ts. */
export function handleExercises(): void {
  // ping.ts: a struct comes in, and one goes back.
  mp.on("ping_request", ({ param }) => {
    const { sequence, timestamp_ns } = Ping.decode(param);
    console.log(`[PING] Received: sequence ${sequence}`);
    return { param: Ping.encode({ sequence, timestamp_ns }) };
  });

  // notices.ts: what one secondary says goes to all of them. Nobody answers, nobody waits.
  mp.on("hello_notice", ({ text }) => {
    console.log(`[NOTICE] Received: ${text}`);
    mp.send({ name: "hello_notice", param: text });
  });

  // descriptor.ts: the descriptor is closed when the handler has ended; its sender keeps its own.
  mp.on("hello_event", ({ text, fds: [event] }) => {
    if (event === undefined) return { param: "No descriptor came" };
    event.notify(BigInt(text));
    console.log(`[EVENT] Notified: ${text}`);
    return { param: `Notified ${text}` };
  });
}
