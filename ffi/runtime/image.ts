/**
 * What stands in the way of running this process's program anew, in the same process.
 *
 * @module
 */

interface Host {
  readonly Bun?: unknown;
  readonly process?: {
    readonly argv: readonly string[];
    readonly env: Record<string, string | undefined>;
    getBuiltinModule?(name: string): unknown;
  };
}

const { process, Bun } = globalThis as Host;

/** Why the script cannot be run from its beginning again, if it cannot. */
export function whyNotAgain(): string | undefined {
  const threads = process?.getBuiltinModule?.("node:worker_threads") as
    | { readonly isMainThread: boolean }
    | undefined;
  if (threads?.isMainThread === false) return "a Worker cannot start its process again";
  // Bun: "-"; Deno: "/the/folder/$deno$stdin.mts".
  if (/^-$|\$deno\$(stdin|repl)/.test(process?.argv[1] ?? "")) {
    return "a script that was read from the standard input cannot be started again";
  }
  return undefined;
}

/** Forgets an environment variable that C's environment has no more: Bun has a copy of its own. */
export function forgetVariable(name: string): void {
  if (Bun !== undefined) delete process?.env[name];
}
