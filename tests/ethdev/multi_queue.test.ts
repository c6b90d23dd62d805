// Traffic classes and pools of queues: what C finds in its struct rte_eth_conf. DPDK's virtual drivers have
// neither, so what a NIC makes of it is not seen here.

import { Eal, EthDev, type EthDevOptions } from "../../mod.ts";
import { assert, ealCase } from "../kit.ts";
import { openDriver } from "./driver.ts";

const NULL = { args: ["--no-huge", "--no-shconf", "--vdev=net_null0"] };
const IP = { functions: ["IP"] } as const;
const CLASS_OF = [7, 6, 5, 4, 3, 2, 1, 0];
const MAPS = [{ vlanId: 5, pools: [0, 31] }, { vlanId: 4095, pools: [1] }];
const VMDQ = { pools: 32, defaultPool: 3, maps: MAPS } as const;

/** Options, and what C says of them. */
const MODES: readonly (readonly [options: EthDevOptions, text: string])[] = [
  [{}, "0 0 0"],
  [{ rss: IP }, "1 0 0"],
  [{ mqMode: "RSS" }, "1 0 0"],
  [{ mqMode: "NONE", rss: IP }, "0 0 0"],
  [{ mqMode: "DCB", dcb: { classes: 4 } }, "2 0 1 dcb 4 of 0 0 0 0 0 0 0 0"],
  [
    { mqMode: "DCB_RSS", rss: IP, dcb: { classes: 8, classOf: CLASS_OF, flowControl: true } },
    "3 0 3 dcb 8 of 7 6 5 4 3 2 1 0",
  ],
  [
    { txMqMode: "DCB", dcb: { classes: 8, classOf: CLASS_OF } },
    "0 1 1 tx 8 of 7 6 5 4 3 2 1 0",
  ],
  [
    { mqMode: "VMDQ_ONLY", vmdq: { ...VMDQ, loopback: true, accept: ["UNTAG", "MULTICAST"] } },
    "4 0 0 vmdq 32 1 3 1 11 5:80000001 4095:2",
  ],
  [
    { mqMode: "VMDQ_RSS", txMqMode: "VMDQ_ONLY", rss: IP, vmdq: { pools: 8 } },
    "5 3 0 vmdq 8 0 0 0 0 tx 8",
  ],
  [
    { mqMode: "VMDQ_RSS", vmdq: { pools: 16, accept: ["HASH_MC", "HASH_UC", "BROADCAST"] } },
    "5 0 0 vmdq 16 0 0 0 e",
  ],
  [
    {
      mqMode: "VMDQ_DCB",
      txMqMode: "VMDQ_DCB",
      dcb: { classes: 8, classOf: CLASS_OF },
      vmdq: VMDQ,
    },
    "6 2 1 vmdq_dcb 32 1 3 5:80000001 4095:2 of 7 6 5 4 3 2 1 0 tx 32 of 7 6 5 4 3 2 1 0",
  ],
  [
    { mqMode: "VMDQ_DCB_RSS", rss: IP, dcb: { classes: 4 }, vmdq: { pools: 16 } },
    "7 0 1 vmdq_dcb 16 0 0 of 0 0 0 0 0 0 0 0",
  ],
];

ealCase("C finds the modes of queues, classes and pools as they were given", NULL, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  const c = openDriver();
  assert.equal(dev.info().maxVmdqPools, 0);
  assert.equal(c.driver_install(0), 0);
  assert.equal(dev.info().maxVmdqPools, 32);
  for (const [options, text] of MODES) {
    dev.configure(options);
    assert.equal(c.driver_multi_queue(0), text, JSON.stringify(options));
    const { mqMode = options.rss === undefined ? "NONE" : "RSS", txMqMode = "NONE" } = options;
    const conf = dev.conf()!;
    assert.deepEqual([conf.mqMode, conf.txMqMode], [mqMode, txMqMode]);
    assert.equal(conf.rss, mqMode.includes("RSS"));
  }
  const maps = Array.from({ length: 64 }, (_, i) => ({ vlanId: i, pools: [i % 32] }));
  dev.configure({ mqMode: "VMDQ_ONLY", vmdq: { pools: 32, maps: maps.slice(40) } });
  const pairs = maps.slice(40).map(({ vlanId, pools: [pool] }) =>
    `${vlanId}:${(1n << BigInt(pool!)).toString(16)}`
  );
  assert.equal(c.driver_multi_queue(0), `4 0 0 vmdq 32 0 0 0 0 ${pairs.join(" ")}`);
  dev.configure({ mqMode: "VMDQ_ONLY", vmdq: { pools: 32, maps } });
  dev.close();
});

