// The layout oracle with arm64's headers of every release, cross-compiled. The program of each is run
// by an emulator; it needs nothing but the headers, so all releases are compared on one machine.

import { ABIS, BUILDS } from "../../ffi/abi/mod.ts";
import { rte_ring } from "../../ffi/ring/layout.ts";
import { runAlone, withProgram } from "../../tools/arm64/compile.ts";
import { hasRelease, RELEASES } from "../../tools/arm64/places.ts";
import { layouts } from "../abi/oracle/collect.ts";
import { compareLayouts, programOf } from "../abi/oracle/layout_program.ts";
import { mutated } from "../abi/oracle/mutate.ts";
import { assert, test } from "../kit.ts";
import { notReady } from "./ready.ts";

for (const release of RELEASES) {
  const skip = hasRelease(release) ? undefined : notReady;
  const name = `every size, offset and constant is what arm64's headers of ${release.number} say`;
  test(name, { skip, timeoutMs: 180_000 }, async () => {
    const abi = ABIS.find((one) => one.release === release.number)!;
    const all = await layouts({ ...abi, ...BUILDS.aarch64 });
    const run = (claimed: Parameters<typeof programOf>[0]): Promise<string> =>
      withProgram(release, programOf(claimed), runAlone, { alone: true });
    const { compared, differences } = compareLayouts(all, await run(all));
    assert.deepEqual(differences, []);
    assert.equal(compared > 1200, true, `${compared} numbers were compared`);
    const wrong = mutated(all);
    assert.equal(compareLayouts(wrong, await run(wrong)).differences.length, compared);
    // It is the layouts of cache lines of 128 bytes that were compared.
    const ring = all.structs.filter(({ value }) => value.type === rte_ring.type);
    assert.deepEqual(ring.map(({ value }) => value.size), [768]);
  });
}
