// Processes of a group in pid namespaces of their own, as in containers: none is taken for dead.

import { fileURLToPath } from "node:url";
import {
  Eal,
  endedProcesses,
  inspectRing,
  livingProcesses,
  Mempool,
  recoverObjects,
  Ring,
} from "../../mod.ts";
import {
  assert,
  compilePeer,
  ealCase,
  executable,
  outcome,
  runtimeName,
  spawnProgram,
} from "../kit.ts";
import { dyingC, secondaryArgs } from "./peers.ts";

const PRIMARY = { args: ["--base-virtaddr=0x600000000000"] };

/** Runs a program as the first process of a pid namespace, with a /proc of its own. */
const UNSHARE = ["--pid", "--fork", "--kill-child", "--mount-proc"];

ealCase("who cannot see the others repairs nothing", PRIMARY, async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("ring", 32);
  using _pool = Mempool.create("pool", 63, 64, { cacheSize: 8 });
  await dyingC(prefix, 1, "ring ring prod 3 0");
  const script = fileURLToPath(new URL("./scripts/repairs.ts", import.meta.url));
  const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
  const command = [executable(runtimeName), ...flags, script, ...secondaryArgs(prefix, 2)];
  const child = spawnProgram("unshare", [...UNSHARE, ...command]);
  child.stdin.end();
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  const lines = result.stdout.trim().split("\n");
  assert.equal(lines.length, 4, outcome(result));
  for (const line of lines) {
    assert.match(
      line,
      /^EBUSY Cannot .*: processes of this group that cannot be seen from here \(in/,
    );
  }
  // From here all is seen.
  const { producer } = await inspectRing(ring);
  assert.equal(producer.withdraw(), 3);
});

ealCase(
  "who is in a namespace below is seen, and not taken for dead",
  PRIMARY,
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    using pool = Mempool.create("pool", 63, 64, { cacheSize: 8 });
    const child = spawnProgram("unshare", [
      ...UNSHARE,
      compilePeer("view_ring"),
      ...secondaryArgs(prefix, 2),
    ]);
    await child.waitForLine(/^\.$/);
    const living = livingProcesses();
    assert.equal(living.length, 1);
    assert.notEqual(living[0], child.pid, "that is unshare itself");
    assert.deepEqual(endedProcesses(), []);
    const lost = pool.get()!;
    assert.throws(() => recoverObjects(pool, [lost]), {
      code: "EBUSY",
      message: new RegExp(
        `process ${living[0]} of this group may have some of these objects in hand`,
      ),
    });
    recoverObjects(pool, [lost], { vouchFor: living });
    child.stdin.end();
    assert.equal((await child.result).code, 0);
    assert.deepEqual(livingProcesses(), []);
  },
);
