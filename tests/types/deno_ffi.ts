/**
 * Holds what ffi/runtime/deno_ffi.ts declares of the `Deno` namespace against the real one. Checked by
 * `deno check` alone: tsconfig.json leaves it out, since tsc has bun-types in scope.
 *
 * @module
 */

import * as threads from "node:worker_threads";
import type { WorkerThreads } from "../../ffi/runtime/deno_bridge.ts";
import type { DenoFfi } from "../../ffi/runtime/deno_ffi.ts";

/** The real namespace has all that the adapter uses. */
export const declared: DenoFfi = Deno;

/** And so has `node:worker_threads`. */
export const declaredThreads: WorkerThreads = threads;
