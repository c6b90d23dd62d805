/**
 * Opens the librte_* libraries of the DPDK that was found, each on first use.
 *
 * @module
 */

import {
  architecture,
  architectureName,
  type Calls,
  type Pointer,
  runtime,
  type Symbols,
} from "../runtime/mod.ts";
import { dlfcnConstants, DpdkError, libc } from "../core/mod.ts";
import type { Abi } from "./abi.ts";
import { BUILDS, RTE_CACHE_LINE_SIZE } from "./build.ts";
import { discover, type Installation } from "./discover.ts";
import { builtInDriversOf, checkAlone, driversOf, openNeeded } from "./siblings.ts";

const { RTLD_NOW } = dlfcnConstants.values;

let found: Installation | undefined;
const handles = new Map<string, Pointer>();

function open(file: string): Pointer {
  const handle = libc().dlopen(file, RTLD_NOW);
  if (handle === null) {
    throw new DpdkError({
      what: `open ${file}`,
      call: "dlopen",
      advice: `${libc().dlerror() ?? "no reason was given"}; install all libraries of that DPDK, ` +
        "and what they need (ldd names what is missing)",
    });
  }
  return handle;
}

function load(installation: Installation, name: string): Pointer {
  const file = `${installation.directory}/lib${name}.so.${installation.abi.number}`;
  openNeeded(installation, file, open);
  return open(file);
}

/**
 * Refuses a machine that the tables do not know.
 *
 * @param name what Node calls its architecture
 * @throws {DpdkError} unless the layouts of a build for it are known
 */
export function checkArchitecture(known: boolean, name: string): void {
  if (known) return;
  throw new DpdkError({
    what: "use DPDK",
    advice: `this machine is ${name}, whose layouts dpdk.ts does not know; ` +
      `it knows ${Object.keys(BUILDS).join(" and ")}`,
  });
}

/**
 * The bytes of a ring's header as `rte_ring_get_memsize(count)` tells them; they follow the cache
 * line: 384 with 64 bytes, 768 with 128.
 *
 * @throws {DpdkError} unless it is what the layouts assume on this machine
 */
export function checkCacheLine(memsize: number, count: number): void {
  const header = memsize - 8 * count;
  if (header === 6 * RTE_CACHE_LINE_SIZE) return;
  throw new DpdkError({
    what: "use DPDK",
    advice: `its rings have a header of ${header} bytes, which means cache lines of ` +
      `${
        header / 6
      } bytes; dpdk.ts knows ${RTE_CACHE_LINE_SIZE} on this machine: use a DPDK that was ` +
      "built for these, as Debian's is",
  });
}

/**
 * The DPDK of this host, found and checked once. rte_version (rte_version.h) tells the same of a
 * process that has it open.
 *
 * @returns its version, its ABI, and where its libraries are
 * @throws {DpdkError} when there is none, or not one that the library knows
 * @example
 * ```ts
 * import { installation } from "@dpdk-ts/dpdk";
 *
 * const { abi, directory } = installation();
 * console.log(`DPDK ${abi.release}, ABI ${abi.number}, in ${directory}`);
 * ```
 */
export function installation(): Installation {
  if (found !== undefined) return found;
  checkArchitecture(architecture !== undefined, architectureName);
  const candidate = discover();
  checkAlone(candidate);
  load(candidate, "rte_eal");
  const ring = `${candidate.directory}/librte_ring.so.${candidate.abi.number}`;
  const { rte_ring_get_memsize } = runtime.open(ring, {
    rte_ring_get_memsize: "ssize_t (unsigned int count)",
  });
  const count = 1024;
  checkCacheLine(rte_ring_get_memsize(count), count);
  return found = candidate;
}

/** The DPDK of this process, if it uses one already. */
export function installationInUse(): Installation | undefined {
  return found;
}

/** The ABI of this host's DPDK. */
export function abi(): Abi {
  return installation().abi;
}

function handleOf(name: string): Pointer {
  let handle = handles.get(name);
  if (handle === undefined) handles.set(name, handle = load(installation(), name));
  return handle;
}

/**
 * Opens libraries that register tailqs before EAL starts. A library that owns a tailq and comes
 * later makes EAL abort a secondary whose primary lacks it. Opens the drivers that are with them, too,
 * and what those need that EAL loads.
 */
export function preload(names: readonly string[]): void {
  for (const name of names) handleOf(name);
  const used = installation();
  for (const file of driversOf(used)) {
    openNeeded(used, file, open);
    open(file);
  }
  for (const file of builtInDriversOf(used)) openNeeded(used, file, open);
}

/**
 * A library's functions, opened on first call.
 *
 * @param name without prefix and suffix: `rte_ring`
 * @param symbols prototypes by symbol name
 */
export function library<const S extends Symbols>(name: string, symbols: S): () => Calls<S> {
  let calls: Calls<S> | undefined;
  return () => {
    if (calls === undefined) {
      handleOf(name);
      const { directory, abi } = installation();
      calls = runtime.open(`${directory}/lib${name}.so.${abi.number}`, symbols);
    }
    return calls;
  };
}

/**
 * The address of a symbol. That of a thread-local variable is the calling thread's.
 *
 * @param name the library that has it: `rte_eal`
 * @returns 0 when the library has no such symbol
 */
export function symbolAddress(name: string, symbol: string): number {
  return runtime.address(libc().dlsym(handleOf(name), symbol));
}
