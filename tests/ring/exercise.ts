/**
 * Puts a ring through random operations, each compared with the model.
 *
 * @module
 */

import { PointerBuffer, type Ring, type RingSpace } from "../../mod.ts";
import { assert } from "../kit.ts";
import { randomIntegers, RingModel } from "./modes.ts";

/**
 * Random bulks, bursts and single operations of all lengths, from and to any place of a buffer, on
 * handles that stand for one ring, taken in turn.
 */
export function exercise(handles: readonly Ring[], operations: number, seed: number): void {
  const random = randomIntegers(seed);
  const capacity = handles[0]!.capacity;
  const model = new RingModel(capacity);
  const buffer = new PointerBuffer(capacity + 8);
  const space: RingSpace = { freeSpace: -1, available: -1 };
  for (let i = 0; i < operations; i++) {
    const ring = handles[i % handles.length]!;
    const n = random(capacity + 4);
    const from = random(buffer.capacity - n + 1);
    const [enqueue, bulk, single] = [random(2) === 0, random(2) === 0, random(8) === 0];
    const what = `operation ${i}: ${enqueue ? "enqueue" : "dequeue"} ${single ? 1 : n} at ${from}`;
    if (enqueue && single) {
      const [address] = model.fresh(1) as [number];
      assert.equal(ring.enqueue(address), model.enqueue([address], true) === 1, what);
    } else if (single) {
      assert.equal(ring.dequeue(), model.dequeue(1, true)[0], what);
    } else if (enqueue) {
      const elements = model.fresh(n);
      elements.forEach((address, j) => buffer.set(from + j, address));
      const done = bulk
        ? ring.enqueueBulk(buffer, n, from, space)
        : ring.enqueueBurst(buffer, n, from, space);
      assert.equal(done, model.enqueue(elements, bulk), what);
      assert.equal(space.freeSpace, model.free, what);
    } else {
      buffer.words.fill(0);
      const done = bulk
        ? ring.dequeueBulk(buffer, n, from, space)
        : ring.dequeueBurst(buffer, n, from, space);
      const expected = model.dequeue(n, bulk);
      assert.equal(done, expected.length, what);
      const all = Array<number>(buffer.capacity).fill(0);
      all.splice(from, expected.length, ...expected);
      assert.deepEqual(buffer.toArray(), all, what);
      assert.equal(space.available, model.inside.length, what);
    }
    for (const one of handles) {
      assert.equal(one.count, model.inside.length, what);
      assert.equal(one.freeCount, model.free, what);
      assert.equal(one.empty, model.inside.length === 0, what);
      assert.equal(one.full, model.free === 0, what);
    }
  }
  while (!handles[0]!.empty) assert.equal(handles[0]!.dequeue(), model.dequeue(1, true)[0]);
  assert.deepEqual(model.inside, []);
}
