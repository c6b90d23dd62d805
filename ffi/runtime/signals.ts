/**
 * Signals, and who else listens to them.
 *
 * @module
 */

type Listener = () => void;

interface Emitter {
  on(event: "newListener" | "removeListener", told: (event: string, by: Listener) => void): void;
  off(event: string, listener: unknown): void;
  prependListener(event: string, listener: Listener): void;
  listenerCount(event: string): number;
  eventNames(): readonly unknown[];
  exit(code: number): void;
}

interface DenoSignals {
  addSignalListener(signal: string, listener: Listener): void;
  removeSignalListener(signal: string, listener: Listener): void;
}

const host = globalThis as unknown as { readonly process: Emitter; readonly Deno?: DenoSignals };

/** What {@linkcode watchSignals} tells. */
export interface SignalEnds {
  /**
   * A signal has come; the script's own listeners have their turn after this.
   *
   * @param others whether the script has any
   */
  arrived(signal: string, others: boolean): void;
  /** The script has got its first listeners to a signal, or lost its last. */
  changed(signal: string, others: boolean): void;
}

/** Signals that are listened to. */
export interface SignalWatch {
  /** Whether the script has listeners of its own to a signal. */
  others(signal: string): boolean;
  /** Listens no more. */
  stop(): void;
}

/**
 * Counts listeners that are added to Deno itself, by `Deno.addSignalListener`: it tells of none. What
 * `process.on` adds comes the same way.
 */
function countOnDeno(deno: DenoSignals, changed: (signal: string) => void) {
  const counts = new Map<string, Set<Listener>>();
  const { addSignalListener: add, removeSignalListener: remove } = deno;
  const added: DenoSignals["addSignalListener"] = (signal, listener) => {
    add(signal, listener);
    counts.set(signal, (counts.get(signal) ?? new Set()).add(listener));
    changed(signal);
  };
  const removed: DenoSignals["removeSignalListener"] = (signal, listener) => {
    remove(signal, listener);
    if (counts.get(signal)?.delete(listener)) changed(signal);
  };
  Object.assign(deno, { addSignalListener: added, removeSignalListener: removed });
  return {
    of: (signal: string) => counts.get(signal)?.size ?? 0,
    stop: () => {
      // Somebody else may have come after us.
      if (deno.addSignalListener !== added || deno.removeSignalListener !== removed) return;
      Object.assign(deno, { addSignalListener: add, removeSignalListener: remove });
    },
  };
}

/**
 * Listens to signals before everybody else, which keeps no script alive, and knows whether the script
 * does, too.
 *
 * @param signals their names, as `SIGINT`
 */
export function watchSignals(signals: readonly string[], ends: SignalEnds): SignalWatch {
  const { process, Deno: deno } = host;
  const ours = new Map<string, Listener>();
  const told = (signal: string) => {
    if (ours.has(signal)) ends.changed(signal, others(signal));
  };
  const counted = deno === undefined ? undefined : countOnDeno(deno, told);
  const others = (signal: string) =>
    Math.max(process.listenerCount(signal), counted?.of(signal) ?? 0) > 1;
  const coming = (signal: string, by: Listener) => {
    if (ours.has(signal) && ours.get(signal) !== by) ends.changed(signal, true);
  };
  for (const signal of signals) {
    const listener = () => {
      ends.arrived(signal, others(signal));
      // A listener for once only goes now; Bun does not tell of it.
      queueMicrotask(() => told(signal));
    };
    process.prependListener(signal, listener);
    ours.set(signal, listener);
    told(signal);
  }
  process.on("newListener", coming);
  process.on("removeListener", told);
  return {
    others,
    stop() {
      process.off("newListener", coming);
      process.off("removeListener", told);
      for (const [signal, listener] of ours) process.off(signal, listener);
      ours.clear();
      counted?.stop();
    },
  };
}

/**
 * Whether the script listens to any signal by `process.on`. Deno catches several as soon as somebody
 * listens to one.
 */
export function listensToSignals(): boolean {
  return host.process.eventNames().some((name) => String(name).startsWith("SIG"));
}

/** Ends the script with an exit code. */
export function exit(code: number): void {
  host.process.exit(code);
}
