/**
 * A Worker that makes a pool, and frees it when it is told to. It tells what came of it.
 *
 * @module
 */

import { parentPort } from "node:worker_threads";
import { PktmbufPool } from "../../../mod.ts";

const pool = PktmbufPool.create("worker", 2047);
parentPort!.on("message", () => {
  try {
    pool.free();
    parentPort!.postMessage("freed");
  } catch (error) {
    parentPort!.postMessage((error as Error).message);
  }
});
parentPort!.postMessage("made");
