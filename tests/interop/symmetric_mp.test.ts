// examples/symmetric_mp: primary and secondary in all pairs of Deno, Bun and C, on taps with a queue for
// each of them. This file runs once on each runtime: each run has a share of the pairs.

import {
  assert,
  type Child,
  type ChildResult,
  describe,
  type End,
  network,
  outcome,
  type Runtime,
  runtimeName,
  RUNTIMES,
  test,
  type TestContext,
} from "../kit.ts";
import { type RawPackets, rawPackets } from "../peers/raw_packets.ts";
import {
  assertRising,
  ended,
  type Observer,
  Party,
  type PoolCounts,
  SYMMETRIC,
  Traffic,
  UDP_NUMBER_AT,
  udpFrame,
  well,
} from "./forwarding.ts";
import type { Language } from "./group.ts";

const TEST_MS = 60_000;

/** The primary, and the secondaries. */
const GROUPS: Readonly<Record<Runtime, readonly (readonly Language[])[]>> = {
  deno: [["deno", "deno"], ["deno", "c", "bun"], ["c", "deno"]],
  bun: [["bun", "bun"], ["bun", "deno", "c"], ["c", "bun"]],
};

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

const POOL = "SMP_MBUF_POOL";
const IPV4 = 0x0800;

/** Flows: that a process gets none of them is as likely as so many heads in a row. */
const FLOWS = 64;

/** Frames of each flow at a time, and how often, there and back. */
const EACH = 3, ROUNDS = [3, 2] as const;

/** What a process counted of a port. */
interface Counts {
  readonly rx: number;
  readonly tx: number;
  readonly drop: number;
}

/** What a process tells at its end, by port. */
function countsOf({ stdout }: ChildResult): Counts[] {
  return [...stdout.matchAll(/^Port (\d): RX - (\d+), TX - (\d+), Drop - (\d+)$/gm)].map(
    ([, port, rx, tx, drop], i) => {
      assert.equal(Number(port), i);
      return { rx: Number(rx), tx: Number(tx), drop: Number(drop) };
    },
  );
}

/** Sums over processes, by port. */
function total(counts: readonly (readonly Counts[])[]): Counts[] {
  return counts[0]!.map((_, port) =>
    counts.map((ports) => ports[port]!).reduce((a, b) => ({
      rx: a.rx + b.rx,
      tx: a.tx + b.tx,
      drop: a.drop + b.drop,
    }))
  );
}

/** The processes, and who sends to them. */
interface Group {
  readonly children: readonly Child[];
  readonly observer: Observer;
  readonly ends: readonly [End, End];
  readonly sockets: readonly [RawPackets, RawPackets];
  /** The pool before there was a packet: the taps' queues have the others. */
  readonly idle: PoolCounts;
}

async function begin(context: TestContext, languages: readonly Language[]): Promise<Group> {
  const net = network(context);
  const home = net.namespace();
  const party = new Party(context, home);
  const taps = [net.name(), net.name()];
  const eal = taps.map((name, i) => `--vdev=net_tap${i},iface=${name}`);
  const children: Child[] = [];
  for (const [id, language] of languages.entries()) {
    const own = ["-p", "3", "--num-procs", `${languages.length}`, "--proc-id", `${id}`];
    const child = party.start(language, SYMMETRIC, {
      eal: id === 0 ? eal : [],
      own: language === "c" && id === 0 ? [...own, "--mbufs", "8192"] : own,
    });
    await child.waitForLine(new RegExp(`^lcore ${id} using queue ${id} of each port$`));
    children.push(child);
  }
  const observer = await party.observe();
  const idle = await observer.pool(POOL);
  const [left, right] = taps.map((name) => net.adopt(name, { namespace: home }));
  const ends = [left!, right!] as const;
  const sockets = [await rawPackets(context, left!), await rawPackets(context, right!)] as const;
  for (const socket of sockets) await socket.filter(IPV4);
  return { children, observer, ends, sockets, idle };
}

