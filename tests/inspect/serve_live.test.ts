// The command on groups that are there: what its server says of them, and how it ends.

import {
  assert,
  type Child,
  outcome,
  runtimeName,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { scene, start } from "../group/scene.ts";
import { events, type ServerEvent } from "./ask.ts";
import { TOOL } from "./terminal.ts";

/** Starts the command, and waits until it serves. */
async function serve(
  { cleanup }: TestContext,
  prefix: string,
  ...args: string[]
): Promise<{ child: Child; url: URL }> {
  const words = ["serve", "--port", "0", "--interval", "100", "--file-prefix", prefix, ...args];
  const child = spawnScript(runtimeName, TOOL, words);
  cleanup(() => child.kill("SIGKILL"));
  const [, address = ""] = await child.waitForLine(/is shown at (http\S+)$/);
  return { child, url: new URL(address) };
}

/** Reads events until one is what is waited for. */
async function until(
  stream: AsyncGenerator<ServerEvent>,
  isIt: (event: ServerEvent) => boolean,
): Promise<ServerEvent> {
  for (;;) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error("Cannot find the event: the stream has ended");
    if (isIt(value)) return value;
  }
}

test("the command shows a group that lives, dies, and is made anew", async (context) => {
  const place = scene(context, "serve");
  const primary = await start(context, place, "C", "primary", { tag: 5 });
  const { child, url } = await serve(context, place.prefix);
  assert.equal(url.hostname, "127.0.0.1");
  const gone = new AbortController();
  context.cleanup(() => gone.abort());
  const stream = events(Number(url.port), gone.signal);

  const { data: objects } = await until(stream, ({ event }) => event === "objects");
  assert.equal(objects.rings.length > 0, true);
  assert.equal(objects.mempools.length > 0, true);
  const { data: people } = await until(stream, ({ event }) => event === "people");
  assert.deepEqual([people.filePrefix, people.state], [place.prefix, "running"]);
  assert.deepEqual(people.processes.map(({ pid }: { pid: number }) => pid), [primary.pid]);
  const { data: values } = await until(stream, ({ event }) => event === "values");
  assert.equal(values.rings.count.includes(5), true, JSON.stringify(values.rings));
  assert.equal(values.memory.used.some((bytes: number) => bytes > 0), true);

  primary.kill("SIGKILL");
  await primary.result;
  const { data: left } = await until(
    stream,
    ({ event, data }) => event === "people" && data.state !== "running",
  );
  assert.deepEqual([left.state, left.processes], ["dead", []]);

  const second = await start(context, place, "C", "primary", { tag: 7 });
  await until(
    stream,
    ({ event, data }) =>
      event === "people" && data.state === "running" && data.processes[0].pid === second.pid,
  );
  child.kill("SIGTERM");
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.equal(result.stderr, "");
});

test("the command waits for a group that is not there, and ends when it is interrupted", async (context) => {
  const { child, url } = await serve(context, uniquePrefix("nobody"));
  const stream = events(Number(url.port), new AbortController().signal);
  const { data } = await until(stream, ({ event }) => event === "presence");
  assert.equal(data.there, false);
  assert.match(data.reason, /^Cannot /);
  child.kill("SIGINT");
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  assert.match(result.stderr, /^Cannot [^]*\nIt is waited for\n$/);
});

test("the command makes a token where others can reach it, and refuses what cannot be", async (context) => {
  const prefix = uniquePrefix("nobody");
  const { child, url } = await serve(context, prefix, "--host", "0.0.0.0");
  assert.match(url.searchParams.get("token") ?? "", /^[\w-]{32}$/);
  for (
    const [args, code, message] of [
      [["--port", url.port], 1, /^Cannot serve at 127\.0\.0\.1, port \d+: the port is in use; /],
      [["--token", "short"], 1, /^Cannot use this token: it must be 16 or more /],
      [["--port", "65536"], 2, /^Cannot read the command line: .*--port/],
      [["--interval", "99"], 2, /^Cannot read the command line: .*--interval/],
    ] as const
  ) {
    const words = ["serve", "--port", "0", "--file-prefix", prefix, ...args];
    const result = await spawnScript(runtimeName, TOOL, words).result;
    assert.equal(result.code, code, outcome(result));
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /^\s+at /m);
  }
  child.kill("SIGTERM");
  assert.equal((await child.result).code, 0);
});
