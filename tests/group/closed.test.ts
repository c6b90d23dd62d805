// What a user sees of a group whose directory is closed to them: nothing is told that is not seen.

import { chmodSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, outcome, spawnPeer, test, type TestContext } from "../kit.ts";
import { homeOf, scriptCommand, spawnNobody, whyNot } from "../eal/nobody.ts";
import { end, GROUPS, said, scene } from "./scene.ts";

const GROUPS_TOOL = fileURLToPath(new URL("../../tools/groups.ts", import.meta.url));
const INSPECT_TOOL = fileURLToPath(new URL("../../tools/inspect.ts", import.meta.url));
const skip = whyNot(GROUPS_TOOL);

/** What a tool says to a user without rights, on both streams. */
async function told(context: TestContext, tool: string, ...args: string[]): Promise<string> {
  const result = await spawnNobody(homeOf(context), scriptCommand(tool, ...args)).result;
  return outcome(result);
}

test(
  "the role of who is in root's group is not told, nor where it is",
  { skip },
  async (context) => {
    const { prefix } = scene(context, "closed");
    // Its hugepage files are where all look for them.
    const args = ["-l", "0", "--no-pci", "--no-telemetry", "-m", "16", `--file-prefix=${prefix}`];
    const primary = spawnPeer("eal_facts", [...args, "--base-virtaddr=0x600000000000"]);
    context.cleanup(() => end(primary, "SIGKILL"));
    await primary.waitForLine(/^READY$/);

    const options = JSON.stringify({ filePrefix: prefix });
    const asked = spawnNobody(homeOf(context), scriptCommand(GROUPS, "list", options));
    const { groups, unreadable } = await said(asked);
    assert.equal(unreadable.some((path) => /\/run\/dpdk$/.test(path)), true);
    assert.equal(groups.length, 1);
    const { state, directory, primary: first, secondaries, unidentified } = groups[0]!;
    assert.deepEqual([state, directory, first, secondaries], ["unreadable", "", undefined, []]);
    assert.deepEqual(unidentified?.map(({ pid, uid }) => [pid, uid]), [[primary.pid, 0]]);
    assert.equal(unidentified?.[0]?.commandLine.includes(`--file-prefix=${prefix}`), true);

    const listed = await told(context, GROUPS_TOOL, "--prefix", prefix);
    assert.match(
      listed,
      new RegExp(`${prefix}: unreadable\n  directory \\(cannot be read by this user\\)`),
    );
    assert.match(listed, new RegExp(`^  unknown   pid ${primary.pid} uid 0  \\w+ -l 0 `, "m"));
    assert.doesNotMatch(listed, /secondary|socket\)|not found/);

    const inspected = await told(context, INSPECT_TOOL, "ls", "--file-prefix", prefix);
    assert.match(inspected, / unreadable · .* · directory cannot be read by this user$/m);
    assert.match(inspected, new RegExp(`^  unknown +${primary.pid}  `, "m"));
    assert.doesNotMatch(inspected, /secondary/);
    const shown = await told(context, INSPECT_TOOL, "show", "--file-prefix", prefix);
    assert.match(
      shown,
      /Cannot inspect file prefix "[^"]+": this user may not read its directory; be/,
    );
  },
);

test(
  "the memory of a group in a directory that is closed is not told",
  { skip },
  async (context) => {
    const home = homeOf(context);
    mkdirSync(`${home}/dpdk`);
    mkdirSync(`${home}/dpdk/shut`);
    chmodSync(`${home}/dpdk/shut`, 0o700);
    const path = `${home}/dpdk/shut`;
    assert.match(
      await told(context, GROUPS_TOOL, "--directory", home),
      new RegExp(
        `shut: unreadable\n  directory ${path} \\(cannot be read by this user\\)\n\n1 group`,
      ),
    );
    assert.match(
      await told(context, INSPECT_TOOL, "ls", "--runtime-directory", home),
      new RegExp(`shut  unreadable · ${path} · directory cannot be read by this user$`, "m"),
    );
  },
);
