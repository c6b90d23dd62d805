// What `struct` describes, and what it refuses to.

import { struct } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";
import { Header, Port, SharedInfo } from "./fixtures/structs.ts";

describe("a descriptor", () => {
  test("says what C's sizeof, alignof and offsetof say", () => {
    assert.deepEqual(
      [SharedInfo.type, SharedInfo.size, SharedInfo.align],
      ["struct shared_info", 64, 64],
    );
    assert.deepEqual(SharedInfo.fields, {
      force_quit: { offset: 0, size: 4 },
      request_count: { offset: 8, size: 8 },
      async_request_count: { offset: 16, size: 8 },
    });
    assert.deepEqual([Header.size, Header.align, Header.fields.sequence.offset], [13, 1, 5]);
    const both = struct("x", { a: "uint8_t", b: "uint64_t" }, { packed: true, align: 4 });
    assert.deepEqual([both.size, both.align, both.fields.b.offset], [12, 4, 1]);
    const natural = struct("x", { a: "uint8_t", b: "uint64_t" }, { align: 2, packed: false });
    assert.deepEqual([natural.size, natural.align], [16, 8], "an alignment only grows");
  });

  test("does not change", () => {
    assert.throws(() => ((SharedInfo as { size: number }).size = 1), TypeError);
    assert.throws(() => ((SharedInfo.fields.force_quit as { size: number }).size = 1), TypeError);
    assert.throws(() => {
      (SharedInfo.fields as { force_quit: unknown }).force_quit = { offset: 4, size: 4 };
    }, TypeError);
  });

  test("takes names that objects have by themselves", () => {
    const Odd = struct("struct odd", {
      constructor: "int",
      toString: "int",
      hasOwnProperty: "int",
    });
    const value = { constructor: 1, toString: 2, hasOwnProperty: 3 };
    assert.deepEqual({ ...Odd.decode(Odd.encode(value)) }, value);
    const bytes = Odd.encode(value);
    Odd.write(bytes, {});
    assert.deepEqual({ ...Odd.decode(bytes) }, value, "what an object inherits is not its own");
    assert.throws(() => SharedInfo.get(new Uint8Array(64), "toString" as "force_quit"), {
      message: /^Cannot use field "toString" of struct shared_info: it is unknown; there are force/,
    });
  });

  test("is of known types only", () => {
    const bad = [
      ...["", "uint31_t", "u32", "void", "struct x", "uint32_t ", "const int", "int:3", "toString"],
      ...["char[]", "char[0]", "char[-1]", "char[1.5]", "char[0x10]", "char[4", "char[4]x", "[4]"],
      ...[
        "uint8_t[4]*",
        "*",
        "int[4][]",
        "char[1e3]",
        "4 *",
        "unsigned[4] int",
        "long double",
        "int (*)(void)",
      ],
    ];
    for (const type of bad) {
      assert.throws(() => struct("struct s", { a: "int", b: type as "int" }), {
        name: "TypeError",
        message: `Cannot describe b of struct s: unknown C type "${type}"`,
      });
    }
    const others = [
      1,
      null,
      undefined,
      {},
      { ...Port },
      [Port],
      [Port, 1, 2],
      ["int", 2],
      [],
      () => 0,
    ];
    for (const type of others as unknown[]) {
      assert.throws(() => struct("struct s", { b: type as "int" }), {
        name: "TypeError",
        message:
          "Cannot describe b of struct s: it is no C type, no struct and no [struct, length]",
      });
    }
  });

  test("is refused when it cannot be in C", () => {
    const cases: readonly (readonly [() => unknown, string, string])[] = [
      [
        () => struct("", { a: "int" }),
        "TypeError",
        'Cannot describe a struct: "" is no name of one',
      ],
      [
        () => struct(1 as never, { a: "int" }),
        "TypeError",
        "Cannot describe a struct: 1 is no name of one",
      ],
      [() => struct("s", {}), "TypeError", "Cannot describe s: it has no fields"],
      [
        () => struct("s", null as never),
        "TypeError",
        "Cannot describe s: null is no object of its fields",
      ],
      [
        () => struct("s", { "1": "int" }),
        "TypeError",
        "Cannot describe 1 of s: that is no name of a field",
      ],
      [
        () => struct("s", { "a b": "int" }),
        "TypeError",
        "Cannot describe a b of s: that is no name of a field",
      ],
      [
        () => struct("s", { ["__proto__"]: "int" }),
        "TypeError",
        "Cannot describe __proto__ of s: that is no name of a field",
      ],
      [
        () => struct("s", { a: [Port, 0] }),
        "RangeError",
        "Cannot use 0 as the length of a of s: it must be an integer from 1 to 1073741824",
      ],
      [
        () => struct("s", { a: [Port, 1.5] }),
        "RangeError",
        "Cannot use 1.5 as the length of a of s: it must be an integer from 1 to 1073741824",
      ],
      [
        () => struct("s", { a: "char[1073741825]" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: "uint64_t[999999999][999999999]" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: `char[${"9".repeat(400)}]` as "int" }),
        "RangeError",
        "Cannot describe s: it has more than 1073741824 bytes",
      ],
      [
        () => struct("s", { a: "int" }, { align: 3 }),
        "RangeError",
        "Cannot use 3 as the alignment of s: it is no power of two",
      ],
      [
        () => struct("s", { a: "int" }, { align: 0 }),
        "RangeError",
        "Cannot use 0 as the alignment of s: it must be an integer from 1 to 1048576",
      ],
      [
        () => struct("s", { a: "int" }, { packed: 1 as never }),
        "TypeError",
        "Cannot use 1 as packed of s: it is true or false",
      ],
      [
        () => struct("s", { a: "int" }, { pack: true } as never),
        "TypeError",
        'Cannot use option "pack" of struct("s"): it is unknown; there are align, packed',
      ],
    ];
    for (const [call, name, message] of cases) assert.throws(call, { name, message });
  });
});
