/**
 * The form in which the layouts of C structs are written down.
 *
 * Each library's `layout.ts` holds them; tests/abi compiles a C program from them that compares
 * every size and every offset with the headers of the installed release.
 *
 * @module
 */

/** One field: where it is and how wide, in bytes. */
export interface Field {
  /** Bytes from the beginning of the struct. */
  readonly offset: number;
  /** Its bytes. */
  readonly size: number;
  /** The field's path in C where it is not the key: `ht.pos.head`. */
  readonly path?: string;
}

/** A bit-field: which bits of which bytes. */
export interface BitField {
  /** Where the bytes are that hold it. */
  readonly offset: number;
  /** How many bytes. */
  readonly size: number;
  /** The lowest of its bits in them, as a little-endian machine counts. */
  readonly shift: number;
  /** How many bits it has. */
  readonly bits: number;
  /** The field's path in C where it is not the key. */
  readonly path?: string;
}

/** A struct that a header declares. */
export interface StructLayout {
  /** The C type: `struct rte_ring`. */
  readonly type: string;
  /** The header that declares it: `rte_ring.h`. */
  readonly header: string;
  /** `sizeof`, in bytes. */
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
  /** Its bit-fields, if any are used. */
  readonly bits?: Readonly<Record<string, BitField>>;
}

/** A layout whose fields are known by name, and differ in place between releases or machines. */
export interface Layout<K extends string> extends StructLayout {
  readonly fields: Readonly<Record<K, Field>>;
}

/** The bits of a bit-field, in the integer that holds it. */
export function maskOf({ shift, bits }: BitField): number {
  return (2 ** bits - 1) * 2 ** shift;
}

/** Constants of a header by name, for the same comparison. */
export interface Constants {
  readonly header: string;
  readonly values: Readonly<Record<string, number>>;
}
