/**
 * How values of C types lie in memory on x86-64 Linux: LP64, little-endian.
 *
 * A codec first says what is wrong with a value, and then stores it: nothing is stored of a struct
 * of which one field is wrong.
 *
 * @module
 */

import { decodeString } from "../runtime/mod.ts";

/** C types of one value that are a JavaScript number. */
export type CNumber =
  | ("char" | "signed char" | "int8_t" | "unsigned char" | "uint8_t")
  | ("short" | "int16_t" | "unsigned short" | "uint16_t")
  | ("int" | "int32_t" | "unsigned" | "unsigned int" | "uint32_t")
  | ("long" | "ssize_t" | "off_t" | "intptr_t" | "ptrdiff_t" | "size_t" | "uintptr_t")
  | ("float" | "double")
  | `${string}*`;

/** C types of one value that are a bigint. */
export type CBigInt =
  | ("int64_t" | "long long")
  | ("uint64_t" | "unsigned long" | "unsigned long long" | "rte_iova_t");

/** C types of one value. */
export type CScalar = CNumber | CBigInt | "bool";

/**
 * A C type as a struct's field has it, the name left out and the array's length kept:
 * `uint32_t`, `char[64]`, `uint8_t[4][6]`, `void *`. See {@linkcode struct} for what is what.
 */
export type CType = CScalar | `${CScalar}[${number}]` | `${CScalar}[${number}][${number}]`;

/** The JavaScript type of a {@linkcode CType}. */
export type CValue<T extends string> = T extends `${infer E}[${number}][${infer N}]`
  ? CValue<`${E}[${N}]`>[]
  : T extends `${infer E}[${number}]` ? E extends "char" ? string
    : E extends "uint8_t" | "unsigned char" ? Uint8Array<ArrayBuffer>
    : CValue<E>[]
  : T extends CNumber ? number
  : T extends CBigInt ? bigint
  : T extends "bool" ? boolean
  : never;

/** What is wrong with a value. */
export interface Fault {
  /** Where in the value: `ports[3].queue`; empty when it is the value itself. */
  readonly path: string;
  /** The error, given the name of the place: `queue of struct port`. */
  error(where: string): Error;
}

/** Reads and writes values of one C type. */
export interface Codec<T = unknown> {
  /** `sizeof`, in bytes. */
  readonly size: number;
  /** `alignof`, in bytes. */
  readonly align: number;
  /** Of an array: what each element is. */
  readonly element?: Codec;
  /** What is wrong with a value that a user hands in; `undefined` when it can be stored. */
  fault(value: unknown): Fault | undefined;
  /** The value at a byte offset. */
  read(view: DataView, at: number): T;
  /**
   * Stores a value without fault.
   *
   * @param whole whether what the value leaves out becomes 0, or stays as it is
   */
  store(view: DataView, at: number, value: T, whole: boolean): void;
}

/** A value in an error message. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return isList(value) ? "an array" : "an object";
}

/** A fault of the value itself. */
export function wrong(
  kind: TypeErrorConstructor | RangeErrorConstructor,
  value: unknown,
  because: string,
): Fault {
  return {
    path: "",
    error: (where) => new kind(`Cannot use ${shown(value)} as ${where}: ${because}`),
  };
}

/** A fault of a part as one of the whole. */
export function within(step: string, { path, error }: Fault): Fault {
  return { path: step + (path === "" || path.startsWith("[") ? "" : ".") + path, error };
}

/** Clears bytes. */
export function clear(view: DataView, at: number, length: number): void {
  new Uint8Array(view.buffer, view.byteOffset + at, length).fill(0);
}

type Read<T> = (view: DataView, at: number) => T;
type Store<T> = (view: DataView, at: number, value: T) => void;

