// Structs in place: views that read and store memory, and are moved.

import { type ByteWindow, struct, union } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";
import { Everything, Port, SAMPLE, SharedInfo } from "./fixtures/structs.ts";

const Message = struct("struct message", {
  kind: "uint32_t",
  body: union("union body", { ports: [Port, 2], count: "uint64_t" }),
  table: "int16_t[2][3]",
  name: "char[8]",
});

describe("a view", () => {
  test("reads what is there, and stores what is assigned", () => {
    const bytes = Everything.encode(SAMPLE);
    const view = Everything.at(bytes);
    assert.deepEqual(
      [view.letter, view.name, view.on, view.delta, view.ratio, view.length, view.next],
      [-128, "fünfzehn bytes", true, -(2n ** 63n), Math.fround(0.1), 2 ** 53 - 1, 0x7fffdeadbeef],
    );
    assert.deepEqual([view.header.kind, view.info.request_count], [255, 2n]);
    view.letter = 65;
    view.name = "short";
    view.on = false;
    view.info.request_count += 1n;
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      letter: 65,
      name: "short",
      on: false,
      info: { ...SAMPLE.info, request_count: 3n },
    });
    bytes[Everything.fields.letter.offset] = 66;
    assert.equal(view.letter, 66, "of the memory, not of a copy");
  });

  test("has arrays in place", () => {
    const bytes = Everything.encode(SAMPLE);
    const { counts, table, ports, names, one } = Everything.at(bytes);
    assert.deepEqual([counts.length, counts.get(3), [...counts]], [4, 2 ** 32 - 1, SAMPLE.counts]);
    counts.set(0, 9);
    table.get(1).set(2, 77);
    ports.get(1).queue = 8;
    ports.set(2, { id: 1 });
    names.set(1, "two");
    one.mac.assign([1, 2]);
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      counts: [9, 1, 2 ** 31, 2 ** 32 - 1],
      table: [[1, -2, 3], [-4, 5, 77]],
      names: ["one", "two", "seven c"],
      one: { ...SAMPLE.one, mac: Uint8Array.of(1, 2, 0, 0, 0, 0) },
      ports: [
        SAMPLE.ports[0],
        { ...SAMPLE.ports[1], queue: 8 },
        { id: 1, queue: 0, mac: new Uint8Array(6) },
      ],
    });
    const mac = one.mac.bytes();
    assert.equal(mac.buffer, bytes.buffer);
    assert.deepEqual([...mac], [1, 2, 0, 0, 0, 0]);
  });

  test("has every member of a union, on the same bytes", () => {
    const view = Message.at(new Uint8Array(Message.size));
    view.body.count = 0x0605_0403_0201_0002n;
    assert.deepEqual([view.body.ports.get(0).id, view.body.ports.get(0).queue], [2, 1]);
  });

  test("gives the same parts each time: nothing is made twice", () => {
    const view = Message.at(new Uint8Array(Message.size));
    assert.equal(view.body, view.body);
    assert.equal(view.body.ports.get(1), view.body.ports.get(1));
    assert.equal(view.table.get(1), view.table.get(1));
  });

  test("takes every form of bytes, at an offset that need not be aligned", () => {
    const buffer = new ArrayBuffer(100);
    const forms = [buffer, new DataView(buffer, 5), new Uint32Array(buffer, 8, 20)];
    for (const bytes of forms) {
      for (const offset of [0, 1, 13]) {
        const all = new Uint8Array(buffer).fill(0);
        SharedInfo.at(bytes, offset).request_count = 258n;
        const at = (ArrayBuffer.isView(bytes) ? bytes.byteOffset : 0) + offset;
        assert.deepEqual([...all.subarray(at + 8, at + 11)], [2, 1, 0]);
      }
    }
  });
});

