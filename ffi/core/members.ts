/**
 * Where the fields of a struct lie, as the C ABI of x86-64 Linux has it.
 *
 * @module
 */

import { checkInteger } from "./check.ts";
import { clear, type Codec, codecOf, type Fault, list, within, wrong } from "./codec.ts";
import type { Field } from "./layout.ts";

/** The most bytes that a struct may have. */
const MAX_SIZE = 2 ** 30;

/** A field and how it is read and written. */
export interface Member extends Field {
  readonly codec: Codec;
}

/** A struct's value, its types aside. */
export type Values = Readonly<Record<string, unknown>>;

/** The members of every struct by its descriptor: of what another struct has as a field. */
export const described: WeakMap<object, Members> = new WeakMap();

/** Where the fields of a struct lie, and the codec of the whole. */
export class Members implements Codec<Values> {
  /** The C type. */
  readonly type: string;
  readonly size: number;
  readonly align: number;
  readonly #members: ReadonlyMap<string, Member>;

  /**
   * @param type the C type
   * @param fields what each field is, in C's order
   * @param least the least alignment of the whole
   * @param packed whether there is no padding between fields
   */
  constructor(
    type: string,
    fields: Readonly<Record<string, unknown>>,
    least: number,
    packed: boolean,
  ) {
    const members = new Map<string, Member>();
    let end = 0;
    let align = least;
    for (const [name, field] of Object.entries(fields)) {
      const codec = fieldCodec(type, name, field);
      const own = packed ? 1 : codec.align;
      const offset = roundUp(end, own);
      members.set(name, { offset, size: codec.size, codec });
      end = offset + codec.size;
      align = Math.max(align, own);
    }
    this.type = type;
    this.size = roundUp(end, align);
    this.align = align;
    this.#members = members;
    if (end === 0) throw new TypeError(`Cannot describe ${type}: it has no fields`);
    if (!(this.size <= MAX_SIZE)) {
      throw new RangeError(`Cannot describe ${type}: it has more than ${MAX_SIZE} bytes`);
    }
  }

  /** Each field's place, by name. */
  places(): Record<string, Field> {
    return Object.fromEntries(
      [...this.#members].map(([name, { offset, size }]) => [name, Object.freeze({ offset, size })]),
    );
  }

  /** The field of a name; throws when there is none. */
  member(name: string): Member {
    const member = this.#members.get(name);
    if (member === undefined) throw this.#unknown(name);
    return member;
  }

  #unknown(name: unknown): TypeError {
    const known = [...this.#members.keys()].join(", ");
    return new TypeError(
      `Cannot use field "${String(name)}" of ${this.type}: it is unknown; there are ${known}`,
    );
  }

  fault(value: unknown): Fault | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return wrong(TypeError, value, `it must be an object with fields of ${this.type}`);
    }
    for (const name of Object.keys(value)) {
      if (!this.#members.has(name)) return { path: name, error: () => this.#unknown(name) };
    }
    for (const [name, { codec }] of this.#members) {
      if (!Object.hasOwn(value, name)) continue;
      const fault = codec.fault((value as Values)[name]);
      if (fault !== undefined) return within(name, fault);
    }
    return undefined;
  }

  read(view: DataView, at: number): Values {
    const value: Record<string, unknown> = {};
    for (const [name, { offset, codec }] of this.#members) {
      value[name] = codec.read(view, at + offset);
    }
    return value;
  }

  store(view: DataView, at: number, value: Values, whole: boolean): void {
    for (const [name, { offset, size, codec }] of this.#members) {
      if (Object.hasOwn(value, name)) codec.store(view, at + offset, value[name], whole);
      else if (whole) clear(view, at + offset, size);
    }
  }
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}

function fieldCodec(type: string, name: string, field: unknown): Codec {
  const cannot = `Cannot describe ${name} of ${type}`;
  if (!/^[A-Za-z_]\w*$/.test(name) || name === "__proto__") {
    throw new TypeError(`${cannot}: that is no name of a field`);
  }
  const where = `${name} of ${type}`;
  if (typeof field === "string") {
    const codec = codecOf(field, where);
    if (codec !== undefined) return codec;
    throw new TypeError(`${cannot}: unknown C type "${field}"`);
  }
  const [element, length] = Array.isArray(field) ? field : [field, undefined];
  const inner = typeof element === "object" && element !== null
    ? described.get(element)
    : undefined;
  if (inner === undefined || (Array.isArray(field) && field.length !== 2)) {
    throw new TypeError(`${cannot}: it is no C type, no struct and no [struct, length]`);
  }
  if (length === undefined) return inner;
  return list(inner, checkInteger(length, `the length of ${where}`, 1, MAX_SIZE));
}
