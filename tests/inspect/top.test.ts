import process from "node:process";
import { writeFileSync } from "node:fs";
import { assert, describe, test, type TestContext } from "../kit.ts";
import { type MadeUp, madeUp, recordingText, writeRecording } from "./made_up.ts";
import { folder, KEYS, Terminal, type TerminalOptions } from "./terminal.ts";

interface ShowOptions extends TerminalOptions, MadeUp {
  readonly looks?: number;
}

/** A made-up recording on the screen, which pauses at its first look. */
async function show(context: TestContext, options: ShowOptions = {}): Promise<Terminal> {
  const file = `${folder(context)}/made_up.jsonl`;
  writeRecording(file, options.looks ?? 20, options);
  const terminal = new Terminal(context, ["replay", file], options);
  await terminal.until(/Rings [\d,]+/);
  terminal.press(" <");
  await terminal.until(/PAUSED[^]*look 1 of/);
  return terminal;
}

/** The names of the rings in sight, from top to bottom. */
function rings(terminal: Terminal): string[] {
  return terminal.lines.flatMap((line) => /ring_\d{4}/.exec(line) ?? []);
}

async function quit(terminal: Terminal): Promise<void> {
  terminal.press("q");
  assert.equal(await terminal.code, 0);
}

test("a recording is shown on a screen of its own, which is given back", async (context) => {
  const terminal = await show(context);
  assert.equal(terminal.buffer, "alternate");
  const { lines } = terminal;
  assert.match(
    lines[0]!,
    /^ madeup {2}running · DPDK 22\.11\.11 · 2 processes +\d\d:\d\d:\d\d {3}PAUSED$/,
  );
  assert.equal(lines[1], "primary 4001 on lcores 0-1 · secondary 4002 on lcore 2");
  assert.equal(lines[2], "memory 64 MiB in 32 x 2 MiB, socket 0 (list 0)");
  assert.match(lines[4]!, /^ Rings 12 {3}Pools 2 {3}Memzones 12 {3}Processes 2 {3}Ports 1 +1\/12$/);
  assert.match(lines[5]!, /^ {2}RING +▼IN\/S OUT\/S FILL +COUNT +ROOM +HIGH STUCK$/);
  assert.match(lines[6]!, /^▶ ring_0000 +0 +0 ·{8} +0 % +0 +1023 +0$/);
  assert.match(lines.at(-2)!, /^·+ look 1 of 20, 0 ms of 19 s$/);
  assert.match(lines.at(-1)!, /^q quit {2}\? help {2}space go on/);
  await quit(terminal);
  assert.equal(terminal.buffer, "normal");
  assert.equal(terminal.text.trim(), "before");
  assert.ok(terminal.raw.lastIndexOf("\x1b[?25h") > terminal.raw.lastIndexOf("\x1b[?25l"));
});

test("it is refreshed in place, with rates", async (context) => {
  const file = `${folder(context)}/made_up.jsonl`;
  writeRecording(file, 300, { stuck: 3 });
  const terminal = new Terminal(context, ["replay", file]);
  await terminal.until(/look 1 of 300/);
  terminal.press("+++");
  await terminal.until(/look \d\d of 300/);
  assert.equal(terminal.text.match(/ring_0000/g)?.length, 1);
  assert.equal(terminal.text.match(/Rings/g)?.length, 1);
  assert.match(terminal.text, /x8$/m);
  assert.match(terminal.text, /^▶ ring_0000 +1\.00M +1\.00M /m);
  assert.match(terminal.text, /^ !ring_0003 .* cons \d+(\.\d)? s lcore 2$/m);
  assert.match(terminal.text, /Rings 12 !1/);
  await quit(terminal);
});

test("time goes forward, back, and to its ends", async (context) => {
  const terminal = await show(context);
  terminal.press("..");
  await terminal.until(/look 3 of 20, 2 s of 19 s/);
  assert.match(terminal.text, /ring_0001 +500k +500k .* 159 +1023 +159$/m);
  terminal.press(",");
  await terminal.until(/look 2 of 20/);
  terminal.press(">");
  await terminal.until(/look 20 of 20/);
  terminal.press("<");
  await terminal.until(/look 1 of 20/);
  terminal.press(",");
  terminal.press(" ");
  await terminal.until(/look 2 of 20/);
  await quit(terminal);
});

test("rows are sorted by any column, both ways", async (context) => {
  const terminal = await show(context);
  terminal.press(".");
  await terminal.until(/look 2 of 20/);
  assert.deepEqual(rings(terminal).slice(0, 3), ["ring_0000", "ring_0001", "ring_0002"]);
  terminal.press("r");
  await terminal.until(/▲IN\/S/);
  assert.equal(rings(terminal)[0], "ring_0011");
  terminal.press(`${KEYS.right}${KEYS.right}`);
  await terminal.until(/FILL▼/);
  assert.equal(rings(terminal)[0], "ring_0010");
  terminal.press("SSS");
  await terminal.until(/RING▲/);
  assert.equal(rings(terminal)[0], "ring_0000");
  await quit(terminal);
});

