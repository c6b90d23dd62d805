/**
 * What the tests' web server sends, and how it is told that it came as it was.
 *
 * @module
 */

/** So many bytes, which do not repeat soon. */
export function body(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8) * 7 + (i >>> 16)) & 0xff);
}

/** The FNV-1a hash of bytes, in 32 bits. */
export function fnv(bytes: Uint8Array): number {
  return bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
}
