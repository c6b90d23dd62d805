/**
 * The types of C structs' descriptors, and of the values that the structs have.
 *
 * @module
 */

import type { CType, CValue } from "./codec.ts";
import type { Field } from "./layout_form.ts";
import type { ByteWindow } from "./window.ts";

/** Where a struct is read from or written to: bytes, not copied. */
export type StructBytes = ArrayBuffer | ArrayBufferView;

/**
 * Any struct's or union's descriptor, as what another struct has as a field. In C it is a `struct`
 * or `union`, such as those of rte_mbuf_core.h.
 */
export interface AnyStruct {
  /** The C type: `struct shared_info`; `struct` alone when it has no tag. */
  readonly type: string;
  /** `sizeof`, in bytes. */
  readonly size: number;
  /** `alignof`, in bytes. */
  readonly align: number;
  /** Where each field is, by name: `offsetof` and `sizeof`, in bytes. */
  readonly fields: Readonly<Record<string, Field>>;
  /**
   * Reads a whole struct.
   *
   * @param source where the bytes are
   * @param offset where in the bytes the struct starts, in bytes; default 0
   * @returns an object with the fields, not connected to the bytes
   */
  decode(source: StructBytes, offset?: number): object;
  /**
   * The text of a C header that declares the struct and those within, and has the compiler check
   * the size, the alignment and the offset of every field. See {@linkcode cHeader}.
   *
   * @returns the header's text
   */
  toC(): string;
}

/** The type of a field as C has it: as text, another struct, or an array of another struct. */
export type StructPlainType = CType | AnyStruct | readonly [element: AnyStruct, length: number];

/** How one field lies in memory, where that is not as the compiler would have it. */
export interface StructFieldOptions {
  /** The least alignment, a power of two: `alignas(n)`, `__rte_cache_aligned`. */
  readonly align: number;
}

/** The type of one field, and its alignment where that is more than its type's. */
export type StructFieldType =
  | StructPlainType
  | readonly [type: StructPlainType, options: StructFieldOptions];

/** The fields of a struct in their order in C, by name. */
export type StructFields = Readonly<Record<string, StructFieldType>>;

/** The JavaScript type of a field. */
export type StructFieldValue<T extends StructFieldType> = T extends string ? CValue<T>
  : T extends Struct<infer V> ? V
  : T extends readonly [Struct<infer V>, number] ? V[]
  : T extends readonly [infer P extends StructPlainType, StructFieldOptions] ? StructFieldValue<P>
  : never;

/** The values of all fields. */
export type StructValues<F extends StructFields> = {
  -readonly [K in keyof F & string]: StructFieldValue<F[K]>;
};

/** What {@linkcode Struct.decode} gives for a descriptor: `StructValue<typeof SharedInfo>`. */
export type StructValue<S extends AnyStruct> = S extends Struct<infer V> ? V : never;

declare const members: unique symbol;

/**
 * What marks the value of a union, for the type checker alone.
 *
 * @internal
 */
type Members<M> = { readonly [members]: M };

/**
 * A copy of a union: every member is there, and is read of the same bytes when it is looked at. To
 * be stored, the value of a union is one that was decoded, or an object with one member.
 */
export type UnionValue<M> = Readonly<M> & Members<M>;

/**
 * One member of a union, or none.
 *
 * @internal
 */
type OneOf<M> = {
  [K in keyof M]:
    & { readonly [P in K]?: StructInput<M[P]> }
    & { readonly [P in Exclude<keyof M, K>]?: never };
}[keyof M];

/**
 * What can be stored as a value: of structs any fields, of unions one, for arrays typed arrays, too,
 * and with fewer elements.
 */
export type StructInput<V> = V extends number | bigint | boolean | string ? V
  : V extends Uint8Array ? ArrayLike<number>
  : V extends readonly (infer E)[] ? ArrayLike<StructInput<E>>
  : V extends Members<infer M> ? V | OneOf<M>
  : { readonly [K in keyof V]?: StructInput<V[K]> };

/**
 * A value that is read and stored at once.
 *
 * @internal
 */
type One = number | bigint | boolean | string;

/** A field in place: its value, or what leads to its parts. */
export type FieldView<V> = V extends One ? V
  : V extends Uint8Array ? ArrayView<number>
  : V extends readonly (infer E)[] ? ArrayView<E>
  : StructView<V>;

/**
 * A struct in place: each property reads and stores the memory where the struct is. Structs, unions
 * and arrays within are such views themselves, made when they are first used and kept from then on.
 *
 * Numbers, booleans and texts can be assigned; every value is checked as by
 * {@linkcode Struct.set}, every access against the bytes that there are at that moment.
 */
export type StructView<V> =
  & { -readonly [K in keyof V & string as V[K] extends One ? K : never]: V[K] }
  & { readonly [K in keyof V & string as V[K] extends One ? never : K]: FieldView<V[K]> };

/**
 * An array in place. In C it is an array in a struct, such as the `param` of `struct rte_mp_msg`
 * (rte_eal.h).
 */
export interface ArrayView<E> extends Iterable<FieldView<E>> {
  /** How many elements it has. */
  readonly length: number;
  /**
   * An element; of structs and arrays a view.
   *
   * @param index from 0 to the length less one
   * @returns the value, or a view of it
   * @throws {RangeError} when there is no such element
   */
  get(index: number): FieldView<E>;
  /**
   * Stores an element, all of it: what is left out of a struct or an array becomes 0.
   *
   * @param index from 0 to the length less one
   * @param value what it becomes
   * @throws {RangeError} when there is no such element, or the value is out of its type's range
   * @throws {TypeError} when the value is not of its type
   */
  set(index: number, value: StructInput<E>): void;
  /**
   * Stores the whole array: what is left out becomes 0.
   *
   * @param values at most as many as the array has
   * @throws {RangeError} when there are too many elements, or one is out of its type's range
   * @throws {TypeError} when a value is not of its type
   */
  assign(values: ArrayLike<StructInput<E>>): void;
  /**
   * The array's bytes where it is now, not copied.
   *
   * @returns a view of them
   */
  bytes(): Uint8Array<ArrayBuffer>;
}

