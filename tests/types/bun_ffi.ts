/**
 * Holds what ffi/runtime/bun.ts declares of `bun:ffi` against the real module. Checked by tsc with
 * bun-types; to `deno check` the module is of no known type, and everything would do.
 *
 * @module
 */

// @ts-ignore: to `deno check` there is no such module
import * as bun from "bun";
import * as ffi from "bun:ffi";
import type { BunFfi, BunGlobal } from "../../ffi/runtime/bun.ts";

/** The real module has all that the adapter uses. */
export const declared: BunFfi = ffi;

/** And so has the real namespace. */
export const declaredGlobal: BunGlobal = bun;
