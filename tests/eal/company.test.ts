// How a process joins others that are not as it expects.

import { Eal } from "../../mod.ts";
import { assert, removePrefix, test, type TestContext, uniquePrefix } from "../kit.ts";
import { ready, refusal, startEal } from "./start.ts";

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("company");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

test("a secondary with devices joins a primary without ports", async (context) => {
  const filePrefix = takePrefix(context);
  const primary = startEal({ filePrefix, memory: 32, noPci: true });
  await ready(primary);
  const secondary = startEal({ filePrefix, processType: "secondary" });
  assert.equal((await ready(secondary))["processType"], "secondary");
  secondary.stdin.end();
  assert.equal((await secondary.result).code, 0);
  primary.stdin.end();
  assert.equal((await primary.result).code, 0);
});

test("no primary starts while secondaries of a dead one run", async (context) => {
  const filePrefix = takePrefix(context);
  const primary = startEal({ filePrefix, memory: 32, noPci: true });
  await ready(primary);
  const secondary = startEal({ filePrefix, processType: "secondary", noPci: true });
  await ready(secondary);
  primary.kill("SIGKILL");
  await primary.result;

  const { name, message } = await refusal({ filePrefix, memory: 32, noPci: true });
  assert.equal(name, "DpdkError");
  assert.match(
    message,
    new RegExp(`secondaries of it still run \\(pid ${secondary.pid}\\); end them first`),
  );
  secondary.stdin.end();
  assert.equal((await secondary.result).code, 0, "and these are left alone");

  const next = startEal({ filePrefix, memory: 32, noPci: true });
  await ready(next);
  next.stdin.end();
  assert.equal((await next.result).code, 0);
});

test("a secondary that shares nothing is refused", () => {
  for (
    const options of [
      { inMemory: true, processType: "secondary" },
      ["--no-huge", "--no-shconf", "--proc-type=secondary"],
    ] as const
  ) {
    assert.throws(() => Eal.init(options), {
      name: "TypeError",
      message: /^Cannot start as a secondary without files/,
    });
  }
});

test("file prefixes that would lead elsewhere are refused", () => {
  for (const filePrefix of ["", ".", "..", "a/b", "a%b"]) {
    assert.throws(() => Eal.init({ filePrefix }), { name: "TypeError", message: /a file prefix/ });
  }
});

test("options of another type than they say are refused", () => {
  const wrong = [
    null,
    5,
    "-l 0",
    [1, 2],
    ["-l", null],
    { args: "--no-huge" },
    { vdevs: "net_null0" },
    { noHuge: "false" },
    { filePrefix: 5 },
    { lcores: 0 },
    { socketMem: 64 },
  ];
  for (const options of wrong) {
    assert.throws(() => Eal.init(options as object), {
      name: "TypeError",
      message: /^Cannot (use|start)/,
    }, JSON.stringify(options));
  }
});
