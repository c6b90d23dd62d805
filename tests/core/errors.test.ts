import { constants } from "node:os";
import { Errno, errorCode, failed } from "../../ffi/core/mod.ts";
import { DpdkError, type Failure } from "../../mod.ts";
import { assert, compileC, describe, spawnProgram, test } from "../kit.ts";

describe("DpdkError", () => {
  const message = (failure: Failure): string => new DpdkError(failure).message;

  test("says what was tried, what failed and what to do", () => {
    const error = new DpdkError({
      what: 'create ring "a"',
      call: "rte_ring_create",
      errno: 17,
      advice: 'a ring of that name exists; use Ring.lookup("a")',
    });
    assert.equal(
      error.message,
      'Cannot create ring "a": rte_ring_create failed with EEXIST: ' +
        'a ring of that name exists; use Ring.lookup("a")',
    );
    assert.equal(error instanceof Error, true);
    assert.deepEqual(
      [error.name, error.call, error.errno, error.code],
      ["DpdkError", "rte_ring_create", 17, "EEXIST"],
    );
  });

  test("leaves out what there is not", () => {
    assert.equal(message({ what: "fly" }), "Cannot fly");
    assert.equal(message({ what: "fly", advice: "no wings" }), "Cannot fly: no wings");
    assert.equal(message({ what: "fly", call: "flap" }), "Cannot fly: flap failed");
    const refused = new DpdkError({ what: "fly", advice: "no wings" });
    assert.deepEqual([refused.call, refused.errno, refused.code], ["", 0, "no error number"]);
  });

  test("carries EAL's words below", () => {
    assert.equal(
      message({ what: "fly", call: "flap", log: ["EAL: one", "EAL: two"] }),
      "Cannot fly: flap failed\n  EAL: one\n  EAL: two",
    );
    assert.equal(message({ what: "fly", log: [] }), "Cannot fly");
  });

  test("takes the advice for the number that came", () => {
    const advice = { ENOENT: "look elsewhere", EINVAL: "think again" };
    assert.match(failed("find", "look", 2, advice).message, /ENOENT: look elsewhere$/);
    assert.match(failed("find", "look", 22, advice).message, /EINVAL: think again$/);
    assert.equal(failed("find", "look", 5, advice).message, "Cannot find: look failed with EIO");
  });
});

describe("error numbers", () => {
  test("are named as the C headers name them, every one", async () => {
    const numbers = Array.from({ length: 134 }, (_, i) => i);
    const program = compileC(
      `#define _GNU_SOURCE
       #include <stdio.h>
       #include <string.h>
       int main(void)
       {
         for (int i = 0; i < ${numbers.length}; i++) {
           const char *name = strerrorname_np(i);
           printf("%s\\n", name == NULL ? "-" : name);
         }
         return 0;
       }`,
      ["-O0"],
    );
    const names = (await spawnProgram(program).result).stdout.trim().split("\n");
    for (const number of numbers.slice(1)) {
      const ours = errorCode(number);
      if (names[number] === "-") assert.equal(ours, `errno ${number}`);
      else if (names[number] !== ours) assert.equal(sameNumber(names[number]!, ours), true, ours);
    }
  });

  /** Two names of one number, such as EDEADLK and EDEADLOCK. */
  function sameNumber(a: string, b: string): boolean {
    return new Set([a, b, "EDEADLK", "EDEADLOCK"]).size === 2 ||
      new Set([a, b, "ENOTSUP", "EOPNOTSUPP"]).size === 2;
  }

  test("of DPDK's own are named, too", async () => {
    const program = compileC(`
      #include <stdio.h>
      #include <rte_errno.h>
      int main(void) { printf("%d %d\\n", E_RTE_SECONDARY, E_RTE_NO_CONFIG); return 0; }
    `);
    const numbers = (await spawnProgram(program).result).stdout.trim().split(" ").map(Number);
    assert.deepEqual(numbers.map(errorCode), ["E_RTE_SECONDARY", "E_RTE_NO_CONFIG"]);
  });

  test("that are unknown are shown as numbers", () => {
    assert.equal(errorCode(4242), "errno 4242");
    assert.equal(errorCode(0), "no error number");
  });

  test("that the library asks about have the system's values", () => {
    for (const [name, value] of Object.entries(Errno)) {
      assert.equal(value, (constants.errno as unknown as Record<string, number>)[name], name);
    }
  });
});
