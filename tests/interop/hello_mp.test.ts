// examples/hello_mp: server and client in all pairs of Deno, Bun and C, and the exercises. This file
// runs once on each runtime: each run has the servers of its own runtime, and a share of those in C.

import { join } from "node:path";
import {
  assert,
  type Child,
  type ChildResult,
  describe,
  executable,
  outcome,
  ROOT,
  type Runtime,
  runtimeName,
  spawnPeer,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
} from "../kit.ts";
import { Group, type Language, LANGUAGES, script } from "./group.ts";

/** Servers and the clients that they are tried with. */
const PAIRS: Readonly<Record<Runtime, readonly (readonly [Language, readonly Language[]])[]>> = {
  deno: [["deno", LANGUAGES], ["c", ["deno", "c"]]],
  bun: [["bun", LANGUAGES], ["c", ["bun"]]],
};

/** The servers of this run. */
const SERVERS: readonly Language[] = [runtimeName, "c"];

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** How often a server tells what it has handled, in milliseconds. */
const STATUS_MS = 3000;

const TEST_MS = 60_000;
const LIFE_MS = 50_000;

/** A permission less than the examples say they need would show. */
const DENO_FLAGS = ["run", "--no-check", "--no-prompt", "--quiet", "--allow-ffi"];

/** The programs of one file prefix. */
class Party {
  readonly #context: TestContext;
  readonly #group: Group;
  #members = 0;

  constructor(context: TestContext) {
    this.#context = context;
    this.#group = new Group(context, "hello_mp");
  }

  async serve(language: Language): Promise<Child> {
    const child = this.#start("server", language, "primary", []);
    await child.waitForLine(/^\[Server\] Ready$/);
    return child;
  }

  /** A client that asks so often, once each 100 ms, or until it is told to end. */
  ask(language: Language, count?: number): Child {
    const often = ["--count", `${count}`, "--interval-ms", "100"];
    return this.#start("client", language, "secondary", count === undefined ? [] : often);
  }

  client(language: Language, ...args: string[]): Child {
    return this.#start("client", language, "secondary", args);
  }

  exercise(name: string, type: "primary" | "secondary", ...args: string[]): Child {
    return this.#start(name, runtimeName, type, args);
  }

  /** Runs a script of the tests to its end, and gives what it printed. */
  async visit(...args: string[]): Promise<string> {
    const file = script("hello_visitor");
    const { stdout } = await well(
      this.#keep(spawnScript(runtimeName, file, this.#args(runtimeName, "secondary", args))),
    );
    return stdout.trim();
  }

  async serveBare(): Promise<Child> {
    const args = this.#args(runtimeName, "primary", []);
    const child = this.#keep(spawnScript(runtimeName, script("hello_bare_server"), args));
    await child.waitForLine(/^\[Server\] Ready$/);
    return child;
  }

  #start(
    name: string,
    language: Language,
    type: "primary" | "secondary",
    own: readonly string[],
  ): Child {
    const args = this.#args(language, type, own);
    const options = { timeoutMs: LIFE_MS };
    if (language === "c") return this.#keep(spawnPeer(`hello_mp_${name}`, args, options));
    const flags = language === "deno" ? DENO_FLAGS : ["run"];
    const file = join(ROOT, "examples", "hello_mp", `${name}.ts`);
    return this.#keep(spawnProgram(executable(language), [...flags, file, ...args], options));
  }

  #args(language: Language, type: "primary" | "secondary", own: readonly string[]): string[] {
    const args = this.#group.ealArgs(type, language, this.#members++);
    return own.length === 0 ? args : [...args, "--", ...own];
  }

  #keep(child: Child): Child {
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    return child;
  }
}

/** Waits for an end with exit code 0. */
async function well(child: Child): Promise<ChildResult> {
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result;
}

/** Ends a server. */
async function end(server: Child, signal: NodeJS.Signals = "SIGTERM"): Promise<ChildResult> {
  server.kill(signal);
  return await well(server);
}

