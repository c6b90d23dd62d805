/**
 * DPDK, a compiler and network tools, from Debian's packages.
 *
 * @module
 */

import type { Host } from "./host.ts";
import { mustRun, type Need, type Purpose } from "./need.ts";

/** DPDK's libraries and drivers, its programs, and its headers. */
const DPDK: readonly string[] = ["dpdk", "dpdk-dev", "libdpdk-dev"];

/** What the C programs of tests and benchmarks are compiled with. */
const COMPILER: readonly string[] = ["gcc", "libc6-dev", "pkgconf"];

/** What the tests make networks with, and try them. */
const NETWORK: readonly string[] = ["ethtool", "iproute2", "iputils-ping"];

/** The browser that the tests open pages in, letters for it, and what they watch system calls with. */
const WATCHING: readonly string[] = ["chromium", "fonts-dejavu-core", "strace"];

/** What the tests read the debug information of C programs with. */
const DEBUGGER: readonly string[] = ["gdb"];

/** What makes root file systems of other Debians. */
const ROOTS: readonly string[] = ["debootstrap"];

/** The command that installs packages. */
export const INSTALL: readonly string[] = [
  "apt-get",
  "install",
  "--yes",
  "--no-install-recommends",
];

/**
 * Whether the machine runs Debian, or a system made from it.
 *
 * @param host The machine.
 * @returns What /etc/os-release says.
 */
export function isDebian(host: Host): boolean {
  const lines = (host.read("/etc/os-release") ?? "").split("\n");
  return lines.some((line) => {
    const [key, value = ""] = line.split("=", 2);
    return (key === "ID" || key === "ID_LIKE") &&
      value.replaceAll(/["']/g, "").split(" ").includes("debian");
  });
}

/**
 * Whether DPDK's libraries can be loaded, whoever installed them.
 *
 * @param host The machine.
 * @returns What the dynamic linker's cache says.
 */
export function hasLibraries(host: Host): boolean {
  return /\blibrte_eal\.so\.\d+ /.test(host.run(["/sbin/ldconfig", "-p"]).output);
}

/**
 * The packages that a purpose needs and the machine lacks.
 *
 * @param host The machine.
 * @param purpose What it is set up for.
 * @returns One need, or none.
 */
export function packageNeeds(host: Host, purpose: Purpose): Need[] {
  const missing = isDebian(host) ? missingPackages(host, purpose) : missingParts(host, purpose);
  if (missing.length === 0) return [];
  const vital = purpose !== "demo" || !hasLibraries(host);
  return [{
    what: `packages ${missing.join(" ")}`,
    commands: [["apt-get", "update"], [...INSTALL, ...missing]].map((words) => words.join(" ")),
    vital,
    supply: (target) => install(target, missing),
  }];
}

/**
 * The packages that a purpose needs.
 *
 * @param purpose What a machine is set up for.
 * @returns Their names.
 */
export function wantedPackages(purpose: Purpose): readonly string[] {
  if (purpose === "demo") return DPDK;
  return [
    ...DPDK,
    ...COMPILER,
    ...(tests(purpose) ? [...NETWORK, ...WATCHING, ...DEBUGGER] : []),
    ...(purpose === "matrix" ? ROOTS : []),
  ];
}

function tests(purpose: Purpose): boolean {
  return purpose === "test" || purpose === "matrix";
}

function missingPackages(host: Host, purpose: Purpose): string[] {
  const wanted = wantedPackages(purpose);
  const format = "--showformat=${Package} ${db:Status-Status}\\n";
  const known = host.run(["dpkg-query", "--show", format, ...wanted]).output.split("\n");
  return wanted.filter((name) => !known.includes(`${name} installed`));
}

/** On other systems it counts what is there, not how it came there. */
function missingParts(host: Host, purpose: Purpose): string[] {
  const run = (commands: readonly string[]): boolean =>
    commands.every((command) => host.run(command.split(" ")).code === 0);
  const compiles = purpose === "demo" || run(["gcc --version", "pkg-config --exists libdpdk"]);
  const connects = !tests(purpose) || run(["ethtool --version", "ip -V", "ping -V"]);
  const watches = !tests(purpose) || run(["chromium --version", "strace --version"]);
  const debugs = !tests(purpose) || run(["gdb --version"]);
  const roots = purpose !== "matrix" || run(["debootstrap --version"]);
  return [
    ...(hasLibraries(host) ? [] : DPDK),
    ...(compiles ? [] : COMPILER),
    ...(connects ? [] : NETWORK),
    ...(watches ? [] : WATCHING),
    ...(debugs ? [] : DEBUGGER),
    ...(roots ? [] : ROOTS),
  ];
}

/**
 * Installs packages. Their lists are fetched only when it does not work with those that are there.
 *
 * @param host The machine.
 * @param packages Their names.
 */
export function install(host: Host, packages: readonly string[]): void {
  host.say(`Setup: installing ${packages.join(" ")} by apt-get (about a minute)`);
  const command = [...INSTALL, ...packages];
  if (host.run(command).code === 0) return;
  host.say("Setup: fetching apt's package lists");
  mustRun(host, ["apt-get", "update"]);
  mustRun(host, command);
}
