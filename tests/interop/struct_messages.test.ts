// Messages whose types C and TypeScript share: described here and printed for C, or read from a C
// program's debug information.

import {
  Eal,
  MbufCursor,
  Mempool,
  Memzone,
  mp,
  PktmbufPool,
  PointerBuffer,
  Ring,
  struct,
  union,
} from "../../mod.ts";
import { readStruct } from "../../tools/struct/read.ts";
import { assert, compileC, ealCase, peerText, spawnProgram } from "../kit.ts";
import { type Dialog, peerArgs, talk } from "../peers/dialog.ts";

const Message = struct("struct shared_message", {
  kind: "uint32_t",
  result: "int32_t",
  length: "size_t",
  body: union("union shared_body", { total: "uint64_t", name: "char[16]" }),
  ports: "uint16_t[4]",
  $0: union("union", {
    whole: "uint64_t",
    $0: struct("struct", { low: "uint32_t", high: "uint32_t" }),
  }),
  stamp: ["uint64_t", { align: 64 }],
}, { align: 64 });

/** The C program, which knows the message by the header alone. */
function program(): string {
  return compileC(Message.toC() + peerText("struct_messages.c"), ["-g"]);
}

function start(prefix: string): Promise<Dialog> {
  return talk(spawnProgram(program(), [...peerArgs(prefix), "--proc-type=secondary"]));
}

/** What C prints of a message that was filled so, and what it answers in it. */
function exchange(message: ReturnType<typeof Message.at>): { printed: string; check(): void } {
  message.kind = 1;
  message.result = -5;
  message.length = 2 ** 40;
  message.body.name = "abcdefg";
  message.ports.assign([1, 2, 3, 4]);
  message.$0.$0.low = 6;
  message.$0.$0.high = 7;
  message.stamp = 2n ** 64n - 1n;
  return {
    printed: `1 -5 ${2 ** 40} abcdefg ${0x67666564636261n} 1 4 6 7 ${2n ** 64n - 1n}`,
    check: () => {
      assert.deepEqual(
        [message.kind, message.result, message.body.name, [...message.ports]],
        [2, 5, "from C", [1, 2, 65535, 4]],
      );
      assert.deepEqual([message.$0.$0.high, message.stamp], [2 ** 31, 2n ** 40n]);
    },
  };
}

ealCase("in an object of a pool, a memzone and an mbuf, in place", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("messages", 63, Message.size + 8);
  using ring = Ring.create("to_c", 64);
  const c = await start(prefix);

  const cursor = pool.cursor();
  const message = Message.at(cursor);
  assert.throws(() => message.kind, RangeError, "the cursor is nowhere");
  for (let i = 0; i < 3; i++) {
    const object = pool.get()!;
    cursor.moveTo(object);
    const { printed, check } = exchange(message);
    ring.enqueue(object);
    assert.deepEqual(await c.ask("object to_c"), [printed]);
    check();
    pool.put(object);
  }

  using zone = Memzone.reserve("zone", 4 * Message.size);
  const slot = Message.at(zone.view);
  for (const at of [0, 3]) {
    Message.move(slot, at * Message.size);
    const { printed, check } = exchange(slot);
    assert.deepEqual(await c.ask(`zone zone ${at * Message.size}`), [printed]);
    check();
  }

  using packets = PktmbufPool.create("packets", 63);
  const mbufs = new PointerBuffer(1);
  assert.equal(packets.allocBulk(mbufs), 1);
  const packet = new MbufCursor().at(mbufs, 0);
  packet.append(Message.size + 14);
  packet.adj(14);
  const { printed, check } = exchange(Message.at(packet));
  ring.enqueueBurst(mbufs);
  assert.deepEqual(await c.ask("mbuf to_c"), [printed]);
  check();
  packet.freeBulk(mbufs);
  await c.end();
});

ealCase("in the parameters of rte_mp messages", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const c = await start(prefix);
  const asked: string[] = [];
  mp.on("shared", ({ param }) => {
    const message = Message.at(param);
    asked.push(`${message.kind} ${message.result} ${message.body.name} ${message.stamp}`);
    message.kind = 8;
    message.body.name = "answer";
    message.$0.whole = 5n << 32n;
    return { param };
  });
  const [line] = await c.ask("ask shared");
  assert.deepEqual(asked, ["20 -3 question 1"]);
  assert.match(line!, /^8 -3 0 answer \d+ 0 0 0 5 1$/);
  await c.end();
});

ealCase("of a program whose source nobody has, out of its ring", async ({ args, prefix }) => {
  using _eal = Eal.init(args);
  const Report = readStruct(program(), "struct sensor_report");
  using pool = Mempool.create("reports", 63, 256);
  using ring = Ring.create("reports", 64);
  const c = await start(prefix);
  const addresses = (await c.ask("report reports reports 5")).map(Number);
  const cursor = pool.cursor();
  const inPlace = Report.at(cursor);
  for (let i = 0; i < 5; i++) {
    const object = ring.dequeue()!;
    cursor.moveTo(object);
    const report = Report.decode(cursor.bytes());
    assert.deepEqual({ ...report, $3: undefined, raw: undefined }, {
      kind: i % 2 === 0 ? 7 : 8,
      name: `sensor ${i}`,
      previous: i === 0 ? 0 : addresses[i - 1],
      $3: undefined,
      readings: [0, 1, 2].map((k) => ({ celsius: k - i, unit: k })),
      raw: undefined,
      sequence: 2n ** 64n - 1n - BigInt(i),
    });
    const { $3, raw } = report as unknown as {
      $3: { ratio: number; $1: { low: number; high: number } };
      raw: { whole: bigint; bytes: Uint8Array };
    };
    assert.deepEqual([$3.$1.low, $3.$1.high, Math.floor($3.ratio)], [i, 0x3ff00000, 1]);
    assert.deepEqual([...raw.bytes], [1 + i, 2, 3, 4, 5, 6, 7, 8]);
    assert.deepEqual([inPlace["name"], inPlace["sequence"]], [report["name"], report["sequence"]]);
    pool.put(object);
  }
  assert.equal(ring.dequeue(), undefined);
  await c.end();
});
