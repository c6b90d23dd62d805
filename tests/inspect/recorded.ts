/**
 * Groups of every release of DPDK, recorded: their files, and what the C program that was their primary
 * said of them. So each layout is compared on a machine that has only one of the releases.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import type { GroupFiles } from "./copies.ts";

/** What was said to the primary, and its answer. */
export type Said = readonly (readonly [line: string, answer: readonly string[]])[];

/** A recorded group. */
export interface Recorded {
  readonly filePrefix: string;
  /** `rte_version()` of its DPDK. */
  readonly version: string;
  readonly said: Said;
  readonly files: GroupFiles;
}

const path = (release: string): URL => new URL(`recorded/${release}.json.br`, import.meta.url);

/** Writes a group down. */
export function writeRecorded(release: string, { files, ...rest }: Recorded): void {
  const texts = [...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
  const whole = JSON.stringify({ ...rest, files: Object.fromEntries(texts) });
  writeFileSync(path(release), brotliCompressSync(whole));
}

/** Reads the group of a release. */
export function readRecorded(release: string): Recorded {
  const { files, ...rest } = JSON.parse(
    brotliDecompressSync(readFileSync(path(release))).toString(),
  );
  const texts = Object.entries(files as Record<string, string>);
  return {
    ...rest,
    files: new Map(texts.map(([name, text]) => [name, Buffer.from(text, "base64")])),
  };
}
