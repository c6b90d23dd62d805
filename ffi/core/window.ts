/**
 * Bytes at a place that moves.
 *
 * @module
 */

/**
 * A piece of memory that can be moved, such as the packet that a cursor is at. What reads through it
 * asks for all three each time, and stays between `dataStart` and `dataStart + dataLen`.
 */
export interface ByteWindow {
  /** The memory that the bytes lie in; more than the window. */
  readonly view: DataView<ArrayBuffer>;
  /** Where in the view the window's first byte is. */
  readonly dataStart: number;
  /** How many bytes the window has; 0 when it is nowhere. */
  readonly dataLen: number;
}
