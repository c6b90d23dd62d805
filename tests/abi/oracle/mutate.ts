/**
 * Layouts that are wrong in every number, which the oracle must tell.
 *
 * @module
 */

import type { Layouts } from "./collect.ts";

/** Changes each value of an object. */
function each<T>(object: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  const changed = Object.entries(object).map(([key, value]) => [key, change(value)] as const);
  return Object.fromEntries(changed);
}

/** Every size and constant, and every place by itself, is one more than it says. */
export function mutated(
  { structs, constants }: Pick<Layouts, "structs" | "constants">,
): Pick<Layouts, "structs" | "constants"> {
  return {
    structs: structs.map(({ place, value }) => ({
      place,
      value: {
        ...value,
        size: value.size + 1,
        fields: each(value.fields, (field) => ({
          ...field,
          offset: field.offset + 1,
          size: field.size + 1,
        })),
        bits: each(value.bits ?? {}, (field) => ({ ...field, shift: field.shift + 1 })),
      },
    })),
    constants: constants.map(({ place, value }) => ({
      place,
      // Of the largest the next is not another number.
      value: { ...value, values: each(value.values, (n) => n + Math.max(1, Math.abs(n) / 4)) },
    })),
  };
}
