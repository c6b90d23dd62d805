// A process is killed that holds a lock of the group's config: told, and not repaired.

import { readdirSync } from "node:fs";
import process from "node:process";
import {
  Eal,
  type HeldLock,
  inspectLocks,
  inspectMempool,
  Mempool,
  recoverCaches,
} from "../../mod.ts";
import { assert, compilePeer, ealCase, spawnProgram } from "../kit.ts";
import { refusal } from "../eal/start.ts";
import { peerArgs } from "../peers/dialog.ts";
import { dyingC, killed } from "./peers.ts";

const PRIMARY = { args: ["--base-virtaddr=0x600000000000"] };

/** What is told of a lock, in short. */
function told(locks: readonly HeldLock[]): string[] {
  return locks.map(({ name, state, readers, waited }) =>
    `${name} ${state} ${readers}${waited ? " waited" : ""}`
  );
}

const LOCKS = [
  ["memory_hotplug_lock read", "memory_hotplug_lock read 1"],
  ["memory_hotplug_lock write", "memory_hotplug_lock write 0"],
  ["qlock read", "qlock read 1"],
  ["qlock write", "qlock write 0"],
  ["mplock write", "mplock write 0"],
  ["tlock write", "tlock write 0"],
] as const;

for (const [lock, line] of LOCKS) {
  ealCase(`a process killed with ${lock} is told of`, PRIMARY, async ({ args, prefix }) => {
    const eal = Eal.init(args);
    const pool = Mempool.create("pool", 63, 64, { cacheSize: 8 });
    assert.deepEqual(await inspectLocks({ watchMs: 20 }), []);
    await dyingC(prefix, 1, `lock ${lock}`);
    const held = await inspectLocks();
    assert.deepEqual(told(held), [line]);
    const reads = lock.endsWith("read");
    // EAL would wait for it in rte_eal_init or rte_eal_cleanup, or whoever looks a ring up.
    if (lock !== "qlock read") {
      const secondary = { filePrefix: prefix, processType: "secondary", noPci: true } as const;
      const { code, message } = await refusal(secondary);
      assert.equal(code, "EDEADLK");
      assert.match(
        message,
        new RegExp(
          `^Cannot attach to the primary of file prefix "${prefix}": ${
            lock.split(" ")[0]
          } \\(.*\\) ` +
            `is held and not given up, .* end the group's processes \\(${process.pid}\\) and start`,
        ),
      );
    }
    // Readers go on beside a reader; whoever else would wait for ever is refused before.
    if (reads) {
      assert.equal(inspectMempool(pool).unaccounted, 0);
      assert.deepEqual(recoverCaches(pool).given, 0);
    } else {
      for (const call of [() => inspectMempool(pool), () => recoverCaches(pool)]) {
        assert.throws(call, {
          name: "DpdkError",
          code: "EDEADLK",
          message: new RegExp(
            `: ${
              lock.split(" ")[0]
            } \\(.*\\) is held and not given up, probably by a process that was ` +
              `killed; .* end the group's processes \\(\\d+\\) and start it anew$`,
          ),
        });
      }
    }
    // Nor does this process wait for it when it leaves.
    const warnings: string[] = [];
    console.warn = (line: string) => warnings.push(line);
    eal.cleanup();
    assert.equal(warnings.length, lock === "qlock read" ? 0 : 1);
    const start = `dpdk.ts: this process ends without rte_eal_cleanup: ${lock.split(" ")[0]} `;
    for (const line of warnings) assert.equal(line.startsWith(start), true, line);
    const sockets = readdirSync(`/var/run/dpdk/${prefix}`).filter((name) => name === "mp_socket");
    assert.deepEqual(sockets, []);
    const files = readdirSync("/dev/hugepages").filter((name) => name.startsWith(prefix));
    assert.deepEqual(files, []);
  });
}

ealCase("a primary killed while its heap grows leaves two locks", async ({ prefix, cleanup }) => {
  const size = ["-m", "32", "--proc-type=primary", "--base-virtaddr=0x600000000000"];
  const primary = spawnProgram(compilePeer("faults"), [...peerArgs(prefix), ...size]);
  cleanup(() => primary.kill("SIGKILL"));
  await primary.waitForLine(/^\.$/);
  const eal = Eal.init({ filePrefix: prefix, processType: "secondary", noPci: true });
  assert.deepEqual(await inspectLocks({ watchMs: 20 }), []);
  primary.stdin.write("lock heap write\n");
  await killed(primary);
  const held = told(await inspectLocks());
  assert.deepEqual(held, ["memory_hotplug_lock write 0", "malloc_heaps[0].lock write 0"]);
  eal.cleanup();
});

ealCase("a lock that is held for a moment is no dead one's", PRIMARY, async ({ args }) => {
  using _eal = Eal.init(args);
  assert.deepEqual(await inspectLocks(), []);
  for (const watchMs of [0, 1.5, NaN]) {
    await assert.rejects(inspectLocks({ watchMs }), RangeError);
  }
  await assert.rejects(inspectLocks({ ms: 5 } as never), TypeError);
});
