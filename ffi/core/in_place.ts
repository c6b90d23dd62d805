/**
 * Structs in place: objects whose properties read and store memory.
 *
 * Each struct has a class of its own, with an accessor for every field; its instances know where the
 * outermost struct is, and how far from there they are.
 *
 * @module
 */

import { type Codec, type Fault, within } from "./codec.ts";
import { Members } from "./members.ts";
import type { ByteWindow } from "./window.ts";

/** Bytes that stay where they are. */
export class FixedWindow implements ByteWindow {
  readonly view: DataView<ArrayBuffer>;
  readonly dataStart = 0;
  readonly #length: number;

  /** @param view the bytes, all of them */
  constructor(view: DataView) {
    this.view = view as DataView<ArrayBuffer>;
    this.#length = view.buffer.byteLength === 0 ? 0 : view.byteLength;
  }

  /** How many bytes there are; 0 when the memory is gone. */
  get dataLen(): number {
    return this.view.buffer.byteLength === 0 ? 0 : this.#length;
  }
}

/** Where the outermost struct is; all views of its parts share it. */
export class Place {
  readonly window: ByteWindow;
  /** Where in the window it starts. */
  offset: number;

  /**
   * @param window what it lies in
   * @param offset where in the window it starts
   */
  constructor(window: ByteWindow, offset: number) {
    this.window = window;
    this.offset = offset;
  }
}

/** What a struct or an array is made of. */
interface Part {
  readonly codec: Codec;
  /** The codec's size, at hand: codecs are of many shapes, and parts of one. */
  readonly size: number;
  /** The struct that it is in. */
  readonly of: string;
  /** Its name in the struct; of an element, the array's. */
  readonly name: string;
}

/** Where in its window a part of a view is, which must be there as a whole. */
let startOf: (view: View, offset: number, part: Part) => number;
let windowOf: (view: View) => ByteWindow;
/** The view of a part that is no value, by its number; always the same one. */
let partOf: (view: View, index: number, offset: number, part: Part) => View;
/** The place of an outermost struct; `undefined` for what is within one. */
let placeOf: (view: View) => Place | undefined;

/** A struct or an array, at a distance from where the outermost struct starts. */
class View {
  readonly #place: Place;
  readonly #offset: number;
  readonly #isOuter: boolean;
  /** The views of parts that were used, by their number. */
  readonly #parts: View[] = [];

  constructor(place: Place, offset: number, isOuter: boolean) {
    this.#place = place;
    this.#offset = offset;
    this.#isOuter = isOuter;
  }