test("only rows that match a filter are shown", async (context) => {
  const terminal = await show(context);
  terminal.press("/");
  await terminal.until(/^\/ .*enter keep/m);
  // Keys are text now.
  terminal.press("RING_000q7");
  await terminal.until(/^\/RING_000q7/m);
  assert.match(terminal.text, /No ring has "RING_000q7" in it: 12 rows not shown/);
  terminal.press("\x7f\x7f7");
  terminal.press(KEYS.enter);
  await terminal.until(/\/RING_0007 1\/1 of 12$/m);
  assert.deepEqual(rings(terminal), ["ring_0007"]);
  terminal.press(KEYS.escape);
  await terminal.until(/1\/12$/m);
  assert.equal(rings(terminal).length, 12);
  await quit(terminal);
});

test("sheets are turned", async (context) => {
  const terminal = await show(context);
  for (
    const head of [/^ {2}MEMPOOL +USED/m, /^ {2}MEMZONE +▼SIZE/m, /^ {2}ROLE▲/m, /^ {2}▲PORT NAME/m]
  ) {
    terminal.press(KEYS.tab);
    await terminal.until(head);
  }
  assert.match(terminal.text, /net_null0/);
  terminal.press(KEYS.backTab);
  await terminal.until(/secondary +4002 +0 2 +runs +secondary_program -l 2 /);
  terminal.press("1");
  await terminal.until(/^ {2}RING/m);
  await quit(terminal);
});

test("a ring is shown with both of its ends, who knows it, and who is stuck", async (context) => {
  const terminal = await show(context, { stuck: 3 });
  terminal.press(">");
  await terminal.until(/look 20 of 20/);
  terminal.press("/0003\r");
  await terminal.until(/1\/1 of 12/);
  terminal.press(KEYS.enter);
  await terminal.until(/^Ring ring_0003 {2}at 0x60000040c000$/m);
  assert.match(terminal.text, /^holds +\S+ 86 % {2}880 of 1,023, at most 880 seen$/m);
  assert.match(terminal.text, /^producers {2}MP +head +1,380 {2}tail +1,380 {2}31\/s$/m);
  assert.match(terminal.text, /^consumers {2}MC +head +532 {2}tail +500 {2}32 under way {2}0\/s$/m);
  assert.match(terminal.text, /^consumer {3}stuck for 19 s: 32 elements between head and tail$/m);
  assert.match(terminal.text, /^ +may be rte-worker-2 \(pid 4002, tid 4003, lcore 2\)$/m);
  assert.match(terminal.text, /^known to {3}secondary 4002$/m);
  terminal.press(KEYS.escape);
  await terminal.until(/^ {2}RING/m);
  await quit(terminal);
});

test("the help tells of the keys", async (context) => {
  const terminal = await show(context, { rows: 40 });
  terminal.press("?");
  await terminal.until(/^Keys$/m);
  assert.match(terminal.text, /space +pause, and go on/);
  assert.match(terminal.text, /, {2}\. +a look back, forward/);
  assert.ok(!terminal.text.includes("…"));
  terminal.press(KEYS.escape);
  await terminal.until(/ring_0000/);
  await quit(terminal);
});

test("a terminal may become small, and large again", async (context) => {
  const terminal = await show(context);
  for (const [columns, rows] of [[40, 12], [20, 5], [8, 2], [3, 1], [100, 30]] as const) {
    await terminal.resize(columns, rows);
    // What is chosen is always in sight.
    await terminal.until((text) =>
      rows === 1
        ? /^ ?m?…?/.test(text)
        : columns < 100
        ? text.includes("▶")
        : /look 1 of 20/.test(text)
    );
  }
  await terminal.until(/enter|↵ details/);
  assert.match(terminal.lines[0]!, /^ madeup {2}running/);
  assert.equal(rings(terminal).length, 12);
  assert.equal(terminal.lines.length, 30);
  assert.match(terminal.lines.at(-1)!, /^q quit/);
  await quit(terminal);
  assert.equal(terminal.text.trim(), "before");
});

