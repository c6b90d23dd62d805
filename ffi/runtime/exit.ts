/**
 * The end of the script.
 *
 * @module
 */

interface Host {
  readonly process?: { on(event: "exit", listener: () => void): void };
  addEventListener?(
    event: "error" | "unhandledrejection",
    listener: (event: { readonly defaultPrevented: boolean }) => void,
  ): void;
}

const host = globalThis as Host;

/** Has something done when the script ends by itself or by `process.exit`. */
export function atExit(action: () => void): void {
  host.process?.on("exit", action);
}

/**
 * Has something done when nobody has caught an error, which may end the script: Deno ends it without
 * an `exit`. Bun, which has no such events, does not.
 */
export function atError(action: () => void): void {
  const unlessPrevented = (event: { readonly defaultPrevented: boolean }) => {
    if (!event.defaultPrevented) action();
  };
  host.addEventListener?.("error", unlessPrevented);
  host.addEventListener?.("unhandledrejection", unlessPrevented);
}
