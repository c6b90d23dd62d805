/**
 * What the setup works with: purposes, and the needs that they have.
 *
 * @module
 */

import type { Host } from "./host.ts";

/**
 * What the machine is set up for. `check` is the static checks, which need no DPDK; `matrix` is the
 * tests, and root file systems of other Debians to run them in.
 */
export type Purpose = "demo" | "test" | "matrix" | "bench" | "check";

/** All purposes. */
export const PURPOSES: readonly Purpose[] = ["demo", "test", "matrix", "bench", "check"];

/** Something that is missing. */
export interface Need {
  /** What is missing, as a noun. */
  readonly what: string;
  /** The commands that supply it, for someone who has the rights. */
  readonly commands: readonly string[];
  /** Whether the purpose cannot be served without it. */
  readonly vital: boolean;
  /**
   * Supplies it, and says what was done. Throws an `Error` whose message says why it could not.
   *
   * @param host The machine.
   */
  supply(host: Host): void;
}

/**
 * Runs a command that must work.
 *
 * @param host The machine.
 * @param command The program and its arguments.
 */
export function mustRun(host: Host, command: readonly string[]): void {
  const { code, output } = host.run(command);
  if (code === 0) return;
  const tail = output.trimEnd().split("\n").slice(-20).join("\n");
  throw new Error(`"${command.join(" ")}" exited with code ${code}\n${tail}`);
}
