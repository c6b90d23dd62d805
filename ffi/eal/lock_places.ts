/**
 * Where the locks of a group are: `struct rte_mem_config`, internal to EAL, in Debian's builds.
 *
 * @module
 */

import type { Abi } from "../abi/mod.ts";
import { type ConfigLayout, configLayout } from "./layout.ts";

/** A lock in the config. */
export interface LockPlace {
  /** The field's name in C. */
  readonly name: string;
  /** Where it is, in bytes: 4 of an `rte_rwlock_t` or an `rte_spinlock_t`. */
  readonly offset: number;
  /** What it guards. */
  readonly guards: string;
  /** Whether it is a spinlock, which one holds or nobody. */
  readonly spin: boolean;
}

function heapLocks({ heaps, heapSize, heapCount }: ConfigLayout): LockPlace[] {
  return Array.from({ length: heapCount }, (_, i) => ({
    name: `malloc_heaps[${i}].lock`,
    offset: heaps + i * heapSize,
    guards: "memory of rte_malloc, and so of every new object",
    spin: true,
  }));
}

/** The locks in a release's config. */
export function lockPlaces(abi: Abi): readonly LockPlace[] {
  const old = abi.number === 23;
  const config = configLayout(abi);
  const ethdev = { name: "ethdev_lock", offset: 32, guards: "ports (rte_eth_dev)", spin: true };
  return [
    { name: "mlock", offset: config.memzoneLock, guards: "memzones", spin: false },
    {
      name: "qlock",
      offset: config.tailqLock,
      guards: "lists of rings and other objects",
      spin: false,
    },
    { name: "mplock", offset: 24, guards: "the list of mempools", spin: false },
    { name: "tlock", offset: 28, guards: "timers", spin: true },
    ...old ? [] : [ethdev],
    {
      name: "memory_hotplug_lock",
      offset: old ? 32 : 36,
      guards: "the lists of memory segments",
      spin: false,
    },
    ...heapLocks(config),
  ];
}
