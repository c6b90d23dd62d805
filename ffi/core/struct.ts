/**
 * C structs of a script's own: what it shares with C programs in messages, pools and memzones.
 *
 * @module
 */

import { checkInteger, checkKeys } from "./check.ts";
import { type CType, type CValue, type Fault, shown, within } from "./codec.ts";
import type { Field } from "./layout.ts";
import { described, Members, type Values } from "./members.ts";

/** The largest alignment of a struct, in bytes. */
const MAX_ALIGN = 2 ** 20;

/** Where a struct is read from or written to: bytes, not copied. */
export type StructBytes = ArrayBuffer | ArrayBufferView;

/** Any struct's descriptor, as what another struct has as a field. */
export interface AnyStruct {
  /** The C type: `struct shared_info`. */
  readonly type: string;
  /** `sizeof`, in bytes. */
  readonly size: number;
  /** `alignof`, in bytes. */
  readonly align: number;
  /** Where each field is, by name: `offsetof` and `sizeof`, in bytes. */
  readonly fields: Readonly<Record<string, Field>>;
  /** Reads a whole struct. */
  decode(source: StructBytes, offset?: number): object;
}

/** The type of one field: a C type as text, another struct, or an array of another struct. */
export type StructFieldType = CType | AnyStruct | readonly [element: AnyStruct, length: number];

/** The fields of a struct in their order in C, by name. */
export type StructFields = Readonly<Record<string, StructFieldType>>;

/** The JavaScript type of a field. */
export type StructFieldValue<T extends StructFieldType> = T extends string ? CValue<T>
  : T extends Struct<infer V> ? V
  : T extends readonly [Struct<infer V>, number] ? V[]
  : never;

/** What {@linkcode Struct.decode} gives for a descriptor: `StructValue<typeof SharedInfo>`. */
export type StructValue<S extends AnyStruct> = S extends Struct<infer V> ? V : never;

/**
 * What can be stored as a value: of structs any fields, for arrays typed arrays, too, and with fewer
 * elements.
 */
export type StructInput<V> = V extends number | bigint | boolean | string ? V
  : V extends Uint8Array ? ArrayLike<number>
  : V extends readonly (infer E)[] ? ArrayLike<StructInput<E>>
  : { readonly [K in keyof V]?: StructInput<V[K]> };

/** How a struct lies in memory, where that is not as the compiler would have it. */
export interface StructOptions {
  /** The least alignment of the whole, a power of two: `__rte_aligned(n)`, `__rte_cache_aligned`. */
  readonly align?: number;
  /** No padding between fields: `__rte_packed`; default `false`. */
  readonly packed?: boolean;
}

/**
 * A C struct's descriptor, made by {@linkcode struct}.
 *
 * Bytes are given as an `ArrayBuffer` or any view of one, and may be longer than the struct; the
 * struct starts at a byte offset, which need not be aligned. Each access is a plain one: a variable
 * that several processes change at once is a {@linkcode Counter32} or {@linkcode Counter64} at its
 * field's offset.
 *
 * All methods throw a `RangeError` when there are too few bytes, as when the memory is gone, and a
 * `TypeError` when they are given no bytes.
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
   * @throws {RangeError} when a `size_t`, a pointer or another 64-bit integer that is read as a
   * number is not below 2^53
   */
  decode(source: StructBytes, offset?: number): V;
  /**
   * Stores the fields that are named, those of structs within, too, and leaves the others as they
   * are. Arrays are stored whole. When a value is wrong, nothing is stored.
   *
   * @throws {RangeError} when a value is out of its type's range or does not fit
   * @throws {TypeError} when a value is not of its type, or there is no such field
   */
  write(target: StructBytes, value: StructInput<V>, offset?: number): void;
  /**
   * Reads one field. The bytes need only reach to its end. Of the forms of bytes a `DataView` is the
   * fastest.
   *
   * @throws {RangeError} when a `size_t`, a pointer or another 64-bit integer that is read as a
   * number is not below 2^53
   * @throws {TypeError} when there is no such field
   */
  get<K extends keyof V & string>(source: StructBytes, field: K, offset?: number): V[K];
  /**
   * Stores one field, all of it: what is left out of a struct or an array becomes 0.
   *
   * @throws {RangeError} when the value is out of its type's range or does not fit
   * @throws {TypeError} when the value is not of its type, or there is no such field
   */
  set<K extends keyof V & string>(
    target: StructBytes,
    field: K,
    value: StructInput<V[K]>,
    offset?: number,
  ): void;
}

class Descriptor implements AnyStruct {
  readonly type: string;
  readonly size: number;
  readonly align: number;
  readonly fields: Readonly<Record<string, Field>>;
  readonly #members: Members;

  constructor(members: Members) {
    this.type = members.type;
    this.size = members.size;
    this.align = members.align;
    this.fields = Object.freeze(members.places());
    this.#members = members;
    described.set(this, members);
    Object.freeze(this);
  }

