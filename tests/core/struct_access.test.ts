// A struct's fields in bytes that are there.

import type { StructBytes } from "../../mod.ts";
import { assert, describe, test } from "../kit.ts";
import { Everything, SAMPLE, SharedInfo } from "./fixtures/structs.ts";

describe("write, get and set", () => {
  test("take every form of bytes, at an offset that need not be aligned", () => {
    const value = { force_quit: 7, request_count: 8n, async_request_count: 9n };
    const buffer = new ArrayBuffer(100);
    const forms: readonly StructBytes[] = [
      buffer,
      new Uint8Array(buffer),
      new DataView(buffer),
      new Uint8Array(buffer, 3),
      new DataView(buffer, 5, 90),
      new Uint32Array(buffer, 8, 20),
    ];
    for (const bytes of forms) {
      for (const offset of [0, 1, 8, 13]) {
        const all = new Uint8Array(buffer).fill(0xee);
        SharedInfo.write(bytes, value, offset);
        const at = (ArrayBuffer.isView(bytes) ? bytes.byteOffset : 0) + offset;
        assert.equal(new DataView(buffer).getUint32(at, true), 7);
        assert.deepEqual(SharedInfo.decode(bytes, offset), value);
        assert.equal(SharedInfo.get(bytes, "request_count", offset), 8n);
        SharedInfo.set(bytes, "async_request_count", 2n ** 60n, offset);
        assert.equal(SharedInfo.decode(bytes, offset).async_request_count, 2n ** 60n);
        const touched = [...all].flatMap((byte, i) => byte === 0xee ? [] : [i - at]);
        const inside = [0, 1, 2, 3, ...Array.from({ length: 16 }, (_, i) => 8 + i)];
        assert.deepEqual(touched, inside, "and nothing but the fields");
      }
    }
  });

  test("write leaves what is not named as it is, within structs, too", () => {
    const bytes = Everything.encode(SAMPLE);
    Everything.write(bytes, { one: { queue: 9 }, info: { force_quit: 0 }, letter: 65 });
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      letter: 65,
      one: { ...SAMPLE.one, queue: 9 },
      info: { ...SAMPLE.info, force_quit: 0 },
    });
    Everything.write(bytes, { counts: [5], ports: [{ id: 6 }], one: { mac: [7] } });
    const { counts, ports, one } = Everything.decode(bytes);
    assert.deepEqual(one.mac, Uint8Array.of(7, 0, 0, 0, 0, 0));
    const none = { id: 0, queue: 0, mac: new Uint8Array(6) };
    assert.deepEqual(counts, [5, 0, 0, 0], "but arrays are whole");
    assert.deepEqual(ports, [{ ...none, id: 6 }, none, none]);
  });

  test("set stores a field whole, and get reads one", () => {
    const bytes = Everything.encode(SAMPLE);
    for (const name of Object.keys(SAMPLE) as (keyof Everything)[]) {
      assert.deepEqual(Everything.get(bytes, name), SAMPLE[name], name);
    }
    Everything.set(bytes, "one", { queue: 9 });
    Everything.set(bytes, "ports", []);
    const none = { id: 0, queue: 0, mac: new Uint8Array(6) };
    assert.deepEqual(Everything.decode(bytes), {
      ...SAMPLE,
      one: { ...none, queue: 9 },
      ports: [none, none, none],
    });
  });

  test("store nothing when a value is wrong", () => {
    const bytes = Everything.encode(SAMPLE);
    const before = bytes.slice();
    assert.throws(
      () => Everything.write(bytes, { letter: 0, info: { force_quit: -1 } }),
      RangeError,
    );
    assert.throws(() => Everything.write(bytes, { letter: 0, x: 1 } as never), TypeError);
    assert.throws(() => Everything.set(bytes, "ports", [{ id: 1 }, { id: -1 }]), {
      name: "RangeError",
      message:
        "Cannot use -1 as ports[1].id of struct everything: it must be an integer from 0 to 65535",
    });
    assert.throws(() => Everything.set(bytes, "portz" as "ports", []), {
      name: "TypeError",
      message: /^Cannot use field "portz" of struct everything: it is unknown; there are header, /,
    });
    assert.deepEqual(bytes, before);
  });

  test("check a field that cannot be enumerated, as they would store it", () => {
    const value = Object.defineProperty({}, "force_quit", { value: "7" });
    assert.throws(() => SharedInfo.encode(value), TypeError);
  });

  test("refuse bytes that are too short, saying both sizes", () => {
    const cases: readonly (readonly [() => unknown, string])[] = [
      [
        () => SharedInfo.decode(new Uint8Array(63)),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 63",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 8),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 62 from offset 8 on",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 80),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 0 from offset 80 on",
      ],
      [
        () => SharedInfo.decode(new ArrayBuffer(70), 2 ** 40),
        "Cannot decode struct shared_info: it has 64 bytes, and there are 0 from offset 1099511627776 on",
      ],
      [
        () => SharedInfo.write(new DataView(new ArrayBuffer(99), 9, 10), {}),
        "Cannot write struct shared_info: it has 64 bytes, and there are 10",
      ],
      [
        () => SharedInfo.get(new Uint8Array(15), "request_count"),
        "Cannot get request_count of struct shared_info: it ends at byte 16, and there are 15",
      ],
      [
        () => SharedInfo.set(new Uint8Array(15), "request_count", 1n, 1),
        "Cannot set request_count of struct shared_info: it ends at byte 16, and there are 14 from offset 1 on",
      ],
      [
        () => SharedInfo.decode(new Uint8Array(64), -1),
        "Cannot use -1 as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991",
      ],
      [
        () => SharedInfo.get(new Uint8Array(64), "force_quit", 0.5),
        "Cannot use 0.5 as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991",
      ],
      [
        () => SharedInfo.get(new Uint8Array(64), "force_quit", "8" as never),
        'Cannot use "8" as an offset of struct shared_info: it must be an integer from 0 to 9007199254740991',
      ],
    ];
    for (const [call, message] of cases) assert.throws(call, { name: "RangeError", message });
    assert.equal(SharedInfo.get(new Uint8Array(4), "force_quit"), 0, "a field needs its own only");
  });

  test("refuse what is no bytes", () => {
    for (
      const [bytes, text] of [[null, "null"], ["x", '"x"'], [[1, 2], "an array"], [{}, "an object"]]
    ) {
      assert.throws(() => SharedInfo.decode(bytes as never), {
        name: "TypeError",
        message:
          `Cannot use ${text} as the bytes of struct shared_info: it is no ArrayBuffer and no view of one`,
      });
    }
  });

  test("refuse memory that is gone", () => {
    const buffer = new ArrayBuffer(64);
    const forms = [buffer, new Uint8Array(buffer), new DataView(buffer)];
    buffer.transfer();
    for (const bytes of forms) {
      for (
        const call of [
          () => SharedInfo.decode(bytes),
          () => SharedInfo.write(bytes, {}),
          () => SharedInfo.get(bytes, "force_quit"),
          () => SharedInfo.set(bytes, "force_quit", 1),
        ]
      ) assert.throws(call, { name: "RangeError", message: /, and there are 0$/ });
    }
  });
});
