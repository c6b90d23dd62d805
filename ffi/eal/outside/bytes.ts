/**
 * Reading open files into one piece of memory, over and over.
 *
 * @module
 */

import { libc } from "../../core/mod.ts";
import { type Pointer, runtime } from "../../runtime/mod.ts";

/** Memory that is read into, each time from its beginning. */
export class Bytes {
  /** What was read last. */
  readonly view: DataView<ArrayBuffer>;
  readonly #pointer: Pointer;

  /** @param size the most bytes that can be read at once */
  constructor(size: number) {
    this.view = new DataView(new ArrayBuffer(size));
    this.#pointer = runtime.pointerTo(this.view.buffer);
  }

  /**
   * Reads from a file that is open: `pread`.
   *
   * @param fd its descriptor
   * @param length how many bytes, at most as many as there are here
   * @param offset where in the file
   * @returns whether all of them were there
   */
  read(fd: number, length: number, offset: number): boolean {
    if (length > this.view.byteLength) {
      throw new RangeError(
        `Cannot read ${length} bytes: there is room for ${this.view.byteLength}`,
      );
    }
    return libc().pread(fd, this.#pointer, length, offset) === length;
  }
}
