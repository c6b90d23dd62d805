// Which processes know which rings, of processes in C and in TypeScript, found from outside.

import { fileURLToPath } from "node:url";
import { Inspector, type Link, Links } from "../../ffi/inspect/mod.ts";
import { AddressSearch } from "../../ffi/inspect/address_search.ts";
import { assert, type Child, RUNTIMES, spawnScript, test, type TestContext } from "../kit.ts";
import { dialogProgram, talk } from "../peers/dialog.ts";
import { spawnProgram } from "../kit.ts";
import { member, ring, snapshot } from "./groups.ts";
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

/** Searches until every process has been searched through anew. */
function searched(links: Links, inspector: Inspector, passes = 1): Link[] {
  let found = links.update(inspector.snapshot());
  for (let pass = 0; pass < passes; pass++) {
    while (!links.complete) found = links.update(inspector.snapshot());
  }
  return found;
}

const of = (links: readonly Link[], pid: number): string =>
  links.filter((link) => link.pid === pid).map((link) => link.ring).join();

test("a process in C has links to the rings that it keeps, until it forgets them", async (context) => {
  const { inspector, prefix } = await start(context);
  const child = killed(
    context,
    spawnProgram(dialogProgram("inspect_threads"), secondary(prefix, 3)),
  );
  const peer = await talk(child);
  assert.equal(of(searched(new Links(), inspector), child.pid), "");
  for (const name of ["b", "d"]) await peer.ask(`know ${name}`);
  assert.equal(of(searched(new Links(), inspector), child.pid), "b,d");
});

for (const runtime of RUNTIMES) {
  test(`a script on ${runtime} has links to the rings that it keeps`, async (context) => {
    const { inspector, prefix } = await start(context);
    const child = killed(
      context,
      spawnScript(runtime, SCRIPT, ["b,d", ...secondary(prefix, 3)]),
    );
    await child.waitForLine(/READY/);
    assert.equal(of(searched(new Links(), inspector), child.pid), "b,d");
  });
}
