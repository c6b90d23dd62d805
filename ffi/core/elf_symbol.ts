/**
 * Where a program's file says that a symbol of its own lies.
 *
 * @module
 */

import {
  decodeString,
  Elf64_Ehdr,
  Elf64_Shdr,
  Elf64_Sym,
  elfConstants,
  runtime,
} from "../runtime/mod.ts";
import { fcntlConstants } from "./layout.ts";
import { libc } from "./libc.ts";
import { readPointer } from "./memory.ts";

const { O_CLOEXEC } = fcntlConstants.values;
const { ELFCLASS64, ELFDATA2LSB, ET_DYN, SHN_UNDEF, SHT_DYNSYM, SHT_SYMTAB } = elfConstants.values;
const ELF = 0x464c457f; // "\x7fELF"; class and data are checked behind it

const EHDR = Elf64_Ehdr.fields;
const SHDR = Elf64_Shdr.fields;
const SYM = Elf64_Sym.fields;

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
  return readAt(
    fd,
    readPointer(header, SHDR.sh_offset.offset),
    readPointer(header, SHDR.sh_size.offset),
  );
}

/** The value of a name in a table of symbols. */
function find(symbols: DataView, names: DataView, name: string): number | undefined {
  for (let at = 0; at + Elf64_Sym.size <= symbols.byteLength; at += Elf64_Sym.size) {
    const text = symbols.getUint32(at + SYM.st_name.offset, true);
    if (symbols.getUint16(at + SYM.st_shndx.offset, true) === SHN_UNDEF) continue; // another file defines it
    if (text + name.length >= names.byteLength) continue;
    const candidate = new Uint8Array(names.buffer, text, name.length + 1);
    if (decodeString(candidate) === name) return readPointer(symbols, at + SYM.st_value.offset);
  }
  return undefined;
}

function search(fd: number, name: string): ElfSymbol | undefined {
  const head = readAt(fd, 0, Elf64_Ehdr.size);
  const known = head?.getUint32(EHDR.magic.offset, true) === ELF &&
    head.getUint8(EHDR.class.offset) === ELFCLASS64 &&
    head.getUint8(EHDR.data.offset) === ELFDATA2LSB;
  if (head === undefined || !known) return undefined;
  const count = head.getUint16(EHDR.e_shnum.offset, true);
  const table = readAt(fd, readPointer(head, EHDR.e_shoff.offset), count * Elf64_Shdr.size);
  if (table === undefined) return undefined;
  const headers = Array.from(
    { length: count },
    (_, i) => new DataView(table.buffer, i * Elf64_Shdr.size, Elf64_Shdr.size),
  );
  for (const header of headers) {
    const type = header.getUint32(SHDR.sh_type.offset, true);
    if (type !== SHT_DYNSYM && type !== SHT_SYMTAB) continue;
    const strings = headers[header.getUint32(SHDR.sh_link.offset, true)];
    const symbols = section(fd, header);
    const names = strings === undefined ? undefined : section(fd, strings);
    if (symbols === undefined || names === undefined) continue;
    const value = find(symbols, names, name);
    if (value === undefined) continue;
    return { value, relocatable: head.getUint16(EHDR.e_type.offset, true) === ET_DYN };
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
