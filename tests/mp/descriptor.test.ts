import { FileDescriptor } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { openEvents } from "./peers.ts";

test("a descriptor is owned", () => {
  const before = openEvents();
  const event = FileDescriptor.event(3);
  assert.equal(event.taken(), 3n);
  assert.equal(event.taken(), 0n);
  event.notify();
  event.notify(4n);
  assert.equal(event.taken(), 5n);
  const fd = event.release();
  assert.equal(event.open, false);
  event.close();
  assert.equal(openEvents(), before + 1);
  {
    using again = FileDescriptor.adopt(fd);
    assert.equal(again.number, fd);
  }
  assert.equal(openEvents(), before);
  assert.throws(() => FileDescriptor.adopt(fd), { name: "DpdkError", code: "EBADF" });
  assert.throws(() => FileDescriptor.adopt(-1), RangeError);
  assert.throws(() => FileDescriptor.event(-1), RangeError);
});

test("what was closed or given away is told, with a way to keep it", () => {
  const event = FileDescriptor.event();
  event.close();
  const closed = {
    name: "DpdkError",
    code: "EBADF",
    message: /^Cannot use a file descriptor: .*unless it took them \(takeFds\)$/,
  };
  assert.throws(() => event.number, closed);
  assert.throws(() => event.release(), closed);
  assert.throws(() => event.read(new Uint8Array(8)), closed);
  assert.throws(() => event.write(new Uint8Array(8)), closed);
  assert.throws(() => event.notify(), closed);
  assert.throws(() => event.taken(), closed);
});

test("an eventfd counts to 2^64 - 2, and nothing gets lost", () => {
  using event = FileDescriptor.event();
  const most = 2n ** 64n - 2n;
  event.notify(most);
  assert.throws(() => event.notify(), {
    name: "DpdkError",
    code: "EAGAIN",
    message: /its count would pass 18446744073709551614; somebody has to take it first/,
  });
  assert.equal(event.taken(), most);
  event.notify(0n);
  assert.equal(event.taken(), 0n);
  for (const count of [-1n, most + 1n, 2n ** 65n]) {
    assert.throws(() => event.notify(count), {
      name: "RangeError",
      message: `Cannot add ${count} to an eventfd's count: it must be from 0 to ${most}`,
    });
  }
  for (const count of [1, "1", null]) {
    assert.throws(() => event.notify(count as never), {
      name: "TypeError",
      message: `Cannot add ${count} to an eventfd's count: it is no bigint`,
    });
  }
  assert.equal(event.taken(), 0n);
});

test("bytes are read and written, and nothing but bytes", () => {
  using event = FileDescriptor.event(7);
  const all = new Uint8Array(16).fill(0xee);
  assert.equal(event.read(all.subarray(4)), 8);
  assert.deepEqual([...all], [
    ...Array(4).fill(0xee),
    7,
    ...Array(7).fill(0),
    ...Array(4).fill(0xee),
  ]);
  assert.equal(event.write(Uint8Array.of(9, 2, 0, 0, 0, 0, 0, 0, 0).subarray(1)), 8);
  assert.equal(event.taken(), 2n);
  for (const no of [undefined, null, "abc", [1], new ArrayBuffer(8), new Uint16Array(8)]) {
    assert.throws(() => event.read(no as never), { name: "TypeError", message: /no Uint8Array$/ });
    assert.throws(() => event.write(no as never), { name: "TypeError", message: /no Uint8Array$/ });
  }
  const small = { name: "DpdkError", code: "EINVAL" };
  assert.throws(() => event.read(new Uint8Array(4)), small);
  assert.throws(() => event.write(new Uint8Array(4)), small);
});