function integer(
  bits: 8 | 16 | 32 | 64,
  signed: boolean,
  read: Read<number>,
  store: Store<number>,
): Codec<number> {
  // Of 64 bits as a number there are those that are exact.
  const width = Math.min(signed ? bits - 1 : bits, 53);
  const max = 2 ** width - 1;
  const min = !signed ? 0 : bits === 64 ? -max : -max - 1;
  const because = `it must be an integer from ${min} to ${max}`;
  const fault = (value: unknown) => {
    if (typeof value !== "number") return wrong(TypeError, value, because);
    if (Number.isInteger(value) && value >= min && value <= max) return undefined;
    return wrong(RangeError, value, because);
  };
  return { size: bits / 8, align: bits / 8, fault, read, store };
}

function bigInteger(min: bigint, max: bigint, read: Read<bigint>): Codec<bigint> {
  const because = `it must be a bigint from ${min} to ${max}`;
  const fault = (value: unknown) => {
    if (typeof value !== "bigint") return wrong(TypeError, value, because);
    return value >= min && value <= max ? undefined : wrong(RangeError, value, because);
  };
  // The bits are the same, signed or not.
  return {
    size: 8,
    align: 8,
    fault,
    read,
    store: (v, at, value) => v.setBigInt64(at, value, true),
  };
}

function floating(size: 4 | 8, read: Read<number>, store: Store<number>): Codec<number> {
  const fault = (value: unknown) =>
    typeof value === "number" ? undefined : wrong(TypeError, value, "it must be a number");
  return { size, align: size, fault, read, store };
}

/** A 64-bit integer as a number. Not every one is: reading says so, and where. */
function wide(signed: boolean, where: string): Codec<number> {
  const read: Read<number> = (view, at) => {
    const exact = signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
    const value = Number(exact);
    if (Number.isSafeInteger(value)) return value;
    const type = signed ? "int64_t" : "uint64_t";
    throw new RangeError(
      `Cannot read ${where}: ${exact} is no exact number; describe the field as ${type}`,
    );
  };
  return integer(64, signed, read, (v, at, value) => v.setBigInt64(at, BigInt(value), true));
}

const i8 = integer(8, true, (v, at) => v.getInt8(at), (v, at, x) => v.setInt8(at, x));
const u8 = integer(8, false, (v, at) => v.getUint8(at), (v, at, x) => v.setUint8(at, x));
const i16 = integer(
  16,
  true,
  (v, at) => v.getInt16(at, true),
  (v, at, x) => v.setInt16(at, x, true),
);
const u16 = integer(
  16,
  false,
  (v, at) => v.getUint16(at, true),
  (v, at, x) => v.setUint16(at, x, true),
);
const i32 = integer(
  32,
  true,
  (v, at) => v.getInt32(at, true),
  (v, at, x) => v.setInt32(at, x, true),
);
const u32 = integer(
  32,
  false,
  (v, at) => v.getUint32(at, true),
  (v, at, x) => v.setUint32(at, x, true),
);
const i64 = bigInteger(-(2n ** 63n), 2n ** 63n - 1n, (v, at) => v.getBigInt64(at, true));
const u64 = bigInteger(0n, 2n ** 64n - 1n, (v, at) => v.getBigUint64(at, true));
const f32 = floating(4, (v, at) => v.getFloat32(at, true), (v, at, x) => v.setFloat32(at, x, true));
const f64 = floating(8, (v, at) => v.getFloat64(at, true), (v, at, x) => v.setFloat64(at, x, true));

const bool: Codec<boolean> = {
  size: 1,
  align: 1,
  fault: (value) =>
    typeof value === "boolean" ? undefined : wrong(TypeError, value, "it must be true or false"),
  read: (view, at) => view.getUint8(at) !== 0,
  store: (view, at, value) => view.setUint8(at, value ? 1 : 0),
};

const signedWide = (where: string): Codec<number> => wide(true, where);
const unsignedWide = (where: string): Codec<number> => wide(false, where);

/** Every named type of one value: its codec, or what makes it for a named field. */
const SCALARS: Readonly<
  Record<Exclude<CScalar, `${string}*`>, Codec | ((where: string) => Codec)>
