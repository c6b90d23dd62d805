/**
 * How a process of ours leaves its group when its script ends, in whatever way.
 *
 * @module
 */

import { END_SIGNALS, endBySignal, setDefaultAction, SignalAction } from "../core/mod.ts";
import {
  atExit,
  atUncaught,
  exit,
  listensToSignals,
  type SignalWatch,
  watchSignals,
} from "../runtime/mod.ts";

type EndSignal = keyof typeof END_SIGNALS;

const SIGNALS = Object.keys(END_SIGNALS) as EndSignal[];

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
  /** How the engine catches those that were listened to. */
  readonly #actions = new Map<EndSignal, SignalAction>();
  #byItself = false;
  #listening: SignalWatch | undefined;
  #watched: readonly EndSignal[] = [];
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
    else this.#unwatch([]);
  }

  /**
   * Cleans up. A signal that comes meanwhile has its turn after that; a second one ends the process,
   * where the one that made the script clean up is counted.
   */
  guard(cleanup: () => void): void {
    const before = SIGNALS
      .map((signal) => ({ signal, action: new SignalAction(END_SIGNALS[signal]) }))
      .filter(({ action }) => action.caught);
    for (const { signal } of before) {
      if (this.#asked) setDefaultAction(END_SIGNALS[signal]);
      else new SignalAction(END_SIGNALS[signal]).once = true;
    }
    const fired: EndSignal[] = [];
    try {
      cleanup();
    } finally {
      for (const { signal, action } of before) {
        if (!this.#asked && !new SignalAction(END_SIGNALS[signal]).caught) fired.push(signal);
        action.restore();
      }
    }
    this.#unwatch(fired);
  }

  #watch(): void {
    const now = SIGNALS.map((name) => ({ name, action: new SignalAction(END_SIGNALS[name]) }));
    // Who catches one without a listener of `process` is not ours to know.
    const listening = listensToSignals();
    this.#watched = now
      .filter(({ action: { ignored } }) => !ignored)
      .filter(({ name, action: { caught } }) => !caught || listening || this.#actions.has(name))
      .map(({ name }) => name);
    this.#listening = watchSignals(this.#watched, {
      arrived: (name, others) => this.#arrived(name as EndSignal, others),
      changed: (name, others) => this.#arm(name as EndSignal, !others),
    });
    // Deno has taken them, too.
    for (const { action } of now) if (action.ignored) action.restore();
  }

  /**
   * Says whether the second signal ends the process. One that has come before the script's listener
   * was the first: there may be more of them now.
   */
  #arm(name: EndSignal, once: boolean): void {
    const now = new SignalAction(END_SIGNALS[name]);
    if (now.caught) this.#actions.set(name, now);
    const action = this.#actions.get(name);
    if (action !== undefined) action.once = once;
  }

  /** @param fired signals that have come, but of which the script has not heard yet */
  #unwatch(fired: readonly EndSignal[]): void {
    const listening = this.#listening;
    if (listening === undefined) return;
    this.#byItself = false;
    this.#listening = undefined;
    const left = this.#watched.filter((name) => !listening.others(name));
    const came = left.find((name) =>
      fired.includes(name) || !new SignalAction(END_SIGNALS[name]).caught
    );
    listening.stop();
    for (const name of left) {
      const action = new SignalAction(END_SIGNALS[name]);
      if (action.caught) action.once = false;
    }
    if (came !== undefined) this.#endBy(came);
  }

  #arrived(name: EndSignal, others: boolean): void {
    this.#asked = true;
    if (others) return;
    this.#end();
    this.#endBy(name);
  }

  #endBy(name: EndSignal): void {
    endBySignal(END_SIGNALS[name]);
    exit(BY_SIGNAL + END_SIGNALS[name]);
  }

  /** The script will not run any more: nobody would hear of a signal. */
  #end(): void {
    if (!this.#byItself) return;
    this.#byItself = false;
    this.#listening = undefined;
    for (const name of SIGNALS) setDefaultAction(END_SIGNALS[name]);
    try {
      this.#leave();
    } catch (error) {
      console.error("Cannot clean EAL up:", error);
    }
  }
}
