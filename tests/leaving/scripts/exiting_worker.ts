/**
 * A Worker that uses a ring and exits.
 *
 * @module
 */

import process from "node:process";
import { PointerBuffer, Ring } from "../../../mod.ts";

interface Scope {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = () => {
  Ring.lookup("ring").enqueueBurst(new PointerBuffer(8));
  scope.postMessage("exiting");
  process.exit(9);
};
