// What is said of what is not known for sure, and of pools: in tables, and in all of a ring or a pool.

import { writeFileSync } from "node:fs";
import { assert, describe, test } from "../kit.ts";
import type { RingState, StuckEnd, Suspect } from "../../mod.ts";
import { mempoolDetails } from "../../tools/inspect/details/mempool.ts";
import { ringDetails } from "../../tools/inspect/details/ring.ts";
import { Replay } from "../../tools/inspect/source/replay.ts";
import { leakText } from "../../tools/inspect/tables/mempools.ts";
import { ringColumns, ringFlowColumns, stuckText } from "../../tools/inspect/tables/rings.ts";
import { glyphsFor } from "../../tools/inspect/text/glyphs.ts";
import { bare, type Line } from "../../tools/inspect/text/line.ts";
import { table } from "../../tools/inspect/text/table.ts";
import { helpLines } from "../../tools/inspect/top/keys.ts";
import { madeUp, recordingText, SUSPECT } from "./made_up.ts";
import { folder } from "./terminal.ts";

const GLYPHS = glyphsFor({ LANG: "C" });

const text = (lines: readonly Line[]): string => lines.map(bare).join("\n");

function ringOf(change: Partial<RingState> = {}): RingState {
  return { ...madeUp(0).rings[1]!, ...change };
}

/** A ring over time. */
function flowOf(ring: RingState, stuck: readonly StuckEnd[] = []) {
  return { ring, inRate: 0, outRate: 0, fill: 0, highWater: ring.count, stuck };
}

function stuckBy(...suspects: Suspect[]): StuckEnd {
  return { side: "prod", forMs: 9000, elements: 32, suspects };
}

describe("who is at a stuck end", () => {
  const stopped = { ...SUSPECT, thread: "rte-worker-9", stopped: true, seen: false };
  const details = (end: StuckEnd): string =>
    text(ringDetails(ringOf(), GLYPHS, flowOf(ringOf(), [end])));

  test("is unknown when no thread was found", () => {
    assert.equal(stuckText(stuckBy()), "prod 9 s unknown");
    assert.match(
      details(stuckBy()),
      /^ +unknown: no living thread was found that has the ring's address;\n +whoever began may be dead, or have it in a register$/m,
    );
  });

  test("is perhaps one that is only stopped", () => {
    assert.equal(stuckText(stuckBy(stopped)), "prod 9 s perhaps rte-worker-9 (stopped)");
    assert.equal(
      stuckText(stuckBy(stopped, stopped)),
      "prod 9 s perhaps rte-worker-9 (stopped) +1",
    );
    assert.match(
      details(stuckBy(stopped)),
      /^ +perhaps rte-worker-9 \(stopped\), pid 4002, tid 4003, lcore 2$/m,
    );
  });

  test("may be one that has the ring", () => {
    assert.equal(stuckText(stuckBy(SUSPECT)), "prod 9 s lcore 2");
    assert.match(
      details(stuckBy({ ...SUSPECT, stopped: true })),
      /^ +may be rte-worker-2 \(pid 4002, tid 4003, lcore 2\) stopped$/m,
    );
  });

  test("had the ring, in recordings that do not say", (context) => {
    const file = `${folder(context)}/old.jsonl`;
    writeFileSync(file, recordingText(20, { stuck: 3 }).replaceAll(`,"seen":true`, ""));
    const { flow } = new Replay(file).seek(19);
    assert.deepEqual(flow!.rings[3]!.stuck[0]!.suspects, [SUSPECT]);
  });

  test("is explained by the help", () => {
    const help = text(helpLines(false)).replaceAll(/\s+/g, " ");
    assert.match(help, /unknown: no living thread was found that has the ring's address: whoever /);
    assert.match(
      help,
      /began may be dead, or have it in a register; perhaps: it is only known to /,
    );
    assert.doesNotMatch(help, /nobody:/);
  });
});

test("a pool that has run out is said to be empty", () => {
  const pool = madeUp(0).mempools[0]!;
  const leak = { forMs: 9000, objects: 8191, empty: true };
  assert.equal(leakText(leak), "EMPTY, leaks 8191 in 9 s");
  assert.equal(leakText({ ...leak, empty: false }), "leaks 8191 in 9 s");
  const details = (empty: boolean): string =>
    text(mempoolDetails(pool, GLYPHS, {
      mempool: pool,
      ...{ fill: 1, lowWater: 0, inRings: 0, leak: { ...leak, empty } },
    }));
  assert.match(
    details(true),
    /^ +EMPTY, leaks 8191 in 9 s\n +has run out: 8,191 objects are in no ring$/m,
  );
  assert.doesNotMatch(details(false), /EMPTY|run out/);
});

test("a count is marked that was not seen at one moment", () => {
  const count = (ring: RingState): readonly string[] => [
    text(table(ringColumns(GLYPHS), [ring], Infinity)),
    text(table(ringFlowColumns(GLYPHS), [flowOf(ring)], Infinity)),
    text(ringDetails(ring, GLYPHS)),
  ];
  const moving = count(ringOf({ still: false, count: 700 }));
  for (const shown of moving) assert.match(shown, / ~700 /);
  assert.match(moving[2]!, / ~700 of 1,023\n +moving too fast to be seen at one moment\n/);
  for (const shown of count(ringOf({ count: 700 }))) assert.doesNotMatch(shown, /~|moving/);
});

test("a ring full of a pool's free objects is no alarm", () => {
  const tones = (ring: RingState): string[] => {
    const rows = [
      ...ringColumns(GLYPHS).map(({ cell }) => cell(ring, 13)),
      ...ringFlowColumns(GLYPHS).map(({ cell }) => cell(flowOf(ring), 13)),
      ...ringDetails(ring, GLYPHS),
    ];
    const spans = rows.flatMap((row) => typeof row === "string" ? [] : row);
    return spans.filter(({ text }) => text !== "").map(({ tone }) => tone);
  };
  assert.equal(tones(ringOf({ count: 1023 })).includes("bad"), true);
  const free = tones(ringOf({ count: 1023, mempool: "pool_0" }));
  assert.equal(free.some((tone) => tone === "bad" || tone === "warn"), false);
});
