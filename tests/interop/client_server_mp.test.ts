// examples/client_server_mp: servers and clients in all pairs of Deno, Bun and C, over wires to
// namespaces. This file runs once on each runtime: each run has the servers of its own runtime, and a
// share of those in C.

import { readFileSync } from "node:fs";
import {
  assert,
  describe,
  type End,
  type Runtime,
  runtimeName,
  spawnProgram,
  test,
} from "../kit.ts";
import {
  CLIENT_RING,
  type Counts,
  Group,
  lastCounts,
  leftovers,
  NULLS,
  poolSize,
  RING_ROOM,
  TEST_MS,
} from "./client_server.ts";
import {
  assertRising,
  ended,
  type Look,
  NUMBER_AT,
  Party,
  SERVER,
  stopped,
  sum,
  well,
} from "./forwarding.ts";
import type { Language } from "./group.ts";

/** Servers with their clients. */
const GROUPS: Readonly<Record<Runtime, readonly (readonly [Language, readonly Language[]])[]>> = {
  deno: [
    ["deno", ["deno", "bun"]],
    ["deno", ["c"]],
    ["c", ["deno", "c"]],
  ],
  bun: [
    ["bun", ["bun", "c"]],
    ["bun", ["deno"]],
    ["c", ["bun", "deno"]],
  ],
};

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** Frames of each shape at a time, of all shapes no more than the ring of a single client holds. */
const EACH = 13;

const LENGTHS = [60, 61, 64, 300, 777, 1024, 1513, 1514];

/** The most that a client has in hand: a burst, and what is in the buffers of two ports. */
const MOST_IN_HAND = 32 + 2 * 32;

for (const [language, clients] of GROUPS[runtimeName]) {
  test(
    `server ${language}, clients ${clients.join(", ")}: each frame arrives, as it was sent, once`,
    {
      timeoutMs: TEST_MS,
    },
    async (context) => {
      const group = await Group.serve(context, language, clients.length);
      const children = [];
      for (const [id, client] of clients.entries()) children.push(await group.join(client, id));
      const observer = await group.party.observe();

      const sent = [0, 0], shares = clients.map(() => [0, 0]);
      let turn = 0;
      for (const [way, back] of [false, true].entries()) {
        const traffic = group.wires.traffic(back);
        const shapes = LENGTHS.map((length) => group.wires.frame(length, back));
        for (let round = 0; round < 3; round++) {
          await traffic.send(shapes, EACH);
          await traffic.arrive();
        }
        // One more, so that the way back begins with another client than the way there.
        await traffic.send([group.wires.frame(100, back)], 1);
        await traffic.arrive();
        sent[way] = traffic.sent.length;
        const arrived = await traffic.numbers();
        assert.equal(arrived.length, sent[way]);
        for (const id of clients.keys()) {
          const share = arrived.filter((number) => (turn + number) % clients.length === id);
          assertRising(share, `frames of client ${id}`);
          shares[id]![way] = share.length;
        }
        turn += sent[way];
      }
      const all = LENGTHS.length * EACH * 3 + 1;
      assert.deepEqual(sent, [all, all]);
      assert.deepEqual(
        await group.wires.sockets[0].sequence(NUMBER_AT).then(({ got }) => got),
        all,
      );

      // A frame arrives before its sender has counted it.
      const look = await observer.until(
        clients.length,
        (seen) => sum(seen.clients.flatMap(({ tx }) => tx)) === 2 * all,
      );
      const size = poolSize(2, clients.length);
      assert.deepEqual(
        look,
        {
          ports: [0, 1],
          rx: sent,
          clients: shares.map((share) => ({
            handed: sum(share),
            taken: sum(share),
            tx: share.toReversed(),
            drop: [0, 0],
          })),
          rings: clients.map(() => CLIENT_RING),
          pool: { size, avail: size },
        } satisfies Look,
      );

      for (const [id, child] of children.entries()) {
        const { stdout } = await ended(child, id === 0 ? "SIGINT" : "SIGTERM");
        if (clients[id] !== "c") {
          assert.match(stdout, new RegExp(`^Exiting on ${id === 0 ? "SIGINT" : "SIGTERM"}$`, "m"));
        } else {
          assert.ok(
            stdout.endsWith(
              `client ${id} rx ${sum(shares[id]!)}\n` +
                `port 0 tx ${shares[id]![1]} drop 0\nport 1 tx ${shares[id]![0]} drop 0\n`,
            ),
            stdout,
          );
        }
      }
      assert.deepEqual(await observer.look(clients.length), look);
      await observer.end();
      const result = await ended(group.server);
      assert.deepEqual(lastCounts(result), {
        ports: [{ rx: all, tx: all }, { rx: all, tx: all }],
        clients: shares.map((share) => ({
          rx: sum(share),
          rxDrop: 0,
          tx: sum(share),
          txDrop: 0,
        })),
      });
      if (language === "c") {
        assert.match(result.stdout, new RegExp(`^pool ${size} avail ${size}$`, "m"));
      }
    },
  );
}

