import { readFileSync } from "node:fs";
import { abi } from "../../ffi/abi/mod.ts";
import { Joining } from "../../ffi/eal/joining.ts";
import { configLayout, rte_memseg_list } from "../../ffi/eal/layout.ts";
import { describeMappings, mappingsIn } from "../../ffi/eal/maps.ts";
import type { Range } from "../../ffi/eal/ranges.ts";
import { Reservation } from "../../ffi/eal/reserve.ts";
import { runtime } from "../../mod.ts";
import { assert, removePrefix, spawnPeer, test, uniquePrefix } from "../kit.ts";

const PAGE = 4096;

/** Where no engine puts anything. */
const FREE = 0x610000000000;

const libc = runtime.open("libc.so.6", {
  mmap: "void * (void *addr, size_t length, int prot, int flags, int fd, off_t offset)",
  munmap: "int (void *addr, size_t length)",
});

const range = (name: string, address: number, length: number): Range => ({ name, address, length });
const mapped = (address: number, length: number): number =>
  mappingsIn(range("", address, length)).length;

/** Maps a page that can be written. */
function page(address: number): Uint32Array {
  const fixed = 0x100022; // MAP_FIXED_NOREPLACE, private and anonymous
  const got = libc.mmap(runtime.pointer(address), PAGE, 3, fixed, -1, 0);
  assert.equal(runtime.address(got), address);
  return new Uint32Array(runtime.memory(address, PAGE));
}

test("a reservation holds addresses that cost nothing, and gives them back", () => {
  const ranges = [range("a", FREE, 2 ** 40), range("b", FREE + 2 ** 41, PAGE)];
  const taken = Reservation.take(ranges);
  assert.equal(taken instanceof Reservation, true);
  const maps = ranges.flatMap(mappingsIn);
  assert.deepEqual(maps.map(({ from, permissions }) => [from, permissions]), [
    [FREE, "---p"],
    [FREE + 2 ** 41, "---p"],
  ]);
  const again = Reservation.take(ranges);
  assert.deepEqual(again, { range: ranges[0], errno: 17 });
  for (let i = 0; i < 2; i++) {
    (taken as Reservation).release(); // the second time there is nothing to give
    assert.equal(mapped(FREE, 2 ** 42), 0);
  }
});

test("a reservation replaces nothing, and is all or none", () => {
  const at = FREE + 8 * PAGE;
  const words = page(at);
  words[0] = 5;
  const ranges = [range("a", FREE, 4 * PAGE), range("b", FREE + 6 * PAGE, 4 * PAGE)];
  assert.deepEqual(Reservation.take(ranges), { range: ranges[1], errno: 17 });
  assert.equal(words[0], 5);
  assert.equal(mapped(FREE, 100 * PAGE), 1, "the first range was given back");
  libc.munmap(runtime.pointer(at), PAGE);
});

test("addresses that no process has are an error of their own", () => {
  const beyond = range("a", 2 ** 47 - 2 * PAGE, 2 * PAGE);
  assert.deepEqual(Reservation.take([range("b", FREE, PAGE), beyond]), {
    range: beyond,
    errno: 12,
  });
  assert.equal(mapped(FREE, PAGE), 0);
});

test("who cannot map a range for another reason is told so", async ({ cleanup }) => {
  const prefix = uniquePrefix("reserve");
  cleanup(() => removePrefix(prefix));
  const primary = spawnPeer("eal_facts", [
    ...["-l", "0", "--no-pci", "--no-telemetry", "-m", "32", "--file-prefix", prefix],
    "--base-virtaddr=0x600000000000",
  ]);
  cleanup(() => primary.result);
  cleanup(() => primary.stdin.end());
  await primary.waitForLine(/^READY$/);
  const bytes = Uint8Array.from(readFileSync(`/var/run/dpdk/${prefix}/config`));
  const config = new DataView(bytes.buffer);
  const list = configLayout(abi()).memsegs;
  const { base_va, len } = rte_memseg_list.fields;
  const length = config.getBigUint64(list + len.offset, true);
  config.setBigUint64(list + base_va.offset, 2n ** 47n - length, true);
  assert.throws(() => new Joining(prefix, { config, pid: 0 }, "refuse"), {
    name: "DpdkError",
    code: "ENOMEM",
    message: /: mmap failed with ENOMEM: memory list 0, 0x\w+-0x800000000000, cannot be mapped in/,
  });
});

test("what lies somewhere is named, and not more of it than one can read", () => {
  const pages = [0, 2, 4, 6, 8].map((i) => FREE + i * PAGE);
  for (const at of pages) page(at);
  const span = (at: number): string => `0x${at.toString(16)}-0x${(at + PAGE).toString(16)}`;
  assert.equal(
    describeMappings(mappingsIn(range("", FREE, 10 * PAGE))),
    `anonymous memory at ${span(FREE)}, anonymous memory at ${span(FREE + 2 * PAGE)}, ` +
      `anonymous memory at ${span(FREE + 4 * PAGE)} and 2 more`,
  );
  for (const at of pages) libc.munmap(runtime.pointer(at), PAGE);
  assert.equal(describeMappings([]), "something that is gone by now");
  const heap = mappingsIn(range("", PAGE, 2 ** 47 - PAGE)).find(({ path }) => path === "[stack]")!;
  assert.match(describeMappings([heap]), /^\[stack\] at 0x7/);
});
