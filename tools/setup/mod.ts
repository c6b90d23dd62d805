/**
 * Sets a machine up: supplies what is missing, or says what to do where it must not.
 *
 * @module
 */

import { hasLibraries, isDebian, packageNeeds } from "./debian.ts";
import type { Host } from "./host.ts";
import { hugepageNeeds } from "./hugepages.ts";
import type { Need, Purpose } from "./need.ts";
import { npmNeeds } from "./npm.ts";

/** What the purposes are called. */
const NAMES: Readonly<Record<Purpose, string>> = {
  demo: "the demo",
  test: "the tests",
  matrix: "the tests of all releases",
  bench: "the benchmark",
  check: "the checks",
};

/**
 * What a purpose needs and the machine lacks, in the order in which to supply it.
 *
 * @param host The machine; nothing on it is changed.
 * @param purpose What it is set up for.
 * @returns The needs.
 */
export function missingNeeds(host: Host, purpose: Purpose): Need[] {
  if (purpose === "check") return npmNeeds(host);
  return [...packageNeeds(host, purpose), ...hugepageNeeds(host, purpose), ...npmNeeds(host)];
}

/**
 * Supplies what a purpose needs, on Debian and as root; elsewhere it changes nothing and prints the
 * commands to run.
 *
 * @param host The machine.
 * @param purpose What it is set up for.
 * @returns Whether the purpose can be served now. The demo can without hugepages, in one process.
 */
export function setUp(host: Host, purpose: Purpose): boolean {
  const needs = missingNeeds(host, purpose);
  if (needs.length === 0) return true;
  const obstacle = obstacleTo(host);
  if (obstacle === undefined) {
    for (const need of needs) supply(host, need);
  } else {
    printCommands(host, needs, obstacle);
  }
  const ready = isReady(host, purpose);
  if (!ready) host.say(`Setup: ${NAMES[purpose]} cannot run before that is done`);
  else if (purpose === "demo" && hugepageNeeds(host, purpose).length > 0) {
    host.say("Setup: the demo can run in one process, without hugepages");
  }
  return ready;
}

function isReady(host: Host, purpose: Purpose): boolean {
  // The one-process form of the demo needs only the runtime that runs this, and DPDK's libraries.
  if (purpose === "demo") return hasLibraries(host);
  return !missingNeeds(host, purpose).some((need) => need.vital);
}

/** Why nothing may be changed here. */
function obstacleTo(host: Host): string | undefined {
  if (!isDebian(host)) return "this is not Debian";
  if (host.userId !== 0) return "you are not root";
  return undefined;
}

function supply(host: Host, need: Need): void {
  try {
    need.supply(host);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    host.say(`Setup: Cannot supply ${need.what}: ${reason}`);
  }
}

function printCommands(host: Host, needs: readonly Need[], obstacle: string): void {
  host.say(`Setup: nothing was changed, for ${obstacle}. Missing:`);
  for (const need of needs) host.say(`  ${need.what}`);
  host.say("Run as root, in the repository (apt-get is Debian's; elsewhere use your system's):");
  for (const command of needs.flatMap((need) => need.commands)) host.say(`  ${command}`);
}
