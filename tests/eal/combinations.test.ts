import { type Abi, abi, ABIS } from "../../ffi/abi/mod.ts";
import { checkCombinations } from "../../ffi/eal/combinations.ts";
import { parseArgs } from "../../ffi/eal/options.ts";
import { Eal, Mempool, Memzone, Ring } from "../../mod.ts";
import {
  assert,
  describe,
  ealCase,
  outcome,
  removePrefix,
  spawnPeer,
  test,
  uniquePrefix,
} from "../kit.ts";
import { legacyMount } from "../faults/mounts.ts";

function check(args: readonly string[], of: Abi): void {
  checkCombinations(parseArgs(args, of), of);
}

/** Two options; the ABIs in which they are refused; whether EAL itself goes on, and does not do it. */
interface Pair {
  readonly args: readonly string[];
  readonly refused: readonly number[];
  readonly ignoredBy?: readonly number[];
}

const ALL = [23, 25, 26];

const PAIRS: readonly Pair[] = [
  { args: ["-m", "16", "--socket-mem=16"], refused: ALL },
  { args: ["--no-huge", "--socket-mem=16"], refused: ALL },
  { args: ["--no-huge", "--huge-unlink"], refused: ALL },
  { args: ["--no-huge", "--huge-unlink=always"], refused: ALL },
  { args: ["--no-huge", "--huge-unlink=never"], refused: [26] },
  { args: ["--no-huge", "--huge-worker-stack"], refused: ALL },
  { args: ["--no-huge", "--match-allocations"], refused: ALL },
  { args: ["--no-huge", "--single-file-segments"], refused: [26] },
  { args: ["--no-huge", "--in-memory"], refused: [23, 25] },
  { args: ["--no-huge", "--socket-limit=64"], refused: ALL, ignoredBy: ALL },
  { args: ["--legacy-mem", "--socket-limit=64"], refused: ALL, ignoredBy: [23, 25] },
  { args: ["--legacy-mem", "--in-memory"], refused: ALL },
  { args: ["--legacy-mem", "--match-allocations"], refused: ALL },
  { args: ["--legacy-mem", "--single-file-segments"], refused: [] },
  { args: ["--legacy-mem", "--huge-unlink"], refused: [] },
  { args: ["--single-file-segments", "--huge-unlink"], refused: ALL },
  { args: ["--single-file-segments", "--huge-unlink=never"], refused: [26] },
  { args: ["--in-memory", "--huge-unlink=never"], refused: ALL },
  { args: ["--in-memory", "--huge-unlink=always"], refused: [26] },
  { args: ["--in-memory", "--single-file-segments"], refused: [] },
];

