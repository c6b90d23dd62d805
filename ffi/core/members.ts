/**
 * Where the fields of a struct or a union lie, as the C ABI of x86-64 Linux has it.
 *
 * @module
 */

import { checkInteger, checkKeys } from "./check.ts";
import { clear, type Codec, codecOf, type Fault, list, shown, within, wrong } from "./codec.ts";
import type { Field } from "./layout_form.ts";

/** The most bytes that a struct may have. */
const MAX_SIZE = 2 ** 30;

/** The largest alignment of a struct, in bytes. */
const MAX_ALIGN = 2 ** 20;

/** What a field is in C. */
export interface Declared {
  readonly codec: Codec;
  /** A C type as text, arrays' lengths included, or what a struct has. */
  readonly base: string | Members;
  /** Of structs: how many, where it is an array of them. */
  readonly length?: number | undefined;
}

/** A field, where it is, and how it is read and written. */
export interface Member extends Field, Declared {
  /** The alignment that it is given, 1 when it has its type's. */
  readonly least: number;
}

/** A struct's value, its types aside. */
export type Values = Readonly<Record<string, unknown>>;

/** The members of every struct by its descriptor: of what another struct has as a field. */
export const described: WeakMap<object, Members> = new WeakMap();

/** Checks an alignment: a power of two. */
export function checkAlign(align: unknown, of: string): number {
  const n = checkInteger(align as number, `the alignment of ${of}`, 1, MAX_ALIGN);
  if ((n & (n - 1)) === 0) return n;
  throw new RangeError(`Cannot use ${n} as the alignment of ${of}: it is no power of two`);
}

/** What makes members what they are. */
export interface Shape {
  /** The C type: `struct port`. */
  readonly type: string;
  /** What each field is, in C's order. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The least alignment of the whole. */
  readonly least: number;
  /** Whether there is no padding between fields. */
  readonly packed: boolean;
}

/** Where the fields of a struct lie, and the codec of the whole. */
export class Members implements Codec<Values> {
  /** The C type. */
  readonly type: string;
  readonly size: number;
  readonly align: number;
  /** What it was made of. */
  readonly shape: Shape;
  /** The fields by name, in C's order. */
  readonly all: ReadonlyMap<string, Member>;

  /**
   * @param shape what it is made of
   * @param overlaid whether all fields lie at offset 0, as in a union
   */
  constructor(shape: Shape, overlaid: boolean = false) {
    const { type, fields, least, packed } = shape;
    const members = new Map<string, Member>();
    let end = 0;
    let align = least;
    for (const [name, field] of Object.entries(fields)) {
      const { declared, least } = aligned(type, name, field);
      const { codec } = declared;
      const own = Math.max(packed ? 1 : codec.align, least);
      const offset = overlaid ? 0 : roundUp(end, own);
      members.set(name, { ...declared, offset, size: codec.size, least });
      end = Math.max(end, offset + codec.size);
      align = Math.max(align, own);
    }
    this.type = type;
    this.size = roundUp(end, align);
    this.align = align;
    this.shape = shape;
    this.all = members;
    if (end === 0) throw new TypeError(`Cannot describe ${type}: it has no fields`);
    if (!(this.size <= MAX_SIZE)) {
      throw new RangeError(`Cannot describe ${type}: it has more than ${MAX_SIZE} bytes`);
    }
    this.#checkNames();
  }

  /** The names by which C reaches the fields: what has no name in C is reached through. */
  cNames(): string[] {
    return [...this.all].flatMap(([name, { base }]) =>
      name.startsWith("$") ? (base as Members).cNames() : [name]
    );
  }

  #checkNames(): void {
    const known = new Set<string>();
    for (const name of this.cNames()) {
      if (known.has(name)) {
        throw new TypeError(`Cannot describe ${this.type}: in C it has two fields named ${name}`);
      }
      known.add(name);
    }
  }

  /** Each field's place, by name. */
  places(): Record<string, Field> {
    return Object.fromEntries(
      [...this.all].map(([name, { offset, size }]) => [name, Object.freeze({ offset, size })]),
    );
  }

  /** The field of a name; throws when there is none. */
  member(name: string): Member {
    const member = this.all.get(name);
    if (member === undefined) throw this.#unknown(name);
    return member;
  }

  #unknown(name: unknown): TypeError {
    const known = [...this.all.keys()].join(", ");
    return new TypeError(
      `Cannot use field "${String(name)}" of ${this.type}: it is unknown; there are ${known}`,
    );
  }

  fault(value: unknown): Fault | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return wrong(TypeError, value, `it must be an object with fields of ${this.type}`);
    }
    for (const name of Object.keys(value)) {
      if (!this.all.has(name)) return { path: name, error: () => this.#unknown(name) };
    }
    for (const [name, { codec }] of this.all) {
      if (!Object.hasOwn(value, name)) continue;
      const fault = codec.fault((value as Values)[name]);
      if (fault !== undefined) return within(name, fault);
    }
    return undefined;
  }

  read(view: DataView, at: number): Values {
    const value: Record<string, unknown> = {};
    for (const [name, { offset, codec }] of this.all) {
      value[name] = codec.read(view, at + offset);
    }
    return value;
  }

  store(view: DataView, at: number, value: Values, whole: boolean): void {
    for (const [name, { offset, size, codec }] of this.all) {
      if (Object.hasOwn(value, name)) codec.store(view, at + offset, value[name], whole);
      else if (whole) clear(view, at + offset, size);
    }
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

/** A field, and the alignment that it is given. */
function aligned(
  type: string,
  name: string,
  field: unknown,
): { declared: Declared; least: number } {
  const options = Array.isArray(field) && field.length === 2 ? field[1] : undefined;
  if (typeof options !== "object" || options === null) {
    return { declared: declaredField(type, name, field), least: 1 };
  }
  const declared = declaredField(type, name, (field as unknown[])[0]);
  const where = `${name} of ${type}`;
  checkKeys(options, ["align"], where);
  return { declared, least: checkAlign(options.align, where) };
}

function declaredField(type: string, name: string, field: unknown): Declared {
  const cannot = `Cannot describe ${name} of ${type}`;
  if (!/^[$A-Za-z_]\w*$/.test(name) || name === "__proto__") {
    throw new TypeError(`${cannot}: that is no name of a field`);
  }
  const where = `${name} of ${type}`;
  const nameless = name.startsWith("$");
  if (typeof field === "string" && !nameless) {
    const codec = codecOf(field, where);
    if (codec !== undefined) return { codec, base: field };
    throw new TypeError(`${cannot}: unknown C type "${field}"`);
  }
  const [element, length] = Array.isArray(field) ? field : [field, undefined];
  const inner = typeof element === "object" && element !== null
    ? described.get(element)
    : undefined;
  if (nameless && (inner === undefined || length !== undefined || !isUntagged(inner.type))) {
    throw new TypeError(
      `${cannot}: a name with $ is that of a member without one, and such a member is one struct ` +
        `or union without a tag, not ${inner === undefined ? shown(field) : inner.type}`,
    );
  }
  if (inner === undefined || (Array.isArray(field) && field.length !== 2)) {
    throw new TypeError(`${cannot}: it is no C type, no struct and no [struct, length]`);
  }
  if (length === undefined) return { codec: inner, base: inner };
  const n = checkInteger(length, `the length of ${where}`, 1, MAX_SIZE);
  return { codec: list(inner, n), base: inner, length: n };
}

/** Whether a type is one without a tag. */
export function isUntagged(type: string): boolean {
  return type === "struct" || type === "union";
}
