/**
 * What a Worker is allowed of the control channel; tells its parent how each call went.
 *
 * @module
 */

import { mp } from "../../../mod.ts";

async function attempt(call: () => unknown): Promise<string> {
  try {
    await call();
    return "done";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

const sync = mp.requestSync({ name: "x", param: "ask" }).replies[0]?.text;
const on = await attempt(() => mp.on("y", () => {}));
const request = await attempt(() => mp.request({ name: "x" }));
(globalThis as unknown as { postMessage(message: unknown): void }).postMessage({
  sync,
  on,
  request,
});