/** The lines of an output that begin so, from there on. */
function lines(output: string, start: string): string[] {
  return output.split("\n")
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length));
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

/** The time between the first two lines that begin so, in milliseconds. */
async function gap(child: Child, start: string): Promise<number> {
  let first: number | undefined;
  for await (const line of child.lines()) {
    if (!line.startsWith(start)) continue;
    if (first !== undefined) return performance.now() - first;
    first = performance.now();
  }
  throw new Error(`There are no two lines "${start}": ${outcome(await child.result)}`);
}

/** Wants all that a client of so many requests of each kind prints, each kind in order. */
function assertAsked({ stdout }: ChildResult, count: number, handled?: number): void {
  for (const kind of ["SYNC", "ASYNC"]) {
    assert.deepEqual(
      lines(stdout, `[${kind}] `),
      numbers(count).map((n) =>
        `Reply: Server ${kind} reply: Got '${kind} Hello ${n} from Client'`
      ),
    );
  }
  const [last = "", ...others] = lines(stdout, "[Client] ");
  assert.deepEqual(others, []);
  assert.match(last, /^The server handled \d+ sync requests, \d+ async requests$/);
  if (handled !== undefined) {
    assert.equal(
      last,
      `The server handled ${handled} sync requests, ${handled} async requests`,
    );
  }
}

/** Wants what a server prints of so many clients, one after the other. */
function assertServed({ stdout }: ChildResult, clients: number, count: number): void {
  for (const kind of ["SYNC", "ASYNC"]) {
    const one = numbers(count).map((n) => `Received: ${kind} Hello ${n} from Client`);
    assert.deepEqual(lines(stdout, `[${kind}] `), numbers(clients).flatMap(() => one));
  }
}

for (const [language, clients] of PAIRS[runtimeName]) {
  test(`server ${language}, clients ${clients.join(", ")} one after the other`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(language);
    const started = performance.now();
    const first = server.waitForLine(/^\[Server\] Handled/).then(() => performance.now());
    assert.equal(await party.visit("counters"), "force_quit 0 sync 0 async 0");
    for (const [i, client] of clients.entries()) {
      const handled = 3 * (i + 1);
      assertAsked(await well(party.ask(client, 3)), 3, handled);
      assert.equal(
        await party.visit("counters"),
        `force_quit 0 sync ${handled} async ${handled}`,
      );
    }
    const all = 3 * clients.length;
    const told = `\\[Server\\] Handled ${all} sync requests, ${all} async requests`;
    await server.waitForLine(new RegExp(`^${told}$`), 3 * STATUS_MS);
    assert.ok(await first - started > 0.9 * STATUS_MS);
    assertServed(await end(server), clients.length, 3);
  });
}

for (const language of SERVERS) {
  describe(`server ${language}`, () => {
    test("three clients at once: each has its own replies, and the counts add up", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const party = new Party(context);
      const server = await party.serve(language);
      const clients = LANGUAGES.map((client) => party.ask(client, 5));
      for (const client of clients) assertAsked(await well(client), 5);
      assert.equal(await party.visit("counters"), "force_quit 0 sync 15 async 15");
      const { stdout } = await end(server);
      for (const kind of ["SYNC", "ASYNC"]) {
        const wanted = numbers(5).flatMap((n) =>
          LANGUAGES.map(() => `Received: ${kind} Hello ${n} from Client`)
        );
        assert.deepEqual(lines(stdout, `[${kind}] `).toSorted(), wanted.toSorted());
      }
    });

    test("when it ends, its clients see force_quit and leave", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        const party = new Party(context);
        const server = await party.serve(language);
        const clients = LANGUAGES.map((client) => party.ask(client));
        for (const client of clients) {
          await client.waitForLine(/^\[SYNC\] Reply:/);
          await client.waitForLine(/^\[ASYNC\] Reply:/);
        }
        await end(server, signal);
        // Not their next request, three seconds later, ends them.
        for (const client of clients) assertAsked(await well(client), 1, LANGUAGES.length);
      }
    });

    test("it takes texts without a NUL, and answers with one, cut where it would not fit", {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const party = new Party(context);
      const server = await party.serve(language);
      for (const [kind, name] of [["SYNC", "hello_request"], ["ASYNC", "hello_async_req"]]) {
        for (const length of [0, 5, 256]) {
          const whole = `Server ${kind} reply: Got '${"x".repeat(length)}'`;
          const reply = `${whole.slice(0, 255)}\0`;
          assert.equal(
            await party.visit("ask", name!, `${length}`),
            [...reply].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
          );
        }
      }
      await end(server);
    });
  });
}

