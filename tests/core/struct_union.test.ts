// Unions, members without a name, and fields with an alignment of their own.

import { struct, union } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";
import { Port } from "./fixtures/structs.ts";

const Value = union("union value", {
  count: "uint32_t",
  address: "void *",
  name: "char[12]",
  port: Port,
});

const Message = struct("struct message", { kind: "uint16_t", value: Value, end: "uint8_t" });

describe("a union", () => {
  test("is as large as its largest member, and all are at its beginning", () => {
    assert.deepEqual([Value.type, Value.size, Value.align], ["union value", 16, 8]);
    assert.deepEqual(Object.values(Value.fields).map(({ offset }) => offset), [0, 0, 0, 0]);
    assert.deepEqual([Message.fields.value.offset, Message.size], [8, 32]);
    const packed = union("union u", { a: "char[3]", b: "int" }, { packed: true });
    assert.deepEqual([packed.size, packed.align], [4, 1]);
  });

  test("is encoded from one member, and decoded as all of them", () => {
    const bytes = Message.encode({ kind: 1, value: { name: "abcd" }, end: 2 });
    const { value } = Message.decode(bytes);
    assert.equal(value.name, "abcd");
    assert.equal(value.count, 0x64636261);
    assert.equal(value.address, 0x64636261);
    assert.equal(value.port.id, 0x6261);
    assert.deepEqual(Object.keys(value), ["count", "address", "name", "port"]);
  });

  test("that was decoded is a copy, and can be stored as it is", () => {
    const bytes = Message.encode({ value: { name: "abcdefghijk" }, end: 9 });
    const decoded = Message.decode(bytes);
    bytes.fill(0);
    assert.equal(decoded.value.name, "abcdefghijk");
    assert.deepEqual(Message.decode(Message.encode(decoded)).value.name, "abcdefghijk");
    Message.write(bytes, { value: decoded.value });
    assert.equal(Message.get(bytes, "value").name, "abcdefghijk");
    const alike = union("union value", { count: "uint32_t", name: "char[12]" });
    assert.throws(() => alike.encode(decoded.value as never), TypeError, "of another union");
  });

  test("that holds what one member cannot be is read by the others", () => {
    const bytes = new Uint8Array(16).fill(255);
    const value = Value.decode(bytes);
    assert.equal(value.count, 2 ** 32 - 1);
    assert.throws(() => value.address, {
      name: "RangeError",
      message: /^Cannot read address of union value: 18446744073709551615 is no exact number/,
    });
  });

  test("loses what was behind the member that is set, and keeps it when that is written", () => {
    const bytes = new Uint8Array(16).fill(1);
    Value.write(bytes, { port: { queue: 7 } });
    assert.deepEqual([...bytes.subarray(0, 5)], [1, 1, 7, 1, 1]);
    Value.set(bytes, "count", 5);
    assert.deepEqual([...bytes.subarray(0, 5)], [5, 0, 0, 0, 1], "a field is set alone");
    const message = Message.encode({ value: { name: "abcdefgh" } });
    Message.set(message, "value", { count: 5 });
    assert.deepEqual([...message.subarray(8, 24)], [5, ...new Array(15).fill(0)]);
    Message.set(message, "value", {});
    assert.equal(Message.decode(message).value.count, 0);
  });

  test("has one member at a time", () => {
    assert.throws(() => Message.encode({ value: { count: 1, name: "a" } as never }), {
      name: "TypeError",
      message: 'Cannot use "a" as value.name of struct message: count is given, too, and a union ' +
        "has one member at a time",
    });
    assert.throws(() => Value.encode({ number: 1 } as never), {
      message: /^Cannot use field "number" of union value: it is unknown; there are count, /,
    });
    assert.throws(() => Value.encode({ count: -1 }), {
      message: "Cannot use -1 as count of union value: it must be an integer from 0 to 4294967295",
    });
  });
});

describe("a member without a name", () => {
  const Outer = struct("struct outer", {
    kind: "int",
    $value: union("union", { small: "int", $pair: struct("struct", { a: "char", b: "char" }) }),
  });

  test("has one here, with $", () => {
    const bytes = Outer.encode({ kind: 1, $value: { $pair: { a: 2, b: 3 } } });
    assert.deepEqual([...bytes], [1, 0, 0, 0, 2, 3, 0, 0]);
    assert.equal(Outer.decode(bytes).$value.small, 0x302);
    assert.equal(Outer.at(bytes).$value.$pair.b, 3);
  });

  test("is one struct or union without a tag", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      ["int", '"int"'],
      [Port, "struct port"],
      [[struct("struct", { a: "int" }), 2], "struct"],
      [null, "null"],
    ];
    for (const [field, text] of cases) {
      assert.throws(() => struct("struct s", { $a: field as "int" }), {
        name: "TypeError",
        message: "Cannot describe $a of struct s: a name with $ is that of a member without one, " +
          `and such a member is one struct or union without a tag, not ${text}`,
      });
    }
  });

  test("has no field of a name that is there already", () => {
    const inner = struct("struct", { kind: "int" });
    assert.throws(() => struct("struct s", { kind: "int", $a: inner }), {
      name: "TypeError",
      message: "Cannot describe struct s: in C it has two fields named kind",
    });
  });
});

describe("a field's alignment", () => {
  test("moves it, and what it is in", () => {
    const Ends = struct("struct ends", {
      name: "char[8]",
      head: ["uint32_t", { align: 64 }],
      tail: ["uint32_t", { align: 64 }],
      ports: [[Port, 2], { align: 8 }],
    });
    const { head, tail, ports } = Ends.fields;
    assert.deepEqual([head.offset, tail.offset, ports.offset], [64, 128, 136]);
    assert.deepEqual([Ends.size, Ends.align], [192, 64]);
    const value = { name: "a", head: 1, tail: 2, ports: [] };
    assert.deepEqual(Ends.decode(Ends.encode(value)).tail, 2);
    const least = struct("struct s", { a: "char", b: ["uint64_t", { align: 2 }] });
    assert.equal(least.fields.b.offset, 8, "an alignment only grows");
  });

  test("is a power of two, and its only option", () => {
    const cases: readonly (readonly [unknown, string, string])[] = [
      [
        ["int", { align: 3 }],
        "RangeError",
        "Cannot use 3 as the alignment of a of struct s: it is no power of two",
      ],
      [
        ["int", { align: "8" }],
        "RangeError",
        'Cannot use "8" as the alignment of a of struct s: it must be an integer from 1 to 1048576',
      ],
      [
        ["int", { align: 8, packed: true }],
        "TypeError",
        'Cannot use option "packed" of a of struct s: it is unknown; there are align',
      ],
      [
        [["int", { align: 8 }], { align: 8 }],
        "TypeError",
        "Cannot describe a of struct s: it is no C type, no struct and no [struct, length]",
      ],
    ];
    for (const [field, name, message] of cases) {
      assert.throws(() => struct("struct s", { a: field as "int" }), { name, message });
    }
  });
});

test("a struct is described by struct(), and a union by union()", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [
      () => struct("union u", { a: "int" }),
      "Cannot describe union u by struct(): it is a union; use union()",
    ],
    [
      () => union("struct", { a: "int" }),
      "Cannot describe struct by union(): it is a struct; use struct()",
    ],
    [() => union("", { a: "int" }), 'Cannot describe a union: "" is no name of one'],
    [() => union("union u", {}), "Cannot describe union u: it has no fields"],
  ];
  for (const [call, message] of cases) assert.throws(call, { name: "TypeError", message });
});
