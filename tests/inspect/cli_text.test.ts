// What numbers, bars and tables look like, and what keys do to a table.

import { assert, test } from "../kit.ts";
import { bar, glyphsFor } from "../../tools/inspect/text/glyphs.ts";
import { hexdump } from "../../tools/inspect/text/hexdump.ts";
import {
  bare,
  clipped,
  fitted,
  line,
  opposed,
  printed,
  span,
  widthOf,
} from "../../tools/inspect/text/line.ts";
import { printable } from "../../tools/inspect/text/printable.ts";
import { type Column, sorted, table } from "../../tools/inspect/text/table.ts";
import * as units from "../../tools/inspect/text/units.ts";
import { ranges } from "../../tools/inspect/tables/processes.ts";
import { settled } from "../../tools/inspect/top/state.ts";

const UTF8 = glyphsFor({ LANG: "en_US.UTF-8" });
const ASCII = glyphsFor({ LANG: "en_US.UTF-8", LC_ALL: "C" });

test("numbers have sensible units", () => {
  const shorts = [0, 0.5, 7, 12.34, 9999, 9999.5, 12_345, 999_499, 999_500, 1e6, 298.4e6, 2 ** 40];
  assert.deepEqual(
    shorts.map(units.short),
    ["0", "0.50", "7", "12.3", "9999", "10.0k", "12.3k", "999k", "1.00M", "1.00M", "298M", "1.10T"],
  );
  for (let n = 0.001; n < 1e17; n *= 1.013) assert.ok(units.short(n).length <= 5, units.short(n));
  assert.deepEqual([0, 999, 1000, 2 ** 32].map(units.whole), [
    "0",
    "999",
    "1,000",
    "4,294,967,296",
  ]);
  assert.deepEqual(
    [0, 384, 1024, 1536, 2 ** 21, 2 ** 36].map(units.bytes),
    ["0 B", "384 B", "1 KiB", "1.50 KiB", "2 MiB", "64 GiB"],
  );
  assert.deepEqual([0, 512e6, 9.87e9].map(units.bitRate), ["0 b/s", "512 Mb/s", "9.87 Gb/s"]);
  assert.deepEqual(
    [0, 250, 999.6, 3210, 59_960, 245_000, 7_500_000].map(units.duration),
    ["0 ms", "250 ms", "1 s", "3.2 s", "1 min 00 s", "4 min 05 s", "2 h 05 min"],
  );
  assert.deepEqual([0, 1e-6, 0.5, 0.9999, 1].map(units.percent), [
    "0 %",
    "1 %",
    "50 %",
    "99 %",
    "100 %",
  ]);
  assert.equal(units.counted(1, "process", "processes"), "1 process");
  assert.equal(ranges([3, 0, 1, 7, 2, 9, 10]), "0-3,7,9-10");
});

test("bars show anything at all, and are full when all is", () => {
  const text = (fill: number, glyphs = UTF8) => bare(bar(fill, 4, glyphs));
  assert.deepEqual([0, 1e-9, 0.5, 0.99999, 1, 7].map((fill) => text(fill)), [
    "····",
    "▏···",
    "██··",
    "███▉",
    "████",
    "████",
  ]);
  assert.deepEqual([0, 1e-9, 0.5, 0.99, 1].map((fill) => text(fill, ASCII)), [
    "....",
    "#...",
    "##..",
    "###.",
    "####",
  ]);
  assert.deepEqual([0.5, 0.8, 0.95].map((fill) => bar(fill, 4, UTF8)[0]!.tone), [
    "good",
    "warn",
    "bad",
  ]);
});

test("lines are cut and filled up to a width", () => {
  const text = line("abc", span("def", "bad"));
  assert.equal(bare(clipped(text, 6)), "abcdef");
  assert.equal(bare(clipped(text, 5)), "abcd…");
  assert.equal(bare(clipped(text, 1)), "…");
  assert.equal(bare(clipped(text, 0)), "");
  assert.equal(widthOf(fitted(text, 9)), 9);
  assert.equal(bare(fitted(text, 9, "right")), "   abcdef");
  assert.equal(bare(opposed(text, line("x"), 12)), "abcdef     x");
  assert.equal(printed(text, true), "abc\x1b[1;31mdef\x1b[0m");
  assert.equal(printed(text, false), "abcdef");
});

test("a terminal does not obey a name", () => {
  assert.equal(printable("a\x1b[2Jé\u202e\x9b世\n"), "a?[2Jé????");
});

test("bytes are dumped", () => {
  const bytes = new TextEncoder().encode("message 17 of 20\x00!");
  assert.deepEqual(hexdump(bytes, 1).map(bare), [
    " 0000  6d 65 73 73 61 67 65 20  31 37 20 6f 66 20 32 30  |message 17 of 20|",
    " 0010  00 21                                             |.!|",
  ]);
  assert.deepEqual(hexdump(new Uint8Array()), []);
});

interface Row {
  readonly name: string;
  readonly value: number;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: "name",
    title: "NAME",
    width: 4,
    rank: 0,
    sort: (row) => row.name,
    cell: (row) => row.name,
  },
  {
    id: "value",
    title: "VALUE",
    align: "right",
    width: 5,
    rank: 1,
    sort: (row) => row.value,
    cell: (row) => String(row.value),
  },
  { id: "none", title: "NONE", width: 4, rank: 2, sort: () => 0, cell: () => "" },
];
const ROWS: readonly Row[] = [{ name: "ring 10", value: 1 }, { name: "ring 9", value: 123_456 }];

test("tables fit, and columns go when there is no room", () => {
  const at = (width: number) => table(COLUMNS, ROWS, width).map(bare);
  assert.deepEqual(at(Infinity), ["NAME     VALUE", "ring 10      1", "ring 9  123456"]);
  assert.deepEqual(at(8), ["NAME", "ring 10", "ring 9"]);
  for (const text of [1, 3, 9, 12].flatMap(at)) assert.ok(text.length <= 12);
});

test("names are sorted as people count", () => {
  const names = (by: string, reverse: boolean) =>
    sorted(COLUMNS, ROWS, { by, reverse }).map(({ name }) => name);
  assert.deepEqual(names("name", false), ["ring 9", "ring 10"]);
  assert.deepEqual(names("value", true), ["ring 9", "ring 10"]);
  assert.deepEqual(names("nothing", true), ["ring 10", "ring 9"]);
});

test("a chosen row is followed, and one that is gone leaves its place", () => {
  const keys = ["a", "b", "c", "d", "e"];
  const at = (key: string | undefined, index: number, offset: number, page = 2) =>
    settled({ key, index, offset }, keys, page);
  assert.deepEqual(at("d", 0, 0), { key: "d", index: 3, offset: 2 });
  assert.deepEqual(at("a", 4, 3), { key: "a", index: 0, offset: 0 });
  assert.deepEqual(at("gone", 4, 3), { key: "gone", index: 4, offset: 3 });
  assert.deepEqual(at("gone", 9, 9), { key: "gone", index: 4, offset: 3 });
  assert.deepEqual(at(undefined, 3, 3), { key: undefined, index: 0, offset: 0 });
  assert.deepEqual(settled({ key: "a", index: 2, offset: 2 }, [], 0), {
    key: "a",
    index: 0,
    offset: 0,
  });
});
