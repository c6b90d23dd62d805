/**
 * Checks of what is stored in a header's fields: one comparison when it is right.
 *
 * @module
 */

import { checkInteger } from "../core/mod.ts";

/** An integer that 8 bits hold. */
export function u8(value: number, name: string): number {
  return (value & 0xff) === value ? value : checkInteger(value, name, 0, 0xff);
}

/** An integer that 16 bits hold. */
export function u16(value: number, name: string): number {
  return (value & 0xffff) === value ? value : checkInteger(value, name, 0, 0xffff);
}

/**
 * An integer that 32 bits hold, as the signed one of the same bits: V8 makes an object of each number
 * that is larger.
 */
export function u32(value: number, name: string): number {
  if ((value >>> 0) !== value) checkInteger(value, name, 0, 0xffffffff);
  return value | 0;
}

/** An integer from 0 to `max`, which is some ones in binary. */
export function bits(value: number, name: string, max: number): number {
  return (value & max) === value ? value : checkInteger(value, name, 0, max);
}

/**
 * A yes or no.
 *
 * @throws {TypeError} when it is neither
 */
export function flag(value: boolean, name: string): boolean {
  if (value !== true && value !== false) {
    throw new TypeError(`Cannot use ${String(value)} as ${name}: it must be true or false`);
  }
  return value;
}
