/**
 * Wraps a runtime's raw foreign functions so that they take and give what {@linkcode Call} says. A
 * function that needs no conversion is returned as it is, since a wrapper costs the fast call.
 *
 * @module
 */

import type { Native, Signature } from "./prototype.ts";
import { encodeString } from "./strings.ts";

// What a raw foreign function takes and returns; which of these is settled by its signature.
// deno-lint-ignore no-explicit-any
export type Raw = (...args: any[]) => any;

/** How one runtime wants to be handed converted values. */
export interface Conversions {
  /** Reads the NUL-terminated string at what a raw call returned, `null` for NULL. */
  readString(raw: unknown): string | null;
  /** True where a raw call reports NULL as 0 instead of `null`. */
  readonly nullIsZero: boolean;
}

function integer(value: unknown): bigint {
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`Cannot pass ${String(value)} to C: not a safe integer`);
  }
  return BigInt(value as number);
}

function argument(native: Native): ((value: unknown) => unknown) | undefined {
  switch (native) {
    case "size":
    case "ssize":
      return integer;
    case "string":
      return (value) => value === null ? null : encodeString(String(value));
    default:
      return undefined;
  }
}

function result(native: Native, to: Conversions): ((raw: unknown) => unknown) | undefined {
  switch (native) {
    case "size":
    case "ssize":
      return (raw) => Number(raw);
    case "i64":
      return (raw) => BigInt.asIntN(64, BigInt(raw as bigint));
    case "u64":
      return (raw) => BigInt.asUintN(64, BigInt(raw as bigint));
    case "string":
      return (raw) => to.readString(raw);
    case "pointer":
      return to.nullIsZero ? (raw) => raw === 0 ? null : raw : undefined;
    default:
      return undefined;
  }
}

/** The function with its conversions, or the very same function when there are none. */
export function converted(raw: Raw, signature: Signature, to: Conversions): Raw {
  const into = signature.parameters.map(argument);
  const outOf = result(signature.result, to);
  const plain = into.every((convert) => convert === undefined);
  if (plain && outOf === undefined) return raw;
  if (plain) return (...args) => outOf!(raw(...args));
  return (...args) => {
    for (let i = 0; i < into.length; i++) {
      const convert = into[i];
      if (convert !== undefined) args[i] = convert(args[i]);
    }
    const value = raw(...args);
    return outOf === undefined ? value : outOf(value);
  };
}
