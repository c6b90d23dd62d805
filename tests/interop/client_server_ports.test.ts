// examples/client_server_mp on other ports than 0 and 1: what is received is counted by a port's place
// among the server's, what is sent by its id, as DPDK's struct port_info has them.

import { assert, type Runtime, runtimeName, test } from "../kit.ts";
import {
  CLIENT_RING,
  Group,
  lastCounts,
  NULLS,
  poolSize,
  TEST_MS,
  type Wires,
} from "./client_server.ts";
import { ended, sum } from "./forwarding.ts";
import type { Language } from "./group.ts";

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** Servers with their clients. */
const GROUPS: readonly (readonly [Language, readonly Language[]])[] = [
  [runtimeName, ["c", OTHER]],
  ["c", [runtimeName]],
];

/** Sends frames one way, and wants each of them once. */
async function send(wires: Wires, count: number, back: boolean): Promise<void> {
  const traffic = wires.traffic(back);
  await traffic.send([wires.frame(60 + count, back)], count);
  await traffic.arrive();
  assert.equal((await traffic.numbers()).length, count);
}

/** How many frames came to both ends of wires. */
async function arrivals({ sockets }: Wires): Promise<number[]> {
  return [(await sockets[0].count()).got, (await sockets[1].count()).got];
}

for (const [language, clients] of GROUPS) {
  const who = `server ${language}, clients ${clients.join(", ")}`;

  test(`ports 2 and 3 of four, ${who}: received by place, sent by id`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const group = await Group.serve(context, language, clients.length, {
      mask: "c",
      before: NULLS,
    });
    for (const [id, client] of clients.entries()) await group.join(client, id);
    const observer = await group.party.observe();
    await send(group.wires, 90, false);
    await send(group.wires, 60, true);
    const size = poolSize(2, clients.length);
    const look = await observer.until(
      clients.length,
      ({ clients, pool }) =>
        sum(clients.flatMap(({ tx }) => tx)) === 150 && pool.avail === pool.size,
    );
    const share = (all: number): number => all / clients.length;
    assert.deepEqual(look, {
      ports: [2, 3],
      rx: [90, 60],
      clients: clients.map(() => ({
        handed: share(150),
        taken: share(150),
        tx: [share(60), share(90)],
        drop: [0, 0],
      })),
      rings: clients.map(() => CLIENT_RING),
      pool: { size, avail: size },
    });
    await observer.end();
    const result = await ended(group.server);
    assert.match(result.stdout, /^port 2\b.* rx:? +90\b/im);
    assert.match(result.stdout, /^port 3\b.* rx:? +60\b/im);
    assert.deepEqual(lastCounts(result), {
      ports: [{ rx: 90, tx: 60 }, { rx: 60, tx: 90 }],
      clients: clients.map(() => ({ rx: share(150), rxDrop: 0, tx: share(150), txDrop: 0 })),
    });
  });
}

test("four ports are two pairs: no packet goes from one to the other", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const group = await Group.serve(context, runtimeName, 2, { mask: "f", pairs: 2 });
  for (const [id, client] of [runtimeName, OTHER].entries()) await group.join(client, id);
  const observer = await group.party.observe();
  const [one, other] = [group.wires, group.others[0]!];
  await send(one, 20, false);
  await send(other, 60, false);
  await send(one, 40, true);
  await send(other, 80, true);
  const size = poolSize(4, 2);
  const look = await observer.until(
    2,
    ({ clients, pool }) => sum(clients.flatMap(({ tx }) => tx)) === 200 && pool.avail === pool.size,
  );
  assert.deepEqual(look, {
    ports: [0, 1, 2, 3],
    rx: [20, 40, 60, 80],
    clients: [0, 1].map(() => ({
      handed: 100,
      taken: 100,
      tx: [20, 10, 40, 30],
      drop: [0, 0, 0, 0],
    })),
    rings: [CLIENT_RING, CLIENT_RING],
    pool: { size, avail: size },
  });
  assert.deepEqual([await arrivals(one), await arrivals(other)], [[40, 20], [80, 60]]);
  await observer.end();
  assert.deepEqual(lastCounts(await ended(group.server)), {
    ports: [{ rx: 20, tx: 40 }, { rx: 40, tx: 20 }, { rx: 60, tx: 80 }, { rx: 80, tx: 60 }],
    clients: [0, 1].map(() => ({ rx: 100, rxDrop: 0, tx: 100, txDrop: 0 })),
  });
});
