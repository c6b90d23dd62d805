// Where memory is taken from: NUMA sockets, and pages of a size.

import { BUILD } from "../../ffi/abi/mod.ts";
import {
  Eal,
  ElementRing,
  Mempool,
  Memzone,
  type MemzoneOptions,
  PktmbufPool,
  Ring,
  RTE_MEMZONE_1GB,
  RTE_MEMZONE_2MB,
  RTE_MEMZONE_SIZE_HINT_ONLY,
} from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";

/** Makes something; gives the advice when there is no such memory. */
function lacks(make: () => Disposable): string | undefined {
  try {
    make()[Symbol.dispose]();
    return undefined;
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    assert.deepEqual([name, code], ["DpdkError", "ENOMEM"], message);
    return message;
  }
}

/** The last that DPDK can number; hosts with so many are not tested on. */
const FAR = BUILD.maxNumaNodes - 1;

ealCase("everything is on the NUMA socket that is named, or refused", ({ args }) => {
  using eal = Eal.init(args);
  const makers: Readonly<Record<string, (socketId: number) => Disposable>> = {
    RG_ring: (socketId) => Ring.create("ring", 64, { socketId }),
    RG_elements: (socketId) => ElementRing.create("elements", 4, 64, { socketId }),
    zone: (socketId) => Memzone.reserve("zone", 64, { socketId }),
    MP_pool: (socketId) => Mempool.create("pool", 63, 64, { socketId }),
    MP_packets: (socketId) => PktmbufPool.create("packets", 63, { socketId }),
  };
  for (const [zone, make] of Object.entries(makers)) {
    for (const socketId of [eal.socketId, -1]) {
      using _made = make(socketId);
      assert.equal(Memzone.lookup(zone).socketId, eal.socketId, zone);
    }
    assert.match(
      lacks(() => make(FAR)) ?? "",
      new RegExp(`not enough memory left: .*, leave socketId ${FAR} out, or (make|reserve) `),
      zone,
    );
  }
  // Nothing of what was refused is left.
  for (const zone of Object.keys(makers)) {
    assert.throws(() => Memzone.lookup(zone), { code: "ENOENT" });
  }
});

ealCase("a zone is of pages of the size that its flags name, or is refused", ({ args }) => {
  using _eal = Eal.init(args);
  const sizes = [[RTE_MEMZONE_2MB, 2 ** 21], [RTE_MEMZONE_1GB, 2 ** 30]] as const;
  const zoneOf = (options: MemzoneOptions) => Memzone.reserve("zone", 64, options);
  const { hugepageSize } = (() => {
    using zone = zoneOf({});
    return zone;
  })();
  for (const [flags, size] of sizes) {
    const refusal = lacks(() => {
      const zone = zoneOf({ flags });
      assert.equal(zone.hugepageSize, size);
      return zone;
    });
    if (size === hugepageSize) assert.equal(refusal, undefined);
    else if (refusal !== undefined) {
      assert.match(
        refusal,
        /add RTE_MEMZONE_SIZE_HINT_ONLY, so that pages of another size will do/,
      );
    }
    using _zone = zoneOf({ flags: flags | RTE_MEMZONE_SIZE_HINT_ONLY });
  }
});
