// Where EAL's log goes: into errors, and else where it always does.

import { fileURLToPath } from "node:url";
import { captureLog } from "../../ffi/eal/log.ts";
import { Eal, ElementRing, Memzone, Ring, rte } from "../../mod.ts";
import { assert, ealCase, outcome, runtimeName, spawnScript } from "../kit.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/log.ts", import.meta.url));

/** What librte_ring logs an error for. */
const refused = (): unknown => rte.rte_ring_create("refused", 3, -1, 0);
const REFUSED = /^RING: .*power of 2/;

ealCase("an error has below it what DPDK logged, as far as the levels let it", ({ args }) => {
  using eal = Eal.init(args);
  using _zone = Memzone.reserve("zone", 64);
  const again = () => Memzone.reserve("zone", 64);
  const LOGGED = /use Memzone\.lookup\("zone"\)\n {2}EAL: .*<zone> already exists$/;
  const SILENT = /use Memzone\.lookup\("zone"\)$/;
  assert.throws(again, SILENT);
  eal.setLogLevel("lib.e?l", 8); // EAL says that at its debug level
  assert.throws(again, LOGGED);
  eal.setLogLevel("lib.eal", 7);
  assert.throws(again, SILENT);
  eal.setLogLevel("lib.eal", 8);
  eal.logLevel = 7;
  eal.setLogLevel("lib.eal", 3);
  assert.throws(again, SILENT);
});

ealCase("all of a long log is kept, its end too", ({ args }) => {
  using _eal = Eal.init(args);
  const TIMES = 3000;
  const { log } = captureLog(() => {
    for (let i = 0; i < TIMES; i++) refused();
  }, () => true);
  assert.equal(log.join("\n").length > 2 ** 17, true);
  assert.equal(log.filter((line) => REFUSED.test(line)).length, TIMES);
});

ealCase("a call that throws leaves its log to no other", ({ args }) => {
  using _eal = Eal.init(args);
  const thrower = (): never => {
    refused();
    throw new Error("out of it");
  };
  assert.throws(() => captureLog(thrower, () => true), /out of it/);
  assert.deepEqual(captureLog(() => 1, () => true), { value: 1, log: [] });
});

ealCase("what no error carries goes to stderr, and nothing goes there twice", async (context) => {
  const { result } = spawnScript(runtimeName, SCRIPT, [JSON.stringify(context.args)]);
  const ended = await result;
  assert.equal(ended.code, 0, outcome(ended));
  const lines = ended.stderr.split("\n").filter((line) => line !== "");
  assert.deepEqual(lines.map((line) => REFUSED.test(line) ? "refused" : line), [
    ...["STARTED", "refused", "WORKED", "FAILED", "refused", "THREW", "refused", "BARE"],
  ]);
});

ealCase("a group whose memzones are all in use says so", ({ args }) => {
  using _eal = Eal.init(args);
  const all: ReturnType<typeof Memzone.reserve>[] = [];
  const message =
    /ENOSPC: all memzones of this group are in use[^\n]*\n {2}EAL: .*memzone segments exceeds /;
  assert.throws(() => {
    for (let i = 0; i < 5000; i++) all.push(Memzone.reserve(`zone${i}`, 64));
  }, { name: "DpdkError", code: "ENOSPC", message });
  assert.equal(all.length > 2000, true);
  assert.throws(() => Ring.create("ring", 64), { code: "ENOSPC", message });
  assert.throws(() => ElementRing.create("ring", 4, 64), { code: "ENOSPC", message });
  all.pop()!.free();
  Ring.create("ring", 64).free();
});
