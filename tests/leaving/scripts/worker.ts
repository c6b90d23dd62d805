/**
 * A Worker that uses a ring for as long as it lives.
 *
 * @module
 */

import { PointerBuffer, Ring } from "../../../mod.ts";

interface Scope {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = () => {
  const ring = Ring.lookup("ring");
  const burst = new PointerBuffer(8);
  scope.postMessage("AT WORK");
  for (;;) {
    ring.enqueueBurst(burst);
    ring.dequeueBurst(burst);
  }
};
