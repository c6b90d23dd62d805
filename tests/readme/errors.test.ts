// Every row of the page's tables of errors is produced by real processes, and no error text of the
// sources is without a row that produces it.

import { abi } from "../../ffi/abi/mod.ts";
import { errorCode } from "../../ffi/core/mod.ts";
import type { Refusal } from "../eal/start.ts";
import { assert, describe, test } from "../kit.ts";
import { errorRows, MULTI_PROCESS, pageText, patternOf } from "./page.ts";
import { ADDRESSES } from "./scenes/addresses.ts";
import { ARGUMENTS } from "./scenes/arguments.ts";
import { EAL } from "./scenes/eal.ts";
import { GROUP } from "./scenes/group.ts";
import { LIBRARIES } from "./scenes/libraries.ts";
import { ROOM } from "./scenes/room.ts";
import type { Scenes } from "./scenes/scene.ts";
import { errorTexts, unlisted } from "./texts.ts";

const SCENES: Scenes = { ...LIBRARIES, ...ARGUMENTS, ...GROUP, ...ROOM, ...ADDRESSES, ...EAL };
const rows = errorRows(pageText(MULTI_PROCESS));

/** What was thrown, of all rows. */
const thrown: Refusal[] = [];
let skipped = 0;
let played = 0;

test("each row of the tables of errors is complete, and has a scene; each scene has a row", () => {
  for (const row of rows) {
    for (const cell of [row.message, row.name, row.cause, row.cure]) assert.notEqual(cell, "");
  }
  assert.deepEqual(rows.map(({ message }) => message).sort(), Object.keys(SCENES).sort());
});

describe("the error", () => {
  for (const row of rows) {
    const scene = SCENES[row.message] ?? (() => Promise.resolve([]));
    const { play, skip = undefined } = typeof scene === "function" ? { play: scene } : scene;
    if (skip !== undefined) skipped++;
    test(`"${row.message}" comes as the page says`, { skip }, async (context) => {
      const answers = await play(context);
      assert.equal(answers.length > 0, true, "there is an error");
      for (const { name, code, message } of answers) {
        assert.match(message, patternOf(row));
        assert.deepEqual(
          [name, code === errorCode(0) ? undefined : code],
          [row.name, row.code],
          message,
        );
      }
      thrown.push(...answers);
      played++;
    });
  }
});

/** What is said with earlier releases only: 25.11 takes both options. */
const EARLIER = abi().number < 26 ? [] : ["--no-huge has no files either; leave it"];

test("every error text of the sources has come", () => {
  assert.deepEqual(unlisted(), [], "files that throw and are not looked into");
  assert.equal(played + skipped, rows.length, "all of the above have passed");
  const silent = errorTexts().filter(({ text }) =>
    !EARLIER.includes(text) && !thrown.some(({ message }) => message.includes(text))
  );
  if (skipped === 0) assert.deepEqual(silent.map(({ file, text }) => `${file}: ${text}`), []);
});
