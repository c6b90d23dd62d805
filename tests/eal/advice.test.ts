import { adviceFor } from "../../ffi/eal/advice.ts";
import { assert, test } from "../kit.ts";

// What EAL of the three releases logs when it refuses, and what there is to do.
const REASONS: readonly (readonly [log: string, advice: RegExp])[] = [
  ["EAL: invalid core list syntax", /lcores do not exist.*nproc/],
  ["EAL: lcore 5 unavailable", /lcores do not exist/],
  ["EAL: Main lcore is not enabled for DPDK", /lcores do not exist/],
  [
    "EAL: Cannot create lock on '/x/config'. Is another primary process running?",
    /another primary/,
  ],
  [
    "EAL: get_seg_fd(): open '/dev/hugepages/rtemap_0' failed: Permission denied",
    /this user may not use the hugepages or the runtime directory; run as root, or/,
  ],
  ["EAL: Cannot get hugepage information.", /no free hugepages.*nr_hugepages.*mount.*noHuge: true/],
  ["EAL: No free 2048 kB hugepages reported on node 0", /no free hugepages/],
  [
    "EAL: Cannot get a virtual area at requested address: 0x100200000 (got 0x7fa98c000000)",
    /addresses of the primary's memory are taken.*--base-virtaddr=0x600000000000/,
  ],
  ["EAL: Not enough memory available! Requested: 9MB, available: 2MB", /ask for less/],
  ["EAL: Cannot create runtime directory", /RUNTIME_DIRECTORY, else .*can write$/],
  [
    "EAL: Cannot open '/x/config' for rte_mem_config",
    /cannot be written; RUNTIME_DIRECTORY, else .*can write$/,
  ],
  ["EAL: Cannot init plugins", /a driver cannot be loaded; -d takes/],
  ["EAL: Unable to parse device 'net_nonexist'", /no driver for a device; a virtual one/],
  ["EAL: Cannot initialize tailq: RTE_RIB", /a library that the primary has not .*\(-d\) in the/],
  ["EAL: Option -c is ignored, because (-l) is set!", /the lcores are named twice; use one/],
  ["EAL: Invalid 'command line' arguments.", /EAL does not take a value .*names it below/],
  [
    "EAL: Options 'coremask' and 'lcores' can't be used at the same time",
    /the lcores are named twice; use one/,
  ],
  ["EAL: Invalid command line arguments.", /EAL does not take a value .*names it below/],
  ["EAL: Error parsing command line arguments.", /EAL does not take a value .*names it below/],
];

for (const [line, advice] of REASONS) {
  test(`there is advice for "${line}"`, () => {
    const log = ["EAL: Detected CPU lcores: 2", line, "EAL: FATAL"];
    assert.match(adviceFor(log, 12) ?? "", advice);
  });
}

test("lines that always stand in the log are no reason", () => {
  const log = [
    "EAL: Detected CPU lcores: 2",
    "EAL: Physical addresses are unavailable, selecting IOVA as VA mode.",
    "EAL: Multi-process socket /var/run/dpdk/rte/mp_socket",
  ];
  assert.equal(adviceFor(log, 12), undefined);
});

test("what was not logged at all is said", () => {
  assert.equal(adviceFor([], 0), "EAL gave no reason");
});