describe("a client", () => {
  test("that is killed with packets in hand loses these and no others; another one goes on", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const group = await Group.serve(context, runtimeName, 1);
    let client = await group.join(runtimeName, 0);
    const observer = await group.party.observe();
    const traffic = group.wires.traffic();
    const flood = traffic.send([group.wires.frame(60)], 40_000);
    flood.catch(() => {}); // awaited below, unless the test has failed by then

    let inHand = 0;
    while (inHand === 0) {
      await stopped(client);
      const { clients: [seen] } = await observer.look(1);
      inHand = seen!.taken - sum(seen!.tx) - sum(seen!.drop);
      if (inHand === 0) client.kill("SIGCONT");
    }
    assert.ok(inHand <= MOST_IN_HAND, `${inHand} in hand`);
    client.kill("SIGKILL");
    assert.equal((await client.result).signal, "SIGKILL");

    // The server goes on: it fills the ring, and frees the others.
    await flood;
    const single = [group.wires.frame(64)];
    const full = await observer.until(1, async ({ clients: [seen] }) => {
      await traffic.send(single, 1);
      return seen!.handed - seen!.taken === RING_ROOM;
    });
    assert.equal(full.clients[0]!.taken, inHand + sum(full.clients[0]!.tx));

    // The dead one's place is free, its packets are there.
    client = await group.join(runtimeName, 0);
    const last = async (): Promise<number> =>
      (await group.wires.sockets[1].sequence(NUMBER_AT)).last;
    // What is sent now arrives behind all that was sent before, if there is room in the ring. One by
    // one: a socket of net_pcap has 16 blocks, and frames in a trickle take one each.
    const first = traffic.sent.length;
    while (await last() < first) {
      const { got } = await group.wires.sockets[1].count();
      await traffic.send(single, 1);
      await group.wires.sockets[1].wait(got + 1, 200);
    }
    const before = traffic.sent.length;
    await traffic.send(single, 50);
    await observer.until(1, async () => await last() === before + 49);
    const look = await observer.until(
      1,
      ({ clients: [seen] }) => sum(seen!.tx) + inHand === seen!.handed,
    );
    const { handed, tx, drop } = look.clients[0]!;
    assert.deepEqual(drop, [0, 0]);
    assert.equal(tx[0], 0);
    assert.equal(handed, tx[1]! + inHand);

    // Some of those in hand had left and were not counted yet; the others are lost, and their mbufs.
    const [got, leaked] = [
      (await group.wires.sockets[1].count()).got,
      look.pool.size - look.pool.avail,
    ];
    const lost = handed - got;
    assert.ok(lost >= 0 && lost <= inHand, `${lost} lost of ${inHand} in hand`);
    // One may have left, and its mbuf not been freed yet.
    assert.ok(leaked === lost || leaked === lost + 1, `${leaked} mbufs, ${lost} packets lost`);
    const arrived = await traffic.numbers();
    assert.equal(arrived.length, got);
    assertRising(arrived, "frames");
    assert.deepEqual(
      arrived.slice(-50),
      Array.from({ length: 50 }, (_, i) => before + i),
    );

    await ended(client);
    await observer.end();
    const [rx, counts] = [look.rx[0]!, lastCounts(await ended(group.server))];
    assert.ok(rx > handed);
    assert.deepEqual(counts, {
      ports: [{ rx, tx: 0 }, { rx: 0, tx: tx[1] }],
      clients: [{ rx: handed, rxDrop: rx - handed, tx: tx[1], txDrop: 0 }],
    } as Counts);
  });

  test("that has stopped: its ring fills, what comes then is freed and counted, and others go on", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const group = await Group.serve(context, runtimeName, 2);
    await group.join(OTHER, 0);
    const sleeper = await group.join(runtimeName, 1);
    const observer = await group.party.observe();
    const traffic = group.wires.traffic();
    const shape = group.wires.frame(200);
    await stopped(sleeper);

    const inRing = async (count: number): Promise<Look> =>
      await observer.until(2, ({ clients: [, seen] }) => seen!.handed - seen!.taken === count);
    let half = 0;
    for (const pairs of [50, 50, ...Array.from({ length: RING_ROOM - 100 }, () => 1)]) {
      await traffic.send([shape], 2 * pairs);
      half += pairs;
      await inRing(half);
      await traffic.arrive(half);
    }
    for (const pairs of [50, 50, 50]) {
      await traffic.send([shape], 2 * pairs);
      half += pairs;
      await traffic.arrive(half);
    }
    const dropped = half - RING_ROOM;
    const idle = await observer.until(
      2,
      ({ rx, clients: [seen], pool }) =>
        rx[0] === 2 * half && sum(seen!.tx) === half && pool.size - pool.avail === RING_ROOM,
    );
    assert.deepEqual(idle.clients, [
      { handed: half, taken: half, tx: [0, half], drop: [0, 0] },
      { handed: RING_ROOM, taken: 0, tx: [0, 0], drop: [0, 0] },
    ]);

    sleeper.kill("SIGCONT");
    await traffic.arrive(half + RING_ROOM);
    const { pool, clients } = await observer.until(
      2,
      ({ clients: [, seen] }) => sum(seen!.tx) === RING_ROOM,
    );
    assert.equal(pool.avail, pool.size);
    assert.equal(clients[1]!.taken, RING_ROOM);
    const arrived = await traffic.numbers();
    assert.equal(arrived.length, half + RING_ROOM);
    for (const id of [0, 1]) {
      const share = arrived.filter((number) => number % 2 === id);
      assert.deepEqual(
        share,
        Array.from({ length: id === 0 ? half : RING_ROOM }, (_, i) => 2 * i + id),
      );
    }
    await observer.end();
    assert.deepEqual(lastCounts(await ended(group.server)), {
      ports: [{ rx: 2 * half, tx: 0 }, { rx: 0, tx: half + RING_ROOM }],
      clients: [
        { rx: half, rxDrop: 0, tx: half, txDrop: 0 },
        { rx: RING_ROOM, rxDrop: dropped, tx: RING_ROOM, txDrop: 0 },
      ],
    });
  });

  test("frees and counts what it cannot send, and goes on when it can", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const group = await Group.serve(context, OTHER, 2);
    await group.join(runtimeName, 0);
    await group.join("c", 1);
    const observer = await group.party.observe();
    const traffic = group.wires.traffic();
    const shape = [group.wires.frame(70)];
    await link(group.wires.near[1], "down");
    await traffic.send(shape, 120);
    // They are counted before they are freed.
    const cut = await observer.until(
      2,
      ({ clients, pool }) =>
        sum(clients.flatMap(({ drop }) => drop)) === 120 && pool.avail === pool.size,
    );
    const none = { handed: 60, taken: 60, tx: [0, 0], drop: [0, 60] };
    assert.deepEqual(cut.clients, [none, none]);

    await link(group.wires.near[1], "up");
    // A socket tells once more that its device was down, of the first packet that it is to send then.
    const settled = async (): Promise<Look> =>
      await observer.until(
        2,
        ({ rx, clients, pool }) =>
          rx[0] === traffic.sent.length && pool.avail === pool.size &&
          sum(clients.flatMap(({ tx, drop }) => [...tx, ...drop])) === rx[0],
      );
    let before = cut;
    while (before.clients.some(({ tx }) => sum(tx) === 0)) {
      await traffic.send(shape, 2);
      before = await settled();
    }
    const first = traffic.sent.length;
    await traffic.send(shape, 60);
    const { clients } = await settled();
    assert.deepEqual(
      clients,
      before.clients.map(({ handed, taken, tx, drop }) => ({
        handed: handed + 30,
        taken: taken + 30,
        tx: [0, tx[1]! + 30],
        drop,
      })),
    );
    const all = sum(clients.map(({ tx }) => sum(tx)));
    await traffic.arrive(all);
    const arrived = await traffic.numbers();
    assert.equal(arrived.length, all);
    assert.deepEqual(
      arrived.slice(-60).toSorted((a, b) => a - b),
      Array.from({ length: 60 }, (_, i) => first + i),
    );
    await observer.end();
    assert.deepEqual(lastCounts(await ended(group.server)), {
      ports: [{ rx: first + 60, tx: 0 }, { rx: 0, tx: all }],
      clients: clients.map(({ handed, tx, drop }) => ({
        rx: handed,
        rxDrop: 0,
        tx: sum(tx),
        txDrop: sum(drop),
      })),
    });
  });

  test("whose server is gone says so, and ends", { timeoutMs: TEST_MS }, async (context) => {
    for (const [language, signal] of [[runtimeName, "SIGKILL"], ["c", "SIGINT"]] as const) {
      const group = await Group.serve(context, language, 2);
      const clients = [await group.join("deno", 0), await group.join("bun", 1)];
      const traffic = group.wires.traffic();
      await traffic.send([group.wires.frame(90)], 20);
      await traffic.arrive();
      group.server.kill(signal);
      await group.server.result;
      for (const client of clients) {
        const { stdout, stderr } = await well(client);
        assert.match(stdout, /\nExiting on the end of its server, which is gone\n$/);
        assert.equal(stderr, "");
      }
    }
  });
});