describe("what is moved", () => {
  test("is a view, and all its parts with it", () => {
    const all = new Uint8Array(4 * Message.size);
    const view = Message.at(all);
    const port = view.body.ports.get(1);
    for (let i = 0; i < 4; i++) {
      Message.move(view, i * Message.size);
      view.kind = i;
      port.id = 100 + i;
    }
    for (let i = 0; i < 4; i++) {
      const { kind, body } = Message.decode(all, i * Message.size);
      assert.deepEqual([kind, body.ports[1]!.id], [i, 100 + i]);
    }
  });

  test("can be a window, and each access is checked against it", () => {
    const memory = new DataView(new ArrayBuffer(256));
    const window = { view: memory, dataStart: 0, dataLen: 0 };
    const view = Message.at(window satisfies ByteWindow, 4);
    assert.throws(() => view.kind, {
      name: "RangeError",
      message: "Cannot access kind of struct message: it ends at byte 4, and there are 0 from " +
        "offset 4 on",
    });
    Object.assign(window, { dataStart: 64, dataLen: 16 });
    view.kind = 7;
    assert.equal(memory.getUint32(68, true), 7);
    assert.throws(() => view.body.ports.get(0).mac.get(5), RangeError);
    assert.throws(() => (view.name = "a"), RangeError);
    Object.assign(window, { dataStart: 128, dataLen: 64 });
    assert.equal(view.kind, 0);
    view.name = "abc";
    assert.equal(memory.getUint8(132 + Message.fields.name.offset), 97);
  });

  test("stays within the bytes", () => {
    const view = SharedInfo.at(new Uint8Array(128));
    assert.throws(() => SharedInfo.move(view, 65), {
      name: "RangeError",
      message:
        "Cannot access struct shared_info: it has 64 bytes, and there are 63 from offset 65 on",
    });
    assert.throws(() => SharedInfo.move(view, -1), RangeError);
    assert.throws(() => SharedInfo.move(view, 0.5), RangeError);
    SharedInfo.move(view, 64);
    view.force_quit = 1;
  });

  test("is the whole, which its own descriptor's at() made", () => {
    const view = Everything.at(new Uint8Array(Everything.size));
    for (const wrong of [view.one, view, {}, null, 1]) {
      assert.throws(() => Port.move(wrong as never, 0), {
        name: "TypeError",
        message:
          /^Cannot move (an object|null|1) as a view of struct port: its at\(\) did not make it$/,
      });
    }
  });
});

describe("a view refuses", () => {
  test("a value that is out of range or of another type, and stores nothing", () => {
    const bytes = Everything.encode(SAMPLE);
    const view = Everything.at(bytes);
    const cases: readonly (readonly [() => unknown, string, string])[] = [
      [
        () => (view.one.id = 65536),
        "RangeError",
        "Cannot use 65536 as id of struct port: it must be an integer from 0 to 65535",
      ],
      [
        () => (view.letter = "A" as never),
        "TypeError",
        'Cannot use "A" as letter of struct everything: it must be an integer from -128 to 127',
      ],
      [
        () => (view.name = "x".repeat(16)),
        "RangeError",
        'Cannot use "xxxxxxxxxxxxxxxx" as name of struct everything: it has 16 bytes, at most 15 fit',
      ],
      [
        () => view.counts.set(2, -1),
        "RangeError",
        "Cannot use -1 as counts[2] of struct everything: it must be an integer from 0 to 4294967295",
      ],
      [
        () => view.ports.set(1, { id: -1 }),
        "RangeError",
        "Cannot use -1 as ports[1].id of struct everything: it must be an integer from 0 to 65535",
      ],
      [
        () => view.counts.assign([1, 2, 3, 4, 5]),
        "RangeError",
        "Cannot use an array as counts of struct everything: it has 5 elements, at most 4 fit",
      ],
      [
        () => view.counts.get(4),
        "RangeError",
        "Cannot access counts[4] of struct everything: it has 4 elements",
      ],
      [
        () => view.ports.get(-1),
        "RangeError",
        "Cannot access ports[-1] of struct everything: it has 3 elements",
      ],
      [
        () => view.ports.set("1" as never, {}),
        "RangeError",
        "Cannot access ports[1] of struct everything: it has 3 elements",
      ],
    ];
    for (const [call, name, message] of cases) assert.throws(call, { name, message });
    assert.throws(() => ((view as { one: unknown }).one = {}), TypeError);
    assert.deepEqual(Everything.decode(bytes), SAMPLE);
  });

  test("bytes that are too few, and what is no bytes", () => {
    assert.throws(() => SharedInfo.at(new Uint8Array(63)), {
      name: "RangeError",
      message: "Cannot access struct shared_info: it has 64 bytes, and there are 63",
    });
    for (const bytes of [null, 1, "x", {}, [1]]) {
      assert.throws(() => SharedInfo.at(bytes as never), {
        name: "TypeError",
        message: /^Cannot use .* as the bytes of struct shared_info: it is no ArrayBuffer and no/,
      });
    }
  });

  test("memory that is gone", () => {
    const buffer = new ArrayBuffer(64);
    const view = SharedInfo.at(buffer);
    buffer.transfer();
    assert.throws(() => view.force_quit, {
      name: "RangeError",
      message: "Cannot access force_quit of struct shared_info: it ends at byte 4, and there are 0",
    });
    assert.throws(() => (view.force_quit = 1), RangeError);
    assert.throws(() => SharedInfo.at(buffer), RangeError);
  });
});

test("a view takes names that objects have by themselves", () => {
  const Odd = struct("struct odd", { constructor: "int", toString: "int", then: "int" });
  const view = Odd.at(Odd.encode({ constructor: 1, toString: 2, then: 3 })) as Record<
    string,
    unknown
  >;
  assert.deepEqual([view["constructor"], view["toString"], view["then"]], [1, 2, 3]);
});
