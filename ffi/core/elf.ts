/**
 * The parts of an ELF file: its header, and its sections.
 *
 * @module
 */

import { runtime } from "../runtime/mod.ts";
import { libc } from "./libc.ts";
import { readPointer } from "./memory.ts";

const O_CLOEXEC = 0o2000000;
const ELF64_LITTLE = 0x464c457f; // with class and data checked behind it

/** Places in `Elf64_Ehdr` and `Elf64_Shdr`. */
const EHDR = { size: 64, class: 4, data: 5, type: 16, machine: 18, shoff: 40, shnum: 60 };
const SHDR = { size: 64, type: 4, offset: 24, length: 32, link: 40 };

/** More than any section has that is read here; a file that says more is broken. */
const MOST_BYTES = 2 ** 28;

/** A section, and what its `sh_link` leads to: the strings of a table. */
export interface ElfSection {
  readonly bytes: DataView;
  readonly strings: DataView;
}

/** An ELF file that is open. */
export interface ElfFile {
  /** `e_type`. */
  readonly type: number;
  /** `e_machine`. */
  readonly machine: number;
  /** The sections of these types that can be read, in order. */
  sections(types: readonly number[]): ElfSection[];
}

/** Bytes of an open file. */
function readAt(fd: number, offset: number, length: number): DataView | undefined {
  if (!(length > 0 && length <= MOST_BYTES && offset >= 0)) return undefined;
  const bytes = new ArrayBuffer(length);
  const got = libc().pread(fd, runtime.pointerTo(bytes), length, offset);
  return got === length ? new DataView(bytes) : undefined;
}

/** A section's bytes, by its header. */
function section(fd: number, header: DataView): DataView | undefined {
  return readAt(fd, readPointer(header, SHDR.offset), readPointer(header, SHDR.length));
}

function parse(fd: number): ElfFile | undefined {
  const head = readAt(fd, 0, EHDR.size);
  const known = head?.getUint32(0, true) === ELF64_LITTLE && head.getUint8(EHDR.class) === 2 &&
    head.getUint8(EHDR.data) === 1;
  if (head === undefined || !known) return undefined;
  const count = head.getUint16(EHDR.shnum, true);
  return {
    type: head.getUint16(EHDR.type, true),
    machine: head.getUint16(EHDR.machine, true),
    sections(types) {
      const table = readAt(fd, readPointer(head, EHDR.shoff), count * SHDR.size);
      if (table === undefined) return [];
      const headers = Array.from(
        { length: count },
        (_, i) => new DataView(table.buffer, i * SHDR.size, SHDR.size),
      );
      return headers.flatMap((header) => {
        if (!types.includes(header.getUint32(SHDR.type, true))) return [];
        const linked = headers[header.getUint32(SHDR.link, true)];
        const bytes = section(fd, header);
        const strings = linked === undefined ? undefined : section(fd, linked);
        return bytes === undefined || strings === undefined ? [] : [{ bytes, strings }];
      });
    },
  };
}

/**
 * Reads of an ELF file.
 *
 * @param path where it is
 * @param read what is done with it while it is open
 * @returns what `read` gave; `undefined` when the file cannot be read, or is no 64-bit little-endian
 *   ELF file
 */
export function readElf<T>(path: string, read: (file: ElfFile) => T): T | undefined {
  const fd = libc().open(path, O_CLOEXEC);
  if (fd < 0) return undefined;
  try {
    const file = parse(fd);
    return file === undefined ? undefined : read(file);
  } finally {
    libc().close(fd);
  }
}
