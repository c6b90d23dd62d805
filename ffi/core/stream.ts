/**
 * The text that a C function prints to a `FILE *`.
 *
 * @module
 */

import { type Pointer, runtime } from "../runtime/mod.ts";
import { DpdkError } from "./errors.ts";
import { libc } from "./libc.ts";

/**
 * Runs a function that prints to a stream of ours.
 *
 * @param print what prints, as `rte_ring_dump(stream, ring)` does
 * @returns what it printed
 */
export function printed(print: (stream: Pointer<"FILE">) => void): string {
  const out = new BigUint64Array(new ArrayBuffer(16)); // char *buffer; size_t length
  const at = runtime.address(runtime.pointerTo(out.buffer));
  const stream = libc().open_memstream(runtime.pointer(at), runtime.pointer(at + 8));
  if (stream === null) throw new DpdkError({ what: "open a stream", call: "open_memstream" });
  try {
    print(stream);
  } finally {
    libc().fclose(stream);
  }
  const text = runtime.string(Number(out[0]));
  libc().free(runtime.pointer(Number(out[0])));
  return text;
}