for (const languages of GROUPS[runtimeName]) {
  const name = `primary ${languages[0]}, ${languages.slice(1).join(" and ")}`;
  test(`${name}: each has some of the flows, and each frame arrives, as it was sent, once`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const { children, observer, ends, sockets, idle } = await begin(context, languages);
    const all = ROUNDS.map((rounds) => FLOWS * EACH * rounds) as [number, number];
    for (const [from, to] of [[0, 1], [1, 0]] as const) {
      const traffic = new Traffic(sockets[from], sockets[to], UDP_NUMBER_AT);
      const shapes = Array.from(
        { length: FLOWS },
        (_, flow) => udpFrame(ends[to], ends[from], flow, 60 + 20 * flow),
      );
      for (let round = 0; round < ROUNDS[from]; round++) {
        await traffic.send(shapes, EACH);
        await traffic.arrive();
      }
      const arrived = await traffic.numbers();
      assert.equal(arrived.length, all[from]);
      // A flow has one queue in all the time.
      for (let flow = 0; flow < FLOWS; flow++) {
        assertRising(
          arrived.filter((number) => Math.floor(number / EACH) % FLOWS === flow),
          `frames of flow ${flow}`,
        );
      }
    }
    for (const i of [0, 1] as const) assert.equal((await sockets[i].count()).got, all[1 - i]);
    const limit = performance.now() + TEST_MS / 3;
    // A frame arrives before its mbuf is freed.
    for (let pool = await observer.pool(POOL); pool.avail !== idle.avail;) {
      assert.ok(performance.now() < limit, JSON.stringify({ pool, idle }));
      pool = await observer.pool(POOL);
    }
    await observer.end();

    const results: ChildResult[] = [];
    for (const child of children.toReversed()) results.push(await ended(child));
    const counts = results.map(countsOf);
    for (const [i, ports] of counts.entries()) {
      assert.equal(ports.length, 2, outcome(results[i]!));
      for (const [port, { rx }] of ports.entries()) {
        assert.ok(rx > 0 && rx < all[port]!, `${rx} of ${all}`);
      }
      assert.deepEqual([ports[0]!.tx, ports[1]!.tx], [ports[1]!.rx, ports[0]!.rx]);
    }
    assert.deepEqual(total(counts), [
      { rx: all[0], tx: all[1], drop: 0 },
      { rx: all[1], tx: all[0], drop: 0 },
    ]);
    const { stdout } = results.at(-1)!;
    if (languages[0] === "c") assert.match(stdout, /^pool 8192 avail 8192$/m);
    else assert.match(stdout, /^\nExiting on SIGINT\n\nPort 0: /m);
  });
}

const NULLS = ["--vdev=net_null0", "--vdev=net_null1"];

function own(processes: number, id: number): string[] {
  return ["-p", "3", "--num-procs", `${processes}`, "--proc-id", `${id}`];
}

