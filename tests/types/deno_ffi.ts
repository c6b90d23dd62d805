/**
 * Holds what ffi/runtime/deno.ts declares of the `Deno` namespace against the real one. Checked by
 * `deno check` alone: tsconfig.json leaves it out, since tsc has bun-types in scope.
 *
 * @module
 */

import type { DenoFfi } from "../../ffi/runtime/deno.ts";

/** The real namespace has all that the adapter uses. */
export const declared: DenoFfi = Deno;
