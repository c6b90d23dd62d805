/**
 * Copies of groups: nothing but their files tells what they were.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { TestContext } from "../kit.ts";

/** Where hugepage files are. */
const HUGEPAGES = "/dev/hugepages";

/** A group's files, by name: those of its directory, and its hugepage files. */
export type GroupFiles = ReadonlyMap<string, Uint8Array>;

/** The files of a group that were laid down somewhere. */
export interface Copy {
  /** What is handed to `Inspector.open`. */
  readonly options: { readonly filePrefix: string; readonly runtimeDirectory: string };
  /** The paths of all files, each with its bytes as they were. */
  readonly files: GroupFiles;
}

/** Reads the files of a group that has its pages where they are by default. */
export function filesOf(filePrefix: string): GroupFiles {
  const directory = `/var/run/dpdk/${filePrefix}`;
  const own = readdirSync(directory).filter((name) => /^(config|fbarray_|hugepage_info)/.test(name))
    .map((name) => join(directory, name));
  const pages = readdirSync(HUGEPAGES).filter((name) => name.startsWith(`${filePrefix}map_`))
    .map((name) => join(HUGEPAGES, name));
  return new Map([...own, ...pages].map((path) => [basename(path), readFileSync(path)]));
}

/** `struct hugepage_info` three times: where the pages are is the one thing that a copy changes. */
function pointTo(bytes: Uint8Array, directory: string): Uint8Array {
  const info = Uint8Array.from(bytes);
  const stride = info.length / 3;
  for (let i = 0; i < 3; i++) {
    info.fill(0, stride * i + 8, stride * i + 8 + 4096);
    info.set(new TextEncoder().encode(directory), stride * i + 8);
  }
  return info;
}

/** Lays a group's files down in directories that go with the test. */
export function layDown({ cleanup }: TestContext, filePrefix: string, group: GroupFiles): Copy {
  const runtimeDirectory = mkdtempSync(join(tmpdir(), "dts-copy-"));
  cleanup(() => rmSync(runtimeDirectory, { recursive: true }));
  const directory = join(runtimeDirectory, "dpdk", filePrefix);
  const pages = join(runtimeDirectory, "pages");
  mkdirSync(directory, { recursive: true });
  mkdirSync(pages);
  const files = new Map<string, Uint8Array>();
  for (const [name, bytes] of group) {
    const path = join(name.startsWith(`${filePrefix}map_`) ? pages : directory, name);
    files.set(path, name === "hugepage_info" ? pointTo(bytes, pages) : bytes);
  }
  for (const [path, bytes] of files) writeFileSync(path, bytes);
  return { options: { filePrefix, runtimeDirectory }, files };
}
