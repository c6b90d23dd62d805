import { readFileSync } from "node:fs";
import { abi, symbolAddress } from "../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../ffi/eal/layout.ts";
import { versionNumber } from "../../ffi/eal/primary.ts";
import { runtime } from "../../ffi/runtime/mod.ts";
import { rte_tailq_head } from "../../ffi/tailq/mod.ts";
import { Eal, rte, Tailq } from "../../mod.ts";
import { assert, compileC, ealCase, spawnProgram, test } from "../kit.ts";

// struct rte_mem_config is internal to EAL, so no header can say how it is laid out: a living
// primary's file does.
ealCase(
  "a living primary's config file has magic, version and mp_status where the layout says",
  ({ args }) => {
    using eal = Eal.init(args);
    const layout = configLayout(abi());
    const path = `${eal.runtimeDirectory}/config`;
    const file = (): DataView => {
      const bytes = readFileSync(path);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    };
    assert.equal(file().byteLength, layout.size);
    assert.equal(file().getUint32(layout.magic, true), RTE_MAGIC);
    assert.equal(file().getUint32(layout.version, true), versionNumber(eal.version));

    const [unknown, disabled] = [0, 1];
    assert.equal(file().getUint8(layout.mpStatus), unknown);
    const { rte_mp_disable } = runtime.link(
      { rte_mp_disable: symbolAddress("rte_eal", "rte_mp_disable") },
      { rte_mp_disable: "bool (void)" },
    );
    const before = file();
    assert.equal(rte_mp_disable(), true);
    assert.equal(file().getUint8(layout.mpStatus), disabled);
    // Nothing but the status has changed: the byte is that one.
    const changed = Array.from({ length: before.byteLength }, (_, i) => i)
      .filter((i) => before.getUint8(i) !== file().getUint8(i));
    assert.deepEqual(changed, [layout.mpStatus]);
  },
);

ealCase("the tailqs of a living primary's config file are where DPDK looks them up", ({ args }) => {
  using eal = Eal.init(args);
  const { tailqs, tailqHeads, memCfgAddr } = configLayout(abi());
  const bytes = readFileSync(`${eal.runtimeDirectory}/config`);
  const start = Number(bytes.readBigUInt64LE(memCfgAddr));
  const { name: { offset, size } } = rte_tailq_head.fields;
  const heads = Array.from({ length: tailqHeads }, (_, i) => tailqs + i * rte_tailq_head.size)
    .map((at) => ({
      name: bytes.toString("latin1", at + offset, at + offset + size).replace(/\0.*/s, ""),
      address: start + at,
    }));
  const listed = Tailq.list().map(({ name, address }) => ({ name, address }));
  assert.deepEqual(heads.filter(({ name }) => name !== ""), listed);
  assert.equal(runtime.address(rte.rte_eal_tailq_lookup("RTE_RING")), listed[0]?.address);
});

ealCase("the heaps of a living primary's config file are where the layout says", ({ args }) => {
  using eal = Eal.init(args);
  const { heaps, heapSize, heapCount, memCfgAddr } = configLayout(abi());
  const bytes = readFileSync(`${eal.runtimeDirectory}/config`);
  const names = Array.from({ length: heapCount }, (_, i) => heaps + i * heapSize)
    .map((at) => /socket_\d+/.exec(bytes.toString("latin1", at, at + heapSize))?.[0]);
  const used = names.filter((name) => name !== undefined);
  assert.deepEqual(used, used.map((_, i) => `socket_${i}`));
  assert.equal(used.length > 0 && names[0] === "socket_0", true);
  // And where every process maps the file is behind them: this one has mapped it there.
  const maps = readFileSync("/proc/self/maps", "utf8");
  const address = bytes.readBigUInt64LE(memCfgAddr).toString(16);
  assert.match(maps, new RegExp(`^${address}-.*/config$`, "m"));
});

test("versionNumber is RTE_VERSION of the installed DPDK", async () => {
  const program = compileC(`
    #include <stdio.h>
    #include <rte_version.h>
    int main(void) { printf("%u %s\\n", RTE_VERSION, rte_version()); return 0; }
  `);
  const [number, ...text] = (await spawnProgram(program).result).stdout.trim().split(" ");
  assert.equal(versionNumber(text.join(" ")), Number(number));
});

test("versionNumber knows stable releases and release candidates", () => {
  assert.equal(versionNumber("DPDK 22.11.11"), 369822563);
  assert.equal(versionNumber("DPDK 24.11.4"), 403375203);
  assert.equal(versionNumber("DPDK 25.11.4"), 420152419);
  assert.equal(versionNumber("DPDK 26.03.0-rc1"), (26 * 2 ** 24 + (3 << 16) + 1) >>> 0);
  assert.equal(versionNumber("something else"), 0);
});
