import { Eal, PointerBuffer, Ring } from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import { PATHS } from "./modes.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

test("names that no ring has are refused", () => {
  for (
    const use of [(name: string) => Ring.create(name, 64), (name: string) => Ring.lookup(name)]
  ) {
    assert.throws(() => use(""), { name: "TypeError", message: "Cannot use an empty ring name" });
    assert.throws(() => use("x".repeat(29)), {
      name: "RangeError",
      message: /as a ring name: it has 29 bytes, at most 28 fit/,
    });
    assert.throws(() => use("ü".repeat(15)), { name: "RangeError", message: /30 bytes/ });
    assert.throws(() => use("a\0b"), { name: "TypeError", message: /a NUL/ });
    assert.throws(() => use(7 as unknown as string), {
      name: "TypeError",
      message: /not a string/,
    });
  }
});

test("counts that no ring has are refused", () => {
  for (const count of [0, -1, 1.5, NaN, Infinity, 2 ** 31, "64", 64n]) {
    assert.throws(() => Ring.create("a", count as number), {
      name: "RangeError",
      message: /as a ring's count: it must be an integer from 1/,
    });
  }
  for (const count of [3, 63, 1000, 2 ** 31 - 1]) {
    assert.throws(() => Ring.create("a", count), {
      name: "RangeError",
      message: new RegExp(
        `Cannot use ${count} as a ring's count: .*power of two, .*RING_F_EXACT_SZ`,
      ),
    });
    assert.throws(() => Ring.memsize(count), { name: "RangeError" });
  }
});

test("flags that contradict each other, or are none, are refused", () => {
  for (const flags of [0x80, -1, 0.5, NaN]) {
    assert.throws(() => Ring.create("a", 64, { flags }), { name: "RangeError", message: /flags/ });
  }
  for (
    const [flags, end] of [[0x9, "enqueue"], [0x28, "enqueue"], [0x12, "dequeue"], [
      0x50,
      "dequeue",
    ]] as const
  ) {
    assert.throws(() => Ring.create("a", 64, { flags }), {
      name: "TypeError",
      message: `Cannot use flags ${flags}: they name two sync modes for ${end}`,
    });
  }
  assert.throws(() => Ring.create("a", 64, { flag: 0 } as object), {
    name: "TypeError",
    message: /"flag" of a ring: it is unknown; there are flags, socketId/,
  });
  assert.throws(() => Ring.create("a", 64, { socketId: 2000 }), { name: "RangeError" });
});

ealCase("a second ring of one name is refused, and says what to use", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using _ring = Ring.create("twice", 64);
  assert.throws(() => Ring.create("twice", 64), {
    name: "DpdkError",
    code: "EEXIST",
    errno: 17,
    message:
      /^Cannot create ring "twice": rte_ring_create_elem failed with EEXIST: a ring of that /,
  });
});

ealCase("a ring that is not there, or too large, is an error that says so", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  assert.throws(() => Ring.lookup("none"), {
    name: "DpdkError",
    code: "ENOENT",
    call: "rte_ring_lookup",
    message: /^Cannot look up ring "none": .*ENOENT: there is none of that name.*create it first/,
  });
  assert.throws(() => Ring.create("huge", 2 ** 30), {
    name: "DpdkError",
    code: "ENOMEM",
    message: /not enough memory left/,
  });
});

for (const path of PATHS) {
  ealCase(
    `a burst that does not fit its buffer is refused, and moves nothing (${path})`,
    ONE,
    ({ args }) => {
      using _eal = Eal.init(args);
      using ring = Ring.create("ring", 64, { path });
      ring.enqueue(8);
      const burst = new PointerBuffer(4);
      const bad: readonly (readonly [n: unknown, from: unknown])[] = [
        [5, 0],
        [4, 1],
        [1, 4],
        [0, 5],
        [-1, 0],
        [1, -1],
        [1.5, 0],
        [1, 0.5],
        [NaN, 0],
        [1, NaN],
        [Infinity, 0],
        [2 ** 32, 0],
        [2 ** 32 - 1, 1],
        ["2", 0],
      ];
      for (const [n, from] of bad as readonly (readonly [number, number])[]) {
        const numbers = [n, from].every((value) => Number.isInteger(value) && value >= 0);
        const message = numbers
          ? `Cannot move ${n} elements at index ${from}: the buffer holds 4`
          : /^Cannot use \S+ as (a number of elements|an index): it must be an integer from 0 to 4$/;
        const what = { name: "RangeError", message };
        assert.throws(() => ring.enqueueBulk(burst, n, from), what);
        assert.throws(() => ring.enqueueBurst(burst, n, from), what);
        assert.throws(() => ring.dequeueBulk(burst, n, from), what);
        assert.throws(() => ring.dequeueBurst(burst, n, from), what);
      }
      assert.throws(() => ring.enqueueBurst(burst, 2n as unknown as number), TypeError);
      assert.equal(ring.count, 1);
      for (
        const none of [undefined, null, [8], {}, new ArrayBuffer(8)] as unknown as PointerBuffer[]
      ) {
        assert.throws(() => ring.enqueueBurst(none, 1), TypeError);
        assert.throws(() => ring.dequeueBulk(none, 1), TypeError);
      }
      assert.equal(ring.count, 1);
    },
  );

  ealCase(`a buffer that was detached is refused (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    using ring = Ring.create("ring", 64, { path });
    const burst = new PointerBuffer(4);
    structuredClone(burst.words.buffer, { transfer: [burst.words.buffer] });
    assert.throws(() => ring.enqueueBurst(burst), RangeError);
    assert.throws(() => ring.dequeueBulk(burst, 1), RangeError);
    assert.equal(ring.count, 0);
  });

  ealCase(`what is no address is refused (${path})`, ONE, ({ args }) => {
    using _eal = Eal.init(args);
    using ring = Ring.create("ring", 64, { path });
    for (const bad of [-8, 1.5, NaN, 2 ** 53, "8", 8n, undefined]) {
      assert.throws(() => ring.enqueue(bad as number), Error);
    }
    assert.equal(ring.count, 0);
  });
}
