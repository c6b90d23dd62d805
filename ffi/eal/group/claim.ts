/**
 * Holding a dead group, so that nothing can come to life in it while its files are removed.
 *
 * A primary that starts makes its directory, opens (or makes) the config and takes a record lock on it;
 * a secondary opens the config and maps it. Neither can be kept from beginning at any moment. So:
 *
 * 1. The *lock on the directory*, under which EAL makes sockets and removes stale files, keeps others
 *    that clean up out.
 * 2. A *write lease* on the config is taken. The kernel gives it only when nobody on this machine
 *    has the file open or mapped, in whatever namespace and as whatever user; so there is no primary, no
 *    secondary, and nobody between opening it and taking the lock. From then on whoever opens it is
 *    made to wait in `open`, for as long as the lease is held: a few milliseconds.
 * 3. The *record lock* that a primary takes, and the exclusive *lock on every fbarray file*, of which
 *    each living process holds a shared one, are taken as EAL would. Any of them refused means life.
 * 4. The config goes last. It is renamed first: from then on nobody finds it any more, and who comes
 *    makes a new one. Who had found it before waits for the lease and shows there, a moment later; then
 *    it gets its name back, and the process that waited goes on as if nothing had been.
 * 5. If meanwhile a third process made a new config, that one is the group's primary. Our record lock
 *    is still on the old one when the lease ends: EAL refuses who waited for it, since another
 *    primary runs, which is so.
 *
 * The group's directory stays: between making it and opening the config in it EAL takes no lock.
 *
 * @module
 */

import { libc } from "../../core/mod.ts";
import {
  endLease,
  errorName,
  leaseIsAwaited,
  lockExclusively,
  lockRecord,
  namesIn,
  O,
  openFile,
  removeFrom,
  renameWithin,
  socketAnswers,
  takeLease,
  unlockRecord,
} from "./posix.ts";

/** How often what somebody holds for a moment is asked for again, and how long apart, in microseconds. */
const TRIES = 20;
const PAUSE_US = 5_000;

/** Asks again until it is so, or for too long. */
export function eventually(holds: () => boolean): boolean {
  for (let tries = 0; tries < TRIES; tries++) {
    if (holds()) return true;
    libc().usleep(PAUSE_US);
  }
  return false;
}

/** A group that is held. */
export class Claim {
  /** Why it could not be had; `undefined` when it is held. */
  readonly refused: string | undefined;
  /** Whether there was no config, and one was made to hold. */
  readonly made: boolean = false;
  readonly #directory: number;
  readonly #config: number = -1;
  readonly #open: number[] = [];

  /**
   * Takes hold of a group.
   *
   * @param directory its directory, open
   * @param dryRun whether nothing may change: a config that is missing is not made
   */
  constructor(directory: number, dryRun: boolean) {
    this.#directory = directory;
    if (!eventually(() => lockExclusively(directory))) {
      this.refused = "a process starts in it, or cleans it up";
      return;
    }
    this.made = !dryRun && !namesIn(directory).includes("config");
    this.#config = openFile("config", O.RDWR | O.NONBLOCK | (dryRun ? 0 : O.CREAT), directory);
    const error = this.#config < 0 ? errorName() : undefined;
    if (error === undefined) this.#open.push(this.#config);
    this.refused = error === undefined
      ? this.#holdConfig() ?? this.#holdOthers()
      : error === "ENOENT" && dryRun
      ? this.#holdOthers()
      : `its config cannot be opened: ${error}`;
  }

  #holdConfig(): string | undefined {
    let error: string | undefined;
    eventually(() => (error = takeLease(this.#config)) !== "EAGAIN");
    if (error === "EAGAIN") {
      return "a process has its config open: one that starts, or that cannot be seen from here";
    }
    if (error !== undefined) return `its config cannot be held (F_SETLEASE failed with ${error})`;
    return lockRecord(this.#config) ? undefined : "its primary lives";
  }

  #holdOthers(): string | undefined {
    for (const name of namesIn(this.#directory)) {
      if (/^mp_socket/.test(name) && socketAnswers(this.#directory, name)) {
        return `a process listens at ${name}`;
      }
      if (!name.startsWith("fbarray_")) continue;
      const fd = openFile(name, O.NONBLOCK, this.#directory);
      if (fd < 0) return `${name} cannot be opened: ${errorName()}`;
      this.#open.push(fd);
      if (!lockExclusively(fd)) return `a process uses ${name}`;
    }
    return undefined;
  }

  /** Removes the config; why not, if it could not. */
  retireConfig(): string | undefined {
    const busy = "a process that starts has it open";
    if (this.#config < 0) return undefined;
    for (let tries = 0; tries < TRIES; tries++) {
      const retired = `.config-removed-${libc().getpid()}`;
      if (!renameWithin(this.#directory, "config", retired)) return errorName();
      libc().usleep(PAUSE_US); // for who had found it, and has not reached the lease yet
      if (!leaseIsAwaited(this.#config)) return removeFrom(this.#directory, retired);
      if (!renameWithin(this.#directory, retired, "config")) {
        endLease(this.#config);
        eventually(() => takeLease(this.#config) === undefined);
        return removeFrom(this.#directory, retired);
      }
      // Who only looks is gone in a moment; who starts stays.
      unlockRecord(this.#config);
      endLease(this.#config);
      if (this.#holdConfig() !== undefined) return busy;
    }
    return busy;
  }

  /** Lets go: a lease and locks end with their descriptors. */
  release(): void {
    for (const fd of this.#open.splice(0)) libc().close(fd);
  }
}
