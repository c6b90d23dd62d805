// A struct's bytes from a value, and back.

import { struct } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";
import { Everything, SAMPLE, SharedInfo } from "./fixtures/structs.ts";

describe("encode and decode", () => {
  test("give back what they are given", () => {
    assert.deepEqual(Everything.decode(Everything.encode(SAMPLE)), SAMPLE);
  });

  test("keep the limits of every integer type, and no more", () => {
    const limits = {
      i8: ["int8_t", -128, 127],
      u8: ["uint8_t", 0, 255],
      i16: ["int16_t", -32768, 32767],
      u16: ["uint16_t", 0, 65535],
      i32: ["int32_t", -(2 ** 31), 2 ** 31 - 1],
      u32: ["uint32_t", 0, 2 ** 32 - 1],
      signed: ["ssize_t", -(2 ** 53 - 1), 2 ** 53 - 1],
      size: ["size_t", 0, 2 ** 53 - 1],
      address: ["void *", 0, 2 ** 53 - 1],
    } as const;
    for (const [type, min, max] of Object.values(limits)) {
      const One = struct("struct one", { x: type });
      for (const x of [min, max]) assert.equal(One.decode(One.encode({ x })).x, x, type);
      const because = `as x of struct one: it must be an integer from ${min} to ${max}`;
      for (const x of [min - 1, max + 1, 0.5, NaN, Infinity, -Infinity]) {
        // Beyond 2^53 there are gaps: the neighbour has to be another number.
        const next = x === min || x === max ? 2 * x : x;
        assert.throws(() => One.encode({ x: next }), {
          name: "RangeError",
          message: `Cannot use ${next} ${because}`,
        });
      }
      for (
        const [x, text] of [["1", '"1"'], [1n, "1n"], [null, "null"], [undefined, "undefined"]]
      ) {
        assert.throws(() => One.encode({ x: x as never }), {
          name: "TypeError",
          message: `Cannot use ${text} ${because}`,
        });
      }
    }
    const bigLimits = {
      i64: ["int64_t", -(2n ** 63n), 2n ** 63n - 1n],
      u64: ["uint64_t", 0n, 2n ** 64n - 1n],
    } as const;
    for (const [type, min, max] of Object.values(bigLimits)) {
      const One = struct("struct one", { x: type });
      for (const x of [min, max]) assert.equal(One.decode(One.encode({ x })).x, x, type);
      const because = `as x of struct one: it must be a bigint from ${min} to ${max}`;
      for (const x of [min - 1n, max + 1n]) {
        assert.throws(() => One.encode({ x }), {
          name: "RangeError",
          message: `Cannot use ${x}n ${because}`,
        });
      }
      assert.throws(() => One.encode({ x: 1 as never }), {
        name: "TypeError",
        message: `Cannot use 1 ${because}`,
      });
    }
  });

  test("keep every double, and round to a float", () => {
    const Pair = struct("struct pair", { f: "float", d: "double" });
    for (const x of [0, -0, 1.1, 5e-324, Number.MAX_VALUE, Infinity, -Infinity, NaN]) {
      const { f, d } = Pair.decode(Pair.encode({ f: x, d: x }));
      assert.equal(Object.is(d, x), true);
      assert.equal(Object.is(f, Math.fround(x)), true);
    }
    assert.throws(() => Pair.encode({ f: "1" as never }), {
      name: "TypeError",
      message: 'Cannot use "1" as f of struct pair: it must be a number',
    });
  });

  test("make what is left out 0", () => {
    assert.deepEqual([...SharedInfo.encode({})], new Array(64).fill(0));
    const bytes = Everything.encode({ ports: [{}, { queue: 3 }], counts: [1], name: "a" });
    const { ports, counts, name, one } = Everything.decode(bytes);
    assert.deepEqual(ports.map(({ queue }) => queue), [0, 3, 0]);
    assert.deepEqual(counts, [1, 0, 0, 0]);
    assert.equal(name, "a");
    assert.deepEqual(one, { id: 0, queue: 0, mac: new Uint8Array(6) });
  });

  test("take typed arrays and plain ones", () => {
    const a = Everything.encode({
      counts: new Uint32Array([1, 2]),
      totals: BigUint64Array.of(3n),
      one: { mac: [1, 2, 3] },
      table: [new Int16Array([1]), [2, 3]],
    });
    const value = Everything.decode(a);
    assert.deepEqual(value.counts, [1, 2, 0, 0]);
    assert.deepEqual(value.totals, [3n, 0n]);
    assert.deepEqual(value.one.mac, Uint8Array.of(1, 2, 3, 0, 0, 0));
    assert.deepEqual(value.table, [[1, 0, 0], [2, 3, 0]]);
  });

  test("take texts that fit with their NUL", () => {
    const Named = struct("struct named", { name: "char[4]", after: "uint8_t" });
    for (const name of ["", "abc", "ü", "aü", "€"]) {
      assert.deepEqual(Named.decode(Named.encode({ name, after: 1 })), { name, after: 1 });
    }
    for (const [name, length] of [["abcd", 4], ["üü", 4], ["x".repeat(99), 99]] as const) {
      assert.throws(() => Named.encode({ name }), {
        name: "RangeError",
        message:
          `Cannot use "${name}" as name of struct named: it has ${length} bytes, at most 3 fit`,
      });
    }
    assert.throws(() => Named.encode({ name: "a\0" }), {
      name: "TypeError",
      message: 'Cannot use "a\\u0000" as name of struct named: it holds a NUL',
    });
    assert.throws(() => Named.encode({ name: 5 as never }), {
      name: "TypeError",
      message: "Cannot use 5 as name of struct named: it must be a string",
    });
    const bytes = new TextEncoder().encode("ab\0dx");
    assert.equal(Named.decode(bytes).name, "ab", "a text ends at its NUL");
    assert.equal(Named.decode(new TextEncoder().encode("abcdx")).name, "abcd", "or at the end");
    Named.write(bytes, { name: "z" });
    assert.deepEqual([...bytes], [0x7a, 0, 0, 0, 0x78], "nothing of the old text is left");
  });

  test("name the place of what is wrong", () => {
    const cases: readonly (readonly [unknown, string, string])[] = [
      [
        { quit: 1 },
        "TypeError",
        'Cannot use field "quit" of struct everything: it is unknown; there are header, letter, ',
      ],
      [
        { ports: [{}, { x: 1 }] },
        "TypeError",
        'Cannot use field "x" of struct port: it is unknown; there are id, queue, mac',
      ],
      [
        { one: { mac: [1, 256] } },
        "RangeError",
        "Cannot use 256 as one.mac[1] of struct everything: it must be an integer from 0 to 255",
      ],
      [
        { ports: [{}, {}, { id: -1 }] },
        "RangeError",
        "Cannot use -1 as ports[2].id of struct everything: it must be an integer from 0 to 65535",
      ],
      [
        { table: [[], [0, 0, 40000]] },
        "RangeError",
        "Cannot use 40000 as table[1][2] of struct everything: it must be an integer from -32768 to 32767",
      ],
      [
        { ports: [{}, {}, {}, {}] },
        "RangeError",
        "Cannot use an array as ports of struct everything: it has 4 elements, at most 3 fit",
      ],
      [
        { one: { mac: new Uint8Array(7) } },
        "RangeError",
        "Cannot use an array as one.mac of struct everything: it has 7 elements, at most 6 fit",
      ],
      [
        { counts: 5 },
        "TypeError",
        "Cannot use 5 as counts of struct everything: it must be an array",
      ],
      [
        { counts: { length: 1, 0: 1 } },
        "TypeError",
        "Cannot use an object as counts of struct everything: it must be an array",
      ],
      [
        { counts: new DataView(new ArrayBuffer(4)) },
        "TypeError",
        "Cannot use an object as counts of struct everything: it must be an array",
      ],
      [
        { counts: [, 1] },
        "TypeError",
        "Cannot use undefined as counts[0] of struct everything: it must be an integer from 0 to 4294967295",
      ],
      [
        { one: { mac: "abcdef" } },
        "TypeError",
        'Cannot use "abcdef" as one.mac of struct everything: it must be an array',
      ],
      [
        { names: ["a", "too long"] },
        "RangeError",
        'Cannot use "too long" as names[1] of struct everything: it has 8 bytes, at most 7 fit',
      ],
      [{ on: 1 }, "TypeError", "Cannot use 1 as on of struct everything: it must be true or false"],
      [
        { one: [] },
        "TypeError",
        "Cannot use an array as one of struct everything: it must be an object with fields of struct port",
      ],
      [
        { one: null },
        "TypeError",
        "Cannot use null as one of struct everything: it must be an object with fields of struct port",
      ],
      [
        { next: {} },
        "TypeError",
        "Cannot use an object as next of struct everything: it must be an integer from 0 to 9007199254740991",
      ],
      [
        { next: () => 0 },
        "TypeError",
        "Cannot use a function as next of struct everything: it must be an integer from 0 to 9007199254740991",
      ],
      [
        7,
        "TypeError",
        "Cannot use 7 as struct everything: it must be an object with fields of struct everything",
      ],
      [
        undefined,
        "TypeError",
        "Cannot use undefined as struct everything: it must be an object with fields of struct everything",
      ],
    ];
    for (const [value, name, message] of cases) {
      assert.throws(() => Everything.encode(value as never), (error: Error) => {
        assert.equal(error.name, name);
        assert.equal(error.message.slice(0, message.length), message);
        return true;
      });
    }
  });

  test("do not give a number that is not exact", () => {
    const Node = struct("struct node", { size: "size_t", next: "void *", left: "long" });
    const List = struct("struct list", { nodes: [Node, 2] });
    const view = new DataView(new ArrayBuffer(48));
    for (const n of [2n ** 53n - 1n, 12345678901234n]) {
      view.setBigUint64(24, n, true);
      assert.equal(List.decode(view).nodes[1]!.size, Number(n));
    }
    for (const n of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      view.setBigUint64(24, n, true);
      assert.throws(() => List.decode(view), {
        name: "RangeError",
        message:
          `Cannot read size of struct node: ${n} is no exact number; describe the field as uint64_t`,
      });
    }
    view.setBigUint64(24, 0n, true);
    view.setBigInt64(40, -(2n ** 53n), true);
    assert.throws(() => List.decode(view), {
      message:
        "Cannot read left of struct node: -9007199254740992 is no exact number; describe the field as int64_t",
    });
    view.setBigInt64(40, 1n - 2n ** 53n, true);
    assert.equal(List.decode(view).nodes[1]!.left, -(2 ** 53 - 1));
  });

  test("take every byte of a bool but 0 for true", () => {
    const Flag = struct("struct flag", { on: "bool" });
    assert.deepEqual([0, 1, 2, 255].map((byte) => Flag.decode(Uint8Array.of(byte)).on), [
      false,
      true,
      true,
      true,
    ]);
  });

  test("end a text with its NUL even when it grows after it was checked", () => {
    const Named = struct("struct named", { name: "char[4]", after: "uint8_t" });
    let name = "ab";
    const growing = {
      get name(): string {
        return [name, name = "abcdefgh"][0]!;
      },
    };
    assert.deepEqual([...Named.encode(growing)], [0x61, 0x62, 0x63, 0, 0]);
  });

  test("copy: what was decoded does not change with the bytes", () => {
    const bytes = Everything.encode(SAMPLE);
    const value = Everything.decode(bytes);
    bytes.fill(0xee);
    assert.deepEqual(value, SAMPLE);
  });
});
