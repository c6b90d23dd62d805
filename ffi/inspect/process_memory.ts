/**
 * The own memory of a process, read through /proc: nothing is attached to, stopped, or written.
 *
 * @module
 */

import { fcntlConstants, libc, readText } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";

const { O_CLOEXEC } = fcntlConstants.values;

/** The bytes of a page in /proc/<pid>/pagemap's count. */
const PAGE = 4096;
/** The entry of a page that is in memory: the other bits are hidden from most users. */
const PRESENT = 0x80000000;

/** Addresses of a process that are mapped alike. */
export interface Mapping {
  readonly start: number;
  readonly end: number;
  /** What is there: a file, `[stack]`, `[heap]`, or nothing. */
  readonly name: string;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) rw.p \S+ (\S+) (\d+) *(.*)$/gm;

/** The memory that a process may write and shares with nobody. */
export function ownMappings(pid: number): Mapping[] {
  const text = readText(`/proc/${pid}/maps`) ?? "";
  return [...text.matchAll(LINE)].map(([, start, end, , , name]) => ({
    start: parseInt(start!, 16),
    end: parseInt(end!, 16),
    name: name!,
  }));
}

/** A process's memory, open for reading until it is closed. */
export class ProcessMemory implements Disposable {
  readonly #memory: number;
  readonly #pages: number;

  private constructor(pid: number, memory: number) {
    this.#memory = memory;
    this.#pages = libc().open(`/proc/${pid}/pagemap`, O_CLOEXEC);
  }

  /** Opens it; `undefined` where this user may not look, and when the process has ended. */
  static open(pid: number): ProcessMemory | undefined {
    const memory = libc().open(`/proc/${pid}/mem`, O_CLOEXEC);
    return memory < 0 ? undefined : new ProcessMemory(pid, memory);
  }

  /**
   * Reads as much as can be read.
   *
   * @returns how many bytes; 0 when the first cannot be
   */
  read(address: number, bytes: ArrayBuffer, length: number): number {
    return Math.max(0, libc().pread(this.#memory, runtime.pointerTo(bytes), length, address));
  }

  /**
   * The parts of a range that are in memory: to read another page would make it be there. All of
   * it, where that cannot be told.
   */
  present(start: number, end: number): { start: number; end: number }[] {
    const first = Math.floor(start / PAGE);
    const pages = Math.ceil(end / PAGE) - first;
    const bytes = new ArrayBuffer(pages * 8);
    const got = libc().pread(this.#pages, runtime.pointerTo(bytes), bytes.byteLength, first * 8);
    if (got !== bytes.byteLength) return [{ start, end }];
    const words = new Uint32Array(bytes);
    const parts: { start: number; end: number }[] = [];
    for (let page = 0; page < pages; page++) {
      if (words[2 * page + 1]! < PRESENT) continue;
      const from = (first + page) * PAGE;
      const last = parts.at(-1);
      if (last?.end === from) last.end = Math.min(end, from + PAGE);
      else parts.push({ start: Math.max(start, from), end: Math.min(end, from + PAGE) });
    }
    return parts;
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    libc().close(this.#memory);
    if (this.#pages >= 0) libc().close(this.#pages);
  }
}
