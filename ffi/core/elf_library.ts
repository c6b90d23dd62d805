/**
 * What a shared library's file says of itself.
 *
 * @module
 */

import { decodeString } from "../runtime/mod.ts";
import { readElf } from "./elf.ts";
import { readPointer } from "./memory.ts";

const SHT_DYNAMIC = 6;
const DT_NEEDED = 1;
const DT_SONAME = 14;

/** `sizeof(Elf64_Dyn)`: a tag, and a value of 8 bytes. */
const DYN = 16;

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
      for (let at = 0; at + DYN <= bytes.byteLength; at += DYN) {
        const tag = readPointer(bytes, at);
        if (tag !== DT_NEEDED && tag !== DT_SONAME) continue;
        const text = Math.min(readPointer(bytes, at + 8), strings.byteLength);
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
