/**
 * Timers that do not keep the script alive.
 *
 * @module
 */

interface Timers {
  setInterval(action: () => void, ms: number): { unref(): unknown };
  clearInterval(timer: unknown): void;
}

interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * Has something done again and again, for as long as something else keeps the script alive.
 *
 * @param ms the time between, in milliseconds
 * @returns ends it
 */
export function every(ms: number, action: () => void): () => void {
  const timers = (globalThis as Host).process?.getBuiltinModule?.("node:timers") as Timers;
  const timer = timers.setInterval(action, ms);
  timer.unref();
  return () => timers.clearInterval(timer);
}
