/**
 * Picks the adapter of the JavaScript runtime this process runs on.
 *
 * @module
 */

import { type BunFfi, bunRuntime } from "./bun.ts";
import { type DenoFfi, denoRuntime } from "./deno.ts";
import type { Runtime } from "./runtime.ts";

interface Host {
  readonly Deno?: DenoFfi;
  readonly Bun?: unknown;
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

function pick(host: Host): Runtime {
  if (host.Bun !== undefined) {
    return bunRuntime(host.process?.getBuiltinModule?.("bun:ffi") as BunFfi);
  }
  if (host.Deno !== undefined) return denoRuntime(host.Deno);
  throw new Error("Cannot use dpdk.ts here: it runs on Deno (with --allow-ffi) and on Bun");
}

/** The adapter of the runtime that runs this script. */
export const runtime: Runtime = pick(globalThis as Host);