/** Options that are refused, and why. */
const REFUSED: readonly (readonly [options: object, message: RegExp])[] = [
  [{ mqMode: "VMDQ" }, /Cannot use .*VMDQ.* mqMode/],
  [{ txMqMode: "RSS" }, /txMqMode/],
  [{ mqMode: "DCB" }, /^Cannot configure mqMode "DCB" and txMqMode "NONE" without dcb: /],
  [{ txMqMode: "DCB" }, /without dcb: these modes need it$/],
  [{ txMqMode: "VMDQ_DCB", dcb: { classes: 4 } }, /without vmdq: these modes need it$/],
  [{ mqMode: "VMDQ_ONLY" }, /without vmdq: these modes need it$/],
  [{ dcb: { classes: 4 } }, /^Cannot use dcb with mqMode "NONE" and txMqMode "NONE": /],
  [{ mqMode: "RSS", vmdq: { pools: 8 } }, /^Cannot use vmdq with mqMode "RSS"/],
  [{ mqMode: "DCB", dcb: { classes: 4 }, rss: IP }, /^Cannot use rss with mqMode "DCB"/],
  [{ mqMode: "DCB", dcb: { classes: 5 } }, /^Cannot use 5 as dcb.classes: there are 4, 8$/],
  [{ mqMode: "DCB", dcb: { classes: "4" } }, /^Cannot use "4" as dcb.classes/],
  [{ mqMode: "DCB", dcb: { classes: 4, classOf: [0] } }, /^Cannot use 1 classes as dcb.classOf/],
  [{ mqMode: "DCB", dcb: { classes: 4, classOf: CLASS_OF } }, /^Cannot use 7 as a traffic class/],
  [{ mqMode: "DCB", dcb: { classes: 4, flowControl: 1 } }, /^Cannot use 1 as dcb.flowControl/],
  [{ mqMode: "DCB", dcb: { classes: 4, tcs: 4 } }, /tcs/],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 4 } }, /^Cannot use 4 as vmdq.pools/],
  [
    { mqMode: "VMDQ_ONLY", vmdq: { pools: 8, defaultPool: 8 } },
    /^Cannot use 8 as vmdq.defaultPool/,
  ],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 8, accept: ["ALL"] } }, /vmdq.accept/],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 8, loopback: 1 } }, /^Cannot use 1 as vmdq.loopback/],
  [
    { mqMode: "VMDQ_ONLY", vmdq: { pools: 8, maps: Array(65).fill(MAPS[1]) } },
    /^Cannot use 65 VLANs/,
  ],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 8, maps: [{ vlanId: 4096, pools: [] }] } }, /vlanId/],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 8, maps: [{ vlanId: 1, pools: [8] }] } }, /\[\]\.pools/],
  [{ mqMode: "VMDQ_ONLY", vmdq: { pools: 8, maps: [{ vlanId: 1, pool: 1 }] } }, /pool/],
  [
    { mqMode: "VMDQ_DCB", dcb: { classes: 4 }, vmdq: { pools: 16, accept: ["UNTAG"] } },
    /^Cannot use vmdq.accept with mqMode "VMDQ_DCB"/,
  ],
  [
    { mqMode: "VMDQ_ONLY", vmdq: { pools: 8 } },
    /^Cannot use 8 as pools of queues of port 0 .*: it has at most 0$/,
  ],
];

ealCase("modes, classes and pools that do not go together are refused", NULL, ({ args }) => {
  using _eal = Eal.init(args);
  const dev = EthDev.get(0);
  dev.configure();
  for (const [options, message] of REFUSED) {
    assert.throws(() => dev.configure(options), (error: Error) => {
      assert.match(error.message, message, JSON.stringify(options));
      return error instanceof TypeError || error instanceof RangeError;
    });
  }
  assert.deepEqual([dev.conf()!.mqMode, dev.conf()!.txMqMode], ["NONE", "NONE"]);
  dev.close();
});
