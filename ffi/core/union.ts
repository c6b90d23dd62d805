/**
 * C unions: members that share their bytes.
 *
 * @module
 */

import { clear, type Fault, shown, within } from "./codec.ts";
import { Members, type Shape, type Values } from "./members.ts";

/** The bytes of every union that was decoded, and what it is. */
const decoded: WeakMap<object, { readonly members: Members; readonly bytes: Uint8Array }> =
  new WeakMap();

/** The members of a union, and the codec of the whole. */
export class UnionMembers extends Members {
  /** @param shape what it is made of */
  constructor(shape: Shape) {
    super(shape, true);
  }

  override fault(value: unknown): Fault | undefined {
    if (this.#bytesOf(value) !== undefined) return undefined;
    const fault = super.fault(value);
    if (fault !== undefined) return fault;
    const [first, second] = this.#given(value as Values);
    if (first === undefined || second === undefined) return undefined;
    return within(second, {
      path: "",
      error: (where) =>
        new TypeError(
          `Cannot use ${shown((value as Values)[second])} as ${where}: ${first} is given, too, ` +
            `and a union has one member at a time`,
        ),
    });
  }

  override read(view: DataView, at: number): Values {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, this.size).slice();
    const copy = new DataView(bytes.buffer);
    // Not every member can be read of what another one left.
    const value = Object.defineProperties(
      {},
      Object.fromEntries(
        [...this.all].map(([name, { codec }]) => [
          name,
          { enumerable: true, get: () => codec.read(copy, 0) },
        ]),
      ),
    );
    decoded.set(value, { members: this, bytes });
    return value;
  }

  override store(view: DataView, at: number, value: Values, whole: boolean): void {
    const bytes = this.#bytesOf(value);
    if (bytes !== undefined) {
      new Uint8Array(view.buffer, view.byteOffset + at, this.size).set(bytes);
      return;
    }
    if (whole) clear(view, at, this.size);
    const [name] = this.#given(value);
    if (name !== undefined) this.member(name).codec.store(view, at, value[name], whole);
  }

  #given(value: Values): string[] {
    return [...this.all.keys()].filter((name) => Object.hasOwn(value, name));
  }

  #bytesOf(value: unknown): Uint8Array | undefined {
    if (typeof value !== "object" || value === null) return undefined;
    const found = decoded.get(value);
    return found?.members === this ? found.bytes : undefined;
  }
}
