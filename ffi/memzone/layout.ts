/**
 * What rte_memzone.h lays out; alike in 22.11, 24.11 and 25.11.
 *
 * @module
 */

import type { Constants, StructLayout } from "../core/mod.ts";

/** `struct rte_memzone`. */
export const rte_memzone = {
  type: "struct rte_memzone",
  header: "rte_memzone.h",
  size: 72,
  fields: {
    name: { offset: 0, size: 32 },
    iova: { offset: 32, size: 8 },
    addr: { offset: 40, size: 8 },
    len: { offset: 48, size: 8 },
    hugepage_sz: { offset: 56, size: 8 },
    socket_id: { offset: 64, size: 4 },
    flags: { offset: 68, size: 4 },
  },
} as const satisfies StructLayout;

/** Page sizes a memzone may ask for: 2 MiB. */
export const RTE_MEMZONE_2MB = 0x1;
/** 1 GiB pages. */
export const RTE_MEMZONE_1GB = 0x2;
/** Take other pages when the size asked for is not to be had. */
export const RTE_MEMZONE_SIZE_HINT_ONLY = 0x4;
/** 16 MiB pages. */
export const RTE_MEMZONE_16MB = 0x100;
/** 16 GiB pages. */
export const RTE_MEMZONE_16GB = 0x200;
/** 256 KiB pages. */
export const RTE_MEMZONE_256KB = 0x10000;
/** 256 MiB pages. */
export const RTE_MEMZONE_256MB = 0x20000;
/** 512 MiB pages. */
export const RTE_MEMZONE_512MB = 0x40000;
/** 4 GiB pages. */
export const RTE_MEMZONE_4GB = 0x80000;
/** Contiguous in IO addresses. */
export const RTE_MEMZONE_IOVA_CONTIG = 0x100000;

/** The longest memzone name is one byte shorter: the NUL. */
export const RTE_MEMZONE_NAMESIZE = 32;

/** For the comparison with the header. */
export const memzoneConstants = {
  header: "rte_memzone.h",
  values: {
    RTE_MEMZONE_2MB,
    RTE_MEMZONE_1GB,
    RTE_MEMZONE_SIZE_HINT_ONLY,
    RTE_MEMZONE_16MB,
    RTE_MEMZONE_16GB,
    RTE_MEMZONE_256KB,
    RTE_MEMZONE_256MB,
    RTE_MEMZONE_512MB,
    RTE_MEMZONE_4GB,
    RTE_MEMZONE_IOVA_CONTIG,
    RTE_MEMZONE_NAMESIZE,
  },
} as const satisfies Constants;