describe("clients", () => {
  test("send a NUL behind their texts, and take replies without one", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serveBare();
    for (const client of LANGUAGES) {
      const { stdout } = await well(party.ask(client, 2));
      assert.deepEqual(lines(stdout, "[SYNC] Reply: "), ["1", "1"]);
      assert.deepEqual(lines(stdout, "[ASYNC] Reply: "), ["1", "1"]);
    }
    await end(server);
  });

  test("ask every 3 s and every 5 s, and the server tells every 3 s, unless told otherwise", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const client = party.ask(runtimeName);
    const gaps = await Promise.all([
      gap(client, "[SYNC] Reply:"),
      gap(client, "[ASYNC] Reply:"),
      gap(server, "[Server] Handled"),
    ]);
    for (const [i, wanted] of [3000, 5000, STATUS_MS].entries()) {
      assert.ok(gaps[i]! > 0.9 * wanted && gaps[i]! < 1.4 * wanted, `${gaps}`);
    }
    await end(server);
    await well(client);
  });

  test("have two clocks: --interval-ms and --async-interval-ms", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const clocks = ["--count", "5", "--interval-ms", "100", "--async-interval-ms", "200"];
    for (const client of LANGUAGES) {
      const { stdout } = await well(party.client(client, ...clocks));
      assert.equal(lines(stdout, "[SYNC] Reply: ").length, 5);
      assert.equal(lines(stdout, "[ASYNC] Reply: ").length, 3);
    }
    await end(server);
  });

  test("end by SIGINT and SIGTERM, and the server goes on", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      const client = party.ask(runtimeName);
      await client.waitForLine(/^\[ASYNC\] Reply:/);
      client.kill(signal);
      assertAsked(await well(client), 1);
    }
    assertAsked(await well(party.ask(runtimeName, 1)), 1, 3);
    await end(server);
  });

  test("refuse options that mean nothing, in one line", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const cases = [
      [["--cuont", "3"], /^Unknown option '--cuont'.*\n$/],
      [["--count", "0"], /^Cannot use 0 as --count: .*\n$/],
      [["--interval-ms", "soon"], /^Cannot use soon as --interval-ms: .*\n$/],
    ] as const;
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await party.client(runtimeName, ...args).result;
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    }
    await end(server);
  });

  test("without a server say so in one line", { timeoutMs: TEST_MS }, async (context) => {
    const { code, stdout, stderr } = await new Party(context).ask(runtimeName, 1).result;
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^Cannot attach to the primary .*: there is none .*\n$/);
  });

  test("say in one line that their server was killed", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const client = party.client(runtimeName, "--interval-ms", "500");
    await client.waitForLine(/^\[SYNC\] Reply:/);
    await client.waitForLine(/^\[ASYNC\] Reply:/);
    server.kill("SIGKILL");
    const { code, stderr } = await client.result;
    assert.equal(code, 1);
    const own = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("EAL:"));
    assert.equal(own.length, 1, stderr);
    assert.match(own[0]!, /^Cannot request "hello_\w+": .* the primary is gone$/);
  });
});

