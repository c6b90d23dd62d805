// Addresses are found however they are kept, and nothing else is.

import { AddressSearch, pointedInto } from "../../ffi/inspect/address_search.ts";
import { assert, test } from "../kit.ts";

/** 2^49, which JavaScriptCore adds to the bits of a double. */
const BOX = 1n << 49n;

function search(searcher: AddressSearch, words: BigUint64Array<ArrayBuffer>): number[] {
  const found = new Set<number>();
  const halves = new Uint32Array(words.buffer);
  searcher.search(halves, halves.length, found);
  return [...found].sort((a, b) => a - b);
}

/** The bits of numbers as doubles. */
function doubles(...values: number[]): bigint[] {
  return [...new BigUint64Array(new Float64Array(values).buffer)];
}

let state = 1;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const addresses = Array.from({ length: 1000 }, () => 64 * Math.floor(random() * 2 ** 41));
const searcher = new AddressSearch(addresses);

test("each is found as a pointer, as a double, and as a boxed double", () => {
  for (const address of addresses) {
    const [double] = doubles(address);
    for (const word of [BigInt(address), double!, double! + BOX]) {
      const words = new BigUint64Array(64);
      words[Math.floor(random() * 64)] = word;
      assert.deepEqual(search(searcher, words), [address]);
    }
  }
});

test("what is near is not", () => {
  const near = addresses.flatMap((address) => {
    const [double] = doubles(address);
    return [BigInt(address), double!, double! + BOX]
      .flatMap((word) => [word - 1n, word + 1n, word ^ (1n << 40n), word ^ (1n << 63n)]);
  });
  assert.deepEqual(search(searcher, new BigUint64Array(near)), []);
});

test("what is not aligned, or behind the end, is not", () => {
  const words = new BigUint64Array([0x1000n << 32n, 0x1n, 0x100001000n]);
  const found = new Set<number>();
  new AddressSearch([0x100001000]).search(new Uint32Array(words.buffer), 4, found);
  assert.deepEqual([...found], []);
});

test("nothing is found where nothing is searched for", () => {
  assert.deepEqual(search(new AddressSearch([]), new BigUint64Array(8)), []);
});

test("pointers into ranges are found, ends left out", () => {
  const ranges = [{ start: 0x1000, end: 0x2000 }, { start: 0x100000000, end: 0x100000040 }];
  const into = (word: bigint) =>
    [...pointedInto(new Uint32Array(new BigUint64Array([word]).buffer), 2, ranges)]
      .map((range) => ranges.indexOf(range));
  assert.deepEqual([0xfffn, 0x1000n, 0x1fffn, 0x2000n].map(into), [[], [0], [0], []]);
  assert.deepEqual([0xffffffffn, 0x100000000n, 0x10000003fn].map(into), [[], [1], [1]]);
});
