/**
 * The parts of an ELF file: its header, and its sections.
 *
 * @module
 */

import { Elf64_Ehdr, Elf64_Shdr, elfConstants, runtime } from "../runtime/mod.ts";
import { fcntlConstants } from "./layout.ts";
import { libc } from "./libc.ts";
import { readPointer } from "./memory.ts";

const { O_CLOEXEC } = fcntlConstants.values;
const { ELFCLASS64, ELFDATA2LSB } = elfConstants.values;
const ELF = 0x464c457f; // "\x7fELF"; class and data are checked behind it

const EHDR = Elf64_Ehdr.fields;
const SHDR = Elf64_Shdr.fields;

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
  return readAt(
    fd,
    readPointer(header, SHDR.sh_offset.offset),
    readPointer(header, SHDR.sh_size.offset),
  );
}

function parse(fd: number): ElfFile | undefined {
  const head = readAt(fd, 0, Elf64_Ehdr.size);
  const known = head?.getUint32(EHDR.magic.offset, true) === ELF &&
    head.getUint8(EHDR.class.offset) === ELFCLASS64 &&
    head.getUint8(EHDR.data.offset) === ELFDATA2LSB;
  if (head === undefined || !known) return undefined;
  const count = head.getUint16(EHDR.e_shnum.offset, true);
  return {
    type: head.getUint16(EHDR.e_type.offset, true),
    machine: head.getUint16(EHDR.e_machine.offset, true),
    sections(types) {
      const table = readAt(fd, readPointer(head, EHDR.e_shoff.offset), count * Elf64_Shdr.size);
      if (table === undefined) return [];
      const headers = Array.from(
        { length: count },
        (_, i) => new DataView(table.buffer, i * Elf64_Shdr.size, Elf64_Shdr.size),
      );
      return headers.flatMap((header) => {
        if (!types.includes(header.getUint32(SHDR.sh_type.offset, true))) return [];
        const linked = headers[header.getUint32(SHDR.sh_link.offset, true)];
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
