// A group on the screen while its processes come, go, die and come back.

import { rmSync } from "node:fs";
import { assert, runtimeName, spawnScript, test, type TestContext } from "../kit.ts";
import { end, type Scene, scene, start } from "../group/scene.ts";
import { KEYS, Terminal, TOOL } from "./terminal.ts";

function top(context: TestContext, { prefix }: Scene, ...args: string[]): Terminal {
  return new Terminal(context, ["top", "--file-prefix", prefix, "--interval", "100", ...args]);
}

async function quit(terminal: Terminal): Promise<void> {
  terminal.press("q");
  assert.equal(await terminal.code, 0);
  assert.equal(terminal.buffer, "normal");
}

test("a group is shown as it is, dies, vanishes and comes back", async (context) => {
  const place = scene(context, "toplive");
  let primary = await start(context, place, "C", "primary", { tag: 5 });
  const terminal = top(context, place);
  await terminal.until(
    new RegExp(
      `^ ${place.prefix}  running · DPDK .* every 100 ms\nprimary ${primary.pid} `,
    ),
  );
  assert.match(terminal.text, /^[▶ ] RING +0 +0 \S+ +8 % +5 +63 +5$/m);
  assert.match(terminal.text, /Ports 0/);

  const secondary = await start(context, place, "TypeScript", "secondary");
  await terminal.until(
    new RegExp(`^primary .* · secondary ${secondary.pid} on .*$[^]*Processes 2 `, "m"),
  );
  terminal.press("/RING\r");
  await terminal.until(/\/RING /);
  terminal.press(KEYS.enter);
  await terminal.until(
    /^Queued[^]*^#5 object at 0x[0-9a-f]+ of POOL, 64 B$[^]*^ {2}0000 {2}05 00 00 00/m,
  );
  terminal.press(KEYS.escape);
  await terminal.until(/Processes 2 /);

  await end(primary, "SIGKILL");
  await terminal.until(/ orphaned · /);
  await end(secondary, "SIGKILL");
  await terminal.until(/ dead · [^]*^nobody is in it$/m);
  assert.match(terminal.text, /RING +0 +0 \S+ +8 % +5 /);

  rmSync(place.directory, { recursive: true });
  await terminal.until(/^Cannot inspect file prefix /m);

  primary = await start(context, place, "C", "primary", { tag: 9 });
  await terminal.until(
    new RegExp(` running · [^]*^primary ${primary.pid} [^]*RING .* 9 +63 +9$`, "m"),
  );
  assert.doesNotMatch(terminal.text, /Cannot/);
  await quit(terminal);
  await end(primary);
});

test("it pauses, and is looked at more and less often", async (context) => {
  const place = scene(context, "toppace");
  const primary = await start(context, place, "C", "primary");
  const terminal = top(context, place);
  await terminal.until(/every 100 ms/);
  terminal.press("+");
  await terminal.until(/every 50 ms/);
  terminal.press("---");
  await terminal.until(/every 500 ms/);
  terminal.press(" ");
  await terminal.until(/PAUSED/);
  await end(primary, "SIGKILL");
  terminal.press("4");
  await terminal.until(new RegExp(`^▶ primary +${primary.pid} `, "m"));
  assert.match(terminal.text, / running /);
  terminal.press(".");
  await terminal.until(/ dead /);
  terminal.press(" ");
  await terminal.until(/every 500 ms/);
  await quit(terminal);
});

test("ports are seen when attached, and how is said when not", async (context) => {
  const place = scene(context, "topports");
  const args = ["--vdev=net_null0"];
  const primary = await start(context, place, "C", "primary", { args });
  const outside = top(context, place);
  await outside.until(/Ports 0/);
  outside.press("5");
  await outside.until(/--attach joins it, as a$/m);
  await quit(outside);

  const terminal = top(context, place, "--attach");
  await terminal.until(/Ports 1/);
  await terminal.until(new RegExp(`primary ${primary.pid} .* · secondary ${terminal.pid} `));
  terminal.press("5");
  await terminal.until(/^▶ +0 net_null0 +0 +0 b\/s +0 +0 b\/s$/m);
  await end(primary, "SIGKILL");
  await terminal.until(/a process joins only once/);
  await quit(terminal);
});

test("a line of JSON for each look", async (context) => {
  const place = scene(context, "topjson");
  const primary = await start(context, place, "C", "primary", { tag: 2 });
  const child = spawnScript(runtimeName, TOOL, [
    "top",
    "--json",
    "--interval",
    "50",
    "--file-prefix",
    place.prefix,
  ]);
  const flows: { elapsedMs: number; rings: { ring: { name: string; count: number } }[] }[] = [];
  for await (const line of child.lines()) {
    flows.push(JSON.parse(line));
    if (flows.length === 3) break;
  }
  child.kill();
  await child.result;
  assert.equal(flows[0]!.elapsedMs, 0);
  assert.ok(flows[2]!.elapsedMs > 0);
  assert.equal(flows[2]!.rings.find(({ ring }) => ring.name === "RING")?.ring.count, 2);
  await end(primary);
});
