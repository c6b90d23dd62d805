/**
 * Where a program's file says that a symbol of its own lies.
 *
 * @module
 */

import { decodeString } from "../runtime/mod.ts";
import { readElf } from "./elf.ts";
import { readPointer } from "./memory.ts";

const ET_DYN = 3;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;

/** Places in `Elf64_Sym`. */
const SYM = { size: 24, name: 0, section: 6, value: 8 };

/** A symbol that a file defines. */
export interface ElfSymbol {
  /** Its address; counted from where the file is mapped, if it is `relocatable`. */
  readonly value: number;
  /** Whether the file may be mapped anywhere: a library, a position-independent program. */
  readonly relocatable: boolean;
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
