// Which processes know which rings, of processes in C and in TypeScript, found from outside.

import process from "node:process";
import { fileURLToPath } from "node:url";
import { type Inspector, type Link, Links } from "../../ffi/inspect/mod.ts";
import {
  assert,
  type Child,
  RUNTIMES,
  spawnProgram,
  spawnScript,
  test,
  type TestContext,
} from "../kit.ts";
import { dialogProgram, talk } from "../peers/dialog.ts";
import { member } from "./groups.ts";
import { startThreads } from "./threads.ts";

const SCRIPT = fileURLToPath(new URL("./scripts/knows.ts", import.meta.url));
const NAMES = ["a", "b", "c", "d", "e"];

/** A group of one process in C, with five rings. */
async function start(context: TestContext) {
  const group = await startThreads(context);
  for (const name of NAMES) assert.deepEqual(await group.ask(`make ${name} 0`), []);
  return group;
}

/** Arguments of a secondary. */
function secondary(prefix: string, lcore: number): string[] {
  const usual = ["--proc-type=secondary", "--no-pci", "--no-telemetry", "--file-prefix", prefix];
  return [`--lcores=${lcore}@0`, ...usual];
}

function killed({ cleanup }: TestContext, child: Child): Child {
  cleanup(async () => {
    child.kill("SIGKILL");
    await child.result;
  });
  return child;
}

/** Searches every process through, once more. */
function searched(links: Links, inspector: Inspector): Link[] {
  return links.update(inspector.snapshot());
}

/** As many bytes as there may be. */
const ALL = 2 ** 40;

const of = (links: readonly Link[], pid: number): string =>
  links.filter((link) => link.pid === pid).map((link) => link.ring).join();

test("a process in C has links to the rings that it keeps, as long as it does", async (context) => {
  const { inspector, prefix } = await start(context);
  const child = killed(
    context,
    spawnProgram(dialogProgram("inspect_threads"), secondary(prefix, 3)),
  );
  const peer = await talk(child);
  const links = new Links({ bytes: ALL });
  assert.equal(of(searched(links, inspector), child.pid), "");
  for (const name of ["b", "d"]) await peer.ask(`know ${name}`);
  assert.equal(of(searched(links, inspector), child.pid), "b,d");
  await peer.ask("forget");
  assert.equal(of(searched(links, inspector), child.pid), "");
  await peer.ask("know e");
  assert.equal(of(searched(links, inspector), child.pid), "e");

  child.kill("SIGKILL");
  await child.result;
  const snapshot = inspector.snapshot();
  const dead = { ...member(child.pid, "secondary"), commandLine: ["still listed"] };
  assert.equal(of(links.update({ ...snapshot, processes: [dead] }), child.pid), "");
  assert.deepEqual(links.update({ ...snapshot, processes: [] }), []);
});

test("a search goes on where it stopped, and keeps what it found", async (context) => {
  const { ask, child, inspector } = await start(context);
  for (const name of ["b", "d"]) await ask(`know ${name}`);
  const links = new Links({ bytes: 64 << 10 });
  let calls = 1;
  const snapshot = inspector.snapshot();
  links.update(snapshot);
  for (; !links.complete && calls < 100_000; calls++) links.update(snapshot);
  assert.equal(calls > 5 && calls < 100_000, true, `${calls} calls`);
  for (; calls > 0; calls--) {
    const found = of(links.update(snapshot), child.pid);
    assert.match(found, /b/);
    assert.match(found, /d/);
  }
});

test("a ring is known by its name, and a pool's is not asked for", async (context) => {
  const { ask, child, inspector } = await start(context);
  await ask("know b");
  const links = new Links({ bytes: ALL });
  const snapshot = inspector.snapshot();
  const changed = (other: Partial<(typeof snapshot.rings)[number]>) => ({
    ...snapshot,
    rings: snapshot.rings.map((ring) => ring.name === "b" ? { ...ring, ...other } : ring),
  });
  assert.match(of(links.update(snapshot), child.pid), /b/);
  assert.doesNotMatch(of(links.update(changed({ mempool: "p" })), child.pid), /b/);
  assert.match(of(links.update(changed({})), child.pid), /b/);
  // Nothing is searched: what was found was the address of a ring that is no more.
  const ended = { ...changed({ name: "other" }), processes: snapshot.processes };
  child.kill("SIGKILL");
  await child.result;
  assert.equal(of(links.update(ended), child.pid), "");
});

test("this process, others' and those that are not seen are left out", async (context) => {
  const { inspector } = await start(context);
  const snapshot = inspector.snapshot();
  const own = { ...member(process.pid), commandLine: ["this one"] };
  const hidden = { ...snapshot.processes[0]!, commandLine: [] };
  const links = new Links({ bytes: ALL });
  assert.deepEqual(links.update({ ...snapshot, processes: [own, hidden] }), []);
  assert.equal(links.complete, true);
});

test("options that make no sense are refused", () => {
  assert.throws(() => new Links({ bytes: 0 }), RangeError);
  const misspelt: object = { byte: 1 };
  assert.throws(() => new Links(misspelt), /Cannot use option "byte" of Links: it is unknown/);
});

for (const runtime of RUNTIMES) {
  test(`a script on ${runtime} has links to the rings that it keeps`, async (context) => {
    const { inspector, prefix } = await start(context);
    const child = killed(
      context,
      spawnScript(runtime, SCRIPT, ["b,d", ...secondary(prefix, 3)]),
    );
    await child.waitForLine(/READY/);
    assert.equal(of(searched(new Links({ bytes: ALL }), inspector), child.pid), "b,d");
  });
}