describe("over net_null", () => {
  test("the counts of two processes add up, the pool is whole, and the ports are closed", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const children: Child[] = [];
    for (const [id, language] of [runtimeName, OTHER].entries()) {
      const child = party.start(language, SYMMETRIC, {
        eal: id === 0 ? [...NULLS, "--log-level=pmd.net.null:info"] : [],
        own: own(2, id),
      });
      await child.waitForLine(new RegExp(`^lcore ${id} using queue ${id} of each port$`));
      children.push(child);
    }
    const observer = await party.observe();
    const second = await ended(children[1]!, "SIGTERM");
    const first = await ended(children[0]!);
    // Nobody has any in hand: net_null keeps none, and the observer still has the memory.
    const { size, avail } = await observer.pool(POOL);
    assert.equal(avail, size);
    await observer.end();
    assert.equal(first.stderr.match(/Closing null ethdev/g)?.length, 2, first.stderr);
    for (const result of [first, second]) {
      const [left, right] = countsOf(result);
      assert.ok(left!.rx > 0 && right!.rx > 0, outcome(result));
      assert.deepEqual([left!.tx, right!.tx], [right!.rx, left!.rx]);
      assert.deepEqual([left!.drop, right!.drop], [0, 0]);
    }
  });

  test("a secondary whose primary was killed says so, tells its counts, and ends", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    for (const language of [runtimeName, "c"] as const) {
      const party = new Party(context);
      const mbufs = language === "c" ? ["--mbufs", "8192"] : [];
      const primary = party.start(language, SYMMETRIC, {
        eal: NULLS,
        own: [...own(3, 0), ...mbufs],
      });
      await primary.waitForLine(/using queue 0 of each port$/);
      const secondaries: Child[] = [];
      for (const [i, runtime] of RUNTIMES.entries()) {
        const child = party.start(runtime, SYMMETRIC, { own: own(3, i + 1) });
        await child.waitForLine(new RegExp(`using queue ${i + 1} of each port$`));
        secondaries.push(child);
      }
      primary.kill("SIGKILL");
      await primary.result;
      for (const child of secondaries) {
        const result = await well(child);
        assert.match(
          result.stdout,
          /\nExiting on the end of its primary, which is gone\n\nPort 0: .*\nPort 1: .*\n$/,
        );
        assert.equal(result.stderr, "");
        const [left, right] = countsOf(result);
        assert.deepEqual([left!.tx, right!.tx], [right!.rx, left!.rx]);
      }
    }
  });
});

describe("refused in one line", () => {
  test("what it cannot use", { timeoutMs: TEST_MS }, async (context) => {
    // Of 16 queues each.
    const rings = ["--vdev=net_ring0", "--vdev=net_ring1"];
    const cases: readonly (readonly [readonly string[], RegExp, (readonly string[])?])[] = [
      [own(0, 0), /^Cannot use "0" as --num-procs: it is a number from 1 to 128$/],
      [own(129, 0), /^Cannot use "129" as --num-procs: it is a number from 1 to 128$/],
      [own(2, 2), /^Cannot use "2" as --proc-id: it is a number from 0 to 1$/],
      [["-p", "3"], /^Cannot use no value as --num-procs: it is a number from 1 to 128$/],
      [["-p", "7", ...own(1, 0).slice(2)], /^Cannot use "7" as port mask: it has port 2; /],
      [["-p", "1", ...own(1, 0).slice(2)], /^Cannot use "1" as port mask: .*; use an even number$/],
      [own(1, 0), /^Cannot use "3" as port mask: it has port 0, 1; there are none; start EAL /, []],
      [own(17, 0), /^Cannot use 17 as rxQueues of port 0 \(net_ring0\): it has at most 16$/, rings],
    ];
    for (const [words, message, eal = NULLS] of cases) {
      const party = new Party(context);
      const { code, stdout, stderr } = await party.start(runtimeName, SYMMETRIC, {
        eal,
        own: words,
        lifeMs: 20_000,
      }).result;
      assert.equal(code, 1, `${words} ${stderr}`);
      assert.match(stderr.split("\n")[0]!, message, `${words} ${stdout}`);
      assert.doesNotMatch(stderr + stdout, /^\s+at |Error:|using queue/m);
    }
  });

  test("a secondary without a primary, and one with a queue that there is not", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const early = party.start(runtimeName, SYMMETRIC, { type: "secondary", own: own(2, 1) });
    const { code, stderr } = await early.result;
    assert.equal(code, 1);
    assert.match(stderr, /^Cannot attach to the primary .*: there is none .*\n$/);
    const primary = party.start(OTHER, SYMMETRIC, { type: "primary", eal: NULLS, own: own(2, 0) });
    await primary.waitForLine(/using queue 0 of each port$/);
    const late = await party.start(runtimeName, SYMMETRIC, { own: own(3, 2) }).result;
    assert.equal(late.code, 1, outcome(late));
    assert.match(
      late.stderr,
      /^Cannot use receive queue 2 of port 0 \(net_null0\): it was configured with 2\n$/,
    );
    await ended(primary);
  });
});
