// A loop that polls, and what else a script does meanwhile. Nothing here is judged by the clock: what
// happens while the loop goes on is counted in its steps.

import process from "node:process";
import {
  Backoff,
  Eal,
  mp,
  PointerBuffer,
  poll,
  type PollOptions,
  type PollStep,
  Ring,
} from "../../mod.ts";
import { assert, describe, ealCase, test } from "../kit.ts";
import { dialog } from "../peers/dialog.ts";

/** As many steps as nothing that is expected takes: the test fails then. */
const ENOUGH = 2_000_000_000;

describe("while a script polls at full speed", () => {
  test("timers fire", async () => {
    const ending = new AbortController();
    let fired = 0;
    const timer = setInterval(() => ++fired === 20 && ending.abort(), 1);
    let steps = 0;
    await poll(() => {
      if (++steps === ENOUGH) throw new Error(`${fired} timers in ${steps} steps`);
      return 1;
    }, { signal: ending.signal });
    clearInterval(timer);
    assert.equal(fired, 20);
    // And the steps have nearly all of the time: between two timers are many.
    assert.equal(steps > 20 * 1000, true, `${steps} steps`);
  });

  test("signals arrive", async () => {
    const ending = new AbortController();
    const end = () => ending.abort("signal");
    process.on("SIGUSR2", end);
    let steps = 0;
    await poll(() => {
      if (++steps === 100_000) process.kill(process.pid, "SIGUSR2");
      return steps < ENOUGH ? 1 : NaN;
    }, { signal: ending.signal });
    process.off("SIGUSR2", end);
    assert.equal(ending.signal.reason, "signal");
  });

  test("others that poll have their turns", async () => {
    const ending = new AbortController();
    const counts = [0, 0, 0];
    const step = (i: number): PollStep => () => {
      counts[i]!++;
      if (counts.every((count) => count > 10_000)) ending.abort();
      return counts[i]! < ENOUGH ? 1 : NaN;
    };
    await Promise.all(counts.map((_, i) => poll(step(i), { signal: ending.signal })));
    assert.equal(counts.every((count) => count > 10_000), true, String(counts));
  });

  test("a step that takes long does not keep the others waiting for many of them", async () => {
    const ending = new AbortController();
    let steps = 0, between = 0, most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, steps - between);
      between = steps;
    }, 0);
    await poll(() => {
      const until = performance.now() + 4;
      while (performance.now() < until);
      if (++steps === 30) ending.abort();
      return 1;
    }, { signal: ending.signal });
    clearInterval(timer);
    // The first are taken before it is known how long they take.
    assert.equal(most <= 3, true, `${most} steps between two timers`);
  });
});

/** How many steps a poller takes between two timers of a millisecond, in the middle of many. */
async function idleSteps(options: PollOptions): Promise<number> {
  const ending = new AbortController();
  const counts: number[] = [];
  let steps = 0;
  const timer = setInterval(() => {
    counts.push(steps);
    steps = 0;
    if (counts.length === 300) ending.abort();
  }, 1);
  await poll(() => {
    steps++;
    return 0;
  }, { ...options, signal: ending.signal });
  clearInterval(timer);
  return counts.slice(200).sort((a, b) => a - b)[50]!;
}

describe("a script that has nothing to do", () => {
  test("rests in its event loop: one step or two for each timer", async () => {
    const steps = await idleSteps({ restAfter: 20 });
    assert.equal(steps <= 3, true, `${steps} steps a timer`);
  });

  test("never rests if it must not, but sleeps between its steps", async () => {
    const steps = await idleSteps({ restAfter: Infinity });
    // Spinning it would take tens of thousands.
    assert.equal(steps >= 1 && steps <= 100, true, `${steps} steps a timer`);
  });

  test("is awake again with the first step that has something to do", async () => {
    const ending = new AbortController();
    let awake = false;
    setTimeout(() => awake = true, 50);
    let steps = 0;
    await poll(() => {
      if (awake && ++steps === 100_000) ending.abort();
      return awake ? 1 : 0;
    }, { signal: ending.signal, restAfter: 5 });
    assert.equal(steps, 100_000);
  });
});

describe("the signal", () => {
  test("ends it in the middle of a step's successors, and a rest at once", async () => {
    const ending = new AbortController();
    let steps = 0;
    await poll(() => {
      if (++steps === 5000) ending.abort();
      return 1;
    }, { signal: ending.signal });
    assert.equal(steps, 5000);

    const resting = new AbortController();
    setTimeout(() => resting.abort(), 100);
    await poll(() => 0, { signal: resting.signal, restAfter: 0 });
  });

  test("that has come already lets no step begin", async () => {
    let steps = 0;
    await poll(() => ++steps, { signal: AbortSignal.abort() });
    assert.equal(steps, 0);
  });

  test("is left alone afterwards", async () => {
    const ending = new AbortController();
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = ending.signal;
    Object.assign(ending.signal, {
      addEventListener(...args: Parameters<typeof add>) {
        listeners++;
        return add.apply(ending.signal, args);
      },
      removeEventListener(...args: Parameters<typeof remove>) {
        listeners--;
        return remove.apply(ending.signal, args);
      },
    });
    const failing = poll(() => {
      throw new Error("boom");
    }, { signal: ending.signal });
    await assert.rejects(failing, /^Error: boom$/);
    assert.equal(listeners, 0);
  });
});

