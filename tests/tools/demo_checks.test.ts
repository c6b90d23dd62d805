// The demo's checks: that what is not as it was sent is found and said, and that it moves enough.

import { parseArguments } from "../../tools/demo/arguments.ts";
import { exchange } from "../../tools/demo/exchange.ts";
import { report, reportDialogue } from "../../tools/demo/report.ts";
import { Eal, Mempool, type ObjectCursor, PointerBuffer, Ring } from "../../mod.ts";
import { assert, ealCase, test, type TestContext } from "../kit.ts";

const COUNT = 8;

/** What may happen to messages on their way; how many of the eight are wrong then. */
const HARM: Readonly<
  Record<string, readonly [number, harm: (at: (i: number) => ObjectCursor) => void]>
> = {
  "nothing": [0, () => {}],
  "another number": [1, (at) => at(2).setU32(0, 3)],
  "another sender": [1, (at) => at(3).setU32(4, 1)],
  "a bit of the checksum": [1, (at) => at(7).setU32(8, at(7).u32(8) ^ 1)],
  "one twice": [1, (at) => at(5).bytes().set(at(4).bytes().slice())],
  "two changed places": [2, (at) => {
    const first = at(0).bytes().slice();
    at(0).bytes().set(at(1).bytes().slice());
    at(1).bytes().set(first);
  }],
};

ealCase("each message that is not as it was sent is counted", {
  args: ["--no-huge", "--no-shconf"],
}, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 255, 64);
  using there = Ring.create("there", 64);
  using here = Ring.create("here", 64);
  const burst = new PointerBuffer(COUNT);
  const message = pool.cursor();
  for (const [what, [wrong, harm]] of Object.entries(HARM)) {
    pool.getBulk(burst);
    for (let i = 0; i < COUNT; i++) message.at(burst, i).bytes().fill(0);
    here.enqueueBulk(burst);
    const zeros = exchange({ out: there, back: here, pool, me: 2, other: 1 }, COUNT);
    assert.deepEqual([zeros.sent, zeros.received, zeros.wrong], [COUNT, COUNT, COUNT]);
    assert.equal(there.dequeueBulk(burst), COUNT);
    harm((i) => message.at(burst, i));
    there.enqueueBulk(burst);
    const result = exchange({ out: here, back: there, pool, me: 1, other: 2 }, COUNT);
    assert.deepEqual([what, result.received, result.wrong], [what, COUNT, wrong]);
    assert.equal(here.dequeueBulk(burst), COUNT);
    pool.putBulk(burst);
    assert.equal(pool.full, true);
  }
});

/** What is printed meanwhile. */
function said({ cleanup }: TestContext): string[] {
  const lines: string[] = [];
  const { log } = console;
  cleanup(() => void (console.log = log));
  console.log = (line: string) => lines.push(line);
  return lines;
}

test("what is missing, wrong or not given back is said, and the demo has failed", (context) => {
  const lines = said(context);
  const right = { received: 200, wrong: 0, seconds: 0.0001, available: 63, size: 63 };
  assert.equal(report(right, 100), true);
  assert.deepEqual(lines, [
    "Moved: 200 messages in 0.00 s, 2.0 million a second",
    "Every message was checked: each came once, in order and whole. All 63 objects are back in " +
    "the pool.\n",
  ]);
  for (
    const [harm, says] of [
      [{ received: 199 }, "1 messages missing, 0 not as sent, 0 objects not"],
      [{ wrong: 2 }, "0 messages missing, 2 not as sent, 0 objects not"],
      [{ available: 60 }, "0 messages missing, 0 not as sent, 3 objects not"],
    ] as const
  ) {
    assert.equal(report({ ...right, ...harm }, 100), false);
    assert.equal(lines.at(-1), `WRONG: ${says} back in the pool\n`);
  }
  const dialogue = { answered: 20, medianUs: 90, noticed: 30, inOrder: true, event: 42 };
  assert.equal(reportDialogue(dialogue, 20, 30), true);
  for (const harm of [{ answered: 19 }, { noticed: 29 }, { inOrder: false }, { event: 0 }]) {
    assert.equal(reportDialogue({ ...dialogue, ...harm }, 20, 30), false);
    assert.match(lines.at(-1)!, /^WRONG on the control channel: /);
  }
});

test("by itself the demo moves at least a million messages each way, in two processes", () => {
  const { count, oneProcess, setup } = parseArguments([]);
  assert.equal(count >= 1_000_000, true);
  assert.deepEqual([oneProcess, setup], [false, true]);
});
