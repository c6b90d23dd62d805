// What a secondary meets that would end a C program: ports that it cannot use, or not yet.

import { Eal, EthDev, PktmbufPool } from "../../mod.ts";
import {
  afPacket,
  assert,
  type CaseContext,
  ealCase,
  network,
  outcome,
  runtimeName,
  spawnScript,
} from "../kit.ts";

const SCRIPT = new URL("scripts/receive_once.ts", import.meta.url).pathname;

/** What a secondary of the case's group prints. */
async function secondary({ prefix }: CaseContext): Promise<string[]> {
  const args = ["--lcores", "1@0", "--no-pci", "--file-prefix", prefix, "--no-telemetry"];
  const result = await spawnScript(runtimeName, SCRIPT, args).result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout.trim().split("\n");
}

function setUp(dev: EthDev, pool: PktmbufPool): void {
  dev.configure();
  dev.rxQueueSetup(0, 0, pool);
  dev.txQueueSetup(0, 0);
}

ealCase("a driver that lets only the primary receive and send is told", async (context) => {
  const [near] = network(context).port();
  using _eal = Eal.init([...context.args, afPacket(0, near)]);
  const pool = PktmbufPool.create("pool", 2047);
  const [dev] = EthDev.all();
  setUp(dev!, pool);
  dev!.start();
  const lines = await secondary(context);
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.match(line, /the driver of port 0 \(net_af_packet0\) lets only the primary receive/);
  }
  dev!.stop();
  assert.equal(pool.mempool.full, true);
});

ealCase("a secondary that came before the port was set up is told", async (context) => {
  using _eal = Eal.init([...context.args, "--vdev=net_null0"]);
  const pool = PktmbufPool.create("pool", 2047);
  for (const line of await secondary(context)) {
    assert.match(line, /the primary has not configured the port yet/);
  }
  const [dev] = EthDev.all();
  setUp(dev!, pool);
  dev!.start();
  assert.deepEqual(await secondary(context), ["rxBurst: 32", "txBurst: 0"]);
  dev!.stop();
  assert.equal(pool.mempool.full, true);
});
