/**
 * Where a program's file says that a symbol of its own lies.
 *
 * @module
 */

import { decodeString, runtime } from "../runtime/mod.ts";
import { libc } from "./libc.ts";
import { readPointer } from "./memory.ts";

const O_CLOEXEC = 0o2000000;
const ELF64_LITTLE = 0x464c457f; // with class and data checked behind it
const ET_DYN = 3;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;

/** Places in `Elf64_Ehdr`, `Elf64_Shdr` and `Elf64_Sym`. */
const EHDR = { size: 64, class: 4, data: 5, type: 16, shoff: 40, shnum: 60 };
const SHDR = { size: 64, type: 4, offset: 24, length: 32, link: 40 };
const SYM = { size: 24, name: 0, section: 6, value: 8 };

/** More than any table of symbols has; a file that says more is broken. */
const MOST_BYTES = 2 ** 28;

/** A symbol that a file defines. */
export interface ElfSymbol {
  /** Its address; counted from where the file is mapped, if it is `relocatable`. */
  readonly value: number;
  /** Whether the file may be mapped anywhere: a library, a position-independent program. */
  readonly relocatable: boolean;
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

/** The value of a name in a table of symbols. */
function find(symbols: DataView, names: DataView, name: string): number | undefined {
  for (let at = 0; at + SYM.size <= symbols.byteLength; at += SYM.size) {
    const text = symbols.getUint32(at + SYM.name, true);
    if (symbols.getUint16(at + SYM.section, true) === 0) continue; // another file defines it
    if (text + name.length >= names.byteLength) continue;
    const candidate = new Uint8Array(names.buffer, text, name.length + 1);
    if (decodeString(candidate) === name) return readPointer(symbols, at + SYM.value);
  }
  return undefined;
}

function search(fd: number, name: string): ElfSymbol | undefined {
  const head = readAt(fd, 0, EHDR.size);
  const known = head?.getUint32(0, true) === ELF64_LITTLE && head.getUint8(EHDR.class) === 2 &&
    head.getUint8(EHDR.data) === 1;
  if (head === undefined || !known) return undefined;
  const count = head.getUint16(EHDR.shnum, true);
  const table = readAt(fd, readPointer(head, EHDR.shoff), count * SHDR.size);
  if (table === undefined) return undefined;
  const headers = Array.from(
    { length: count },
    (_, i) => new DataView(table.buffer, i * SHDR.size, SHDR.size),
  );
  for (const header of headers) {
    if (![SHT_DYNSYM, SHT_SYMTAB].includes(header.getUint32(SHDR.type, true))) continue;
    const strings = headers[header.getUint32(SHDR.link, true)];
    const symbols = section(fd, header);
    const names = strings === undefined ? undefined : section(fd, strings);
    if (symbols === undefined || names === undefined) continue;
    const value = find(symbols, names, name);
    if (value === undefined) continue;
    return { value, relocatable: head.getUint16(EHDR.type, true) === ET_DYN };
  }
  return undefined;
}

/**
 * Finds a symbol that an ELF file defines, in its dynamic table or in its full one.
 *
 * @returns `undefined` when the file cannot be read, is no 64-bit little-endian ELF file, or defines
 *   no such symbol
 */
export function elfSymbol(path: string, name: string): ElfSymbol | undefined {
  const fd = libc().open(path, O_CLOEXEC);
  if (fd < 0) return undefined;
  try {
    return search(fd, name);
  } finally {
    libc().close(fd);
  }
}
