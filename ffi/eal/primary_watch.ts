/**
 * Notices that a secondary's primary has gone.
 *
 * A descriptor of the primary's process (`pidfd_open`) is looked at from a timer. Nothing else tells
 * both ends alike, a clean one and SIGKILL, and it is of that process even when its number is given to
 * another one, and when another primary takes its place between two looks. A thread that waits for it
 * would not do better: the script learns of it when it yields, by a timer or by a thread. The primary's
 * lock stands in where the process cannot be named, in another pid namespace.
 *
 * @module
 */

import { libc, pollConstants, pollfd, SystemCalls } from "../core/mod.ts";
import { every, runtime } from "../runtime/mod.ts";
import { lockHolder } from "./primary_lock.ts";

/** The time between two looks, in milliseconds: two system calls each. */
const LOOK_MS = 100;

const { POLLIN } = pollConstants.values;

/** Whether a process has ended, by its descriptor: `struct pollfd`. */
function ended(pidfd: number): boolean {
  const asked = new DataView(new ArrayBuffer(pollfd.size));
  asked.setInt32(pollfd.fields.fd.offset, pidfd, true);
  asked.setInt16(pollfd.fields.events.offset, POLLIN, true);
  return libc().poll(runtime.pointerTo(asked.buffer), 1n, 0) > 0;
}

const watches = new Set<PrimaryWatch>();

/** Ends all watches: EAL is cleaned up. */
export function endWatches(): void {
  for (const watch of watches) watch[Symbol.dispose]();
}

/** A look at the primary now and then, until it has gone. It does not keep the script alive. */
export class PrimaryWatch implements Disposable {
  readonly #config: string;
  readonly #pid: number;
  readonly #handler: () => void;
  readonly #stop: () => void;
  #pidfd: number;

  /**
   * @param config the path of the group's config file
   * @param pid the primary's process, 0 when it cannot be named here
   * @param handler called once
   */
  constructor(config: string, pid: number, handler: () => void) {
    this.#config = config;
    this.#pid = pid;
    this.#handler = handler;
    this.#pidfd = pid === 0 ? -1 : libc().syscall(SystemCalls.SYS_pidfd_open, pid, 0);
    // It may have ended, and its number have been given to another process, before this was opened.
    if (lockHolder(config) !== pid) this.#close();
    this.#stop = every(LOOK_MS, () => this.#look());
    watches.add(this);
  }

  #look(): void {
    const gone = this.#pidfd >= 0 ? ended(this.#pidfd) : lockHolder(this.#config) !== this.#pid;
    if (!gone) return;
    this[Symbol.dispose]();
    this.#handler();
  }

  #close(): void {
    if (this.#pidfd >= 0) libc().close(this.#pidfd);
    this.#pidfd = -1;
  }

  /** Ends the watch: the handler is not called any more. */
  [Symbol.dispose](): void {
    watches.delete(this);
    this.#stop();
    this.#close();
  }
}