  /** A view that has `end` bytes from the offset on. */
  #view(verb: string, field: string, bytes: StructBytes, offset: number, end: number): DataView {
    const view = bytes instanceof DataView ? bytes : viewOf(bytes, this.type);
    if ((offset >>> 0) !== offset) {
      checkInteger(offset, `an offset of ${this.type}`, 0, Number.MAX_SAFE_INTEGER);
    }
    const there = view.buffer.byteLength === 0 ? 0 : view.byteLength;
    if (offset + end <= there) return view;
    const what = field === "" ? this.type : `${field} of ${this.type}`;
    const needs = field === "" ? `it has ${end} bytes` : `it ends at byte ${end}`;
    const from = offset === 0 ? "" : ` from offset ${offset} on`;
    const left = Math.max(0, there - offset);
    throw new RangeError(`Cannot ${verb} ${what}: ${needs}, and there are ${left}${from}`);
  }

  encode(value: Values): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.size);
    this.write(bytes, value);
    return bytes;
  }

  decode(source: StructBytes, offset: number = 0): Values {
    return this.#members.read(this.#view("decode", "", source, offset, this.size), offset);
  }

  write(target: StructBytes, value: Values, offset: number = 0): void {
    const view = this.#view("write", "", target, offset, this.size);
    const fault = this.#members.fault(value);
    if (fault !== undefined) throw this.#error(fault);
    this.#members.store(view, offset, value, false);
  }

  get(source: StructBytes, field: string, offset: number = 0): unknown {
    const member = this.#members.member(field);
    const view = this.#view("get", field, source, offset, member.offset + member.size);
    return member.codec.read(view, offset + member.offset);
  }

  set(target: StructBytes, field: string, value: unknown, offset: number = 0): void {
    const member = this.#members.member(field);
    const view = this.#view("set", field, target, offset, member.offset + member.size);
    const fault = member.codec.fault(value);
    if (fault !== undefined) throw this.#error(within(field, fault));
    member.codec.store(view, offset + member.offset, value, true);
  }

  #error({ path, error }: Fault): Error {
    return error(path === "" ? this.type : `${path} of ${this.type}`);
  }
}

const NOTHING = new DataView(new ArrayBuffer(0));

function viewOf(bytes: StructBytes, type: string): DataView {
  if (ArrayBuffer.isView(bytes)) {
    // No view can be made of a buffer that was detached from its memory.
    if (bytes.byteLength === 0) return NOTHING;
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  if (bytes instanceof ArrayBuffer) return bytes.byteLength === 0 ? NOTHING : new DataView(bytes);
  throw new TypeError(
    `Cannot use ${shown(bytes)} as the bytes of ${type}: it is no ArrayBuffer and no view of one`,
  );
}

/**
 * Describes a C struct, so that a script can put one where C programs find it, and read theirs: in a
 * message's parameters, an object of a pool, a memzone.
 *
 * The fields have the names, the order and the types that they have in C, and come to lie where C
 * compilers for x86-64 Linux put them.
 *
 * | C type                                               | in TypeScript                         |
 * | ---------------------------------------------------- | ------------------------------------- |
 * | `int8_t` to `uint32_t`, `char`, `short`, `int`, ...  | `number`                              |
 * | `int64_t`, `uint64_t`, `unsigned long`, `rte_iova_t` | `bigint`                              |
 * | `size_t`, `ssize_t`, `long`, `off_t`, `uintptr_t`    | `number`, below 2^53                  |
 * | `void *`, any other pointer                          | `number`: an address, 0 for `NULL`    |
 * | `float`, `double`                                    | `number`; a `float` is rounded        |
 * | `bool`                                               | `boolean`                             |
 * | `char[16]`                                           | `string`: UTF-8, and a NUL at its end |
 * | `uint8_t[6]`                                         | `Uint8Array`                          |
 * | `uint32_t[4]`, `uint64_t[4]`, `char[4][16]`, ...     | array of such                         |
 * | a struct: its descriptor                             | object                                |
 * | structs: `[descriptor, 4]`                           | array of objects                      |
 *
 * An `enum` is an `unsigned int`, or an `int` when one of its constants is negative; a `char` is
 * signed. Bit-fields and unions have no type here: describe the whole as an integer or as
 * `uint8_t[n]`.
 *
 * ```ts
 * import { struct } from "@dpdk-ts/dpdk";
 *
 * // struct shared_info { uint32_t force_quit; uint64_t request_count; } __rte_cache_aligned;
 * const SharedInfo = struct("struct shared_info", {
 *   force_quit: "uint32_t",
 *   request_count: "uint64_t",
 * }, { align: 64 });
 *
 * const bytes = SharedInfo.encode({ request_count: 7n });
 * SharedInfo.set(bytes, "force_quit", 1);
 * console.log(SharedInfo.decode(bytes)); // { force_quit: 1, request_count: 7n }
 * console.log(SharedInfo.size, SharedInfo.fields.request_count.offset); // 64 8
 * ```
 *
 * @param type the struct's name in C, for messages: `struct shared_info`
 * @param fields name and type of each field, in C's order
 * @param options alignment and packing
 * @throws {TypeError} when a field's type is unknown, or its name none in C
 * @throws {RangeError} when the alignment is no power of two, or an array or the whole too long
 */
export function struct<const F extends StructFields>(
  type: string,
  fields: F,
  options: StructOptions = {},
): Struct<{ -readonly [K in keyof F & string]: StructFieldValue<F[K]> }> {
  if (typeof type !== "string" || type === "") {
    throw new TypeError(`Cannot describe a struct: ${shown(type)} is no name of one`);
  }
  if (typeof fields !== "object" || fields === null) {
    throw new TypeError(`Cannot describe ${type}: ${shown(fields)} is no object of its fields`);
  }
  checkKeys(options, ["align", "packed"], `struct("${type}")`);
  const { align = 1, packed = false } = options;
  checkInteger(align, `the alignment of ${type}`, 1, MAX_ALIGN);
  if ((align & (align - 1)) !== 0) {
    throw new RangeError(`Cannot use ${align} as the alignment of ${type}: it is no power of two`);
  }
  if (typeof packed !== "boolean") {
    throw new TypeError(`Cannot use ${shown(packed)} as packed of ${type}: it is true or false`);
  }
  const descriptor: unknown = new Descriptor(new Members(type, fields, align, packed));
  return descriptor as Struct<{ -readonly [K in keyof F & string]: StructFieldValue<F[K]> }>;
}
