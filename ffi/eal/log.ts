/**
 * Captures what EAL logs during a call, so that an error can carry the reason.
 *
 * EAL writes to a `FILE *`. Ours is a memfd that lives as long as the process: another DPDK thread
 * may hold the stream at any moment, so it is never closed. Outside a capture EAL logs where it
 * always does.
 *
 * @module
 */

import { type Pointer, runtime } from "../runtime/mod.ts";
import { fcntlConstants, libc, mmanConstants, unistdConstants } from "../core/mod.ts";
import { eal } from "./library.ts";

const { MFD_CLOEXEC } = mmanConstants.values;
const { F_SETFL, O_APPEND, O_RDWR } = fcntlConstants.values;
const { STDERR_FILENO, STDOUT_FILENO } = unistdConstants.values;

interface Capture {
  readonly fd: number;
  readonly stream: Pointer<"FILE">;
}

let capture: Capture | undefined;

function open(): Capture | undefined {
  const fd = libc().memfd_create("dpdk.ts-log", MFD_CLOEXEC);
  if (fd < 0) return undefined;
  libc().fcntl(fd, F_SETFL, O_RDWR | O_APPEND);
  const stream = libc().fdopen(fd, "a");
  return stream === null ? undefined : { fd, stream };
}

const CHUNK = 1 << 16;

/** Takes all that was written, and empties the file: it appends, so writers need not know. */
function take(fd: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(new ArrayBuffer(CHUNK));
  let all = new Uint8Array(new ArrayBuffer(0));
  for (;;) {
    const got = libc().pread(fd, runtime.pointerTo(chunk.buffer), CHUNK, all.length);
    if (got <= 0) break;
    const longer = new Uint8Array(new ArrayBuffer(all.length + got));
    longer.set(all);
    longer.set(chunk.subarray(0, got), all.length);
    all = longer;
  }
  libc().ftruncate(fd, 0);
  return all;
}

function lines(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes);
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
}

function forward(bytes: Uint8Array<ArrayBuffer>): void {
  if (bytes.length > 0) libc().write(STDERR_FILENO, runtime.pointerTo(bytes.buffer), bytes.length);
}

/** What a call gave and what EAL logged meanwhile. */
export interface Captured<T> {
  readonly value: T;
  readonly log: readonly string[];
}

/**
 * Runs a call while EAL's log goes into memory.
 *
 * @param quiet false: what was logged is also written to stderr, unless `failed` says that an error
 *   will carry it
 * @param call what to run
 * @param failed whether the call's value means that it failed
 */
export function captureLog<T>(
  call: () => T,
  failed: (value: T) => boolean,
  quiet = false,
): Captured<T> {
  capture ??= open();
  if (capture === undefined) return { value: call(), log: [] };
  eal().rte_openlog_stream(capture.stream);
  let ended: { readonly value: T } | undefined;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    ended = { value: call() };
  } finally {
    eal().rte_openlog_stream(null);
    bytes = take(capture.fd);
    // Of a call that throws nobody gets the log, and the next one must not.
    if (ended === undefined) forward(bytes);
  }
  const { value } = ended;
  if (!quiet && !failed(value)) forward(bytes);
  return { value, log: lines(bytes) };
}

/**
 * Runs a call while nothing reaches stdout: EAL prints its usage there, five screens of it, when an
 * argument has a bad value.
 */
export function withoutStdout<T>(call: () => T): T {
  const { fflush, dup, dup2, close, memfd_create } = libc();
  const saved = dup(STDOUT_FILENO);
  const sink = memfd_create("dpdk.ts-stdout", MFD_CLOEXEC);
  try {
    if (saved >= 0 && sink >= 0) dup2(sink, STDOUT_FILENO);
    return call();
  } finally {
    fflush(null); // C's stdout is buffered
    if (saved >= 0) {
      dup2(saved, STDOUT_FILENO);
      close(saved);
    }
    if (sink >= 0) close(sink);
  }
}
