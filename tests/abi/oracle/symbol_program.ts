/**
 * The symbol oracle: a C program, made of the symbol tables, that compiles only when every prototype
 * is that of the installed headers, parameter by parameter.
 *
 * @module
 */

import { compileC } from "../../kit.ts";

const STRICT: readonly string[] = ["-O0", "-Werror", "-Wincompatible-pointer-types"];

/** What C would convert silently. DPDK's own headers do not pass it. */
const NO_CONVERSIONS: readonly string[] = ["-Wconversion", "-Wsign-conversion"];

/** The headers that declare what the tables name. */
const DPDK: readonly string[] = [
  "rte_eal.h",
  "rte_errno.h",
  "rte_launch.h",
  "rte_lcore.h",
  "rte_log.h",
  "rte_malloc.h",
  "rte_memory.h",
  "rte_memzone.h",
  "rte_eal_memconfig.h",
  "rte_tailq.h",
  "rte_version.h",
  "rte_ring.h",
  "rte_mempool.h",
  "rte_mbuf.h",
  "rte_mbuf_dyn.h",
  "rte_mbuf_pool_ops.h",
  "rte_dev.h",
  "rte_bus.h",
  "rte_ethdev.h",
  "rte_pdump.h",
];

const LIBC: readonly string[] = [
  "dirent.h",
  "dlfcn.h",
  "errno.h",
  "fcntl.h",
  "poll.h",
  "sched.h",
  "stdio.h",
  "stdlib.h",
  "sys/file.h",
  "sys/mman.h",
  "sys/stat.h",
  "sys/statvfs.h",
  "unistd.h",
];

/** Functions by name, with their prototypes; a function may stand there with several. */
export type Prototypes = readonly (readonly [name: string, prototype: string])[];

/** Result and parameter list of a prototype. */
function halves(prototype: string): [string, string] {
  const open = prototype.indexOf("(");
  return [prototype.slice(0, open).trim(), prototype.slice(open)];
}

function source(headers: readonly string[], lines: readonly string[]): string {
  return [
    "#define _GNU_SOURCE",
    ...["stdio.h", "sys/types.h", ...headers].map((header) => `#include <${header}>`),
    ...lines,
    "int main(void) { return 0; }",
    "",
  ].join("\n");
}

/**
 * Compiles an assignment of each function to a pointer of exactly the prototype's type.
 *
 * @throws {Error} with the compiler's words when one differs
 */
export function compareExactly(functions: Prototypes): void {
  const lines = functions.map(([name, prototype], i) => {
    const [result, parameters] = halves(prototype);
    return `${result} (*p${i}_${name})${parameters} = ${name};`;
  });
  compileC(source(DPDK, lines), STRICT);
}

/**
 * Compiles a call of each function with arguments of the prototype's types, where C converts
 * nothing but `void *`. For libc: some of its functions are variadic, and it has types of its own
 * for what the library only hands on.
 *
 * @throws {Error} with the compiler's words when one differs
 */
export function compareCalls(functions: Prototypes): void {
  const lines = functions.map(([name, prototype], i) => {
    const [result, parameters] = halves(prototype);
    const names = [...parameters.matchAll(/(\w+)[,)]/g)]
      .map((match) => match[1]).filter((word) => word !== "void");
    const call = `${name}(${names.join(", ")})`;
    const body = result === "void" ? call : `return ${call}`;
    const wrapper = `${result} w${i}_${name}${parameters}`;
    return `${wrapper};\n${wrapper} { ${body}; }`;
  });
  compileC(source(LIBC, lines), [...STRICT, ...NO_CONVERSIONS]);
}
