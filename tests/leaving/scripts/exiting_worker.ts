/**
 * A Worker that uses a ring and exits.
 *
 * @module
 */

import process from "node:process";
import { PointerBuffer, Ring } from "../../../mod.ts";

(globalThis as unknown as { onmessage: () => void }).onmessage = () => {
  Ring.lookup("ring").enqueueBurst(new PointerBuffer(8));
  process.exit(9);
};