/** How a struct lies in memory, where that is not as the compiler would have it. */
export interface StructOptions {
  /** The least alignment of the whole, a power of two: `__rte_aligned(n)`, `__rte_cache_aligned`. */
  readonly align?: number;
  /** No padding between fields: `__attribute__((packed))`; default `false`. */
  readonly packed?: boolean;
}

/**
 * A C struct's descriptor, made by {@linkcode struct}, or a union's, made by {@linkcode union}.
 *
 * Bytes are given as an `ArrayBuffer` or any view of one, and may be longer than the struct; the
 * struct starts at a byte offset, which need not be aligned. Each access is a plain one: a variable
 * that several processes change at once is a {@linkcode Counter32} or {@linkcode Counter64} at its
 * field's offset.
 *
 * All methods throw a `RangeError` when there are too few bytes, as when the memory is gone, and a
 * `TypeError` when they are given no bytes. In C it is the declaration: that of `struct rte_mbuf`
 * in rte_mbuf_core.h, say.
 */
export interface Struct<V extends object> extends AnyStruct {
  /** Where each field is, by name: `offsetof` and `sizeof`, in bytes. */
  readonly fields: { readonly [K in keyof V & string]: Field };
  /**
   * A new struct.
   *
   * @param value the fields; one that is left out is 0, as in an initializer in C
   * @returns {@linkcode AnyStruct.size} bytes
   * @throws {RangeError} when a value is out of its type's range or does not fit
   * @throws {TypeError} when a value is not of its type, or there is no such field
   */
  encode(value: StructInput<V>): Uint8Array<ArrayBuffer>;
  /**
   * A copy of a whole struct's fields.
   *
   * @param source where the bytes are
   * @param offset where in the bytes the struct starts, in bytes; default 0
   * @returns an object with the fields, not connected to the bytes
   * @throws {RangeError} when a `size_t`, a pointer or another 64-bit integer that is read as a
   * number is not below 2^53
   */
  decode(source: StructBytes, offset?: number): V;
  /**
   * Stores the fields that are named, those of structs within, too, and leaves the others as they
   * are. Arrays are stored whole. When a value is wrong, nothing is stored.
   *
   * @param target where the bytes are
   * @param value the fields to store
   * @param offset where in the bytes the struct starts, in bytes; default 0
   * @throws {RangeError} when a value is out of its type's range or does not fit
   * @throws {TypeError} when a value is not of its type, or there is no such field
   */
  write(target: StructBytes, value: StructInput<V>, offset?: number): void;
  /**
   * Reads one field. The bytes need only reach to its end. Of the forms of bytes a `DataView` is the
   * fastest.
   *
   * @param source where the bytes are
   * @param field its name
   * @param offset where in the bytes the struct starts, in bytes; default 0
   * @returns its value, a copy
   * @throws {RangeError} when a `size_t`, a pointer or another 64-bit integer that is read as a
   * number is not below 2^53
   * @throws {TypeError} when there is no such field
   */
  get<K extends keyof V & string>(source: StructBytes, field: K, offset?: number): V[K];
  /**
   * Stores one field, all of it: what is left out of a struct or an array becomes 0.
   *
   * @param target where the bytes are
   * @param field its name
   * @param value what it becomes
   * @param offset where in the bytes the struct starts, in bytes; default 0
   * @throws {RangeError} when the value is out of its type's range or does not fit
   * @throws {TypeError} when the value is not of its type, or there is no such field
   */
  set<K extends keyof V & string>(
    target: StructBytes,
    field: K,
    value: StructInput<V[K]>,
    offset?: number,
  ): void;
  /**
   * The struct in place: an object whose properties are the fields, read and stored where they are.
   * It is made once, and moved: by the cursor, if it is made over one, or by
   * {@linkcode Struct.move}. Reading and storing numbers allocates nothing.
   *
   * @param target bytes, or what moves: a pool's cursor, an mbuf's data
   * @param offset where in the bytes the struct starts, which need not be aligned
   * @returns the view
   * @throws {RangeError} when there are too few bytes; of what moves, it is each access that throws
   * @throws {TypeError} when it is given no bytes
   * @example
   * ```ts
   * import { Eal, Mempool, PointerBuffer, struct } from "@dpdk-ts/dpdk";
   *
   * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
   * using pool = Mempool.create("jobs", 63, 64);
   * const Job = struct("struct job", { argument: "uint32_t", result: "uint32_t" });
   * const burst = new PointerBuffer(32);
   * const cursor = pool.cursor();
   * const job = Job.at(cursor); // made once, follows the cursor
   * pool.getBulk(burst, 2);
   * for (let i = 0; i < 2; i++) {
   *   cursor.at(burst, i);
   *   job.argument = i;
   *   job.result = job.argument + 1;
   * }
   * console.log(job.result); // 2
   * pool.putBulk(burst, 2);
   * ```
   */
  at(target: StructBytes | ByteWindow, offset?: number): StructView<V>;
  /**
   * Moves what {@linkcode Struct.at} made to another offset of the same bytes, all views of its
   * parts with it.
   *
   * @param view what `at` made
   * @param offset where in the bytes the struct starts, in bytes
   * @throws {RangeError} when there are too few bytes; of what moves, it is each access that throws
   * @throws {TypeError} when it is no view that this descriptor's `at` made
   */
  move(view: StructView<V>, offset: number): void;
}
