/**
 * C structs and unions of a script's own: what it shares with C programs in messages, pools and
 * memzones.
 *
 * @module
 */

import { cHeader } from "./c_header.ts";
import { checkInteger, checkKeys } from "./check.ts";
import { type Fault, shown, within } from "./codec.ts";
import { FixedWindow, inPlace, Place, placeOfStruct } from "./in_place.ts";
import type { Field } from "./layout_form.ts";
import { checkAlign, described, Members, type Shape, type Values } from "./members.ts";
import type {
  AnyStruct,
  Struct,
  StructBytes,
  StructFields,
  StructOptions,
  StructValues,
  UnionValue,
} from "./struct_types.ts";
import { UnionMembers } from "./union.ts";
import type { ByteWindow } from "./window.ts";

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
    checkOffset(offset, this.type);
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

  at(target: StructBytes | ByteWindow, offset: number = 0): object {
    const window = isWindow(target) ? target : new FixedWindow(viewOf(target, this.type));
    const place = new Place(window, 0);
    const view = inPlace(this.#members, place);
    this.#go(place, offset);
    return view;
  }

  move(view: object, offset: number): void {
    const place = placeOfStruct(view, this.#members);
    if (place === undefined) {
      throw new TypeError(
        `Cannot move ${shown(view)} as a view of ${this.type}: its at() did not make it`,
      );
    }
    this.#go(place, offset);
  }

  #go(place: Place, offset: number): void {
    const { window } = place;
    // What moves may be nowhere yet, and elsewhere at the next access.
    if (window instanceof FixedWindow) this.#view("access", "", window.view, offset, this.size);
    else checkOffset(offset, this.type);
    place.offset = offset;
  }

  toC(): string {
    return cHeader(this);
  }

  #error({ path, error }: Fault): Error {
    return error(path === "" ? this.type : `${path} of ${this.type}`);
  }
}

function checkOffset(offset: number, type: string): void {
  if ((offset >>> 0) === offset) return;
  checkInteger(offset, `an offset of ${type}`, 0, Number.MAX_SAFE_INTEGER);
}

function isWindow(target: unknown): target is ByteWindow {
  return typeof target === "object" && target !== null && "dataLen" in target;
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
 * | any with `alignas(64)`: `[type, { align: 64 }]`      | the same                              |
 *
 * An `enum` is an `unsigned int`, or an `int` when one of its constants is negative; a `char` is
 * signed. A union is made by {@linkcode union}. Bit-fields have no type here: describe the whole as an
 * integer or as `uint8_t[n]`.
 *
 * A struct or union without a tag is called `struct` or `union`. A member without a name has one here
 * that starts with `$`: `$0: union("union", ...)`.
 *
 * @param type the struct's name in C: `struct shared_info`, or `shared_info_t` for a typedef
 * @param fields name and type of each field, in C's order
 * @param options alignment and packing
 * @returns its descriptor: sizes, offsets, and how values are read and stored
 * @throws {TypeError} when a field's type is unknown, or its name none in C
 * @throws {RangeError} when the alignment is no power of two, or an array or the whole too long
 * @example
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
 * console.log(SharedInfo.decode(bytes).request_count); // 7
 * console.log(SharedInfo.size, SharedInfo.fields.request_count.offset); // 64 8
 *
 * const info = SharedInfo.at(bytes); // in place
 * info.request_count += 1n;
 * const header = SharedInfo.toC(); // for C programs to include
 * ```
 */
export function struct<const F extends StructFields>(
  type: string,
  fields: F,
  options: StructOptions = {},
): Struct<StructValues<F>> {
  const shape = shapeOf("struct", type, fields, options);
  const descriptor: unknown = new Descriptor(new Members(shape));
  return descriptor as Struct<StructValues<F>>;
}

/**
 * Describes a C union: members that share their bytes.
 *
 * What is decoded is a copy with all members, each read of the same bytes when it is looked at.
 * What is encoded has one member; the bytes behind it become 0. In place, every member is there.
 * Many structs of DPDK have such: the members of `struct rte_mbuf` (rte_mbuf_core.h).
 *
 * @param type the union's name in C: `union body`; `union` alone when it has no tag
 * @param fields name and type of each member
 * @param options alignment and packing
 * @returns its descriptor, to be used as a struct's is
 * @throws {TypeError} when a member's type is unknown, or its name none in C
 * @throws {RangeError} when the alignment is no power of two, or an array or the whole too long
 * @example
 * ```ts
 * import { struct, union } from "@dpdk-ts/dpdk";
 *
 * const Message = struct("struct message", {
 *   kind: "uint32_t",
 *   body: union("union body", { count: "uint64_t", name: "char[16]" }),
 * });
 * const bytes = Message.encode({ kind: 2, body: { name: "ring" } });
 * console.log(Message.decode(bytes).body.name); // ring
 * console.log(Message.at(bytes).body.count); // 1735289202
 * ```
 */
export function union<const F extends StructFields>(
  type: string,
  fields: F,
  options: StructOptions = {},
): Struct<UnionValue<StructValues<F>>> {
  const shape = shapeOf("union", type, fields, options);
  const descriptor: unknown = new Descriptor(new UnionMembers(shape));
  return descriptor as Struct<UnionValue<StructValues<F>>>;
}

function shapeOf(
  kind: "struct" | "union",
  type: string,
  fields: StructFields,
  options: StructOptions,
): Shape {
  if (typeof type !== "string" || type === "") {
    throw new TypeError(`Cannot describe a ${kind}: ${shown(type)} is no name of one`);
  }
  if (typeof fields !== "object" || fields === null) {
    throw new TypeError(`Cannot describe ${type}: ${shown(fields)} is no object of its fields`);
  }
  const other = kind === "struct" ? "union" : "struct";
  if (type === other || type.startsWith(`${other} `)) {
    throw new TypeError(`Cannot describe ${type} by ${kind}(): it is a ${other}; use ${other}()`);
  }
  checkKeys(options, ["align", "packed"], `${kind}("${type}")`);
  const { align = 1, packed = false } = options;
  const least = checkAlign(align, type);
  if (typeof packed !== "boolean") {
    throw new TypeError(`Cannot use ${shown(packed)} as packed of ${type}: it is true or false`);
  }
  return { type, fields, least, packed };
}
