// Threads that hold an end of a ring open are found from outside; C processes, on both runtimes.

import { readFileSync } from "node:fs";
import {
  findSuspects,
  type Inspector,
  type RingFlow,
  type Suspect,
  Watch,
} from "../../ffi/inspect/mod.ts";
import { assert, test } from "../kit.ts";
import { member, ring, snapshot } from "./groups.ts";
import { reaches, startThreads } from "./threads.ts";

/** `RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ`. */
const HTS = 0x20 | 0x40;

/** A group with rings that can be held open. */
async function start(context: Parameters<typeof startThreads>[0]) {
  const group = await startThreads(context);
  for (const name of ["a", "b"]) assert.deepEqual(await group.ask(`make ${name} ${HTS}`), []);
  return group;
}

/** A thread's name, which differs between releases of DPDK. */
const nameOf = (tid: number): string => readFileSync(`/proc/${tid}/comm`, "utf8").trim();

/** Who is found at each ring that is there. */
function found(inspector: Inspector): Record<string, Suspect[]> {
  const snapshot = inspector.snapshot();
  const suspects = findSuspects(snapshot, snapshot.rings);
  return Object.fromEntries(snapshot.rings.map((ring) => [
    ring.name,
    [...suspects.get(ring.address) ?? []],
  ]));
}

for (const side of ["prod", "cons"]) {
  for (const how of ["wait", "spin"]) {
    test(`${side}: a thread that holds it is found, when it is at a ${how}`, async (context) => {
      const { ask, child, inspector } = await start(context);
      const tid = Number((await ask(`hold 2 a ${side} 3 ${how}`))[0]);
      const suspect = {
        pid: child.pid,
        tid,
        thread: nameOf(tid),
        lcoreId: 2,
        stopped: false,
        seen: true,
      };
      assert.deepEqual(found(inspector)["a"], [suspect]);
      child.kill("SIGSTOP");
      await reaches(child.pid, /^T/);
      const { a, b } = found(inspector);
      assert.deepEqual(a, [{ ...suspect, stopped: true }]);
      // No stack has this one's address: whoever is stopped may have it in a register.
      assert.equal(b?.some((one) => one.tid === tid), true);
      for (const { pid, stopped, seen, lcoreId } of b!) {
        assert.deepEqual([pid, stopped, seen, typeof lcoreId], [child.pid, true, false, "number"]);
      }
      child.kill("SIGCONT");
      await ask("finish");
      assert.deepEqual(found(inspector)["b"], []);
    });
  }
}

for (const how of ["wait", "spin"]) {
  test(`the main thread has the main lcore's id, at a ${how}`, async (context) => {
    const { ask, child: { pid }, inspector } = await start(context);
    const tid = Number((await ask(`hold 0 b prod 1 ${how}`))[0]);
    const suspect = { pid, tid, thread: nameOf(tid), lcoreId: 0, stopped: false, seen: true };
    assert.deepEqual(found(inspector)["b"], [suspect]);
  });
}

/** Looks at a ring until it is stuck. */
async function stuck(watch: Watch, inspector: Inspector, name: string): Promise<RingFlow> {
  for (;;) {
    const flow = watch.next(inspector.snapshot()).rings.find((one) => one.ring.name === name);
    if (flow === undefined) throw new Error(`there is no ring ${name}`);
    if (flow.stuck.length > 0) return flow;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a watch names who was stopped in the middle, and nobody once it is killed", async (context) => {
  const { ask, child, inspector } = await start(context);
  const tid = Number((await ask("hold 1 a prod 5 wait"))[0]);
  await ask("hold 2 b cons 3 spin");
  child.kill("SIGSTOP");
  await reaches(child.pid, /^T/);

  const watch = new Watch({ stuckAfterMs: 100, suspects: findSuspects });
  const { stuck: [end, ...others] } = await stuck(watch, inspector, "a");
  assert.deepEqual(others, []);
  assert.deepEqual([end?.side, end?.elements], ["prod", 5]);
  const suspect = {
    pid: child.pid,
    tid,
    thread: nameOf(tid),
    lcoreId: 1,
    stopped: true,
    seen: true,
  };
  assert.deepEqual(end?.suspects, [suspect]);

  child.kill("SIGKILL");
  await child.result;
  const dead = new Watch({ stuckAfterMs: 100, suspects: findSuspects });
  const ends = [await stuck(dead, inspector, "a"), await stuck(dead, inspector, "b")];
  assert.deepEqual(
    ends.map(({ stuck: [one] }) => [one?.side, one?.elements, one?.suspects]),
    [["prod", 5, []], ["cons", 3, []]],
  );
});

test("a process that is not there, or cannot be looked into, says nothing", () => {
  // The first process belongs to another user for a user other than root, and has no such ring
  // anyway.
  const group = snapshot(0, { processes: [member(1), member(4_000_000), member(0)] });
  const one = ring(0, 0, { address: 0x7123456789a0 });
  assert.deepEqual([...findSuspects(group, [one])], [[one.address, []]]);
});
