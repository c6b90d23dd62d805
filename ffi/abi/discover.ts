/**
 * Finds the system's DPDK.
 *
 * Looked at in this order: `DPDK_LIB_DIR`; what the dynamic linker finds (its cache and
 * `LD_LIBRARY_PATH`); the `libdir` of pkg-config's libdpdk.pc; the usual directories. Nothing is
 * run for it and `--allow-ffi` is enough.
 *
 * @module
 */

import { runtime } from "../runtime/mod.ts";
import {
  dl_info,
  dlfcnConstants,
  DpdkError,
  libc,
  listDirectory,
  readFile,
  readPointer,
  readText,
} from "../core/mod.ts";
import { type Abi, ABIS, knownAbis } from "./abi.ts";

/** Where DPDK's libraries are, and which DPDK it is. */
export interface Installation {
  /** The directory that holds `librte_eal.so.N`. */
  readonly directory: string;
  /** What of its ABI differs from that of other releases. */
  readonly abi: Abi;
  /** How it was found: `DPDK_LIB_DIR`, `dynamic linker`, `pkg-config` or `usual directory`. */
  readonly how: string;
}

const { RTLD_NOW } = dlfcnConstants.values;
const EAL = /^librte_eal\.so\.(\d+)$/;
const INSTALL = "install DPDK (Debian: apt-get install dpdk libdpdk-dev), " +
  "or set DPDK_LIB_DIR to the directory that holds its libraries";

/** The environment variable's value, or `undefined` when it is unset or empty. */
export function environment(name: string): string | undefined {
  return libc().getenv(name) || undefined;
}

/** The ABI numbers of the librte_eal that a directory holds. */
function numbersIn(directory: string): number[] {
  return listDirectory(directory).flatMap((name) => {
    const match = EAL.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function newestKnown(numbers: readonly number[]): Abi | undefined {
  return ABIS.find(({ number }) => numbers.includes(number));
}

function unknown(numbers: readonly number[], where: string): DpdkError {
  return new DpdkError({
    what: "use DPDK",
    advice: `${where} is of ABI ${[...new Set(numbers)].join(", ")}; ` +
      `dpdk.ts knows ABI ${knownAbis()}; install one of these, or set DPDK_LIB_DIR to where one is`,
  });
}

/** The file that a loaded symbol came from. */
function fileOf(handle: NonNullable<ReturnType<ReturnType<typeof libc>["dlopen"]>>): string {
  const symbol = libc().dlsym(handle, "rte_eal_init");
  const info = new ArrayBuffer(dl_info.size);
  if (symbol === null || libc().dladdr(symbol, runtime.pointerTo(info)) === 0) return "";
  return runtime.string(readPointer(new DataView(info), dl_info.fields.dli_fname.offset));
}

function fromLinker(): Installation | undefined {
  for (const abi of ABIS) {
    const handle = libc().dlopen(`librte_eal.so.${abi.number}`, RTLD_NOW);
    if (handle === null) continue;
    const file = fileOf(handle);
    const directory = file.slice(0, file.lastIndexOf("/"));
    if (directory !== "") return { directory, abi, how: "dynamic linker" };
  }
  return undefined;
}

/** The `libdir` of a pkg-config file, its variables put in. */
export function libdirOf(pc: string): string | undefined {
  const variables: Record<string, string> = {};
  for (const line of pc.split("\n")) {
    const match = /^(\w+)=(.*)$/.exec(line.trim());
    if (match === null) continue;
    const value = match[2]!.replace(/\$\{(\w+)\}/g, (_, name) => variables[name] ?? "");
    variables[match[1]!] = value;
  }
  return variables["libdir"];
}

function usualDirectories(): string[] {
  const multiarch = listDirectory("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  const bases = ["/usr/local/lib", "/usr/lib"];
  return [
    ...bases.flatMap((base) => multiarch.map((name) => `${base}/${name}`)),
    "/usr/local/lib64",
    "/usr/lib64",
    ...bases,
    "/opt/dpdk/lib",
    "/opt/dpdk/lib64",
  ];
}

function pkgConfigDirectories(): string[] {
  const path = environment("PKG_CONFIG_PATH")?.split(":").filter((dir) => dir !== "") ?? [];
  const usual = usualDirectories().map((dir) => `${dir}/pkgconfig`);
  return [...path, ...usual].flatMap((dir) => {
    const pc = readText(`${dir}/libdpdk.pc`);
    const libdir = pc === undefined ? undefined : libdirOf(pc);
    return libdir === undefined ? [] : [libdir];
  });
}

/**
 * Unknown ABI numbers of the librte_eal that the linker's cache names. A known one would have been
 * opened, unless the cache is older than the removal of that DPDK.
 */
function strangersInLinkerCache(): number[] {
  const cache = readFile("/etc/ld.so.cache");
  if (cache === undefined) return [];
  const text = new TextDecoder("latin1").decode(cache);
  const numbers = [...text.matchAll(/librte_eal\.so\.(\d+)\0/g)].map((match) => Number(match[1]));
  return numbers.filter((number) => newestKnown([number]) === undefined);
}

/** Refuses what `DPDK_LIB_DIR` names rather than looking on: the user meant that one. */
function fromEnvironment(directory: string): Installation {
  const numbers = numbersIn(directory);
  const abi = newestKnown(numbers);
  if (abi !== undefined) return { directory, abi, how: "DPDK_LIB_DIR" };
  if (numbers.length > 0) throw unknown(numbers, `librte_eal in DPDK_LIB_DIR (${directory})`);
  throw new DpdkError({
    what: "find DPDK",
    advice:
      `DPDK_LIB_DIR is ${directory}, which holds no librte_eal.so.N; set it to the directory ` +
      "of DPDK's libraries, or unset it",
  });
}

/**
 * Finds DPDK.
 *
 * @throws {DpdkError} when there is none, or only one of an unknown ABI
 */
export function discover(): Installation {
  const named = environment("DPDK_LIB_DIR");
  if (named !== undefined) return fromEnvironment(named);

  const linked = fromLinker();
  if (linked !== undefined) return linked;

  const strangers: number[] = strangersInLinkerCache();
  for (
    const [how, directories] of [
      ["pkg-config", pkgConfigDirectories()],
      ["usual directory", usualDirectories()],
    ] as const
  ) {
    for (const directory of directories) {
      const numbers = numbersIn(directory);
      const abi = newestKnown(numbers);
      if (abi !== undefined) return { directory, abi, how };
      strangers.push(...numbers);
    }
  }
  if (strangers.length > 0) throw unknown(strangers, "the DPDK of this host");
  throw new DpdkError({ what: "find DPDK", advice: `there is no librte_eal.so.N; ${INSTALL}` });
}
