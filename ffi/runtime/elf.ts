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

const EHDR = 64;
const PHDR = 56;
const SYM = 24;
const DYN = 16;

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_GNU_STACK = 0x6474e551;
const PF_W = 2;
const PF_R = 4;

const DT_NULL = 0;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_SYMENT = 11;

const ET_DYN = 3;
const SHN_ABS = 0xfff1;
const GLOBAL_FUNC = (1 << 4) | 2;

/** `e_machine` by the name the runtimes give an architecture. */
export const MACHINES: Readonly<Record<string, number>> = { x86_64: 62, aarch64: 183 };

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

  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64-bit, little-endian, version 1
  u16(16, ET_DYN);
  u16(18, machine);
  u32(20, 1);
  u64(32, phdrs);
  u16(52, EHDR);
  u16(54, PHDR);
  u16(56, 3);

  const segment = (index: number, type: number, offset: number, length: number, align: number) => {
    const at = phdrs + index * PHDR;
    u32(at, type);
    u32(at + 4, PF_R | PF_W); // glibc before 2.35 relocates the dynamic section in place
    u64(at + 8, offset);
    u64(at + 16, offset);
    u64(at + 24, offset);
    u64(at + 32, length);
    u64(at + 40, length);
    u64(at + 48, align);
  };
  segment(0, PT_LOAD, 0, size, 4096);
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
    u64(dynamic + i * DYN, tag);
    u64(dynamic + i * DYN + 8, value);
  });

  // One bucket whose chain runs through all symbols: 1 -> 2 -> ... -> 0.
  u32(hash, 1);
  u32(hash + 4, count);
  u32(hash + 8, entries.length > 0 ? 1 : 0);

  let name = 1;
  entries.forEach(([key, address], i) => {
    const at = symtab + (i + 1) * SYM;
    u32(at, name);
    bytes[at + 4] = GLOBAL_FUNC;
    u16(at + 6, SHN_ABS);
    u64(at + 8, address);
    name += new TextEncoder().encode(key).length + 1;
    u32(hash + 12 + 4 * (i + 1), i + 2 < count ? i + 2 : 0);
  });
  bytes.set(names, strtab);
  return bytes;
}
