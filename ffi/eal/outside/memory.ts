/**
 * A group's memory, read by the addresses at which its processes have it, by one who need not be any of
 * them.
 *
 * Every file is opened read-only and read by `pread`, none is mapped: a page that is read through a
 * mapping where the file has a hole would be made, and one that is mapped stays after the group has
 * gone. Between two looks nothing is open, as an open file keeps its pages, too.
 *
 * @module
 */

import type { Abi } from "../../abi/mod.ts";
import { libc } from "../../core/mod.ts";
import { agreedIn } from "../agreement.ts";
import { lockHolder } from "../group/processes.ts";
import { fileStatus, O, openFile } from "../group/posix.ts";
import type { Place } from "../group/places.ts";
import { Bytes } from "./bytes.ts";
import { readGroupConfig } from "./config.ts";
import { type MemoryList, memoryLists } from "./lists.ts";
import { PageFiles } from "./pages.ts";

/** What can be loaded at once, in bytes. */
const LOAD_SIZE = 65536;

/** The most bytes that are copied at once: what is longer was no length. */
const COPY_LIMIT = 2 ** 28;

/** A look at a group. */
export class GroupMemory implements Disposable {
  readonly filePrefix: string;
  /** The group's directory. */
  readonly directory: string;
  /** The primary's ABI. */
  readonly abi: Abi;
  /** The primary's DPDK version: `22.11.11`. */
  readonly version: string;
  readonly lists: readonly MemoryList[];
  /** The pid of the primary, 0 in another pid namespace; `undefined` when it is dead. */
  readonly primary: number | undefined;
  /** What was loaded last, from its beginning. */
  readonly view: DataView<ArrayBuffer>;
  #config: DataView<ArrayBuffer>;
  readonly #bytes = new Bytes(LOAD_SIZE);
  readonly #files: PageFiles;
  #processMemory: number | undefined;
  #last: MemoryList | undefined;

  /**
   * Begins a look.
   *
   * @param place the group's
   * @throws {DpdkError} when its config cannot be read, or is of a DPDK that is not known
   */
  constructor({ filePrefix, directory }: Place) {
    const { view, abi, version } = readGroupConfig(directory);
    this.filePrefix = filePrefix;
    this.directory = directory;
    this.abi = abi;
    this.version = version;
    this.#config = view;
    this.lists = memoryLists(view, abi);
    const id = fileStatus(`${directory}/config`)?.id;
    this.primary = id === undefined ? undefined : lockHolder(id);
    this.view = this.#bytes.view;
    this.#files = new PageFiles({ filePrefix, directory, ...agreedIn(view) });
  }

  /** The config as it was when it was last read. */
  get config(): DataView<ArrayBuffer> {
    return this.#config;
  }

  /**
   * Reads the config again. Memory that was added since is not seen.
   *
   * @throws {DpdkError} as the constructor does
   */
  renew(): void {
    this.#config = readGroupConfig(this.directory).view;
  }

  /** The memory list that an address is in. */
  listOf(address: number): MemoryList | undefined {
    const has = ({ address: from, length }: MemoryList) =>
      address >= from && address < from + length;
    if (this.#last !== undefined && has(this.#last)) return this.#last;
    return this.#last = this.lists.find(has);
  }

  /** The primary's own memory, for pages that are in no file: of `--huge-unlink` and `--no-huge`. */
  #process(): number {
    if (this.#processMemory === undefined) {
      this.#processMemory = this.primary === undefined || this.primary === 0
        ? -1
        : openFile(`/proc/${this.primary}/mem`, O.NONBLOCK);
    }
    return this.#processMemory;
  }

  /** Reads a piece that lies in one page. */
  #piece(bytes: Bytes, list: MemoryList, address: number, length: number): boolean {
    const distance = address - list.address;
    const page = Math.floor(distance / list.pageSize);
    const { fd, offset } = this.#files.find(list, page);
    if (fd >= 0) return bytes.read(fd, length, offset + distance - page * list.pageSize);
    const process = this.#process();
    return process >= 0 && bytes.read(process, length, address);
  }

  /**
   * Copies memory to the beginning of {@linkcode GroupMemory.view}.
   *
   * @param address where it is
   * @param length its bytes, at most 65,536
   * @returns false when it is none of the group's, or not there
   */
  load(address: number, length: number): boolean {
    const list = this.listOf(address);
    if (list === undefined || address + length > list.address + list.length) return false;
    const left = list.pageSize - (address - list.address) % list.pageSize;
    if (length <= left) return this.#piece(this.#bytes, list, address, length);
    const whole = this.copy(address, length);
    if (whole === undefined) return false;
    new Uint8Array(this.view.buffer).set(new Uint8Array(whole.buffer));
    return true;
  }

  /**
   * Copies memory, at most 256 MiB.
   *
   * @returns `undefined` when it is none of the group's, or not there
   */
  copy(address: number, length: number): DataView<ArrayBuffer> | undefined {
    const list = this.listOf(address);
    if (list === undefined || address + length > list.address + list.length) return undefined;
    if (length > COPY_LIMIT) return undefined;
    const whole = new Uint8Array(new ArrayBuffer(length));
    const piece = new Bytes(Math.min(length, LOAD_SIZE));
    for (let at = 0; at < length;) {
      const left = list.pageSize - (address + at - list.address) % list.pageSize;
      const bytes = Math.min(length - at, left, LOAD_SIZE);
      if (!this.#piece(piece, list, address + at, bytes)) return undefined;
      whole.set(new Uint8Array(piece.view.buffer, 0, bytes), at);
      at += bytes;
    }
    return new DataView(whole.buffer);
  }

  /** Ends the look: closes every file. */
  [Symbol.dispose](): void {
    this.#files.close();
    if (this.#processMemory !== undefined && this.#processMemory >= 0) {
      libc().close(this.#processMemory);
    }
    this.#processMemory = undefined;
  }
}
