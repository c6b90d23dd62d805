/**
 * What figures are measured on: without it none means anything.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { dpdkVersion } from "../compile.ts";
import { executable, type Runtime } from "../runtimes.ts";

/** A machine and what is installed on it. */
export interface Machine {
  /** The CPU's own name. */
  readonly cpu: string;
  /** How many CPUs there are. */
  readonly cpus: number;
  /** Memory, in GiB. */
  readonly memory: number;
  /** Whether it runs below a hypervisor. */
  readonly virtual: boolean;
  /** The distribution's name and version. */
  readonly system: string;
  /** The kernel's version. */
  readonly kernel: string;
  /** The version of the installed DPDK. */
  readonly dpdk: string;
  /** The C compiler's version; none where there is no C to compare with. */
  readonly gcc?: string;
  /** The versions of the two runtimes. */
  readonly runtimes: Readonly<Record<Runtime, string>>;
}

/** The first line of what a program prints. */
function firstLine(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n", 1)[0]! : undefined;
}

/** The version of a runtime: `2.9.6`. */
function runtimeVersion(runtime: Runtime): string {
  return firstLine(executable(runtime), ["--version"])?.match(/\d+\.\d+\.\d+/)?.[0] ?? "unknown";
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  const gcc = firstLine("gcc", ["-dumpfullversion"]);
  const system = readFileSync("/etc/os-release", "utf8").match(/^PRETTY_NAME="?([^"\n]*)/m)?.[1];
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cpus: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    virtual: / hypervisor\b/.test(readFileSync("/proc/cpuinfo", "utf8")),
    system: system ?? "unknown",
    kernel: release(),
    dpdk: dpdkVersion(),
    ...(gcc === undefined ? {} : { gcc }),
    runtimes: { deno: runtimeVersion("deno"), bun: runtimeVersion("bun") },
  };
}