describe(`exercises, against a server on ${OTHER}`, () => {
  test("ping: a struct there and back", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const { stdout } = await well(
      party.exercise("ping", "secondary", "--count", "3", "--interval-ms", "50"),
    );
    const pattern = [
      ...numbers(3).map((n) => `16 bytes from the server: sequence=${n} time=\\d+\\.\\d{3} ms\n`),
      "3 requests, 3 replies\n",
      "round trip min/avg/max = \\d+\\.\\d{3}/\\d+\\.\\d{3}/\\d+\\.\\d{3} ms\n",
    ].join("");
    assert.match(stdout, new RegExp(`^${pattern}$`));
    const served = await end(server);
    assert.deepEqual(
      lines(served.stdout, "[PING] Received: "),
      numbers(3).map((n) => `sequence ${n}`),
    );
  });

  test("notices: what one says, all read", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    // One that listens before, and until after, the other speaks.
    const listener = party.exercise(
      "notices",
      "secondary",
      "--count",
      "100",
      "--interval-ms",
      "100",
    );
    await listener.waitForLine(/^\[NOTICE\] Received:/);
    const speaker = party.exercise("notices", "secondary", "--count", "3", "--interval-ms", "100");
    const own = numbers(3).map((n) => `NOTICE ${n} of ${speaker.pid}`);
    const { stdout } = await well(speaker);
    assert.deepEqual(lines(stdout, "[NOTICE] Sent: "), own);
    const heard = lines(stdout, "[NOTICE] Received: ");
    assert.deepEqual(heard.filter((text) => own.includes(text)), own);
    assert.ok(heard.some((text) => text.endsWith(` of ${listener.pid}`)), stdout);
    await listener.waitForLine(new RegExp(`^\\[NOTICE\\] Received: ${own.at(-1)}$`));
    listener.kill("SIGKILL");
    const all = lines((await listener.result).stdout, "[NOTICE] Received: ");
    assert.deepEqual(all.filter((text) => own.includes(text)), own);
    await end(server);
  });

  test("descriptor: the server notifies an eventfd", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const { stdout } = await well(party.exercise("descriptor", "secondary"));
    assert.equal(
      stdout,
      [
        ...numbers(3).map((n) => `[EVENT] Reply: Notified ${n}\n`),
        "[EVENT] The eventfd's count is 6, and was to be 6\n",
      ].join(""),
    );
    assert.deepEqual(lines((await end(server)).stdout, "[EVENT] Notified: "), ["1", "2", "3"]);
  });

  test("timeout: nobody answers, then nobody is there", { timeoutMs: TEST_MS }, async (context) => {
    const party = new Party(context);
    const server = await party.serve(OTHER);
    const child = party.exercise("timeout", "secondary");
    await child.waitForLine(/^Now stop the server$/);
    await end(server);
    const { stdout } = await well(child);
    const [sync, async, now, error] = stdout.split("\n");
    assert.equal(sync, "mp.requestSync: sent 1, received 0, timedOut true");
    assert.equal(async, "mp.request: sent 1, received 0, timedOut true");
    assert.equal(now, "Now stop the server");
    assert.match(error!, /^ENOENT: Cannot request "hello_nobody": .* the primary is gone$/);
  });

  test("timeout: a primary that has nobody to ask", { timeoutMs: TEST_MS }, async (context) => {
    const { stdout } = await well(new Party(context).exercise("timeout", "primary"));
    assert.equal(
      stdout,
      ["requestSync", "request"]
        .map((call) => `mp.${call}: sent 0, received 0, timedOut false\n`).join(""),
    );
  });

  for (const name of ["ping", "notices", "descriptor", "timeout"]) {
    test(`${name} without a server says so in one line`, {
      timeoutMs: TEST_MS,
    }, async (context) => {
      const { code, stderr } = await new Party(context).exercise(name, "secondary").result;
      assert.equal(code, 1);
      assert.match(stderr, /^Cannot attach to the primary .*: there is none .*\n$/);
    });
  }
});
