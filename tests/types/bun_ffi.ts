/**
 * Holds what ffi/runtime/bun.ts declares of `bun:ffi` against the real module. Checked by tsc with
 * bun-types; to `deno check` the module is of no known type, and everything would do.
 *
 * @module
 */

import * as ffi from "bun:ffi";
import type { BunFfi, BunGlobal } from "../../ffi/runtime/bun.ts";

/** The real module has all that the adapter uses. */
export const declared: BunFfi = ffi;

/** And the real namespace, too. */
export const declaredGlobal: BunGlobal = Bun;
