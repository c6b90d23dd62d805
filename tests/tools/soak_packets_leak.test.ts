// The soak of packets finds a packet that somebody keeps.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import {
  assert,
  outcome,
  removePrefix,
  ROOT,
  runtimeName,
  RUNTIMES,
  spawnScript,
  test,
} from "../kit.ts";

const TEST_MS = 60_000;
const OPTIONS = { timeoutMs: 50_000 };

/** The process whose command line has a word. */
function processWith(word: string): number {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(word)) {
        return Number(pid);
      }
    } catch {
      // It has ended since.
    }
  }
  throw new Error(`Cannot find a process with ${word}: there is none`);
}

test("an mbuf that the forwarder of packets has not back ends the soak with 1, and is told", {
  timeoutMs: TEST_MS,
}, async ({ cleanup }) => {
  const args = ["--only", "packets", "--minutes", "0.06", "--no-setup"];
  const soak = spawnScript(runtimeName, join(ROOT, "tools", "soak.ts"), args, OPTIONS);
  cleanup(async () => {
    soak.kill("SIGKILL");
    await soak.result;
    removePrefix(prefix);
  });
  const prefix = `soak-${soak.pid}`;
  const [first, second] = RUNTIMES;
  await soak.waitForLine(new RegExp(`^${first} forwarder: .* packets sent`));
  const forwarder = processWith(prefix);
  process.kill(forwarder, "SIGSTOP"); // it cannot account before there is something to find
  cleanup(() => {
    try {
      process.kill(forwarder, "SIGKILL");
    } catch {
      // It has ended.
    }
  });
  const script = join(ROOT, "tests", "tools", "scripts", "hold_objects.ts");
  const thief = spawnScript(runtimeName, script, [prefix, "packets"], OPTIONS);
  cleanup(() => thief.kill("SIGKILL"));
  await thief.waitForLine(/^holds$/);
  // A primary that starts in its group would refuse.
  thief.kill("SIGKILL");
  await thief.result;
  process.kill(forwarder, "SIGCONT");

  const result = await soak.result;
  assert.equal(result.code, 1, outcome(result));
  assert.match(result.stderr, /Cannot account for 1 of 8191 mbufs: a leak$/m);
  assert.match(result.stderr, new RegExp(`^Cannot soak: ${first} ended with 1$`, "m"));
  // The other runtime has its turn, and loses nothing.
  assert.match(result.stdout, new RegExp(`^${second}: .*; all 8191 mbufs are back$`, "m"));
  assert.doesNotMatch(result.stdout, new RegExp(`^${first}: .* mbufs are back$`, "m"));
});
