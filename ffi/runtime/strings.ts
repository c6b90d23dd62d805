/**
 * C strings.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A string as NUL-terminated UTF-8 in memory that does not move.
 *
 * @throws {TypeError} when the string holds a NUL character, which would cut it short in C
 */
export function encodeString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    throw new TypeError(`Cannot pass ${JSON.stringify(text)} to C: it holds a NUL character`);
  }
  // At most three bytes for a UTF-16 unit. new ArrayBuffer, as small typed arrays may move.
  const bytes = new Uint8Array(new ArrayBuffer(text.length * 3 + 1));
  encoder.encodeInto(text, bytes);
  return bytes;
}

/** The text up to the first NUL, or all of it when there is none. */
export function decodeString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
