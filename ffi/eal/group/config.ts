/**
 * A group's config file, looked at from outside.
 *
 * @module
 */

import { ABIS } from "../../abi/mod.ts";
import { libc } from "../../core/mod.ts";
import { agreedIn } from "../agreement.ts";
import { configLayout, RTE_MAGIC } from "../layout.ts";
import { versionText } from "../primary.ts";
import { runtime } from "../../runtime/mod.ts";
import { type FileStatus, O, openFile, recordLockHolder } from "./posix.ts";
import { lockHolder, type Mapping } from "./processes.ts";

/** The size of the file in every release that is known. */
const SIZE = configLayout(ABIS[0]!).size;

/** What a config file says. */
export interface GroupConfig {
  /** Whether the primary has finished its start. */
  readonly ready: boolean;
  /** The DPDK version of the primary: `22.11.11`; `undefined` while it starts. */
  readonly version: string | undefined;
  /** Whether it was started with `--legacy-mem`; `undefined` when that cannot be told. */
  readonly legacyMem: boolean | undefined;
  /** Whether it was started with `--single-file-segments`; `undefined` when that cannot be told. */
  readonly singleFileSegments: boolean | undefined;
  /** Whether it takes no secondaries (`rte_mp_disable`). */
  readonly multiProcessDisabled: boolean | undefined;
}

/** What is in the file, of which there may be less than a whole one. */
export function parseConfig(view: DataView | undefined): GroupConfig {
  const ready = view !== undefined && view.byteLength >= SIZE &&
    view.getUint32(0, true) === RTE_MAGIC;
  const version = ready ? versionText(view.getUint32(4, true)) : undefined;
  const abi = ABIS.find(({ release }) => version?.startsWith(`${release}.`));
  const agreed = ready && abi !== undefined ? agreedIn(view) : undefined;
  return {
    ready,
    version,
    legacyMem: agreed?.legacyMem,
    singleFileSegments: agreed?.singleFileSegments,
    multiProcessDisabled: ready && abi !== undefined
      ? view.getUint8(configLayout(abi).mpStatus) === 1
      : undefined,
  };
}

/**
 * Whether a file of that name may be EAL's: it has the magic, or it is one whose primary has not got that
 * far. Not every directory below one named `dpdk` is a group's: a source tree has a `.git/config`.
 *
 * @param size the file's length
 */
export function mayBeConfig(view: DataView, size: number): boolean {
  const magic = view.byteLength >= 4 ? view.getUint32(0, true) : 0;
  return magic === RTE_MAGIC || (magic === 0 && (size === 0 || size === SIZE));
}

/** A config file, and who holds the lock on it that a living primary holds. */
export interface OpenedConfig {
  readonly config: GroupConfig;
  /** Whether it is a file of something else. */
  readonly foreign: boolean;
  /** A pid, 0 in another pid namespace, `undefined` when nobody does. */
  readonly holder: number | undefined;
}

function readOpen(fd: number, at = 0): DataView {
  const bytes = new ArrayBuffer(SIZE);
  const got = libc().pread(fd, runtime.pointerTo(bytes), SIZE, at);
  return new DataView(bytes, 0, Math.max(got, 0));
}

/** What this process has mapped at an address, or nothing when another thread has just unmapped it. */
function readMapped(address: number): DataView | undefined {
  const fd = openFile("/proc/self/mem", 0);
  if (fd < 0) return undefined;
  try {
    return readOpen(fd, address);
  } finally {
    libc().close(fd);
  }
}

/**
 * Reads a config file.
 *
 * @param path of the file
 * @param status what the kernel says of it
 * @param own what this process itself has mapped: its own config is read there, and never opened
 */
export function readConfig(
  path: string,
  { id, size }: FileStatus,
  own: readonly Mapping[],
): OpenedConfig {
  const holder = lockHolder(id);
  const mapped = own.find((one) => one.address !== 0 && (one.id === id || one.path === path));
  if (mapped !== undefined || holder === libc().getpid()) {
    const config = parseConfig(mapped && readMapped(mapped.address));
    return { config, holder, foreign: false };
  }
  const fd = openFile(path, O.NONBLOCK);
  if (fd < 0) return { config: parseConfig(undefined), holder, foreign: false };
  try {
    const view = readOpen(fd);
    return {
      config: parseConfig(view),
      // A holder in another pid namespace is not in /proc/locks.
      holder: holder ?? recordLockHolder(fd),
      foreign: !mayBeConfig(view, size),
    };
  } finally {
    libc().close(fd);
  }
}
