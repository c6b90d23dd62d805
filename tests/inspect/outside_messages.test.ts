// What is queued is seen in place: texts, bytes, packets; and it stays where it is.

import {
  Eal,
  ElementBuffer,
  ElementRing,
  MbufCursor,
  Mempool,
  PktmbufPool,
  PointerBuffer,
  Ring,
} from "../../mod.ts";
import { assert, ealCase, test } from "../kit.ts";
import { inspected, outsider } from "./outside.ts";

interface Message {
  readonly position: number;
  readonly address: number | undefined;
  readonly mempool: string | undefined;
  readonly packet: boolean;
  readonly length: number;
  readonly bytes: number[];
  readonly summary: string;
}

/** Ethernet, IPv4, UDP: 10.0.0.1:53 > 10.0.0.2:4000, four bytes. */
const UDP = [
  ...[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0],
  ...[0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
  ...[0, 53, 15, 160, 0, 12, 0, 0, 1, 2, 3, 4],
];
const ARP = [
  ...[255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6],
  ...[0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 9],
];

ealCase("packets are told from other objects, and told in words", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using packets = PktmbufPool.create("packets", 63);
  using pool = Mempool.create("texts", 63, 256);
  using ring = Ring.create("ring", 64);
  const burst = new PointerBuffer(4);
  assert.equal(packets.allocBulk(burst, 3), 3);
  const packet = new MbufCursor();
  for (const [i, bytes] of [UDP, ARP, UDP.slice(0, 20)].entries()) {
    packet.at(burst, i).append(bytes.length);
    packet.bytes().set(bytes);
  }
  ring.enqueueBurst(burst, 3);
  const text = pool.get()!;
  pool.cursor().moveTo(text).setText("hello, rings");
  ring.enqueue(text);
  ring.enqueue(0x1234); // whatever that may be

  const outside = await outsider(context, prefix);
  const seen = await outside.ask("messages ring 16 42") as Message[];
  assert.deepEqual(seen.map(({ summary }) => summary), [
    "UDP 10.0.0.1:53 > 10.0.0.2:4000, 46 bytes",
    "ARP who has 10.0.0.9, tell 10.0.0.1, 42 bytes",
    "IPv4, cut off, 20 bytes",
    '"hello, rings"',
    "",
  ]);
  assert.deepEqual(seen.map(({ mempool }) => mempool), [
    ...["packets", "packets", "packets", "texts"],
    undefined,
  ]);
  assert.deepEqual(seen.map((one) => one.packet), [true, true, true, false, false]);
  assert.deepEqual(seen.map(({ length }) => length), [46, 42, 20, 256, 0]);
  assert.deepEqual(seen[0]!.bytes, UDP.slice(0, 42));
  assert.deepEqual(seen.map(({ address }) => address), [
    ...Array.from({ length: 3 }, (_, i) => burst.get(i)),
    ...[text, 0x1234],
  ]);
  assert.equal(ring.count, 5, "nothing was taken");
});

ealCase("elements of other sizes are shown as they lie, across the ring's end", async (context) => {
  const { args, prefix } = context;
  using _eal = Eal.init(args);
  using ring = ElementRing.create("wide", 12, 16);
  const burst = new ElementBuffer(12, 16);
  for (let round = 0; round < 3; round++) {
    burst.bytes.forEach((_, i) => burst.bytes[i] = (round * 100 + i) & 255);
    ring.enqueueBulk(burst, 10);
    if (round < 2) ring.dequeueBulk(burst, 10);
  }
  const outside = await outsider(context, prefix);
  const seen = await outside.ask("messages wide 16 64") as Message[];
  assert.deepEqual(
    seen.map(({ position }) => position),
    Array.from({ length: 10 }, (_, i) => 20 + i),
  );
  assert.deepEqual(
    seen.flatMap(({ bytes }) => bytes),
    Array.from({ length: 120 }, (_, i) => (200 + i) & 255),
  );
  assert.deepEqual(seen.map(({ length, address }) => [length, address])[0], [12, undefined]);
  assert.equal(ring.count, 10);
});

test("limits are kept, and a ring that is not there is told", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 0");
  await group.ask("pool pool 63 0");
  await group.ask("get pool 20");
  await group.ask("send ring 20");
  const outside = await outsider(context, group.prefix);
  const seen = await outside.ask("messages ring 3 7") as Message[];
  assert.deepEqual(seen.map(({ bytes }) => bytes.length), [7, 7, 7]);
  assert.equal(await outside.ask("messages ring 0 7") instanceof Array, true);
  assert.deepEqual(await outside.ask("messages rung"), {
    error: 'Cannot look into ring "rung": there is none of that name; there are "ring"',
  });
});

test("of a ring whose messages go all the time, what is shown was in it", async (context) => {
  const group = await inspected(context);
  await group.ask("ring ring 64 3");
  await group.ask("fill ring 7");
  await group.ask("waver ring 2000");
  const outside = await outsider(context, group.prefix);
  let shown = 0;
  for (let i = 0; i < 50; i++) {
    const seen = await outside.ask("messages ring 16") as Message[];
    assert.equal(seen.length <= 8, true);
    for (const [k, { position, address }] of seen.entries()) {
      // The first seven are 1 to 7; from then on each is numbered by its round.
      assert.equal(address, position < 7 ? position + 1 : position - 6, `${k} of ${seen.length}`);
      shown++;
    }
  }
  await group.ask("stop");
  assert.equal(shown > 0, true);
});
