import { runtime } from "../../ffi/runtime/mod.ts";
import { Eal, Mempool, PointerBuffer } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

const ONE = { args: ["--no-huge", "--no-shconf"] };

ealCase(
  "a cursor reads and writes numbers of every width in the object itself",
  ONE,
  ({ args }) => {
    using _eal = Eal.init(args);
    using pool = Mempool.create("pool", 63, 64);
    const cursor = pool.cursor();
    const object = pool.get()!;
    const memory = new DataView(runtime.memory(object, 64));
    cursor.moveTo(object);
    cursor.setU8(0, 0xfe);
    cursor.setU16(2, 0xfedc);
    cursor.setU32(4, 0xfedcba98);
    cursor.setI32(8, -5);
    cursor.setU64(16, 0xfedcba9876543210n);
    cursor.setF64(24, Math.PI);
    assert.equal(memory.getUint8(0), 0xfe);
    assert.equal(memory.getUint16(2, true), 0xfedc);
    assert.equal(memory.getUint32(4, true), 0xfedcba98);
    assert.equal(memory.getInt32(8, true), -5);
    assert.equal(memory.getBigUint64(16, true), 0xfedcba9876543210n);
    assert.equal(memory.getFloat64(24, true), Math.PI);
    assert.deepEqual(
      [cursor.u8(0), cursor.u16(2), cursor.u32(4), cursor.i32(8), cursor.u64(16), cursor.f64(24)],
      [0xfe, 0xfedc, 0xfedcba98, -5, 0xfedcba9876543210n, Math.PI],
    );
    memory.setUint32(61 - 1, 7, true);
    assert.equal(cursor.u32(60), 7, "the last bytes, too");
    assert.equal(cursor.u16(1), 0xdc00 | 0, "at any offset");
  },
);

ealCase("a cursor keeps to its object", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 24);
  const cursor = pool.cursor();
  assert.throws(() => cursor.u8(0), {
    name: "RangeError",
    message: /at no object; call at\(\) or/,
  });
  cursor.moveTo(pool.get()!);
  const before = cursor.bytes().slice();
  const bad: readonly (readonly [(offset: number) => unknown, number])[] = [
    [(o) => cursor.u8(o), 1],
    [(o) => cursor.u16(o), 2],
    [(o) => cursor.u32(o), 4],
    [(o) => cursor.i32(o), 4],
    [(o) => cursor.u64(o), 8],
    [(o) => cursor.f64(o), 8],
    [(o) => cursor.setU8(o, 1), 1],
    [(o) => cursor.setU16(o, 1), 2],
    [(o) => cursor.setU32(o, 1), 4],
    [(o) => cursor.setI32(o, 1), 4],
    [(o) => cursor.setU64(o, 1n), 8],
    [(o) => cursor.setF64(o, 1), 8],
    [(o) => cursor.bytes(o, 1), 1],
  ];
  for (const [use, width] of bad) {
    for (const offset of [24 - width + 1, 24, -1, 2 ** 40, NaN]) {
      assert.throws(() => use(offset), { name: "RangeError", message: /Cannot read or write/ });
    }
  }
  for (const length of [25, -1, NaN]) assert.throws(() => cursor.bytes(0, length), RangeError);
  assert.deepEqual(cursor.bytes(), before);
});

ealCase("a cursor goes to objects of its pool only", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 64);
  using other = Mempool.create("other", 63, 64);
  const cursor = pool.cursor();
  const burst = new PointerBuffer(63);
  pool.getBulk(burst);
  for (let i = 0; i < 63; i++) cursor.at(burst, i).setU32(0, i);
  for (let i = 0; i < 63; i++) assert.equal(cursor.at(burst, i).u32(0), i);
  const mine = burst.get(0);
  for (
    const address of [
      0,
      8,
      other.get()!,
      mine + 8,
      mine + 1,
      mine - 64,
      pool.address,
      2 ** 52,
    ]
  ) {
    assert.throws(() => cursor.moveTo(address), {
      name: "DpdkError",
      message: /is no object of mempool "pool"/,
    }, String(address));
    assert.throws(() => cursor.u8(0), RangeError, "and is nowhere then");
  }
  const none = { name: "RangeError", message: /there is no such pointer or address/ };
  assert.throws(() => cursor.at(burst, 63), none);
  assert.throws(() => cursor.at(burst, -1), none);
  assert.throws(() => cursor.moveTo(NaN), none);
  assert.throws(() => cursor.moveTo(-8), none);
});

ealCase("texts are kept with their NUL", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 16);
  const cursor = pool.cursor().moveTo(pool.get()!);
  for (const text of ["", "hello", "größe €", "x".repeat(15)]) {
    cursor.bytes().fill(0xff);
    cursor.setText(text);
    assert.equal(cursor.text(), text);
  }
  cursor.setText("ab", 10);
  assert.deepEqual([cursor.text(10), cursor.text(11)], ["ab", "b"]);
  for (const [text, offset] of [["x".repeat(16), 0], ["xxx", 13], ["€€€€€€", 0]] as const) {
    assert.throws(() => cursor.setText(text, offset), {
      name: "RangeError",
      message: /and its NUL in/,
    });
  }
  cursor.bytes().fill(0x61);
  assert.equal(cursor.text(), "a".repeat(16), "without a NUL, to the object's end");
  assert.throws(() => cursor.setText("x", 17), RangeError);
});

ealCase("bytes are a view of the object, not a copy", ONE, ({ args }) => {
  using _eal = Eal.init(args);
  using pool = Mempool.create("pool", 63, 64);
  const cursor = pool.cursor().moveTo(pool.get()!);
  const some = cursor.bytes(8, 4);
  some[0] = 9;
  assert.deepEqual([cursor.u8(8), some.length, cursor.bytes(60).length, cursor.bytes().length], [
    9,
    4,
    4,
    64,
  ]);
});
