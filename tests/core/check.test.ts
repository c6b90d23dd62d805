import { checkInteger, checkKeys, checkName } from "../../ffi/core/mod.ts";
import { assert, describe, test } from "../kit.ts";

describe("checkInteger", () => {
  test("gives an integer within bounds back", () => {
    for (const value of [-1, 0, 7]) assert.equal(checkInteger(value, "a thing", -1, 7), value);
  });

  test("refuses everything else, naming it", () => {
    for (const bad of [-2, 8, 1.5, NaN, Infinity, 2 ** 53, "3", 3n, null, undefined, {}]) {
      assert.throws(() => checkInteger(bad as number, "a thing", -1, 7), {
        name: "RangeError",
        message: `Cannot use ${
          bad === "3" ? '"3"' : bad
        } as a thing: it must be an integer from -1 to 7`,
      });
    }
  });
});

describe("checkName", () => {
  test("gives a name of at most so many bytes back", () => {
    assert.equal(checkName("a", "ring", 28), "a");
    assert.equal(checkName("ü".repeat(14), "ring", 28), "ü".repeat(14));
  });

  test("refuses a longer one, counting bytes", () => {
    assert.throws(() => checkName("ü".repeat(14) + "x", "ring", 28), {
      name: "RangeError",
      message: /"ü+x" as a ring name: it has 29 bytes, at most 28 fit/,
    });
  });

  test("refuses what is empty, holds a NUL or is no string", () => {
    assert.throws(() => checkName("", "ring", 28), {
      name: "TypeError",
      message: "Cannot use an empty ring name",
    });
    assert.throws(() => checkName("a\0b", "ring", 28), { name: "TypeError", message: /a NUL/ });
    for (const bad of [1, undefined, null, {}]) {
      assert.throws(() => checkName(bad as string, "ring", 28), {
        name: "TypeError",
        message: /as a ring name: it is not a string/,
      });
    }
  });
});

test("checkKeys refuses an option that is unknown, and names those there are", () => {
  checkKeys({}, ["flags"], "a ring");
  checkKeys({ flags: 1 }, ["flags", "socketId"], "a ring");
  assert.throws(() => checkKeys({ flag: 1 }, ["flags", "socketId"], "a ring"), {
    name: "TypeError",
    message: 'Cannot use option "flag" of a ring: it is unknown; there are flags, socketId',
  });
  for (const options of [3, null, "flags"]) {
    assert.throws(() => checkKeys(options as never, ["flags"], "a ring"), {
      name: "TypeError",
      message: `Cannot use ${options} as options of a ring: it is no object; there are flags`,
    });
  }
});
