/**
 * Finding addresses in memory.
 *
 * @module
 */

const WORD = 2 ** 32;

/** What JavaScriptCore adds to the bits of a double, in the upper half: 2^49. */
const BOXED = 1 << 17;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * The upper halves of the 64 bits that an address may be kept as: C and the engines keep it as it
 * is, JavaScript's numbers are doubles, and JavaScriptCore adds something to a double that may be
 * anything else, too.
 */
function* encodings(
  address: number,
): Generator<readonly [kind: number, high: number, low: number]> {
  yield [0, Math.floor(address / WORD), address % WORD];
  double[0] = address;
  yield [1, halves[1]!, halves[0]!];
  yield [2, halves[1]! + BOXED, halves[0]!];
}

/** Finds many addresses at once, as pointers and as JavaScript's numbers. */
export class AddressSearch {
  /** Of each kind the least and the greatest upper half: few words of other memory are between. */
  readonly #least = [WORD, WORD, WORD];
  readonly #most = [-1, -1, -1];
  readonly #known = new Map<number, Map<number, number>>();

  /** @param addresses what is searched for */
  constructor(addresses: Iterable<number>) {
    for (const address of addresses) {
      for (const [kind, high, low] of encodings(address)) {
        this.#least[kind] = Math.min(this.#least[kind]!, high);
        this.#most[kind] = Math.max(this.#most[kind]!, high);
        let lows = this.#known.get(high);
        if (lows === undefined) this.#known.set(high, lows = new Map());
        lows.set(low, address);
      }
    }
  }

  /**
   * Adds what is in memory to what was found.
   *
   * @param halves the memory, each 8 bytes as two halves, the lower first
   * @param count how many halves of it
   */
  search(halves: Uint32Array, count: number, found: Set<number>): void {
    const [least0, least1, least2] = this.#least as [number, number, number];
    const [most0, most1, most2] = this.#most as [number, number, number];
    for (let i = 1; i < count; i += 2) {
      const high = halves[i]!;
      if (
        (high >= least0 && high <= most0) || (high >= least1 && high <= most1) ||
        (high >= least2 && high <= most2)
      ) {
        const address = this.#known.get(high)?.get(halves[i - 1]!);
        if (address !== undefined) found.add(address);
      }
    }
  }
}

/** Addresses from one up to another. */
export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Which ranges pointers in memory point into.
 *
 * @param halves the memory, as for {@linkcode AddressSearch.search}
 */
export function pointedInto<R extends AddressRange>(
  halves: Uint32Array,
  count: number,
  ranges: readonly R[],
): Set<R> {
  const found = new Set<R>();
  const least = Math.min(...ranges.map(({ start }) => start));
  const most = Math.max(...ranges.map(({ end }) => end));
  for (let i = 1; i < count; i += 2) {
    const value = halves[i]! * WORD + halves[i - 1]!;
    if (value < least || value >= most) continue;
    for (const range of ranges) if (value >= range.start && value < range.end) found.add(range);
  }
  return found;
}
