/**
 * Names in memory that may hold anything.
 *
 * @module
 */

import { decodeString } from "../runtime/mod.ts";

/**
 * The C string in a field: what is before the first NUL.
 *
 * @returns `undefined` when it has no NUL, or anything that is not printable
 */
export function nameIn(view: DataView<ArrayBuffer>, at: number, size: number): string | undefined {
  let plain = "";
  for (let i = 0; i < size; i++) {
    const byte = view.getUint8(at + i);
    if (byte === 0) return plain;
    if (byte < 0x20 || byte === 0x7f) return undefined;
    if (byte > 0x7f) return utf8(view, at, size);
    plain += String.fromCharCode(byte);
  }
  return undefined;
}

function utf8(view: DataView<ArrayBuffer>, at: number, size: number): string | undefined {
  const bytes = new Uint8Array(view.buffer, at, size);
  if (!bytes.includes(0)) return undefined;
  const text = decodeString(bytes);
  // deno-lint-ignore no-control-regex -- these are what is looked for
  return /[\u0000-\u001f\u007f\ufffd]/.test(text) ? undefined : text;
}