/** Sets an end of a wire up or down, and waits until it is. */
async function link({ name }: End, state: "up" | "down"): Promise<void> {
  await well(spawnProgram("ip", ["link", "set", name, state]));
  const limit = performance.now() + TEST_MS / 3;
  while (readFileSync(`/sys/class/net/${name}/operstate`, "utf8").trim() !== state) {
    assert.ok(performance.now() < limit, `${name} does not go ${state}`);
  }
}

test("a server that is told to end closes its ports, and leaves no more than a C server", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const left: ReturnType<typeof leftovers>[] = [];
  for (
    const [language, signal] of [["c", "SIGINT"], [runtimeName, "SIGINT"], [
      runtimeName,
      "SIGTERM",
    ]] as const
  ) {
    const group = await Group.serve(context, language, 1, {
      eal: ["--log-level=pmd.net.pcap:info"],
    });
    const client = await group.join(language, 0);
    await ended(client);
    const { stdout, stderr } = await ended(group.server, signal);
    if (language !== "c") assert.match(stdout, new RegExp(`^Exiting on ${signal}$`, "m"));
    assert.equal(`${stdout}${stderr}`.match(/Closing pcap ethdev/g)?.length, 2, stderr);
    left.push(leftovers(group.party.prefix));
  }
  // DPDK leaves the pages to the next primary.
  for (const { files, pages } of left.slice(1)) {
    assert.deepEqual(files, left[0]!.files);
    assert.deepEqual(pages, []);
  }
});

test("a server that is told to end while it starts ends as well as any other", {
  timeoutMs: TEST_MS,
}, async (context) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const party = new Party(context);
    const server = party.start(runtimeName, SERVER, { eal: NULLS, own: ["-p", "3", "-n", "1"] });
    await server.waitForLine(/^Creating mbuf pool/);
    const { stdout } = await ended(server, signal);
    assert.match(stdout, new RegExp(`^Exiting on ${signal}$`, "m"));
    assert.deepEqual(leftovers(party.prefix).pages, []);
  }
});
