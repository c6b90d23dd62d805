// struct ff_msg of examples/fstack, held against the one in C of tests/peers/fstack_msg.h.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ARGS,
  BUFFER_SIZE,
  ELEMENT_SIZE,
  FF_MSG_POOL,
  FF_MSG_RING_SIZE,
  FfMsg,
  FfMsgType,
  FfSysctlArgs,
  FfTopArgs,
  FfTrafficArgs,
  ringIn,
  ringOut,
} from "../../examples/fstack/ff_msg.ts";
import type { AnyStruct } from "../../mod.ts";
import { assert, compileC, outcome, ROOT, spawnProgram, test } from "../kit.ts";

const header = readFileSync(join(ROOT, "tests", "peers", "fstack_msg.h"), "utf8");

const same = (c: string, value: number | string): string =>
  typeof value === "number"
    ? `_Static_assert((${c}) == ${value}u, "${c}");`
    : `_Static_assert(__builtin_strcmp(${c}, "${value}") == 0, "${value}");`;

/** Size, and place and size of every field that the struct has in C, too. */
function asserts({ type, size, fields }: AnyStruct): string[] {
  const named = Object.entries(fields).filter(([name]) => name !== "args");
  return [
    same(`sizeof(${type})`, size),
    ...named.flatMap(([name, field]) => [
      same(`offsetof(${type}, ${name})`, field.offset),
      same(`sizeof(((${type} *)0)->${name})`, field.size),
    ]),
  ];
}

test("structs, numbers and names are those of C", async () => {
  const lines = [
    ...[FfMsg, FfSysctlArgs, FfTopArgs, FfTrafficArgs].flatMap(asserts),
    same("_Alignof(struct ff_msg)", FfMsg.align),
    ...["sysctl", "top", "traffic"].map((arm) => same(`offsetof(struct ff_msg, ${arm})`, ARGS)),
    ...Object.entries(FfMsgType).map(([name, value]) => same(name, value)),
    same("MSG_RING_SIZE", FF_MSG_RING_SIZE),
    same("MAX_MSG_BUF_SIZE", ELEMENT_SIZE),
    same("MAX_MSG_BUF_SIZE - sizeof(struct ff_msg)", BUFFER_SIZE),
    same("FF_MSG_POOL", FF_MSG_POOL),
    same('FF_MSG_RING_IN "3"', ringIn(3)),
    same('FF_MSG_RING_OUT "3_9"', ringOut(3, 9)),
  ];
  assert.equal(FfMsg.size, 128);
  const program = compileC(`${header}\n${lines.join("\n")}\nint main(void) { return 0; }\n`);
  const result = await spawnProgram(program).result;
  assert.equal(result.code, 0, outcome(result));
});

test("a wrong place would be told", () => {
  assert.throws(() => compileC(`${header}\n${same("offsetof(struct ff_msg, result)", 5)}\n`));
});