test("nothing of before stays when a terminal becomes narrower and higher", async (context) => {
  const terminal = await show(context, { columns: 120, rows: 12 });
  for (const [columns, rows] of [[110, 24], [120, 12], [90, 30]] as const) {
    await terminal.resize(columns, rows);
    await terminal.until((text) => {
      const lines = text.split("\n");
      return lines[0]!.endsWith("PAUSED") && lines[0]!.length === columns - 1 &&
        lines[1] === "primary 4001 on lcores 0-1 · secondary 4002 on lcore 2" &&
        lines.at(-1)!.startsWith("q quit") && text.match(/Rings 12/g)?.length === 1;
    });
  }
  await quit(terminal);
});

test("what wrote over the screen is wiped away", async (context) => {
  const terminal = await show(context);
  const before = terminal.text;
  terminal.scribble("\x1b[5;1HEAL: something\nEAL: something else\n");
  await terminal.until(/EAL: something else/);
  terminal.press("\x0c");
  await terminal.until((text) => text === before);
  await quit(terminal);
});

test("of 1,000 rings those in sight are shown", async (context) => {
  const terminal = await show(context, { rings: 1000, looks: 3 });
  terminal.press(".");
  await terminal.until(/look 2 of 3/);
  assert.match(terminal.text, /1\/1,000$/m);
  assert.equal(rings(terminal).length, 16);
  terminal.press("S");
  await terminal.until(/RING▲/);
  terminal.press(KEYS.end);
  await terminal.until(/1,000\/1,000$/m);
  assert.equal(rings(terminal).at(-1), "ring_0999");
  terminal.press(KEYS.up);
  await terminal.until(/▶ ring_0998/);
  terminal.press(KEYS.home);
  await terminal.until(/▶ ring_0000/);
  terminal.press(KEYS.pageDown);
  await terminal.until(/▶ ring_0016/);
  await quit(terminal);
});

test("a chosen row is followed when it moves", async (context) => {
  const terminal = await show(context);
  terminal.press(".");
  await terminal.until(/look 2 of 20/);
  terminal.press(`${KEYS.down}${KEYS.down}`);
  await terminal.until(/▶ ring_0002/);
  terminal.press("r");
  await terminal.until(/▲IN\/S/);
  assert.match(terminal.text, /▶ ring_0002/);
  assert.match(terminal.text, /10\/12$/m);
  await quit(terminal);
});

describe("the terminal is given back", () => {
  for (const [signal, code] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const) {
    test(`at ${signal}`, async (context) => {
      const terminal = await show(context);
      process.kill(terminal.pid, signal);
      assert.equal(await terminal.code, code);
      assert.equal(terminal.buffer, "normal");
      assert.equal(terminal.text.trim(), "before");
    });
  }

  test("at ^C", async (context) => {
    const terminal = await show(context);
    terminal.press("\x03");
    assert.equal(await terminal.code, 0);
    assert.equal(terminal.buffer, "normal");
  });

  test("when a recording turns out to be damaged", async (context) => {
    const file = `${folder(context)}/damaged.jsonl`;
    const lines = recordingText(5).split("\n");
    lines[3] = lines[3]!.slice(0, 100);
    writeFileSync(file, lines.join("\n"));
    const terminal = new Terminal(context, ["replay", file]);
    assert.equal(await terminal.code, 1);
    assert.equal(terminal.buffer, "normal");
    assert.match(
      terminal.text.replaceAll("\n", ""),
      /^beforeCannot replay ".*damaged\.jsonl": line 4 is no look at a group; the file is damaged$/,
    );
  });
});

test("without colours, and without Unicode, it says the same", async (context) => {
  const terminal = await show(context, {
    env: { NO_COLOR: "1", LANG: "C", LC_ALL: "C" },
    stuck: 3,
  });
  terminal.press(">");
  await terminal.until(/look 20 of 20/);
  // deno-lint-ignore no-control-regex -- escape sequences are what is looked for
  assert.doesNotMatch(terminal.raw, /\x1b\[[\d;]*3\dm/);
  assert.match(terminal.text, /^> ring_0000 +1\.00M +1\.00M #+\.+ +\d+ %/m);
  assert.match(terminal.text, /^ !ring_0003 /m);
  assert.match(terminal.lines[0]!, / madeup {2}running - DPDK/);
  await quit(terminal);
});

test("names cannot command the terminal", async (context) => {
  const file = `${folder(context)}/nasty.jsonl`;
  const { rings: [ring, ...others], ...rest } = madeUp(0);
  const nasty = { ...ring!, name: "a\x1b[2J\x07世b" };
  const looks = [{ ...rest, rings: [nasty, ...others], links: [], suspects: {} }];
  const [header] = recordingText(0).split("\n");
  writeFileSync(file, [header, ...looks.map((look) => JSON.stringify(look)), ""].join("\n"));
  const terminal = new Terminal(context, ["replay", file]);
  await terminal.until(/a\?\[2J\?\?b/);
  assert.match(terminal.lines[0]!, /^ madeup/);
  await quit(terminal);
});
