// Where recordings are written: never over anything else.

import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert, describe, test } from "../kit.ts";
import { RecordingWriter } from "../../tools/inspect/source/recording.ts";
import { recordingText } from "./made_up.ts";
import { folder } from "./terminal.ts";

const NO_RECORDING = /^DpdkError: Cannot record to ".*": it is neither empty nor a recording of /;

describe("a recording", () => {
  test("is written where nothing was", (context) => {
    const file = join(folder(context), "new.jsonl");
    new RecordingWriter(file).close();
    assert.equal(readFileSync(file, "utf8"), "");
    const other = join(folder(context), "forced.jsonl");
    new RecordingWriter(other, { force: true }).close();
    assert.equal(readFileSync(other, "utf8"), "");
  });

  test("leaves a file alone that is there", (context) => {
    const place = folder(context);
    const file = join(place, "there.jsonl");
    symlinkSync("nothing", join(place, "link"));
    for (const text of ["precious\n", "", recordingText(2)]) {
      writeFileSync(file, text);
      assert.throws(
        () => new RecordingWriter(file),
        /^DpdkError: Cannot record to ".*": it is there already; --force overwrites it, if it is a /,
      );
      assert.equal(readFileSync(file, "utf8"), text);
    }
    assert.throws(() => new RecordingWriter(join(place, "link")), /it is there already/);
    assert.throws(() => new RecordingWriter(place), /it is there already/);
    assert.throws(() => new RecordingWriter(join(place, "no", "x")), /: there is no such place$/);
  });

  test("overwrites another one, and what is empty, when forced", (context) => {
    const file = join(folder(context), "there.jsonl");
    for (const text of ["", recordingText(2), recordingText(0)]) {
      writeFileSync(file, text);
      new RecordingWriter(file, { force: true }).close();
      assert.equal(readFileSync(file, "utf8"), "");
    }
  });

  test("overwrites nothing else, forced or not", (context) => {
    const place = folder(context);
    const file = join(place, "there.jsonl");
    const [header = ""] = recordingText(0).split("\n");
    for (const text of ["precious\n", "\n", "{", header.slice(0, 20), ` ${header}`]) {
      writeFileSync(file, text);
      assert.throws(() => new RecordingWriter(file, { force: true }), NO_RECORDING);
      assert.equal(readFileSync(file, "utf8"), text);
    }
    mkdirSync(join(place, "folder"));
    assert.throws(() => new RecordingWriter(join(place, "folder"), { force: true }), /: EISDIR$/);
    assert.equal(spawnSync("mkfifo", [join(place, "pipe")]).status, 0);
    assert.throws(() => new RecordingWriter(join(place, "pipe"), { force: true }), NO_RECORDING);
    assert.equal(lstatSync(join(place, "pipe")).isFIFO(), true);
    assert.throws(() => new RecordingWriter("/dev/null", { force: true }), NO_RECORDING);
  });
});
