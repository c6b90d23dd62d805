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

/** A struct that a header declares. */
export interface StructLayout {
  /** The C type: `struct rte_ring`. */
  readonly type: string;
  /** The header that declares it: `rte_ring.h`. */
  readonly header: string;
  /** `sizeof`, in bytes. */
  readonly size: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** Constants of a header by name, for the same comparison. */
export interface Constants {
  readonly header: string;
  readonly values: Readonly<Record<string, number>>;
}
