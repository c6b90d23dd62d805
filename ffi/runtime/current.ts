/**
 * Picks the adapter of the JavaScript runtime this process runs on.
 *
 * @module
 */

import { type BunFfi, type BunGlobal, bunRuntime } from "./bun.ts";
import { denoRuntime } from "./deno.ts";
import type { WorkerThreads } from "./deno_bridge.ts";
import type { DenoFfi } from "./deno_ffi.ts";
import type { Runtime } from "./runtime.ts";

interface Host {
  readonly Deno?: DenoFfi;
  readonly Bun?: BunGlobal;
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

function pick(host: Host): Runtime {
  const builtin = (name: string): unknown => host.process?.getBuiltinModule?.(name);
  if (host.Bun !== undefined) return bunRuntime(builtin("bun:ffi") as BunFfi, host.Bun);
  if (host.Deno !== undefined) {
    return denoRuntime(host.Deno, () => builtin("node:worker_threads") as WorkerThreads);
  }
  throw new Error("Cannot use dpdk.ts here: it runs on Deno (with --allow-ffi) and on Bun");
}

/**
 * The adapter of the runtime that runs this script.
 *
 * @example
 * ```ts
 * import { runtime } from "@dpdk-ts/dpdk";
 *
 * const { getpid } = runtime.open("libc.so.6", { getpid: "int (void)" });
 * console.log(getpid() > 1); // true
 * ```
 */
export const runtime: Runtime = pick(globalThis as Host);
