/**
 * What a shared library's file says of itself.
 *
 * @module
 */

import { decodeString, Elf64_Dyn, elfConstants } from "../runtime/mod.ts";
import { readElf } from "./elf.ts";
import { readPointer } from "./memory.ts";

const { DT_NEEDED, DT_SONAME, SHT_DYNAMIC } = elfConstants.values;
const DYN = Elf64_Dyn.fields;

/** A shared library. */
export interface ElfLibrary {
  /** `e_machine`: 62 is x86-64, 183 is arm64. */
  readonly machine: number;
  /** The name by which others need it; empty when it has none. */
  readonly soname: string;
  /** The names of the libraries that it needs. */
  readonly needed: readonly string[];
}

/**
 * Reads a shared library's dynamic section.
 *
 * @returns `undefined` when the file cannot be read, or is no 64-bit little-endian ELF file
 */
export function elfLibrary(path: string): ElfLibrary | undefined {
  return readElf(path, ({ machine, sections }) => {
    const named: { tag: number; text: string }[] = [];
    for (const { bytes, strings } of sections([SHT_DYNAMIC])) {
      for (let at = 0; at + Elf64_Dyn.size <= bytes.byteLength; at += Elf64_Dyn.size) {
        const tag = readPointer(bytes, at + DYN.d_tag.offset);
        if (tag !== DT_NEEDED && tag !== DT_SONAME) continue;
        const text = Math.min(readPointer(bytes, at + DYN.d_un.offset), strings.byteLength);
        named.push({ tag, text: decodeString(new Uint8Array(strings.buffer, text)) });
      }
    }
    return {
      machine,
      soname: named.find(({ tag }) => tag === DT_SONAME)?.text ?? "",
      needed: named.filter(({ tag }) => tag === DT_NEEDED).map(({ text }) => text),
    };
  });
}
