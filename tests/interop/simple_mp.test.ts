// examples/simple_mp.ts against a C program that speaks what DPDK's simple_mp speaks, in both roles,
// and Deno against Bun. This file runs once on each runtime: each run has half of the pairs.

import { join } from "node:path";
import {
  assert,
  type Child,
  describe,
  outcome,
  ROOT,
  runtimeName,
  spawnPeer,
  spawnScript,
  test,
  type TestContext,
} from "../kit.ts";
import { dialog } from "../peers/dialog.ts";
import { Group, type Language } from "./group.ts";

/** The bytes of a message, its NUL among them. */
const MESSAGE_SIZE = 128;

const RECEIVED = /core (\d+): Received '(.*)'$/gm;
const DISCARDED = /Failed to send message - message discarded/g;

/** Primary and secondary. */
const PAIRS: Readonly<Record<typeof runtimeName, readonly (readonly [Language, Language])[]>> = {
  deno: [["deno", "c"], ["c", "deno"], ["deno", "bun"]],
  bun: [["bun", "c"], ["c", "bun"], ["bun", "deno"]],
};

/** One of the two programs that talk. */
class Speaker {
  readonly language: Language;
  readonly lcore: number;
  readonly child: Child;
  #output = "";

  constructor(language: Language, lcore: number, child: Child) {
    this.language = language;
    this.lcore = lcore;
    this.child = child;
    void this.#collect();
  }