> = {
  "char": i8,
  "signed char": i8,
  "int8_t": i8,
  "unsigned char": u8,
  "uint8_t": u8,
  "short": i16,
  "int16_t": i16,
  "unsigned short": u16,
  "uint16_t": u16,
  "int": i32,
  "int32_t": i32,
  "unsigned": u32,
  "unsigned int": u32,
  "uint32_t": u32,
  "long": signedWide,
  "ssize_t": signedWide,
  "off_t": signedWide,
  "intptr_t": signedWide,
  "ptrdiff_t": signedWide,
  "size_t": unsignedWide,
  "uintptr_t": unsignedWide,
  "int64_t": i64,
  "long long": i64,
  "uint64_t": u64,
  "unsigned long": u64,
  "unsigned long long": u64,
  "rte_iova_t": u64,
  "float": f32,
  "double": f64,
  "bool": bool,
};

const encoder = new TextEncoder();

/** `char[n]`. */
function text(n: number): Codec<string> {
  return {
    size: n,
    align: 1,
    fault(value) {
      if (typeof value !== "string") return wrong(TypeError, value, "it must be a string");
      if (value.includes("\0")) return wrong(TypeError, value, "it holds a NUL");
      const { length } = encoder.encode(value);
      if (length < n) return undefined;
      return wrong(RangeError, value, `it has ${length} bytes, at most ${n - 1} fit`);
    },
    read: (view, at) => decodeString(new Uint8Array(view.buffer, view.byteOffset + at, n)),
    store(view, at, value) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, n);
      bytes.fill(0, encoder.encodeInto(value, bytes.subarray(0, n - 1)).written);
    },
  };
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** An array of `n` elements. */
export function list<T>(element: Codec<T>, n: number): Codec<ArrayLike<T>> {
  const { size, align } = element;
  return {
    size: n * size,
    align,
    element,
    fault(value) {
      if (!isList(value)) return wrong(TypeError, value, "it must be an array");
      const { length } = value;
      if (length > n) {
        return wrong(RangeError, value, `it has ${length} elements, at most ${n} fit`);
      }
      for (let i = 0; i < length; i++) {
        const fault = element.fault(value[i]);
        if (fault !== undefined) return within(`[${i}]`, fault);
      }
      return undefined;
    },
    read: (view, at) => Array.from({ length: n }, (_, i) => element.read(view, at + i * size)),
    store(view, at, value) {
      const given = Math.min(value.length, n);
      for (let i = 0; i < given; i++) element.store(view, at + i * size, value[i]!, true);
      if (given < n) clear(view, at + given * size, (n - given) * size);
    },
  };
}

/** `uint8_t[n]`: a list that is copied at once. */
function bytes(n: number): Codec<ArrayLike<number>> {
  const { size, align, fault } = list(u8, n);
  const at = (view: DataView, at: number) => new Uint8Array(view.buffer, view.byteOffset + at, n);
  return {
    size,
    align,
    element: u8,
    fault: (value) => value instanceof Uint8Array && value.length <= n ? undefined : fault(value),
    read: (view, offset) => at(view, offset).slice(),
    store(view, offset, value) {
      const target = at(view, offset);
      target.set(value);
      target.fill(0, value.length);
    },
  };
}

/**
 * The codec of a {@linkcode CType}.
 *
 * @param ctype the type as text
 * @param where what has it, for messages: `next of struct node`
 * @returns `undefined` when there is no such type
 */
export function codecOf(ctype: string, where: string): Codec | undefined {
  const array = /^([^[\]]+)\[([1-9]\d*)\]((?:\[\d+\])*)$/.exec(ctype);
  if (array === null) {
    if (/^[A-Za-z_][\w *]*\*$/.test(ctype)) return unsignedWide(where);
    if (!Object.hasOwn(SCALARS, ctype)) return undefined;
    const known = SCALARS[ctype as keyof typeof SCALARS];
    return typeof known === "function" ? known(where) : known;
  }
  const [type, n, rest] = [array[1]!, Number(array[2]), array[3]!];
  if (rest === "" && type === "char") return text(n);
  if (rest === "" && (type === "uint8_t" || type === "unsigned char")) return bytes(n);
  const element = codecOf(type + rest, where);
  return element === undefined ? undefined : list(element, n);
}
