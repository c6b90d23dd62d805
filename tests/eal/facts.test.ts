import { Eal, LCORE_ID_ANY, lcoreId, rte, setThreadAffinity, threadAffinity } from "../../mod.ts";
import { assert, describe, ealCase, removePrefix, spawnPeer, test, uniquePrefix } from "../kit.ts";
import { ready, startEal } from "./start.ts";

/** What a C process says of itself, and how it is ended. */
async function inC(args: readonly string[]): Promise<[Map<string, string>, () => Promise<void>]> {
  const child = spawnPeer("eal_facts", args);
  await child.waitForLine(/^READY$/);
  const facts = new Map<string, string>();
  for await (const line of child.lines()) {
    if (line === "READY") break;
    const space = line.indexOf(" ");
    if (space > 0) facts.set(line.slice(0, space), line.slice(space + 1));
  }
  const end = async (): Promise<void> => {
    child.stdin.end();
    assert.equal((await child.result).code, 0);
  };
  return [facts, end];
}

describe("EAL says of itself what C says with the same arguments", () => {
  const sets: Readonly<Record<string, readonly string[]>> = {
    "one lcore": ["-l", "0"],
    "several lcores, not the first of them main": ["--lcores=2@0,5@0,7@0", "--main-lcore=5"],
    "a log level, no hugepages, arguments of the application": [
      ...["-l", "0", "--log-level=3", "--no-huge", "--no-shconf", "--", "-n", "1"],
    ],
  };
  for (const [what, args] of Object.entries(sets)) {
    test(what, async ({ cleanup }) => {
      const names = [uniquePrefix("facts"), uniquePrefix("facts")] as const;
      cleanup(() => names.forEach(removePrefix));
      const usual = (prefix: string): string[] => ["--no-pci", "-m", "32", "--file-prefix", prefix];
      const [c, end] = await inC([...usual(names[0]), ...args]);
      await end();
      const child = startEal([...usual(names[1]), ...args]);
      const facts = await ready(child);
      child.stdin.end();
      const { runtimeDirectory, lcores, args: rest, ...others } = facts;
      for (const [name, value] of Object.entries(others)) {
        assert.equal(String(value), c.get(name), name);
      }
      assert.equal((lcores as number[]).join(" "), c.get("lcores"));
      assert.equal((rest as string[]).length, Number(c.get("args")));
      assert.equal(runtimeDirectory, c.get("runtimeDirectory")!.replace(names[0], names[1]));
      await child.result;
    });
  }
});

ealCase("a C secondary of our primary sees the same EAL", async ({ args, prefix }) => {
  using eal = Eal.init(args);
  const [c, end] = await inC(["-l", "0", "--no-pci", "--file-prefix", prefix, "--proc-type=auto"]);
  assert.equal(c.get("processType"), "secondary");
  assert.equal(c.get("version"), eal.version);
  assert.equal(c.get("runtimeDirectory"), eal.runtimeDirectory);
  await end();
});

ealCase("processType auto is primary first, and secondary then", async ({ prefix }) => {
  const options = { processType: "auto", filePrefix: prefix, noPci: true, memory: 32 } as const;
  using eal = Eal.init(options);
  assert.equal(eal.processType, "primary");
  const child = startEal(options);
  assert.equal((await ready(child))["processType"], "secondary");
  child.stdin.end();
  await child.result;
});

ealCase("the log level is read and set, as a whole and by pattern", ({ args }) => {
  using eal = Eal.init(args);
  for (const level of [1, 8, 7]) {
    eal.logLevel = level;
    assert.equal(eal.logLevel, level);
    assert.equal(rte.rte_log_get_global_level(), level);
  }
  for (const bad of [0, 9, 1.5, NaN]) {
    assert.throws(() => eal.logLevel = bad, { name: "RangeError", message: /as a log level/ });
    assert.throws(() => eal.setLogLevel("lib.*", bad), RangeError);
  }
  eal.setLogLevel("lib.eal", 8);
  eal.setLogLevel("pmd.*", 3);
});

ealCase("what EAL logs while it starts is kept, line by line", ({ args }) => {
  using eal = Eal.init(args);
  assert.equal(eal.log.some((line) => line.startsWith("EAL: ")), true);
  assert.equal(eal.log.every((line) => line !== "" && !line.includes("\n")), true);
});

ealCase(
  "EAL pins the calling thread to the main lcore, and the affinity can be set again",
  ({ args }) => {
    const before = threadAffinity();
    using eal = Eal.init(args);
    assert.equal(lcoreId(), eal.mainLcore);
    assert.notEqual(lcoreId(), LCORE_ID_ANY);
    assert.deepEqual(threadAffinity(), [0]);
    setThreadAffinity(before);
    assert.deepEqual(threadAffinity(), before);
  },
);

test("an affinity to CPUs that are none is refused", () => {
  const before = threadAffinity();
  assert.throws(() => setThreadAffinity([1023]), {
    name: "DpdkError",
    code: "EINVAL",
    message: /on CPUs 1023: sched_setaffinity failed with EINVAL: none of them/,
  });
  assert.throws(() => setThreadAffinity([]), { name: "DpdkError" });
  for (const bad of [-1, 1024, 0.5]) assert.throws(() => setThreadAffinity([bad]), RangeError);
  assert.deepEqual(threadAffinity(), before);
});
