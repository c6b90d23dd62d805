/**
 * Descriptors of the structs of programs whose source nobody has to have.
 *
 * @module
 */

import type { Struct } from "../../mod.ts";
import { describe } from "./describe.ts";
import { recordsOf } from "./gdb.ts";
import { moduleText } from "./source.ts";

/** The value of a field of which only its program knew the type. */
export type ForeignValue =
  | (number | bigint | boolean | string | Uint8Array)
  | ForeignValue[]
  | ForeignStruct;

/** The fields of a struct of which only its program knew the types. */
export interface ForeignStruct {
  [field: string]: ForeignValue;
}

/**
 * The descriptor of a struct or union that a C program has, from its debug information. `gdb` reads
 * it; the program is not run. Every size and offset is the program's. So is every alignment, but that
 * of what is packed and would lie the same if it were not: no debug information tells the two apart.
 *
 * An array of arrays of structs is one array of all of them; what C has no number of in JavaScript, a
 * `long double`, say, is bytes; an array without a length, at a struct's end, is left out.
 *
 * @param program An executable, shared object or object file that was compiled with `-g`.
 * @param name `struct port`, `union body`, or a typedef's name.
 * @returns The descriptor; throws a `DpdkError` when there is no such type, when it has bit-fields,
 *   or when gdb is not there, and a `TypeError` when that is no name of a type.
 */
export function readStruct(program: string, name: string): Struct<ForeignStruct> {
  const { descriptor } = describe(recordsOf(program, name));
  return descriptor as Struct<ForeignStruct>;
}

/**
 * The text of a TypeScript module that exports the same descriptor, for the editor to know its types.
 *
 * @param program As for {@linkcode readStruct}.
 * @param name As for {@linkcode readStruct}.
 * @returns The text.
 */
export function structModule(program: string, name: string): string {
  return moduleText(describe(recordsOf(program, name)), program);
}
