/**
 * How a process of ours leaves its group when its script ends, in whatever way.
 *
 * @module
 */

import { END_SIGNALS, endBySignal, setDefaultAction, SignalAction } from "../core/mod.ts";
import { atExit, atUncaught, exit, listensTo, watchSignals } from "../runtime/mod.ts";

type EndSignal = keyof typeof END_SIGNALS;

/** What a shell adds to a signal for an exit code. */
const BY_SIGNAL = 128;

/**
 * Has the process leave when the script ends: by itself, by an exit, an error or a signal.
 *
 * Signals are the script's as soon as it has listeners of its own, and those that were ignored when
 * EAL started, as `nohup` has it, stay ignored. Else a signal has the process leave and then end by
 * that signal. As the script may be too busy to hear of it, or hang while it leaves, the kernel ends
 * it at the second one.
 */
export class Leaving {
  readonly #leave: () => void;
  #byItself = false;
  #stop: (() => void) | undefined;
  /** Whether a signal has asked this process to end. */
  #asked = false;

  /** @param leave cleans up; it does nothing the second time */
  constructor(leave: () => void) {
    this.#leave = leave;
    atExit(() => this.#end());
    atUncaught(() => this.#end());
    this.byItself = true;
  }

  /** Whether the process leaves by itself. */
  get byItself(): boolean {
    return this.#byItself;
  }

  set byItself(byItself: boolean) {
    if (byItself === this.#byItself) return;
    this.#byItself = byItself;
    if (byItself) this.#watch();
    else this.#unwatch();
  }

  /**
   * Cleans up. A signal that comes meanwhile has its turn after that; a second one, the first
   * counted that made the script clean up, ends the process.
   */
  guard(cleanup: () => void): void {
    const before = Object.values(END_SIGNALS)
      .map((signal) => ({ signal, action: new SignalAction(signal) }))
      .filter(({ action }) => action.caught);
    for (const { signal } of before) {
      if (this.#asked) setDefaultAction(signal);
      else new SignalAction(signal).once = true;
    }
    try {
      cleanup();
    } finally {
      for (const { action } of before) action.restore();
    }
    this.byItself = false;
  }

  #watch(): void {
    const names = (Object.keys(END_SIGNALS) as EndSignal[]).filter((name) => {
      const { ignored, caught } = new SignalAction(END_SIGNALS[name]);
      // Who catches it and is no listener of `process` is not ours to know.
      return !ignored && (!caught || listensTo(name));
    });
    this.#stop = watchSignals(names, {
      arrived: (name, others) => this.#arrived(name as EndSignal, others),
      changed: (name, others) => {
        new SignalAction(END_SIGNALS[name as EndSignal]).once = !others;
      },
    });
  }

  #unwatch(): void {
    this.#stop?.();
    this.#stop = undefined;
    for (const signal of Object.values(END_SIGNALS)) {
      const action = new SignalAction(signal);
      if (action.caught) action.once = false;
    }
  }

  #arrived(name: EndSignal, others: boolean): void {
    this.#asked = true;
    if (others) return;
    this.#end();
    endBySignal(END_SIGNALS[name]);
    exit(BY_SIGNAL + END_SIGNALS[name]);
  }

  /** The script will not run any more: nobody would hear of a signal. */
  #end(): void {
    if (!this.#byItself) return;
    for (const signal of Object.values(END_SIGNALS)) setDefaultAction(signal);
    try {
      this.#leave();
    } catch (error) {
      console.error("Cannot clean EAL up:", error);
    }
  }
}