  static {
    startOf = (view, offset, part) => {
      const place = view.#place;
      const { window } = place;
      const from = place.offset + view.#offset + offset;
      if (from + part.size <= window.dataLen) return window.dataStart + from;
      throw tooFew(place, view.#offset + offset, part);
    };
    windowOf = (view) => view.#place.window;
    partOf = (view, index, offset, part) =>
      view.#parts[index] ??= viewOf(part, view.#place, view.#offset + offset);
    placeOf = (view) => view.#isOuter ? view.#place : undefined;
  }
}

/** The error of an access that ends behind the bytes that there are. */
function tooFew({ window, offset }: Place, at: number, { size, of, name }: Part): RangeError {
  const from = offset === 0 ? "" : ` from offset ${offset} on`;
  const left = Math.max(0, window.dataLen - offset);
  return new RangeError(
    `Cannot access ${name} of ${of}: it ends at byte ${at + size}, and there are ${left}${from}`,
  );
}

/** A struct in place. */
export function inPlace(members: Members, place: Place): object {
  return new (classOf(members))(place, 0, true);
}

/** Where an outermost struct is; `undefined` when {@linkcode inPlace} made no such view. */
export function placeOfStruct(view: unknown, members: Members): Place | undefined {
  return view instanceof classOf(members) ? placeOf(view) : undefined;
}

type ViewClass = new (place: Place, offset: number, isOuter: boolean) => View;

const classes: WeakMap<Members, ViewClass> = new WeakMap();

function classOf(members: Members): ViewClass {
  let made = classes.get(members);
  if (made === undefined) classes.set(members, made = makeClass(members));
  return made;
}

function makeClass(members: Members): ViewClass {
  const StructInPlace = class extends View {};
  [...members.all].forEach(([name, { codec, size, offset }], i) => {
    const part: Part = { codec, size, of: members.type, name };
    Object.defineProperty(StructInPlace.prototype, name, {
      ...isOne(codec) ? valueAccessor(part, offset) : partAccessor(part, offset, i),
      enumerable: true,
      configurable: true,
    });
  });
  return StructInPlace;
}

/** Whether a value is read and stored at once. */
function isOne(codec: Codec): boolean {
  return !(codec instanceof Members) && codec.element === undefined;
}

function viewOf(part: Part, place: Place, offset: number): View {
  if (part.codec instanceof Members) return new (classOf(part.codec))(place, offset, false);
  return new ArrayInPlace(place, offset, part);
}

function partAccessor(part: Part, offset: number, index: number): PropertyDescriptor {
  return {
    get(this: View) {
      return partOf(this, index, offset, part);
    },
  };
}

function valueAccessor(part: Part, offset: number): PropertyDescriptor {
  // At hand: what is called through a codec is looked up at each access.
  const { read, store, fault } = part.codec;
  return {
    get(this: View) {
      const at = startOf(this, offset, part);
      return read(windowOf(this).view, at);
    },
    set(this: View, value: unknown) {
      const wrong = fault(value);
      if (wrong !== undefined) throw errorOf(wrong, part.name, part.of);
      const at = startOf(this, offset, part);
      store(windowOf(this).view, at, value, true);
    },
  };
}

function errorOf(fault: Fault, step: string, of: string): Error {
  const { path, error } = within(step, fault);
  return error(`${path} of ${of}`);
}

/** An array in place. */
class ArrayInPlace extends View {
  readonly length: number;
  readonly #whole: Part;
  readonly #element: Part;
  /** Whether an element is read and stored at once. */
  readonly #isOne: boolean;

  constructor(place: Place, offset: number, whole: Part) {
    super(place, offset, false);
    const element = whole.codec.element!;
    this.length = whole.size / element.size;
    this.#whole = whole;
    this.#element = { ...whole, codec: element, size: element.size };
    this.#isOne = isOne(element);
  }

  get(index: number): unknown {
    const offset = this.#offsetOf(index);
    if (!this.#isOne) return partOf(this, index, offset, this.#element);
    const at = startOf(this, offset, this.#element);
    return this.#element.codec.read(windowOf(this).view, at);
  }

  set(index: number, value: unknown): void {
    const offset = this.#offsetOf(index);
    const { codec, of, name } = this.#element;
    const fault = codec.fault(value);
    if (fault !== undefined) throw errorOf(fault, `${name}[${index}]`, of);
    const at = startOf(this, offset, this.#element);
    codec.store(windowOf(this).view, at, value, true);
  }

  assign(values: unknown): void {
    const { codec, of, name } = this.#whole;
    const fault = codec.fault(values);
    if (fault !== undefined) throw errorOf(fault, name, of);
    const at = startOf(this, 0, this.#whole);
    codec.store(windowOf(this).view, at, values, true);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const at = startOf(this, 0, this.#whole);
    const { view } = windowOf(this);
    return new Uint8Array(view.buffer, view.byteOffset + at, this.#whole.size);
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (let i = 0; i < this.length; i++) yield this.get(i);
  }

  #offsetOf(index: number): number {
    if ((index >>> 0) === index && index < this.length) return index * this.#element.size;
    const { of, name } = this.#whole;
    throw new RangeError(
      `Cannot access ${name}[${String(index)}] of ${of}: it has ${this.length} elements`,
    );
  }
}
