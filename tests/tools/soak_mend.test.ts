// Ends of rings that a process was killed at, as the soak of examples/fstack closes them.

import { Eal, Inspector, PointerBuffer, Ring, runtime } from "../../mod.ts";
import { mendRings } from "../../tools/soak/fstack/mend.ts";
import { assert, ealCase } from "../kit.ts";

/** Where a ring's producer's and consumer's heads are. */
const PROD_HEAD = 128, CONS_HEAD = 256;

/** Moves a head, as one does who dies then. */
function open(ring: Ring, head: number, by: number): void {
  Atomics.add(new Uint32Array(runtime.memory(ring.address + head, 4)), 0, by);
}

function ringOf(name: string, elements: readonly number[]): Ring {
  const ring = Ring.create(name, 8);
  for (const element of elements) assert.equal(ring.enqueue(element), true);
  return ring;
}

function drain(ring: Ring): number[] {
  const all = new PointerBuffer(8);
  return all.toArray(ring.dequeueBurst(all));
}

ealCase("where nobody waits, what was begun is taken back", {}, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const look = Inspector.open({ filePrefix: prefix });
  assert.deepEqual(await mendRings(look, () => Promise.resolve(true)), []);
  const ring = ringOf("half", [1, 2]);
  open(ring, PROD_HEAD, 3);
  open(ring, CONS_HEAD, 1);
  const mended = await mendRings(look, () => Promise.resolve(true));
  assert.deepEqual(mended, ["producer of half (3)", "consumer of half (1)"]);
  assert.equal(ring.enqueue(3), true);
  assert.deepEqual(drain(ring), [1, 2, 3]);
});

ealCase("who waits behind a dead consumer has its turn", {}, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const look = Inspector.open({ filePrefix: prefix });
  const ring = ringOf("taken", [1, 2, 3]);
  open(ring, CONS_HEAD, 2);
  const mended = await mendRings(look, () => Promise.resolve(false));
  assert.deepEqual(mended, ["consumer of taken (2)"]);
  assert.deepEqual(drain(ring), [3]); // the dead one's are found missing
});

ealCase(
  "who waits behind a dead producer cannot be helped, and is told",
  {},
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const look = Inspector.open({ filePrefix: prefix });
    open(ringOf("put", []), PROD_HEAD, 2);
    await assert.rejects(
      () => mendRings(look, () => Promise.resolve(false)),
      /^Error: Cannot soak on: .* producers' end of ring "put", and others wait behind it/,
    );
  },
);
