/**
 * A symbol-only ELF: a shared object without code, whose dynamic symbols are absolute addresses.
 *
 * Deno calls at full speed only what `dlopen` found by name. glibc's `dlsym` returns an absolute
 * symbol (`SHN_ABS`) as it stands, so a shared object that holds nothing but such symbols makes any
 * function pointer a symbol. There is no machine code in it: it is alike on every architecture but
 * for the machine number in its header.
 *
 * @module
 */

import { Elf64_Dyn, Elf64_Ehdr, Elf64_Phdr, Elf64_Sym, elfConstants } from "./layout.ts";

const {
  DT_HASH,
  DT_NULL,
  DT_STRSZ,
  DT_STRTAB,
  DT_SYMENT,
  DT_SYMTAB,
  EM_AARCH64,
  EM_X86_64,
  ELFCLASS64,
  ELFDATA2LSB,
  ET_DYN,
  EV_CURRENT,
  PF_R,
  PF_W,
  PT_DYNAMIC,
  PT_GNU_STACK,
  PT_LOAD,
  SHN_ABS,
  STB_GLOBAL,
  STT_FUNC,
} = elfConstants.values;

/** Of all kernels, some of arm64 among them: glibc refuses what is aligned to less than a page. */
const LARGEST_PAGE = 65536;

const EHDR = Elf64_Ehdr.size;
const PHDR = Elf64_Phdr.size;
const SYM = Elf64_Sym.size;
const DYN = Elf64_Dyn.size;

/** `e_machine` by the name that Deno gives an architecture. */
export const MACHINES: Readonly<Record<string, number>> = {
  x86_64: EM_X86_64,
  aarch64: EM_AARCH64,
};

/**
 * Builds the shared object.
 *
 * @param machine `e_machine` of this process
 * @param symbols address by symbol name
 * @returns the file's bytes
 */
export function symbolOnlyElf(
  machine: number,
  symbols: Readonly<Record<string, number>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(symbols);
  const names = new TextEncoder().encode("\0" + entries.map(([name]) => name + "\0").join(""));
  const count = entries.length + 1; // symbol 0 is the undefined one

  const phdrs = EHDR;
  const dynamic = phdrs + 3 * PHDR;
  const symtab = dynamic + 6 * DYN;
  const hash = symtab + count * SYM;
  const strtab = hash + 4 * (3 + count);
  const size = strtab + names.length;

  const bytes = new Uint8Array(new ArrayBuffer(size));
  const view = new DataView(bytes.buffer);
  const u16 = (at: number, value: number) => view.setUint16(at, value, true);
  const u32 = (at: number, value: number) => view.setUint32(at, value, true);
  const u64 = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);

  const head = Elf64_Ehdr.fields;
  bytes.set([0x7f, 0x45, 0x4c, 0x46, ELFCLASS64, ELFDATA2LSB, EV_CURRENT]);
  u16(head.e_type.offset, ET_DYN);
  u16(head.e_machine.offset, machine);
  u32(head.e_version.offset, EV_CURRENT);
  u64(head.e_phoff.offset, phdrs);
  u16(head.e_ehsize.offset, EHDR);
  u16(head.e_phentsize.offset, PHDR);
  u16(head.e_phnum.offset, 3);

  const part = Elf64_Phdr.fields;
  const segment = (index: number, type: number, offset: number, length: number, align: number) => {
    const at = phdrs + index * PHDR;
    u32(at + part.p_type.offset, type);
    // glibc before 2.35 relocates the dynamic section in place.
    u32(at + part.p_flags.offset, PF_R | PF_W);
    u64(at + part.p_offset.offset, offset);
    u64(at + part.p_vaddr.offset, offset);
    u64(at + part.p_paddr.offset, offset);
    u64(at + part.p_filesz.offset, length);
    u64(at + part.p_memsz.offset, length);
    u64(at + part.p_align.offset, align);
  };
  segment(0, PT_LOAD, 0, size, LARGEST_PAGE);
  segment(1, PT_DYNAMIC, dynamic, 6 * DYN, 8);
  segment(2, PT_GNU_STACK, 0, 0, 16);

  const tags = [
    [DT_HASH, hash],
    [DT_STRTAB, strtab],
    [DT_SYMTAB, symtab],
    [DT_STRSZ, names.length],
    [DT_SYMENT, SYM],
    [DT_NULL, 0],
  ] as const;
  tags.forEach(([tag, value], i) => {
    u64(dynamic + i * DYN + Elf64_Dyn.fields.d_tag.offset, tag);
    u64(dynamic + i * DYN + Elf64_Dyn.fields.d_un.offset, value);
  });

  // One bucket whose chain runs through all symbols: 1 -> 2 -> ... -> 0.
  u32(hash, 1);
  u32(hash + 4, count);
  u32(hash + 8, entries.length > 0 ? 1 : 0);

  const symbol = Elf64_Sym.fields;
  let name = 1;
  entries.forEach(([key, address], i) => {
    const at = symtab + (i + 1) * SYM;
    u32(at + symbol.st_name.offset, name);
    bytes[at + symbol.st_info.offset] = (STB_GLOBAL << 4) | STT_FUNC;
    u16(at + symbol.st_shndx.offset, SHN_ABS);
    u64(at + symbol.st_value.offset, address);
    name += new TextEncoder().encode(key).length + 1;
    u32(hash + 12 + 4 * (i + 1), i + 2 < count ? i + 2 : 0);
  });
  bytes.set(names, strtab);
  return bytes;
}
