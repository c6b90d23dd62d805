// The messages on the page on troubleshooting are those that people get: those of a start as the page
// on several processes has them, which is tested there, the others as they come here.

import { DpdkError, Eal, Ring } from "../../mod.ts";
import { assert, describe, ealCase, test } from "../kit.ts";
import { type ErrorRow, errorRows, MULTI_PROCESS, pageText, patternOf } from "./page.ts";
import { RUNNING } from "./scenes/running.ts";

const rows = errorRows(pageText("examples/troubleshooting.md"));
const atStart = new Map(errorRows(pageText(MULTI_PROCESS)).map((row) => [row.message, row]));

const BEFORE = "EAL is not initialised; call Eal.init() first";
const AFTER = "EAL was cleaned up";

/** Holds what was thrown against a row. */
function compare(row: ErrorRow, provoke: () => unknown): void {
  assert.throws(provoke, (error: unknown) => {
    assert.ok(error instanceof Error, row.message);
    assert.match(error.message, patternOf(row));
    const code = error instanceof DpdkError && error.errno !== 0 ? error.code : undefined;
    assert.deepEqual([error.name, code], [row.name, row.code], error.message);
    return true;
  });
}

const rowOf = (message: string): ErrorRow => rows.find((row) => row.message === message)!;

test("every message has a cause and a cure, and is provoked somewhere", () => {
  assert.equal(rows.length > 30, true);
  for (const { message, name, cause, cure } of rows) {
    for (const cell of [message, name, cause, cure]) assert.notEqual(cell, "", message);
    const known = atStart.has(message) || message in RUNNING || [BEFORE, AFTER].includes(message);
    assert.equal(known, true, message);
  }
  for (const message of Object.keys(RUNNING)) assert.notEqual(rowOf(message), undefined, message);
});

describe("the messages of a start", () => {
  test("are of the errors that the page on several processes names", () => {
    for (const { message, name, code } of rows) {
      const row = atStart.get(message);
      if (row !== undefined) assert.deepEqual([name, code], [row.name, row.code], message);
    }
  });
});

ealCase(
  "the messages of a process that runs",
  { args: ["--no-huge", "--vdev=net_null0"] },
  ({ args }) => {
    compare(rowOf(BEFORE), () => Ring.create("early", 64));
    const eal = Eal.init(args);
    for (const [message, provoke] of Object.entries(RUNNING)) compare(rowOf(message), provoke);
    eal.cleanup();
    compare(rowOf(AFTER), () => Ring.create("late", 64));
  },
);
