/**
 * Whether the runtime directory takes a group's files.
 *
 * EAL maps them and writes to all of them: where a file system has no room left for a page, the kernel
 * ends the process (SIGBUS) in the middle of `rte_eal_init`. And where it cannot make its directory, it
 * speaks of invalid arguments.
 *
 * @module
 */

import { environment } from "../abi/mod.ts";
import {
  DpdkError,
  Errno,
  errno,
  exists,
  type Field,
  libc,
  listDirectory,
  readFile,
  statvfs,
  unistdConstants,
} from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import {
  RTE_MAX_MEM_MB_PER_LIST,
  RTE_MAX_MEM_MB_PER_TYPE,
  RTE_MAX_MEMSEG_PER_LIST,
  RTE_MAX_MEMSEG_PER_TYPE,
  rte_memseg,
} from "./layout.ts";
import { groupDirectory } from "./runtime_directory.ts";

const { W_OK, X_OK } = unistdConstants.values;

const KIB = 1024;
const MIB = 1024 * KIB;

/** `config`, `hugepage_info` and `fbarray_memzone` (2560 memzones), in whole pages. */
const FIXED = 28 * KIB + 16 * KIB + 184 * KIB;
/** For directories, sockets, and what another process writes meanwhile. */
const SPARE = 64 * KIB;
/** EAL's limits: segments and bytes of a list, and of a type (a page size on a NUMA node). */
const LIST = { segments: RTE_MAX_MEMSEG_PER_LIST, bytes: RTE_MAX_MEM_MB_PER_LIST * MIB };
const TYPE = { segments: RTE_MAX_MEMSEG_PER_TYPE, bytes: RTE_MAX_MEM_MB_PER_TYPE * MIB };

/** The bytes of the array of a list of so many segments: the entries, and a bit for each. */
function listBytes(segments: number): number {
  const bytes = rte_memseg.size * segments + 8 + 8 * Math.ceil(segments / 64);
  return Math.ceil(bytes / (4 * KIB)) * 4 * KIB;
}

/** The page sizes that this kernel has, in bytes. */
function pageSizes(): number[] {
  const names = listDirectory("/sys/kernel/mm/hugepages");
  return names.flatMap((name) => /^hugepages-(\d+)kB$/.exec(name)?.[1] ?? [])
    .map((kib) => Number(kib) * KIB);
}

/** The bytes of the arrays of all lists that EAL makes. */
function listsBytes(noHugeMib: number | undefined): number {
  if (noHugeMib !== undefined) return listBytes(noHugeMib * MIB / (4 * KIB));
  const nodes = listDirectory("/sys/devices/system/node").filter((name) => /^node\d+$/.test(name));
  const ofType = pageSizes().map((size) => {
    const inList = Math.min(LIST.segments, Math.floor(LIST.bytes / size));
    const inType = Math.min(TYPE.segments, Math.floor(TYPE.bytes / size));
    return inList < 1 ? 0 : Math.ceil(inType / inList) * listBytes(inList);
  });
  return Math.max(1, nodes.length) * ofType.reduce((sum, bytes) => sum + bytes, 0);
}

/** The bytes and files that a file system has room for; `Infinity` where it has no limit. */
function room(path: string): { readonly bytes: number; readonly files: number } {
  const view = new DataView(new ArrayBuffer(statvfs.size));
  const unlimited = { bytes: Infinity, files: Infinity };
  if (libc().statvfs(path, runtime.pointerTo(view.buffer)) !== 0) return unlimited;
  const F = statvfs.fields;
  const u64 = ({ offset }: Field) => Number(view.getBigUint64(offset, true));
  return {
    bytes: u64(F.f_blocks) === 0 ? Infinity : u64(F.f_bavail) * u64(F.f_frsize),
    files: u64(F.f_files) === 0 ? Infinity : u64(F.f_favail),
  };
}

/** What the files that an earlier process of the group left take: they are used again. */
function leftBytes(directory: string): number {
  const names = listDirectory(directory).filter((name) =>
    /^(config|fbarray_|hugepage_)/.test(name)
  );
  return names.reduce((sum, name) => sum + (readFile(`${directory}/${name}`)?.length ?? 0), 0);
}

/** The files that a group has at most in its directory, without those for each list. */
const FILES = 16;

/** Tenths of a MiB: what there is rounded down, what is needed up. */
function mib(bytes: number, round: (value: number) => number): string {
  return `${(round(bytes * 10 / MIB) / 10).toFixed(1)} MiB`;
}

/** What a process is going to put there. */
export interface RoomNeeds {
  /** Whether it joins a group that is there: it has arrays of its own, and nothing else. */
  readonly joins: boolean;
  /** The memory of a process without hugepages (`--no-huge`), in MiB; it has other lists. */
  readonly noHugeMib: number | undefined;
}

/**
 * Refuses a runtime directory that cannot take the group's files.
 *
 * @throws {DpdkError} naming the directory: when it is not there (`ENOENT`), read-only (`EROFS`), not
 *   this user's (`EACCES`), or full (`ENOSPC`)
 */
export function checkRoom(filePrefix: string, { joins, noHugeMib }: RoomNeeds): void {
  const group = groupDirectory(filePrefix);
  const dpdk = group.slice(0, group.lastIndexOf("/"));
  const base = dpdk.slice(0, dpdk.lastIndexOf("/")) || "/";
  const root = libc().getuid() === 0;
  const variable = environment("RUNTIME_DIRECTORY") !== undefined || root
    ? "RUNTIME_DIRECTORY"
    : "XDG_RUNTIME_DIR";
  const refuse = (path: string, errno: number, state: string) =>
    new DpdkError({
      what: `use the runtime directory ${path}`,
      errno,
      advice:
        `${state}, or name another in the environment variable ${variable}; all processes of ` +
        `a group need the same`,
    });
  const path = [group, dpdk, base].find(exists);
  if (path === undefined) throw refuse(base, Errno.ENOENT, "it does not exist; make it");
  if (libc().access(path, W_OK | X_OK) !== 0) {
    throw errno() === Errno.EROFS
      ? refuse(path, Errno.EROFS, "its file system is read-only; mount it for writing")
      : refuse(path, Errno.EACCES, "this user may not write there; let it");
  }
  const needed = listsBytes(noHugeMib) + (joins ? 0 : FIXED) + SPARE;
  const { bytes, files } = room(path);
  if (files < FILES) {
    throw refuse(path, Errno.ENOSPC, "its file system has no room for more files; remove some");
  }
  if (bytes >= needed || bytes + (joins ? 0 : leftBytes(group)) >= needed) return;
  throw refuse(
    path,
    Errno.ENOSPC,
    `its file system has ${
      mib(bytes, Math.floor)
    } free, and this process's files there take up to ` +
      `${mib(needed, Math.ceil)}; make room`,
  );
}
