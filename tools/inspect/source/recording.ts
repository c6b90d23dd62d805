/**
 * Recordings: a file of lines, of which the first says what it is, and each other is a look.
 *
 * @module
 */

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { DpdkError, type Flow, type Link, type Snapshot, type Suspect } from "../../../mod.ts";

/** The word that a recording begins with. */
const FORMAT = "dpdk-inspect recording";

/** The version of what is written here, and the only one that is read. */
const VERSION = 1;

/** The first line of a recording. */
export interface Header {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** Whose it is. */
  readonly filePrefix: string;
  readonly directory: string;
  /** The primary's DPDK version. */
  readonly dpdk: string;
  /** When it begins: milliseconds since 1970. */
  readonly started: number;
  /** The time that was to be between two looks, in milliseconds. */
  readonly intervalMs: number;
}

/** A look, with what was read of the host besides: that cannot be found out later. */
export interface RecordedLook extends Snapshot {
  readonly links: readonly Link[];
  /** Who may be at the stuck ends of rings, by the rings' addresses. */
  readonly suspects: Readonly<Record<string, readonly Suspect[]>>;
}

/** Writes a recording, a line at a time, each of them whole before the next one. */
export class RecordingWriter {
  readonly #fd: number;
  #bytes = 0;

  /**
   * Begins a file.
   *
   * @param path Its path.
   * @param options `force` lets it take the place of another recording, or of an empty file; without it
   * nothing may be there.
   */
  constructor(path: string, { force = false }: { readonly force?: boolean } = {}) {
    const what = `record to "${path}"`;
    this.#fd = force ? overwritten(what, path) : attempt(what, () => openSync(path, "wx", 0o644));
  }

  /** How long the file is, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Says whose it is.
   *
   * @param first The first look.
   * @param intervalMs The time that is to be between two.
   */
  begin({ snapshot }: Flow, intervalMs: number): void {
    const { filePrefix, directory, version, time } = snapshot;
    const header: Header = {
      ...{ format: FORMAT, version: VERSION, filePrefix, directory },
      ...{ dpdk: version, started: time, intervalMs },
    };
    this.#write(header);
  }

  /**
   * Adds a look.
   *
   * @param flow The look.
   */
  add({ snapshot, rings, links }: Flow): void {
    const stuck = rings.filter(({ stuck }) => stuck.length > 0);
    const suspects = Object.fromEntries(
      stuck.map(({ ring, stuck }) => [String(ring.address), stuck[0]!.suspects]),
    );
    const look: RecordedLook = { ...snapshot, links, suspects };
    this.#write(look);
  }

  #write(value: Header | RecordedLook): void {
    const text = new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    attempt("go on recording", () => {
      for (let at = 0; at < text.length;) at += writeSync(this.#fd, text, at);
    });
    this.#bytes += text.length;
  }

  /** Ends it. */
  close(): void {
    closeSync(this.#fd);
  }
}

/** Does what the file system may refuse. */
function attempt<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new DpdkError({ what, advice: ADVICE[code] ?? code });
  }
}

/** What codes of errors say. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such place",
  EEXIST: "it is there already; --force overwrites it, if it is a recording",
};

/** Empties a file, if nobody but a recorder has written into it. */
function overwritten(what: string, path: string): number {
  const { O_CREAT, O_RDWR } = constants;
  const fd = attempt(what, () => openSync(path, O_RDWR | O_CREAT, 0o644));
  try {
    if (!attempt(what, () => fstatSync(fd).isFile() && isOurs(fd))) {
      const advice = "it is neither empty nor a recording of dpdk-inspect; choose another file";
      throw new DpdkError({ what, advice });
    }
    attempt(what, () => ftruncateSync(fd, 0));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

/** Whether a file has nothing in it, or begins as a recording does. */
function isOurs(fd: number): boolean {
  if (fstatSync(fd).size === 0) return true;
  const beginning = new TextEncoder().encode(`{"format":${JSON.stringify(FORMAT)},`);
  const found = new Uint8Array(beginning.length);
  readSync(fd, found, 0, found.length, 0);
  return beginning.every((byte, at) => byte === found[at]);
}

const CHUNK = 2 ** 20;

/** A recording that is read: only where its lines are is kept in memory. */
export class Recording {
  /** Its first line. */
  readonly header: Header;
  readonly #path: string;
  readonly #fd: number;
  /** Where each look's line begins, and where the last one ends. */
  readonly #places: readonly number[];

  /**
   * Opens a file.
   *
   * @param path Its path.
   */
  constructor(path: string) {
    const what = `replay "${path}"`;
    this.#path = path;
    this.#fd = attempt(what, () => openSync(path, "r"));
    const ends = attempt(what, () => this.#lineEnds());
    const header = ends.length === 0 ? undefined : parsed(this.#text(0, ends[0]!));
    if (!isHeader(header)) {
      throw new DpdkError({ what, advice: "it is no recording of dpdk-inspect" });
    }
    if (header.version !== VERSION) {
      const advice = `it is of version ${header.version}, and this is for version ${VERSION}`;
      throw new DpdkError({ what, advice });
    }
    this.header = header;
    this.#places = ends;
    if (this.count === 0) throw new DpdkError({ what, advice: "there is no look in it" });
  }

  /** How many looks it has. What a recorder that was killed left of a last line is none. */
  get count(): number {
    return this.#places.length - 1;
  }

  /**
   * Reads a look.
   *
   * @param index Its number, from 0 on.
   * @returns The look.
   */
  at(index: number): RecordedLook {
    const look = parsed(this.#text(this.#places[index]!, this.#places[index + 1]!));
    if (!isLook(look)) {
      const advice = `line ${index + 2} is no look at a group; the file is damaged`;
      throw new DpdkError({ what: `replay "${this.#path}"`, advice });
    }
    return look;
  }

  #text(from: number, to: number): string {
    const bytes = new Uint8Array(to - from);
    for (let at = 0; at < bytes.length;) {
      const got = readSync(this.#fd, bytes, at, bytes.length - at, from + at);
      if (got === 0) break;
      at += got;
    }
    return new TextDecoder().decode(bytes);
  }

  #lineEnds(): number[] {
    const ends: number[] = [];
    const { size } = fstatSync(this.#fd);
    const bytes = new Uint8Array(Math.min(CHUNK, Math.max(size, 1)));
    for (let from = 0; from < size;) {
      const got = readSync(this.#fd, bytes, 0, bytes.length, from);
      if (got === 0) break;
      for (let at = bytes.indexOf(10); at >= 0 && at < got; at = bytes.indexOf(10, at + 1)) {
        ends.push(from + at + 1);
      }
      // A file without a line this long is none of ours.
      if (ends.length === 0 && from > CHUNK) return [];
      from += got;
    }
    return ends;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isHeader(value: unknown): value is Header {
  return isRecord(value) && value["format"] === FORMAT && typeof value["started"] === "number";
}

function isLook(value: unknown): value is RecordedLook {
  return isRecord(value) && typeof value["clock"] === "number" &&
    ["rings", "mempools", "memzones", "processes", "tailqs", "ports", "memory", "links", "problems"]
      .every((key) => Array.isArray(value[key]));
}
