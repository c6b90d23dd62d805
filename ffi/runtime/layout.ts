/**
 * What the headers lay out of what the adapters ask of the system: ELF files, and the sockets of Bun's
 * bridge. In the form of ffi/core/layout_form.ts, which stands above this folder.
 *
 * @module
 */

/** `e_machine` of the architectures, and the rest of elf.h that is used. */
export const elfConstants = {
  header: "elf.h",
  values: {
    ELFCLASS64: 2,
    ELFDATA2LSB: 1,
    EV_CURRENT: 1,
    ET_DYN: 3,
    EM_X86_64: 62,
    EM_AARCH64: 183,
    PT_LOAD: 1,
    PT_DYNAMIC: 2,
    PT_GNU_STACK: 0x6474e551,
    PF_W: 2,
    PF_R: 4,
    DT_NULL: 0,
    DT_NEEDED: 1,
    DT_HASH: 4,
    DT_STRTAB: 5,
    DT_SYMTAB: 6,
    DT_STRSZ: 10,
    DT_SYMENT: 11,
    DT_SONAME: 14,
    SHT_SYMTAB: 2,
    SHT_DYNAMIC: 6,
    SHT_DYNSYM: 11,
    SHN_UNDEF: 0,
    SHN_ABS: 0xfff1,
    STB_GLOBAL: 1,
    STT_FUNC: 2,
  },
} as const;

/** `Elf64_Ehdr`: what a file begins with. */
export const Elf64_Ehdr = {
  type: "Elf64_Ehdr",
  header: "elf.h",
  size: 64,
  fields: {
    magic: { offset: 0, size: 1, path: "e_ident[EI_MAG0]" },
    class: { offset: 4, size: 1, path: "e_ident[EI_CLASS]" },
    data: { offset: 5, size: 1, path: "e_ident[EI_DATA]" },
    identVersion: { offset: 6, size: 1, path: "e_ident[EI_VERSION]" },
    e_type: { offset: 16, size: 2 },
    e_machine: { offset: 18, size: 2 },
    e_version: { offset: 20, size: 4 },
    e_phoff: { offset: 32, size: 8 },
    e_shoff: { offset: 40, size: 8 },
    e_ehsize: { offset: 52, size: 2 },
    e_phentsize: { offset: 54, size: 2 },
    e_phnum: { offset: 56, size: 2 },
    e_shnum: { offset: 60, size: 2 },
  },
} as const;

/** `Elf64_Phdr`: a segment. */
export const Elf64_Phdr = {
  type: "Elf64_Phdr",
  header: "elf.h",
  size: 56,
  fields: {
    p_type: { offset: 0, size: 4 },
    p_flags: { offset: 4, size: 4 },
    p_offset: { offset: 8, size: 8 },
    p_vaddr: { offset: 16, size: 8 },
    p_paddr: { offset: 24, size: 8 },
    p_filesz: { offset: 32, size: 8 },
    p_memsz: { offset: 40, size: 8 },
    p_align: { offset: 48, size: 8 },
  },
} as const;

/** `Elf64_Shdr`: a section. */
export const Elf64_Shdr = {
  type: "Elf64_Shdr",
  header: "elf.h",
  size: 64,
  fields: {
    sh_type: { offset: 4, size: 4 },
    sh_offset: { offset: 24, size: 8 },
    sh_size: { offset: 32, size: 8 },
    sh_link: { offset: 40, size: 4 },
  },
} as const;

/** `Elf64_Sym`: a symbol. */
export const Elf64_Sym = {
  type: "Elf64_Sym",
  header: "elf.h",
  size: 24,
  fields: {
    st_name: { offset: 0, size: 4 },
    st_info: { offset: 4, size: 1 },
    st_shndx: { offset: 6, size: 2 },
    st_value: { offset: 8, size: 8 },
  },
} as const;

/** `Elf64_Dyn`: an entry of the dynamic section. */
export const Elf64_Dyn = {
  type: "Elf64_Dyn",
  header: "elf.h",
  size: 16,
  fields: {
    d_tag: { offset: 0, size: 8 },
    d_un: { offset: 8, size: 8 },
  },
} as const;

/** `memfd_create`. */
export const memfdConstants = {
  header: "sys/mman.h",
  values: { MFD_CLOEXEC: 1 },
} as const;

/** `socketpair`. */
export const socketpairConstants = {
  header: "sys/socket.h",
  values: {
    AF_UNIX: 1,
    SOCK_STREAM: 1,
    SOCK_NONBLOCK: 0o4000,
    SOCK_CLOEXEC: 0o2000000,
  },
} as const;
