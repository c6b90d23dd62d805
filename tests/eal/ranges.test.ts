// What a secondary has to map is read from a file that no header describes: living primaries in C say
// what stands in it, and no file makes the reader do anything but refuse.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { abi } from "../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../ffi/eal/layout.ts";
import { versionNumber } from "../../ffi/eal/primary.ts";
import { neededRanges, type Range } from "../../ffi/eal/ranges.ts";
import { Eal, rte } from "../../mod.ts";
import {
  assert,
  ealCase,
  removePrefix,
  spawnPeer,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { legacyMount } from "../faults/mounts.ts";

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("ranges");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

function config(prefix: string): DataView {
  const bytes = readFileSync(`/var/run/dpdk/${prefix}/config`);
  return new DataView(Uint8Array.from(bytes).buffer);
}

/** A C primary's config file, and what the primary itself says of it. */
async function ofPrimary(
  context: TestContext,
  more: readonly string[] = [],
): Promise<{ file: DataView; said: string[][]; maps: string[] }> {
  const prefix = takePrefix(context);
  const args = ["-l", "0", "--no-pci", "--no-telemetry", "-m", "32", "--file-prefix", prefix];
  args.push(...more, ...legacyMount(context, more));
  const primary = spawnPeer("eal_lists", args);
  context.cleanup(() => primary.result);
  context.cleanup(() => primary.stdin.end());
  await primary.waitForLine(/^READY$/);
  const said: string[][] = [];
  for await (const line of primary.lines()) {
    if (line === "READY") break;
    said.push(line.split(" "));
  }
  const maps = readFileSync(`/proc/${primary.pid}/maps`, "utf8").split("\n");
  return { file: config(prefix), said, maps };
}

function known(file: DataView): readonly Range[] {
  const ranges = neededRanges(file, abi());
  assert.notEqual(typeof ranges, "string", String(ranges));
  return ranges as readonly Range[];
}

/** The ends of the mappings that lie one behind the other from an address on. */
function mappedFrom(maps: readonly string[], address: number): number[] {
  const spans = maps.map((line) => line.split(/[- ]/, 2).map((hex) => parseInt(hex, 16)));
  const ends: number[] = [];
  for (const [from, to] of spans) if (from === (ends.at(-1) ?? address)) ends.push(to!);
  return ends;
}

for (
  const more of [[], ["--base-virtaddr=0x600000000000"], ["--single-file-segments"], [
    "--legacy-mem",
  ]]
) {
  test(`the ranges are what a C primary has mapped, with ${more[0] ?? "nothing"} said`, async (context) => {
    const { file, said, maps } = await ofPrimary(context, more);
    const ranges = known(file);
    const inside = said.filter(([what, , , , external]) => what === "list" && external === "0");
    const outside = said.filter(([what, , , , external]) => what === "list" && external === "1");
    assert.equal(inside.length > 0 && outside.length === 1, true, "one is of external memory");

    const lists = ranges.filter(({ name }) => /^memory list/.test(name));
    assert.deepEqual(
      lists.map(({ name, address, length }) => [name, address, length]),
      inside.map(([, number, address, length]) => [
        `memory list ${number}`,
        Number(address),
        Number(length),
      ]),
    );
    const numbers = new Set(inside.map(([, number]) => number));
    const tables = ranges.filter(({ name }) => /^the table of memory list/.test(name));
    assert.deepEqual(
      tables.map(({ address }) => address),
      said.filter(([what, number]) => what === "table" && numbers.has(number!))
        .map(([, , address]) => Number(address)),
    );
    const zones = ranges.find(({ name }) => name === "the table of memzones")!;
    const zone = Number(said.find(([what]) => what === "zone")![1]);
    assert.equal(zone >= zones.address && zone < zones.address + zones.length, true);

    for (const { name, address, length } of ranges) {
      const ends = mappedFrom(maps, address);
      assert.equal(ends.includes(address + length), true, `${name} is mapped, and ends there`);
    }
    const mapped = maps.find((line) => line.endsWith("/config"))!;
    assert.equal(ranges[0]!.name, "the config");
    assert.equal(ranges[0]!.address, parseInt(mapped, 16));
    assert.equal(ranges.length, 2 + 2 * inside.length);
  });
}

/** Numbers that are the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("a config file that is corrupt or cut off gives words or ranges of pages, never more", async (context) => {
  const { file } = await ofPrimary(context);
  const right = new Uint8Array(file.buffer);
  const next = random(5);
  const refused = { whole: 0, cut: 0 };
  for (let round = 0; round < 20_000; round++) {
    const bytes = right.slice();
    for (let flips = 1 + next() * 40; flips >= 1; flips--) {
      // Half of them where the ranges are.
      const at = Math.floor(next() * (next() < 0.5 ? bytes.length : 2000));
      bytes[at] = next() * 256;
    }
    const cut = round % 4 === 0 ? Math.floor(next() * bytes.length) : bytes.length;
    const ranges = neededRanges(new DataView(bytes.buffer, 0, cut), abi());
    if (typeof ranges === "string") {
      assert.match(ranges, /^it is cut off$|, 0x\w+-0x\w+, (is no range of pages|overlaps )/);
      refused[cut < bytes.length ? "cut" : "whole"]++;
      continue;
    }
    for (const { address, length } of ranges) {
      assert.equal(address > 0 && address % 4096 === 0 && length > 0, true);
      assert.equal(length % 4096 === 0 && address + length <= 2 ** 47, true);
    }
  }
  assert.equal(refused.cut, 5000);
  assert.equal(refused.whole > 5000, true, `${refused.whole} of 15000`);
});

ealCase("a living primary's config file full of garbage is refused each time", async (context) => {
  const { prefix } = context;
  const path = `/var/run/dpdk/${prefix}/config`;
  const { size, magic, version, mpStatus } = configLayout(abi());
  const first = Eal.primaryAlive(prefix);
  assert.equal(first, false);
  const numbers = [size, RTE_MAGIC, versionNumber(rte.rte_version() ?? ""), mpStatus, 0, 0];
  mkdirSync(`/var/run/dpdk/${prefix}`, { recursive: true, mode: 0o700 });
  const pretender = spawnPeer("eal_config", [path, ...numbers.map(String)]);
  context.cleanup(() => pretender.kill("SIGKILL"));
  await pretender.waitForLine(/^READY$/);

  const next = random(7);
  for (let round = 0; round < 500; round++) {
    const bytes = new Uint8Array(size);
    const dense = next() < 0.5;
    for (let i = 0; i < size; i++) if (dense || next() < 0.02) bytes[i] = next() * 256;
    const view = new DataView(bytes.buffer);
    view.setUint32(magic, RTE_MAGIC, true);
    view.setUint32(version, numbers[2]!, true);
    view.setUint8(mpStatus, 2);
    writeFileSync(path, bytes);
    assert.throws(() => Eal.init({ filePrefix: prefix, processType: "secondary" }), {
      name: "DpdkError",
      message: /: its config file makes no sense: /,
    });
  }
  assert.equal(Eal.running, false);
});
