/**
 * The end of the script.
 *
 * @module
 */

interface Host {
  readonly Deno?: unknown;
  readonly process?: {
    on(event: "exit", listener: () => void): void;
    on(event: "newListener", listener: (event: unknown, listener: unknown) => void): void;
    on(
      event: "uncaughtExceptionMonitor",
      listener: (error: unknown, origin: string) => void,
    ): void;
    off(event: "exit", listener: () => void): void;
    listenerCount(event: "uncaughtException"): number;
  };
  addEventListener?(event: "unload", listener: () => void): void;
  addEventListener?(
    event: "error" | "unhandledrejection",
    listener: (event: { readonly defaultPrevented: boolean }) => void,
  ): void;
}

const host = globalThis as Host;

/** What is to be done at the end; empty once that has begun. */
const actions: (() => void)[] = [];

function end(): void {
  for (const action of actions.splice(0)) action();
}

/** Listens, and after everybody else: what a script does at its end may need what is taken away here. */
function listen(): void {
  host.process?.on("exit", end);
  if (host.Deno !== undefined) host.addEventListener?.("unload", end);
  let moving = false;
  host.process?.on("newListener", (event, listener) => {
    if (event !== "exit" || listener === end || moving) return;
    moving = true;
    queueMicrotask(() => {
      host.process?.off("exit", end);
      host.process?.on("exit", end);
      moving = false;
    });
  });
}

let listening = false;

/**
 * Has something done, once, when the script ends by itself, by `process.exit`, or by `Deno.exit`,
 * which tells of it in another way.
 */
export function atExit(action: () => void): void {
  actions.push(action);
  if (listening) return;
  listening = true;
  listen();
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

/**
 * Has something done when an error that nobody has caught ends the script: on Deno, where no `exit`
 * comes then. Of a rejected promise that is known for sure. Of an exception it is what the listeners
 * of `error` say that were there before: a later one may yet prevent the end.
 */
export function atUncaught(action: () => void): void {
  if (host.Deno === undefined) return;
  host.process?.on("uncaughtExceptionMonitor", (_, origin) => {
    // Of exceptions it comes first of all, of rejections when no event prevented them.
    if (origin !== "unhandledRejection") return;
    if (host.process?.listenerCount("uncaughtException") === 0) action();
  });
  host.addEventListener?.("error", (event) => {
    if (!event.defaultPrevented) action();
  });
}
