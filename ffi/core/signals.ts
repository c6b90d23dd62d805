/**
 * What the kernel does with a signal to this process: `sigaction`.
 *
 * @module
 */

import { type Calls, runtime } from "../runtime/mod.ts";
import { sigaction, signalConstants } from "./layout.ts";

const SYMBOLS = {
  raise: "int (int signal)",
  sigaction: "int (int signal, const struct sigaction *action, struct sigaction *before)",
} as const;

let opened: Calls<typeof SYMBOLS> | undefined;

function calls(): Calls<typeof SYMBOLS> {
  return opened ??= runtime.open("libc.so.6", SYMBOLS);
}

const { sa_handler: HANDLER, sa_flags: FLAGS } = sigaction.fields;

const SIG_DFL = BigInt(signalConstants.values.SIG_DFL);
const SIG_IGN = BigInt(signalConstants.values.SIG_IGN);
const { SA_RESETHAND, SIGHUP, SIGINT, SIGTERM } = signalConstants.values;

/** The signals that ask a process to end: its terminal is gone, ^C, and the manager of services. */
export const END_SIGNALS = { SIGHUP, SIGINT, SIGTERM } as const;

/** What becomes of a signal: the bytes of a `struct sigaction`. */
export class SignalAction {
  readonly #view: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(sigaction.size));
  readonly #signal: number;

  /** What becomes of it now. */
  constructor(signal: number) {
    this.#signal = signal;
    calls().sigaction(signal, null, runtime.pointerTo(this.#view.buffer));
  }

  /** Whether nothing becomes of it. */
  get ignored(): boolean {
    return this.#handler === SIG_IGN;
  }

  /** Whether this process does something of its own. */
  get caught(): boolean {
    return this.#handler > SIG_IGN;
  }

  get #handler(): bigint {
    return this.#view.getBigUint64(HANDLER.offset, true);
  }

  /** Makes it so again. */
  restore(): void {
    calls().sigaction(this.#signal, runtime.pointerTo(this.#view.buffer), null);
  }

  /**
   * Whether the process catches the signal only once: a second one ends it, however busy it is. The
   * kernel does it itself (`SA_RESETHAND`).
   */
  set once(once: boolean) {
    const flags = this.#view.getUint32(FLAGS.offset, true);
    const others = (flags & ~SA_RESETHAND) >>> 0;
    this.#view.setUint32(FLAGS.offset, once ? (others | SA_RESETHAND) >>> 0 : others, true);
    this.restore();
  }
}

/** Has a signal end the process, unless it is ignored. */
export function setDefaultAction(signal: number): void {
  const action = new SignalAction(signal);
  if (!action.caught) return;
  const none = new DataView(new ArrayBuffer(sigaction.size));
  none.setBigUint64(HANDLER.offset, SIG_DFL, true);
  calls().sigaction(signal, runtime.pointerTo(none.buffer), null);
}

/**
 * Ends the process by a signal, so that whoever started it sees which one. It comes back only where
 * the kernel protects the process, as the first of a container.
 */
export function endBySignal(signal: number): void {
  setDefaultAction(signal);
  calls().raise(signal);
}
