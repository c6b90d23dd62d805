/**
 * Hugepages of 2 MiB, and the file system that hands them out.
 *
 * @module
 */

import type { Host } from "./host.ts";
import { mustRun, type Need, type Purpose } from "./need.ts";

/** How many pages are asked for; tests run some at a time. */
const WANTED: Readonly<Record<Purpose, number>> = {
  demo: 512,
  test: 1024,
  matrix: 1024,
  bench: 512,
  check: 0,
};

/** How many pages the tests cannot do without. */
const MINIMUM = 128;

/** What is left to everything else, in pages of 2 MiB. */
const SPARE = 256;

const COUNT = "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
const DIRECTORY = "/dev/hugepages";
const MOUNT: readonly string[] = ["mount", "-t", "hugetlbfs", "-o", "pagesize=2M", "nodev"];

/**
 * The hugepages and the mount that the machine lacks.
 *
 * @param host The machine.
 * @param purpose What it is set up for.
 * @returns Up to two needs; none is vital to the demo, which has a form without hugepages.
 */
export function hugepageNeeds(host: Host, purpose: Purpose): Need[] {
  const needs: Need[] = [];
  const count = pageCount(host);
  const wanted = WANTED[purpose];
  if (count < wanted) {
    needs.push({
      what: `hugepages (there are ${count} of ${wanted})`,
      commands: [`echo ${wanted} > ${COUNT}`],
      vital: purpose !== "demo" && count < MINIMUM,
      supply: (host) => raise(host, wanted),
    });
  }
  if (!isMounted(host)) {
    needs.push({
      what: `hugetlbfs at ${DIRECTORY}`,
      commands: [`mkdir -p ${DIRECTORY}`, [...MOUNT, DIRECTORY].join(" ")],
      vital: purpose !== "demo",
      supply: mount,
    });
  }
  return needs;
}

function pageCount(host: Host): number {
  return Number(host.read(COUNT) ?? 0);
}

/** How many pages the free memory is enough for, those that there are included. */
function affordable(host: Host): number {
  const kilobytes = host.read("/proc/meminfo")?.match(/^MemAvailable:\s+(\d+) kB$/m)?.[1] ?? 0;
  const free = Math.floor(Number(kilobytes) / 2048) - SPARE;
  return pageCount(host) + Math.max(0, free);
}

function raise(host: Host, wanted: number): void {
  const before = pageCount(host);
  const asked = Math.min(wanted, affordable(host));
  if (asked <= before) {
    throw new Error(`Cannot raise the hugepages from ${before}: too little memory is free`);
  }
  try {
    host.write(COUNT, String(asked));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot raise the hugepages from ${before}: ${reason}`);
  }
  const after = pageCount(host);
  const fewer = after < wanted ? `, fewer than the ${wanted} wanted` : "";
  host.say(`Setup: raised the 2 MiB hugepages from ${before} to ${after}${fewer}`);
}

function isMounted(host: Host): boolean {
  const mounts = (host.read("/proc/mounts") ?? "").split("\n").map((line) => line.split(" "));
  return mounts.some(([, directory, type]) => directory === DIRECTORY && type === "hugetlbfs");
}

function mount(host: Host): void {
  host.makeDirectory(DIRECTORY);
  mustRun(host, [...MOUNT, DIRECTORY]);
  host.say(`Setup: mounted hugetlbfs at ${DIRECTORY}`);
}
