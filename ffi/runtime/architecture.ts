/**
 * The machine that this process runs on.
 *
 * @module
 */

/** The architectures that the library's tables know, by the names that `uname -m` gives them. */
export type Architecture = "x86_64" | "aarch64";

const KNOWN: Readonly<Record<string, Architecture>> = { x64: "x86_64", arm64: "aarch64" };

/** What both runtimes have of Node. */
interface Host {
  readonly process?: { readonly arch: string };
}

/** The name that Node has for this process's architecture: `x64`, `arm64`, `riscv64`, ... */
export const architectureName: string = (globalThis as Host).process?.arch ?? "unknown";

/** This process's architecture; `undefined` when it is none that the tables know. */
export const architecture: Architecture | undefined = KNOWN[architectureName];