describe("memory options", () => {
  test("that do not go together are refused, in the releases in which they do not", () => {
    for (const { args, refused } of PAIRS) {
      for (const of of ABIS) {
        if (!refused.includes(of.number)) {
          check(args, of);
          continue;
        }
        assert.throws(() => check(args, of), {
          name: "TypeError",
          message: /^Cannot use --\S+ together with --\S+: /,
        }, `${args.join(" ")} with ${of.release}`);
      }
    }
  });

  test("with the names of 25.11 are the same", () => {
    const abi26 = ABIS.find(({ number }) => number === 26)!;
    assert.throws(() => check(["--no-huge", "--numa-mem=16"], abi26), TypeError);
    assert.throws(() => check(["--legacy-mem", "--numa-limit=16"], abi26), TypeError);
    assert.throws(() => check(["--memory-size=16", "--numa-limit=8"], abi26), RangeError);
  });

  test("that take more than their limit are refused", () => {
    for (const of of ABIS) {
      check(["-m", "16", "--socket-limit=16"], of);
      check(["-m", "16", "--socket-limit=0"], of);
      check(["--socket-mem=16,8", "--socket-limit=16"], of);
      assert.throws(() => check(["-m", "17", "--socket-limit=16"], of), {
        name: "RangeError",
        message:
          /^Cannot take 17 MiB at the start with a limit of 16 MiB: EAL takes the memory fir/,
      });
      assert.throws(() => check(["--socket-mem=8,9", "--socket-limit=8,8"], of), {
        name: "RangeError",
        message: /^Cannot take 9 MiB of NUMA socket 1 with a limit of 8 MiB/,
      });
    }
  });

  test("with values that EAL does not take are refused", () => {
    const bad = ["--huge-unlink=some", "--huge-dir=", "--socket-mem=a", "--socket-limit=1,,2"];
    for (const of of ABIS) {
      for (const arg of [...bad, "--socket-limit=-1", "--socket-mem="]) {
        assert.throws(() => check([arg], of), {
          name: "TypeError",
          message: new RegExp(`^Cannot use ".*" as ${arg.split("=")[0]}: it must be `),
        });
      }
      check(["--huge-unlink=existing", "--huge-dir=/h", "--socket-mem=0,16"], of);
    }
  });

  test("are refused before EAL is started", () => {
    const refused = { name: "TypeError", message: /--legacy-mem together with --in-memory/ };
    assert.throws(() => Eal.init({ legacyMem: true, inMemory: true }), refused);
    assert.throws(() => Eal.init(["--legacy-mem", "--in-memory"]), refused);
    assert.throws(() => Eal.init({ memory: 32, socketLimit: [16] }), RangeError);
    assert.equal(Eal.running, false);
  });

  test("are taken by EAL, or refused, as we say", { timeoutMs: 120_000 }, async (context) => {
    const { number } = abi();
    for (const { args, refused, ignoredBy = [] } of PAIRS) {
      const prefix = uniquePrefix("pairs");
      context.cleanup(() => removePrefix(prefix));
      const memory = args.some((arg) => /-mem=/.test(arg)) ? [] : ["-m", "16"];
      const all = ["-l", "0", "--no-pci", "--no-telemetry", "--file-prefix", prefix, ...args];
      all.push(...memory.filter(() => !args.includes("-m")), ...legacyMount(context, args));
      const child = spawnPeer("eal_facts", all);
      child.stdin.end();
      const result = await child.result;
      const starts = !refused.includes(number) || ignoredBy.includes(number);
      assert.equal(/^READY$/m.test(result.stdout), starts, `${args.join(" ")}: ${outcome(result)}`);
    }
  });
});

ealCase("a limit is kept, and what would break it says so", ({ prefix }) => {
  using _eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 16, socketLimit: [32] });
  const refused = {
    name: "DpdkError",
    code: "ENOMEM",
    message: /memory left: .*socketLimit/,
  };
  assert.throws(() => Memzone.reserve("zone", 32 * 2 ** 20), refused);
  assert.throws(() => Ring.create("ring", 2 ** 22), refused);
  assert.throws(() => Mempool.create("pool", 65_535, 1024), refused);
  using zone = Memzone.reserve("zone", 8 * 2 ** 20);
  assert.equal(zone.length, 8 * 2 ** 20);
});

ealCase("a limit is kept for a secondary, too", async ({ prefix, cleanup }) => {
  const usual = ["-l", "0", "--no-pci", "--base-virtaddr=0x600000000000"];
  const limited = ["-m", "16", "--socket-limit=32", "--file-prefix", prefix];
  const primary = spawnPeer("eal_facts", [...usual, ...limited]);
  cleanup(() => primary.kill("SIGKILL"));
  await primary.waitForLine(/^READY$/);
  {
    using _eal = Eal.init({ filePrefix: prefix, noPci: true, processType: "secondary" });
    const refused = { name: "DpdkError", code: "ENOMEM" };
    assert.throws(() => Memzone.reserve("zone", 32 * 2 ** 20), refused);
    using zone = Memzone.reserve("zone", 8 * 2 ** 20);
    assert.equal(zone.length, 8 * 2 ** 20);
  }
  primary.stdin.end();
  await primary.result;
});

ealCase("without a limit there is as much as there are hugepages", ({ prefix }) => {
  using _eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 16 });
  using zone = Memzone.reserve("zone", 32 * 2 ** 20);
  assert.equal(zone.length, 32 * 2 ** 20);
});