describe("a step", () => {
  test("that throws ends the polling with what it threw", async () => {
    const thrown = new Error("boom");
    let steps = 0;
    const polling = poll(() => {
      if (++steps === 3000) throw thrown;
      return steps % 2;
    });
    await assert.rejects(polling, (error) => error === thrown);
    assert.equal(steps, 3000);
  });

  test("that gives anything but a number from 0 on is refused", async () => {
    const wrong: [unknown, RegExp][] = [
      [Promise.resolve(1), /that gave a promise: .* and is not asynchronous$/],
      [undefined, /that gave undefined: it gives how much there was to do, 0 for nothing$/],
      [-1, /that gave -1:/],
      [NaN, /that gave NaN:/],
      [true, /that gave true:/],
      [false, /that gave false:/],
      [5n, /that gave 5:/],
      ["1", /that gave 1:/],
    ];
    for (const [given, message] of wrong) {
      const polling = poll((() => given) as PollStep);
      await assert.rejects(polling, { name: "TypeError", message }, String(given));
    }
  });
});

test("options that are none are refused", async () => {
  const wrong: [unknown, RegExp][] = [
    [{ yield: 1 }, /^TypeError: Cannot use option "yield" of poll/],
    [{ signal: new AbortController() }, /^TypeError: Cannot poll until .*: it is no AbortSignal/],
    [{ yieldEvery: -1 }, /^RangeError: Cannot use -1 as yieldEvery/],
    [{ yieldEvery: NaN }, /^RangeError: Cannot use NaN as yieldEvery/],
    [{ restAfter: "1" }, /^RangeError: Cannot use 1 as restAfter/],
    [{ backoff: {} }, /^TypeError: Cannot wait in .*: it is no Backoff/],
    [{ burst: 0 }, /^RangeError: Cannot use 0 as a burst/],
    [null, /^TypeError: Cannot use null as options of poll/],
  ];
  for (const [options, message] of wrong) {
    await assert.rejects(poll(() => 0, options as PollOptions), message);
  }
  await assert.rejects(poll(5 as unknown as PollStep), /^TypeError: Cannot poll with 5/);
});

test("Backoff.pause never sleeps, and says when it is time to", () => {
  const backoff = new Backoff(16);
  let pauses = 0;
  while (backoff.pause()) pauses++;
  assert.equal(pauses > 10 && pauses < 1000, true, `${pauses} pauses`);
  assert.equal(backoff.pause(), false);
  backoff.reset();
  assert.equal(backoff.pause(), true);
});

ealCase("two pollers of one script move objects through a ring", async ({ args }) => {
  using _eal = Eal.init(args);
  using ring = Ring.create("ring", 256);
  const [out, back] = [new PointerBuffer(32), new PointerBuffer(32)];
  const ending = new AbortController();
  const { signal } = ending;
  const total = 200_000;
  let sent = 0, got = 0, sum = 0;
  await Promise.all([
    poll(() => {
      const n = Math.min(32, total - sent);
      for (let i = 0; i < n; i++) out.set(i, sent + i + 1);
      const done = n === 0 ? 0 : ring.enqueueBurst(out, n);
      sent += done;
      return done;
    }, { signal }),
    poll(() => {
      const done = ring.dequeueBurst(back, 32);
      for (let i = 0; i < done; i++) sum += back.get(i);
      got += done;
      if (got === total) ending.abort();
      return done;
    }, { signal, burst: 32, backoff: new Backoff(8) }),
  ]);
  assert.equal(sum, total * (total + 1) / 2);
});

ealCase(
  "messages of other processes are handled while a script polls, busy and idle",
  async ({ args, prefix }) => {
    using _eal = Eal.init(args);
    const c = await dialog("mp_peer", prefix);
    mp.on("question", ({ text }) => ({ param: `Got ${text}` }));
    for (const work of [1, 0]) {
      const ending = new AbortController();
      let steps = 0;
      const polling = poll(() => ++steps < ENOUGH ? work : NaN, { signal: ending.signal });
      for (let i = 0; i < 20; i++) {
        const [counts, reply] = await c.ask(`request question ${i} 5000`);
        assert.equal(counts, "sent 1 received 1");
        assert.match(reply!, new RegExp(`Got.*${i} `));
      }
      ending.abort();
      await polling;
      assert.equal(steps > 20, true, `${steps} steps`);
    }
    await c.end();
  },
);
