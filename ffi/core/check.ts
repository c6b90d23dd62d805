/**
 * Checks of what a user hands in. They run where a value enters, never inside a burst.
 *
 * @module
 */

/** A value as error messages have it: a text in quotation marks, or it could be taken for a number. */
export function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/**
 * An integer within bounds.
 *
 * @throws {RangeError} otherwise, naming the value
 */
export function checkInteger(value: number, name: string, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(
      `Cannot use ${quoted(value)} as ${name}: it must be an integer from ${min} to ${max}`,
    );
  }
  return value;
}

/**
 * Refuses a burst that does not lie in its buffer.
 *
 * @param verb what is done: `move`
 * @param kind with what: `elements`
 * @param capacity how many the buffer holds
 * @throws {RangeError} always; it says which of the numbers is none, or that they reach too far
 */
export function refuseBurst(
  verb: string,
  kind: string,
  n: number,
  from: number,
  capacity: number,
): never {
  for (const [value, name] of [[n, `a number of ${kind}`], [from, "an index"]] as const) {
    if (!Number.isSafeInteger(value) || value < 0) checkInteger(value, name, 0, capacity);
  }
  throw new RangeError(
    `Cannot ${verb} ${n} ${kind} at index ${from}: the buffer holds ${capacity}`,
  );
}

/**
 * The name of a shared object.
 *
 * @param kind what is named, for the message: `ring`
 * @param max the longest name in bytes that DPDK takes, without its NUL
 * @throws {TypeError} when it is no string, is empty, or holds a NUL character
 * @throws {RangeError} when it is too long
 */
export function checkName(name: string, kind: string, max: number): string {
  if (typeof name !== "string") {
    throw new TypeError(`Cannot use ${String(name)} as a ${kind} name: it is not a string`);
  }
  if (name === "") throw new TypeError(`Cannot use an empty ${kind} name`);
  if (name.includes("\0")) {
    throw new TypeError(`Cannot use ${JSON.stringify(name)} as a ${kind} name: it holds a NUL`);
  }
  const length = new TextEncoder().encode(name).length;
  if (length > max) {
    throw new RangeError(
      `Cannot use "${name}" as a ${kind} name: it has ${length} bytes, at most ${max} fit`,
    );
  }
  return name;
}

/**
 * An option object with no keys but the known ones, so that a misspelt option is told.
 *
 * @throws {TypeError} on another key, and when it is no object
 */
export function checkKeys(options: object, known: readonly string[], what: string): void {
  if (typeof options !== "object" || options === null) {
    const there = known.join(", ");
    throw new TypeError(
      `Cannot use ${String(options)} as options of ${what}: it is no object; there are ${there}`,
    );
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(
        `Cannot use option "${key}" of ${what}: it is unknown; there are ${known.join(", ")}`,
      );
    }
  }
}

/**
 * One of a few words.
 *
 * @throws {TypeError} otherwise, naming them
 */
export function checkOneOf<T extends string>(value: T, known: readonly T[], name: string): T {
  if (known.includes(value)) return value;
  const given = typeof value === "string" ? `"${value}"` : String(value);
  throw new TypeError(`Cannot use ${given} as ${name}: there are ${known.join(", ")}`);
}
