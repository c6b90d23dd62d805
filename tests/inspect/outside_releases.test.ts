// A group of any release is looked into on a host of any other, or of none: no library is asked.

import { ABIS } from "../../ffi/abi/mod.ts";
import { Inspector } from "../../mod.ts";
import { assert, test } from "../kit.ts";
import { layDown } from "./copies.ts";
import { readRecorded } from "./recorded.ts";

for (const { release } of ABIS) {
  test(`a group that DPDK ${release} left is as its primary, in C, said`, (context) => {
    const { filePrefix, version, said, files } = readRecorded(release);
    const answer = (line: string) => said.find(([one]) => one === line)![1][0]!;
    const inspector = Inspector.open(layDown(context, filePrefix, files).options);
    const snapshot = inspector.snapshot();
    assert.deepEqual([snapshot.version, snapshot.state], [version, "dead"]);
    assert.equal(version.startsWith(`${release}.`), true);
    assert.deepEqual(snapshot.problems, []);

    const rings = snapshot.rings.filter(({ mempool }) => mempool === undefined);
    assert.deepEqual(
      rings.map(({ name, address, capacity, count, memzone, prod, cons }) => [
        ...[name, address, capacity, count, memzone, prod.sync, cons.sync],
      ]),
      [
        ["mt", Number(answer("ring mt 64 0")), 63, 63, "RG_mt", "MT", "MT"],
        ["st", Number(answer("ring st 64 3")), 63, 20, "RG_st", "ST", "ST"],
        ["rts", Number(answer("ring rts 1024 24")), 1023, 700, "RG_rts", "RTS", "RTS"],
        ["hts", Number(answer("ring hts 64 96")), 63, 12, "RG_hts", "HTS", "HTS"],
      ],
    );
    const hts = rings.at(-1)!;
    assert.equal(`${hts.prod.head} ${hts.prod.tail}`, answer("half hts 3"));
    assert.deepEqual(hts.holds, [{ mempool: "pool", count: 12 }]);

    const [pool, ...others] = snapshot.mempools;
    assert.deepEqual(others, []);
    assert.equal(pool!.address, Number(answer("pool pool 500 16")));
    assert.equal(`${pool!.inUse} ${pool!.available}`, answer("get pool 40"));
    assert.deepEqual([pool!.driver, pool!.cacheSize, pool!.populatedSize], ["ring", 16, 500]);

    assert.deepEqual(
      inspector.messages("hts").map(({ summary, mempool }) => `${mempool}: ${summary}`),
      Array.from({ length: 12 }, (_, i) => `pool: "message ${i}"`),
    );
    const pages = [...files.keys()].filter((name) => name.startsWith(`${filePrefix}map_`)).length;
    assert.equal(snapshot.memory.reduce((sum, list) => sum + list.pages, 0), pages);
  });
}
