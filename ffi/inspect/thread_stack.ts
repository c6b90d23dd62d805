/**
 * Where the stack of another process's thread is.
 *
 * A thread that waits in the kernel, or is stopped, has its stack pointer in
 * /proc/<pid>/task/<tid>/syscall: what is above it is in use. Of one that runs nobody is told it.
 * Its stack's mapping is known all the same: glibc keeps a list of robust locks in each thread's
 * descriptor, at the top of its stack, and the kernel tells where (`get_robust_list`). What lies
 * there may be of calls that have returned.
 *
 * @module
 */

import { readPointer, readText, SystemCalls } from "../core/mod.ts";
import { type Calls, runtime } from "../runtime/mod.ts";
import type { AddressRange } from "./address_search.ts";
import type { Mapping } from "./process_memory.ts";

/**
 * How much of a stack is looked at: the innermost calls of one that waits, the outermost of one
 * that runs.
 */
const MOST = 256 << 10;
/** What a function may use below the stack pointer: the red zone of x86-64, none elsewhere. */
const RED_ZONE = 128;

const symbols = { syscall: "long (long number, int pid, void *head, void *length)" } as const;
let opened: Calls<typeof symbols> | undefined;

/** Where a thread's list of robust locks is; 0 where this user may not ask. */
function robustList(tid: number): number {
  opened ??= runtime.open("libc.so.6", symbols);
  const words = new Float64Array(new ArrayBuffer(16)); // two pointers
  const at = runtime.pointerTo(words.buffer);
  const length = runtime.pointer(runtime.address(at) + 8);
  if (Number(opened.syscall(SystemCalls.SYS_get_robust_list, tid, at, length)) !== 0) return 0;
  return readPointer(new DataView(words.buffer), 0);
}

/** The last two words of the line: stack pointer and program counter. */
const BLOCKED = / 0x([0-9a-f]+) 0x[0-9a-f]+\s*$/;

/**
 * The part of a thread's stack that is worth looking at.
 *
 * @param mappings the process's
 * @returns `undefined` where it is not found
 */
export function stackOf(
  pid: number,
  tid: number,
  mappings: readonly Mapping[],
): AddressRange | undefined {
  const mappingOf = (address: number) =>
    mappings.find(({ start, end }) => address >= start && address < end);
  const line = readText(`/proc/${pid}/task/${tid}/syscall`) ?? "";
  const pointer = parseInt(BLOCKED.exec(line)?.[1] ?? "0", 16);
  const mapping = mappingOf(pointer);
  if (mapping !== undefined) {
    const start = Math.max(mapping.start, Math.floor(pointer / 8) * 8 - RED_ZONE);
    return { start, end: Math.min(mapping.end, start + MOST) };
  }
  const list = tid === pid ? 0 : robustList(tid);
  const whole = tid === pid ? mappings.find(({ name }) => name === "[stack]") : mappingOf(list);
  if (whole === undefined) return undefined;
  const end = tid === pid ? whole.end : list;
  return { start: Math.max(whole.start, end - MOST), end };
}