  async #collect(): Promise<void> {
    for await (const line of this.child.lines()) this.#output += `${line}\n`;
  }

  say(...lines: string[]): void {
    this.child.stdin.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** The texts that it has received so far, all on its own lcore. */
  get received(): string[] {
    return [...this.#output.matchAll(RECEIVED)].map(([line, lcore, text]) => {
      assert.equal(Number(lcore), this.lcore, line);
      return text!;
    });
  }

  get discarded(): number {
    return [...this.#output.matchAll(DISCARDED)].length;
  }

  /** Waits until something is so; the test's time limit ends the wait. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      const result = await Promise.race([this.child.result, pause(10)]);
      if (result && !done()) throw new Error(`It has ended: ${outcome(result)}`);
    }
  }

  async ended(): Promise<void> {
    const result = await this.child.result;
    assert.equal(result.code, 0, `${this.language}: ${outcome(result)}`);
    assert.match(result.stdout, new RegExp(`Starting core ${this.lcore}\\b`));
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The programs of one file prefix. */
class Talk {
  readonly #context: TestContext;
  readonly #group: Group;

  constructor(context: TestContext) {
    this.#context = context;
    this.#group = new Group(context, "simple_mp");
  }

  /** What a C process sees of an object of these two: `look` of view_ring.c and view_mempool.c. */
  async look(peer: "view_ring" | "view_mempool", name: string): Promise<string[]> {
    const c = await dialog(peer, this.#group.prefix, "--lcores=9@0");
    const [line = ""] = await c.ask(`look ${name}`);
    await c.end();
    return line.split(" ");
  }

  async start(type: "primary" | "secondary", language: Language, lcore: number): Promise<Speaker> {
    const args = this.#group.ealArgs(type, language, lcore);
    const options = { timeoutMs: 110_000 };
    const child = language === "c"
      ? spawnPeer("simple_mp", args, options)
      : spawnScript(language, join(ROOT, "examples", "simple_mp.ts"), args, options);
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    await child.waitForLine(/Starting core/, 60_000);
    return new Speaker(language, lcore, child);
  }
}

/** Texts that a program can send; the C program of ours can send an empty one, too. */
function texts(language: Language): string[] {
  const some = [
    "hello",
    "two words",
    "it's 'quoted'",
    "naïve café →",
    "x".repeat(MESSAGE_SIZE - 1),
    "y".repeat(MESSAGE_SIZE),
    "z".repeat(1000),
  ];
  return language === "c" ? [...some, ""] : some;
}

const cut = (text: string): string => text.slice(0, MESSAGE_SIZE - 1);

for (const [one, other] of PAIRS[runtimeName]) {
  describe(`simple_mp, primary ${one}, secondary ${other}`, () => {
    test("texts go both ways, the longest whole, longer ones cut", {
      timeoutMs: 120_000,
    }, async (context) => {
      const talk = new Talk(context);
      const primary = await talk.start("primary", one, 3);
      const secondary = await talk.start("secondary", other, 5);
      for (const [from, to] of [[primary, secondary], [secondary, primary]] as const) {
        const sent = texts(from.language);
        from.say(...sent.map((text) => `send ${text}`.trimEnd()), "help", "nonsense", "");
        await to.until(() => to.received.length >= sent.length);
        assert.deepEqual(to.received, sent.map(cut));
      }
      secondary.say("quit");
      await secondary.ended();
      primary.say("quit");
      await primary.ended();
      assert.match((await primary.child.result).stdout, /send/);
    });

    test("many at once: each arrives in order, or its sender is told that it did not", {
      timeoutMs: 120_000,
    }, async (context) => {
      const talk = new Talk(context);
      const primary = await talk.start("primary", one, 3);
      const secondary = await talk.start("secondary", other, 5);
      const many = 1500;
      for (const [from, to] of [[primary, secondary], [secondary, primary]] as const) {
        from.say(...Array.from({ length: many }, (_, i) => `send ${i}`));
        await to.until(() => to.received.length + from.discarded >= many);
        const got = to.received.map(Number);
        assert.equal(got.length + from.discarded, many);
        assert.deepEqual(got, got.toSorted((a, b) => a - b));
        assert.equal(new Set(got).size, got.length);
        from.say("send after");
        await to.until(() => to.received.at(-1) === "after");
      }
      // The primary leaves first.
      primary.say("quit");
      await primary.ended();
      secondary.say("quit");
      await secondary.ended();
    });

    test("a secondary leaves, and another one gets what was sent meanwhile", {
      timeoutMs: 120_000,
    }, async (context) => {
      const talk = new Talk(context);
      const primary = await talk.start("primary", one, 3);
      const first = await talk.start("secondary", other, 5);
      first.say("send first");
      await primary.until(() => primary.received.length === 1);
      first.child.stdin.end();
      await first.ended();
      primary.say("send meanwhile", "send again");
      for (const [number, language] of [one, other].entries()) {
        const next = await talk.start("secondary", language, 6 + number);
        if (number === 0) await next.until(() => next.received.length === 2);
        primary.say("send welcome");
        await next.until(() => next.received.at(-1) === "welcome");
        assert.deepEqual(
          next.received,
          number === 0 ? ["meanwhile", "again", "welcome"] : ["welcome"],
        );
        next.say(`send next ${number}`);
        await primary.until(() => primary.received.at(-1) === `next ${number}`);
        next.say("quit");
        await next.ended();
      }
      assert.deepEqual(primary.received, ["first", "next 0", "next 1"]);
      primary.child.stdin.end();
      await primary.ended();
    });
  });
}

test("the rings and the pool are those that DPDK's program makes", async (context) => {
  const talk = new Talk(context);
  const primary = await talk.start("primary", runtimeName, 3);
  for (const name of ["PRI_2_SEC", "SEC_2_PRI"]) {
    const [called, , flags, size, mask] = await talk.look("view_ring", name);
    assert.deepEqual([called, flags, size, mask], [name, "0", "64", "63"]);
  }
  const [name, , size, element, cache, ...more] = await talk.look("view_mempool", "MSG_POOL");
  const [, , privateSize, driver] = more;
  assert.deepEqual(
    [name, size, element, cache, privateSize, driver],
    ["MSG_POOL", "1024", `${MESSAGE_SIZE}`, "32", "0", "ring_mp_mc"],
  );
  primary.say("help", "nonsense", "quit");
  await primary.ended();
  const { stdout } = await primary.child.result;
  for (const command of ["send TEXT", "help", "quit"]) {
    assert.match(stdout, new RegExp(`^ +${command} {2,}`, "m"));
  }
  assert.match(stdout, /^(simple_mp > )?Bad command "nonsense"; try help$/m);
});
