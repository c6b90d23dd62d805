/**
 * File descriptors that go from process to process with a message.
 *
 * @module
 */

import {
  checkInteger,
  checkMaker,
  DpdkError,
  Errno,
  errno,
  eventfdConstants,
  fcntlConstants,
  libc,
  type Maker,
  maker,
} from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";

const { F_GETFD } = fcntlConstants.values;
const { EFD_CLOEXEC, EFD_NONBLOCK } = eventfdConstants.values;

/** The most that an eventfd counts to. */
const MAX_COUNT = 2n ** 64n - 2n;

const EVENTFD = { eventfd: "int (unsigned int initval, int flags)" } as const;

/**
 * A file descriptor that this script owns: closed once, by {@linkcode FileDescriptor.close} or at
 * the end of a `using` block. Such are the `fds` of `struct rte_mp_msg` (rte_eal.h).
 *
 * @example
 * ```ts
 * import { FileDescriptor } from "@dpdk-ts/dpdk";
 *
 * using event = FileDescriptor.event();
 * event.notify(2n);
 * console.log(event.taken()); // 2
 * ```
 */
export class FileDescriptor implements Disposable {
  #number: number;

  /**
   * For {@linkcode FileDescriptor.adopt} and its like.
   *
   * @internal
   */
  constructor(key: Maker, fd: number) {
    checkMaker(key, "FileDescriptor", "FileDescriptor.adopt, or take one from a message");
    this.#number = fd;
  }

  /**
   * Takes over a descriptor that this process has open.
   *
   * @param fd its number; whoever had it must not close it any more
   * @returns the descriptor, which this object closes
   * @throws {DpdkError} when it is not open (`EBADF`)
   */
  static adopt(fd: number): FileDescriptor {
    checkInteger(fd, "a file descriptor", 0, 2 ** 31 - 1);
    if (!isOpen(fd)) throw closed(`adopt file descriptor ${fd}`);
    return new FileDescriptor(maker, fd);
  }

  /**
   * A new eventfd, nonblocking: `eventfd(2)`. What is written adds to its count, and a read takes it
   * all.
   *
   * @param count what it starts with
   * @returns the eventfd
   */
  static event(count = 0): FileDescriptor {
    checkInteger(count, "an eventfd's count", 0, 0xffffffff);
    const { eventfd } = runtime.open("libc.so.6", EVENTFD);
    const fd = eventfd(count, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd >= 0) return new FileDescriptor(maker, fd);
    throw new DpdkError({ what: "make an eventfd", call: "eventfd", errno: errno() });
  }

  /** True until it is closed or given away. */
  get open(): boolean {
    return this.#number >= 0;
  }

  /**
   * Its number.
   *
   * @throws {DpdkError} when it was closed or given away (`EBADF`)
   */
  get number(): number {
    if (this.#number >= 0) return this.#number;
    throw new DpdkError({
      what: "use a file descriptor",
      errno: Errno.EBADF,
      advice: "it was closed or given away; those of a message are closed when its handler has " +
        "ended, unless it took them (takeFds)",
    });
  }

  /**
   * Gives it away: whoever takes the number closes it.
   *
   * @returns its number
   */
  release(): number {
    const fd = this.number;
    this.#number = -1;
    return fd;
  }

  /**
   * Reads into a buffer: `read(2)`.
   *
   * @param into where the bytes go
   * @returns how many bytes were read; 0 at the end, and when there is nothing yet on a nonblocking
   *   descriptor
   * @throws {DpdkError} when `read` fails, as with fewer than 8 bytes for an eventfd (`EINVAL`)
   */
  read(into: Uint8Array): number {
    checkBytes(into, "read a file descriptor into");
    const bytes = new Uint8Array(new ArrayBuffer(into.length));
    const got = libc().read(this.number, runtime.pointerTo(bytes.buffer), bytes.length);
    if (got < 0) return nothingOrThrow(`read file descriptor ${this.number}`, "read");
    into.set(bytes.subarray(0, got));
    return got;
  }

  /**
   * Writes bytes: `write(2)`.
   *
   * @param from the bytes
   * @returns how many were written; 0 when none fit on a nonblocking descriptor
   * @throws {DpdkError} when `write` fails
   */
  write(from: Uint8Array): number {
    checkBytes(from, "write to a file descriptor");
    const bytes = new Uint8Array(from.slice().buffer);
    const put = libc().write(this.number, runtime.pointerTo(bytes.buffer), bytes.length);
    return put < 0 ? nothingOrThrow(`write file descriptor ${this.number}`, "write") : put;
  }

  /**
   * Adds to an eventfd's count.
   *
   * @param count from 0 to 2^64 - 2
   * @throws {DpdkError} when the count would pass 2^64 - 2 (`EAGAIN`); nothing is added then
   */
  notify(count = 1n): void {
    if (typeof count !== "bigint") {
      throw new TypeError(`Cannot add ${String(count)} to an eventfd's count: it is no bigint`);
    }
    if (count < 0n || count > MAX_COUNT) {
      throw new RangeError(
        `Cannot add ${count} to an eventfd's count: it must be from 0 to ${MAX_COUNT}`,
      );
    }
    if (this.write(new Uint8Array(new BigUint64Array([count]).buffer)) > 0) return;
    throw new DpdkError({
      what: "notify an eventfd",
      errno: Errno.EAGAIN,
      advice: `its count would pass ${MAX_COUNT}; somebody has to take it first`,
    });
  }

  /**
   * Takes an eventfd's count: 0 when there was none.
   *
   * @returns the count
   */
  taken(): bigint {
    const bytes = new BigUint64Array(1);
    this.read(new Uint8Array(bytes.buffer));
    return bytes[0]!;
  }

  /** Closes it. A second call does nothing. */
  close(): void {
    if (this.#number < 0) return;
    libc().close(this.#number);
    this.#number = -1;
  }

  /** {@linkcode FileDescriptor.close} at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function checkBytes(bytes: Uint8Array, what: string): void {
  if (bytes instanceof Uint8Array) return;
  throw new TypeError(`Cannot ${what} ${String(bytes)}: it is no Uint8Array`);
}

function nothingOrThrow(what: string, call: string): number {
  const error = errno();
  if (error === Errno.EAGAIN) return 0;
  throw new DpdkError({ what, call, errno: error });
}

function closed(what: string): DpdkError {
  return new DpdkError({ what, errno: Errno.EBADF, advice: "it is not open" });
}

/** Whether this process has a descriptor of that number. */
export function isOpen(fd: number): boolean {
  return libc().fcntl(fd, F_GETFD, 0) >= 0;
}

/** The descriptors of a message that came in, now this process's. */
export function received(fds: Int32Array): FileDescriptor[] {
  return [...fds].map((fd) => new FileDescriptor(maker, fd));
}
