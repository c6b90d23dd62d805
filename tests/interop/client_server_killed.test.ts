// examples/client_server_mp when a process of the group is killed: a client next to others, and a server
// before a client comes.

import { assert, outcome, type Runtime, runtimeName, test } from "../kit.ts";
import { Group, lastCounts, NULLS, RING_ROOM, TEST_MS } from "./client_server.ts";
import { CLIENT, ended, NUMBER_AT, Party, SERVER, stopped, sum } from "./forwarding.ts";

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

/** Frames at a time, of which each client's ring holds its half; and how often. */
const EACH = 120, ROUNDS = 3;

for (const language of [runtimeName, "c"] as const) {
  test(`server ${language}: a client is killed, and all of another one's share goes on`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const group = await Group.serve(context, language, 2);
    const victim = await group.join(runtimeName, 0);
    const other = await group.join(OTHER, 1);
    const observer = await group.party.observe();
    const { wires } = group;
    const traffic = wires.traffic();
    const single = [wires.frame(64)];
    let killed = false;
    const flood = (async () => {
      while (!killed) await traffic.send(single, 1000);
    })();
    flood.catch(() => {}); // awaited below, unless the test has failed by then
    context.cleanup(() => void (killed = true));

    let inHand = 0;
    while (inHand === 0) {
      await stopped(victim);
      const { clients: [seen] } = await observer.look(2);
      inHand = seen!.taken - sum(seen!.tx) - sum(seen!.drop);
      if (inHand === 0) victim.kill("SIGCONT");
    }
    victim.kill("SIGKILL");
    assert.equal((await victim.result).signal, "SIGKILL");
    killed = true;
    await flood;

    // Until what is sent now arrives: of two frames in a row, the one of the other client.
    const far = wires.sockets[1];
    do {
      const { got } = await far.count();
      await traffic.send(single, 2);
      await far.wait(got + 1, 200);
    } while ((await far.sequence(NUMBER_AT)).last < traffic.sent.length - 2);

    const before = traffic.sent.length, { got: first } = await far.count();
    for (let round = 1; round <= ROUNDS; round++) {
      await traffic.send(single, EACH);
      await traffic.arrive(first + round * EACH / 2);
    }
    const look = await observer.until(2, ({ clients: [, seen] }) => sum(seen!.tx) === seen!.handed);
    const [dead, alive] = look.clients;
    assert.deepEqual([alive!.taken, alive!.drop], [alive!.handed, [0, 0]]);
    const arrived = await traffic.numbers();
    const late = arrived.slice(first), start = late[0]!;
    assert.ok(start === before || start === before + 1, `${start} of ${before}`);
    assert.deepEqual(late, Array.from({ length: ROUNDS * EACH / 2 }, (_, i) => start + 2 * i));

    // Where the others are: in the ring of the dead one, and in what were its hands. Of these some may
    // have left and not been counted yet, one of them without its mbuf having been freed.
    const inRing = dead!.handed - dead!.taken;
    assert.ok(inRing > 0 && inRing <= RING_ROOM, `${inRing} in its ring`);
    const lost = inHand - (arrived.length - sum(dead!.tx) - sum(alive!.tx));
    assert.ok(lost >= 0 && lost <= inHand, `${lost} lost of ${inHand} in hand`);
    const leaked = look.pool.size - look.pool.avail - inRing;
    assert.ok(leaked === lost || leaked === lost + 1, `${leaked} mbufs, ${lost} packets lost`);

    await ended(other);
    await observer.end();
    const result = await ended(group.server);
    const { ports, clients } = lastCounts(result);
    assert.equal(sum(clients.flatMap(({ rx, rxDrop }) => [rx, rxDrop])), look.rx[0]);
    assert.deepEqual(ports, [
      { rx: look.rx[0]!, tx: 0 },
      { rx: 0, tx: sum(dead!.tx) + sum(alive!.tx) },
    ]);
    assert.deepEqual(clients.map(({ rx }) => rx), [dead!.handed, alive!.handed]);
    assert.ok(clients[0]!.rxDrop > 0);
    if (language === "c") {
      // It has emptied the rings.
      const { size } = look.pool;
      assert.match(result.stdout, new RegExp(`^pool ${size} avail ${size - leaked}$`, "m"));
    }
  });

  test(`server ${language}, killed: a client that comes then is refused in one line`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const server = party.start(language, SERVER, { eal: NULLS, own: ["-p", "3", "-n", "1"] });
    await server.waitForLine(/^(ready|Finished Process Init\.)$/);
    server.kill("SIGKILL");
    assert.equal((await server.result).signal, "SIGKILL");
    const late = await party.start(runtimeName, CLIENT, { own: ["-n", "0"] }).result;
    assert.equal(late.code, 1, outcome(late));
    assert.match(late.stderr, /^Cannot attach to the primary of file prefix .*: .*\n$/);
    assert.equal(late.stdout, "");
  });
}
