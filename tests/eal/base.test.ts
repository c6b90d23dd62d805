import { BASE_VIRTADDR, Eal, Memzone, Ring } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

/** A terabyte above the base: there EAL's reservations end. */
const END = BASE_VIRTADDR + 2 ** 40;

function addresses(): number[] {
  using ring = Ring.create("ring", 64);
  using zone = Memzone.reserve("zone", 4096);
  return [ring.address, zone.address];
}

function inside(all: readonly number[]): boolean {
  return all.every((address) => address >= BASE_VIRTADDR && address < END);
}

ealCase("a primary that names no base address has its memory at 0x600000000000", ({ args }) => {
  using _eal = Eal.init(args);
  assert.equal(BASE_VIRTADDR, 0x600000000000);
  assert.equal(inside(addresses()), true);
});

ealCase("so has one with typed options", ({ prefix }) => {
  using _eal = Eal.init({ filePrefix: prefix, memory: 64, noPci: true });
  assert.equal(inside(addresses()), true);
});

ealCase("baseVirtaddr: false leaves the base address to EAL", ({ prefix }) => {
  using _eal = Eal.init({ filePrefix: prefix, memory: 64, noPci: true, baseVirtaddr: false });
  assert.equal(addresses().some((address) => address >= BASE_VIRTADDR && address < END), false);
});

ealCase("a base address that is named is taken", ({ prefix }) => {
  using _eal = Eal.init({
    ...{ filePrefix: prefix, memory: 64, noPci: true },
    baseVirtaddr: 0x620000000000,
  });
  for (const address of addresses()) {
    assert.equal(address >= 0x620000000000 && address < 0x620000000000 + 2 ** 40, true);
  }
});

ealCase(
  "a base address on a command line is taken",
  { args: ["--base-virtaddr=0x640000000000"] },
  ({ args }) => {
    using _eal = Eal.init(args);
    for (const address of addresses()) {
      assert.equal(address >= 0x640000000000 && address < 0x640000000000 + 2 ** 40, true);
    }
  },
);
