/**
 * Where a program's file says that a symbol of its own lies.
 *
 * @module
 */

import { decodeString, Elf64_Sym, elfConstants } from "../runtime/mod.ts";
import { readElf } from "./elf.ts";
import { readPointer } from "./memory.ts";

const { ET_DYN, SHN_UNDEF, SHT_DYNSYM, SHT_SYMTAB } = elfConstants.values;
const { st_name, st_shndx, st_value } = Elf64_Sym.fields;

/** A symbol that a file defines. */
export interface ElfSymbol {
  /** Its address; counted from where the file is mapped, if it is `relocatable`. */
  readonly value: number;
  /** Whether the file may be mapped anywhere: a library, a position-independent program. */
  readonly relocatable: boolean;
}

/** The value of a name in a table of symbols. */
function find(symbols: DataView, names: DataView, name: string): number | undefined {
  for (let at = 0; at + Elf64_Sym.size <= symbols.byteLength; at += Elf64_Sym.size) {
    const text = symbols.getUint32(at + st_name.offset, true);
    // Another file defines it.
    if (symbols.getUint16(at + st_shndx.offset, true) === SHN_UNDEF) continue;
    if (text + name.length >= names.byteLength) continue;
    const candidate = new Uint8Array(names.buffer, text, name.length + 1);
    if (decodeString(candidate) === name) return readPointer(symbols, at + st_value.offset);
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
  return readElf(path, (file) => {
    for (const { bytes, strings } of file.sections([SHT_DYNSYM, SHT_SYMTAB])) {
      const value = find(bytes, strings, name);
      if (value !== undefined) return { value, relocatable: file.type === ET_DYN };
    }
    return undefined;
  });
}
