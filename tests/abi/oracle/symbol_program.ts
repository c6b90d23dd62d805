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

/** Lets experimental functions be named. */
export const EXPERIMENTAL: readonly string[] = ["-DALLOW_EXPERIMENTAL_API"];

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
  "signal.h",
  "stdio.h",
  "stdlib.h",
  "string.h",
  "sys/eventfd.h",
  "sys/file.h",
  "sys/mman.h",
  "sys/socket.h",
  "sys/stat.h",
  "sys/statvfs.h",
  "unistd.h",
];

/** Functions by name, with their prototypes; a function may stand there with several. */
export type Prototypes = readonly (readonly [name: string, prototype: string])[];

/** How many parameters the variadic functions have before the others. */
export type Fixed = Readonly<Record<string, number>>;

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
export function compareExactly(functions: Prototypes, flags: readonly string[] = []): void {
  const lines = functions.map(([name, prototype], i) => {
    const [result, parameters] = halves(prototype);
    return `${result} (*p${i}_${name})${parameters} = ${name};`;
  });
  compileC(source(DPDK, lines), [...STRICT, ...flags]);
}

/** Compiles functions whose bodies call libc's, where C converts nothing but `void *`. */
function compileCalls(functions: readonly string[]): void {
  compileC(source(LIBC, functions), [...STRICT, ...NO_CONVERSIONS]);
}

/** A function of a name and a prototype that calls another with its parameters. */
function caller(name: string, prototype: string, callee: string): string {
  const [result, parameters] = halves(prototype);
  const names = [...parameters.matchAll(/(\w+)[,)]/g)]
    .map((match) => match[1]).filter((word) => word !== "void");
  const call = `${callee}(${names.join(", ")})`;
  const body = result === "void" ? call : `return ${call}`;
  return `${result} ${name}${parameters};\n${result} ${name}${parameters} { ${body}; }`;
}

/**
 * Compiles a call of each function with arguments of the prototype's types. For libc: some of its
 * functions are variadic, and it has types of its own for what the library only hands on.
 *
 * @throws {Error} with the compiler's words when C would have to cut a value short
 */
export function compareCalls(functions: Prototypes): void {
  compileCalls(functions.map(([name, prototype], i) => caller(`w${i}_${name}`, prototype, name)));
}

/** For each integer type a wider one, and a narrower one. */
const NEIGHBOURS: Readonly<Record<string, readonly [wider: string, narrower: string]>> = {
  "int": ["long", "short"],
  "unsigned int": ["unsigned long", "unsigned short"],
  "long": ["__int128", "int"],
  "unsigned long": ["unsigned __int128", "unsigned int"],
  "off_t": ["__int128", "int"],
  "size_t": ["unsigned __int128", "unsigned int"],
  "ssize_t": ["__int128", "int"],
};

/**
 * The integers of prototypes that libc has wider parameters for, or narrower results than, which
 * C converts silently, and an FFI does not. It compiles calls with wider arguments and narrower
 * results, one a function: C must have to cut short each of them.
 *
 * @returns one line for each that is not cut short; parameters after libc's own are not looked at
 */
export function integersOfOtherWidth(functions: Prototypes, variadic: Fixed): string[] {
  const claims = functions.flatMap(([name, prototype]) => {
    const [result, parameters] = halves(prototype);
    const list = parameters.slice(1, -1).split(", ");
    const narrower = NEIGHBOURS[result]?.[1];
    return [
      ...(narrower === undefined
        ? []
        : [{ what: `the result of ${name}`, name, prototype: `${narrower} ${parameters}` }]),
      ...list.slice(0, variadic[name]).flatMap((parameter, k) => {
        const [, type = "", own = ""] = /^(.*) (\w+)$/.exec(parameter) ?? [];
        const wider = NEIGHBOURS[type]?.[0];
        if (wider === undefined) return [];
        const changed = list.with(k, `${wider} ${own}`).join(", ");
        return [{ what: `${own} of ${name}`, name, prototype: `${result} (${changed})` }];
      }),
    ];
  });
  let said = "";
  try {
    compileCalls(claims.map(({ name, prototype }, i) => caller(`n${i}_`, prototype, name)));
  } catch (error) {
    said = (error as Error).message;
  }
  const cut = new Set(
    [...said.matchAll(/In function '(n\d+_)':\n.*error:.*may change value/g)].map(([, n]) => n),
  );
  return claims.flatMap(({ what }, i) => cut.has(`n${i}_`) ? [] : [what]);
}
