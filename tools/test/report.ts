/**
 * What a test file tells the runner: one JSON object a line, in a file whose name the runner hands
 * over. The runtimes' own reports differ, and neither tells which tests never ran.
 *
 * @module
 */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** The environment variable that names the report file; without it nothing is recorded. */
export const REPORT_VARIABLE = "DPDK_TS_REPORT";

/** The environment variable that names the test file to run. */
export const FILE_VARIABLE = "DPDK_TS_FILE";

/** One line of the report. Tests are told apart by `id`, since two may have one name. */
export type ReportEvent =
  | { readonly event: "loaded" }
  | { readonly event: "unloadable"; readonly error: string }
  | { readonly event: "registered"; readonly id: number; readonly name: string }
  | { readonly event: "passed"; readonly id: number }
  | { readonly event: "skipped"; readonly id: number; readonly reason: string }
  | { readonly event: "failed"; readonly id: number; readonly error: string };

/**
 * Adds one line to the report, at once, so that it survives a crash.
 *
 * @param event What happened.
 */
export function record(event: ReportEvent): void {
  const file = process.env[REPORT_VARIABLE];
  if (file !== undefined) appendFileSync(file, JSON.stringify(event) + "\n");
}

/**
 * Reads a report.
 *
 * @param file The report file; one that was never written is an empty report.
 * @returns Its events, in order.
 */
export function readReport(file: string): ReportEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line));
}
