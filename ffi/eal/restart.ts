/**
 * Starting this process again: the same program with the same arguments and environment, the same
 * process id, and a fresh image, whose engine puts its memory elsewhere.
 *
 * @module
 */

import { environment } from "../abi/mod.ts";
import {
  errno,
  errorCode,
  exists,
  fcntlConstants,
  libc,
  limitsConstants,
  listDirectory,
  readFile,
} from "../core/mod.ts";
import { decodeString, forgetVariable, runtime, whyNotAgain } from "../runtime/mod.ts";
import { setThreadAffinity, threadAffinity } from "./affinity.ts";
import { ealState, setEalState } from "./state.ts";
import { takeWordBack } from "./words.ts";

/** How often a process is started again before that is given up. */
const RESTART_LIMIT = 10;

/** Tells the next image how many there were: `<pid>:<count>`, so that no child is fooled. */
const VARIABLE = "DPDK_TS_RESTARTS";

const { F_GETFD, F_SETFD, FD_CLOEXEC } = fcntlConstants.values;
const { PATH_MAX } = limitsConstants.values;

let count: number | undefined;

/** How often this process was started again. Nobody else finds the variable any more. */
export function restarts(): number {
  if (count === undefined) {
    const [pid, times] = environment(VARIABLE)?.split(":") ?? [];
    count = Number(pid) === libc().getpid() ? Number(times) : 0;
    forget();
  }
  return count;
}

function forget(): void {
  libc().unsetenv(VARIABLE);
  forgetVariable(VARIABLE);
}

/** What the next image must find as it was before EAL changed it. */
export interface Before {
  /** The CPUs of the main thread. */
  readonly cpus: readonly number[];
  /** The descriptors that were open. */
  readonly descriptors: readonly string[];
}

/** This process as it is now. */
export function beforeEal(): Before {
  const open = (fd: string) => libc().fcntl(Number(fd), F_GETFD, 0) >= 0; // not the listing's own
  return { cpus: threadAffinity(), descriptors: listDirectory("/proc/self/fd").filter(open) };
}

/** The path of this process's program; that of a program that was replaced meanwhile still works. */
function program(): string {
  const self = "/proc/self/exe";
  const bytes = new Uint8Array(new ArrayBuffer(PATH_MAX));
  const length = libc().readlink(self, runtime.pointerTo(bytes.buffer), PATH_MAX);
  const path = decodeString(bytes.subarray(0, Math.max(length, 0)));
  return exists(path) ? path : self;
}

/** The command line on its way to `execv`. */
const lent: ArrayBuffer[] = [];

/** `char **argv`: this process's arguments as C has them, byte by byte. */
function commandLine(): ArrayBuffer {
  const bytes = readFile("/proc/self/cmdline") ?? new Uint8Array(0);
  const strings = new ArrayBuffer(bytes.length + 1);
  new Uint8Array(strings).set(bytes);
  const base = runtime.address(runtime.pointerTo(strings));
  const addresses: bigint[] = [];
  for (let at = 0; at < bytes.length; at = bytes.indexOf(0, at) + 1 || bytes.length) {
    addresses.push(BigInt(base + at));
  }
  const table = new ArrayBuffer(8 * (addresses.length + 1));
  new BigUint64Array(table).set(addresses);
  lent.push(strings, table);
  return table;
}

/**
 * Starts this process again (`execv`), which ends everything in it without further notice: threads,
 * Workers, what was not written yet. The CPUs of the main thread are as they were before EAL, and
 * what EAL has opened is closed.
 *
 * @returns why it could not; else not at all
 */
export function restart(before: Before): string {
  const why = whyNotAgain();
  if (why !== undefined) return why;
  const times = restarts();
  if (times >= RESTART_LIMIT) return `it was so in each of the ${times} images that were tried`;
  for (const fd of listDirectory("/proc/self/fd")) {
    if (!before.descriptors.includes(fd)) libc().fcntl(Number(fd), F_SETFD, FD_CLOEXEC);
  }
  setThreadAffinity(before.cpus);
  const state = ealState();
  takeWordBack();
  libc().setenv(VARIABLE, `${libc().getpid()}:${times + 1}`, 1);
  libc().fflush(null);
  libc().execv(program(), runtime.pointerTo(commandLine()));
  const reason = `starting it again failed with ${errorCode(errno())}`;
  forget();
  if (state !== "none") setEalState(state);
  return reason;
}
