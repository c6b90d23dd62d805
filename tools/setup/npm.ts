/**
 * The runtimes, type checkers and libraries of tools: the pinned dependencies of package.json.
 *
 * @module
 */

import type { Host } from "./host.ts";
import { mustRun, type Need } from "./need.ts";

/**
 * Installs what package-lock.json says, and leaves that file alone. `npm ci` would refuse it where it
 * lacks a package that is only for other platforms.
 */
const COMMAND: readonly string[] = ["npm", "install", "--no-save", "--no-audit", "--no-fund"];

/**
 * The dependencies that are not there in the pinned version.
 *
 * @param host The machine.
 * @returns One need, or none.
 */
export function npmNeeds(host: Host): Need[] {
  const { optionalDependencies, devDependencies } = manifest(host, "package.json");
  const pinned = { ...optionalDependencies, ...devDependencies };
  const missing = Object.entries(pinned)
    .filter(([name, version]) => version !== installedVersion(host, name))
    .map(([name, version]) => `${name}@${version}`);
  if (missing.length === 0) return [];
  return [{
    what: `npm packages ${missing.join(" ")}`,
    commands: [COMMAND.join(" ")],
    vital: true,
    supply: (target) => {
      target.say(`Setup: installing ${missing.join(" ")} by npm`);
      mustRun(target, COMMAND);
    },
  }];
}

/** What is read of a package.json. */
interface Manifest {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function installedVersion(host: Host, name: string): string | undefined {
  return manifest(host, `node_modules/${name}/package.json`).version;
}

function manifest(host: Host, path: string): Manifest {
  return JSON.parse(host.read(path) ?? "{}");
}
