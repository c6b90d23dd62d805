import process from "node:process";
import { fileURLToPath } from "node:url";
import { Eal } from "../../mod.ts";
import {
  assert,
  describe,
  outcome,
  removePrefix,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { homeOf, scriptCommand, spawnNobody, whyNot } from "./nobody.ts";
import { type Refusal, refusal } from "./start.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/process.ts", import.meta.url));

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("refusal");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

describe("EAL's refusal of", () => {
  const cases: Readonly<Record<string, readonly [args: string[], code: string, message: RegExp]>> =
    {
      "a mount of hugepages that is not there": [
        ["-l", "0", "--huge-dir=/no/such"],
        "EACCES",
        /^Cannot start EAL as primary: rte_eal_init failed with EACCES: .*mount -t hugetlbfs.*no-huge/,
      ],
      "more memory than there is": [
        ["-l", "0", "-m", "99999999"],
        "ENOMEM",
        /rte_eal_init failed with ENOMEM: .*ask for less \(memory, -m\) or set up more hugepages/,
      ],
      "lcores that are none": [
        ["-l", "900"],
        "EINVAL",
        /rte_eal_init failed with EINVAL: the lcores do not exist here; .*nproc/,
      ],
      "a main lcore that is none of the lcores": [
        ["-l", "0", "--main-lcore=7"],
        "EINVAL",
        /the lcores do not exist here/,
      ],
      "a device that there is no driver for": [
        ["-l", "0", "--vdev=net_nonexist"],
        "ENODEV",
        /rte_eal_init failed with ENODEV: there is no driver for a device; .*-d\n[^]*Unable to parse device 'net_nonexist'/,
      ],
      "a value that EAL does not know": [
        ["-l", "0", "--iova-mode=zz"],
        "EINVAL",
        /rte_eal_init failed with EINVAL: EAL does not take a value .* below\n[^]*(parameters for --iova-mode|invalid iova mode parameter 'zz')/,
      ],
    };
  for (const [what, [args, code, message]] of Object.entries(cases)) {
    test(`${what} says so, and what EAL said`, async (context) => {
      const prefix = takePrefix(context);
      const error = await refusal([...args, "--no-pci", "--file-prefix", prefix]);
      assert.deepEqual([error.name, error.code, error.call], ["DpdkError", code, "rte_eal_init"]);
      assert.match(error.message, message);
      assert.match(error.message, /\n {2}EAL: /, "EAL's lines stand below");
    });
  }
});

/** How a host comes to have no hugepages, as seen by one process. */
const WITHOUT: Readonly<Record<string, string>> = {
  "that mounted none": "umount --lazy --all --types hugetlbfs",
  "whose kernel has none": "mount -t tmpfs none /sys/kernel/mm/hugepages",
};

for (const [which, change] of Object.entries(WITHOUT)) {
  const skip = process.getuid?.() === 0 ? undefined : "only root can change mounts";
  test(`without hugepages, on a host ${which}, EAL is refused and the way out is said`, {
    skip,
  }, async (context) => {
    const args = ["-l", "0", "--no-pci", "-m", "32", "--file-prefix", takePrefix(context)];
    const command = scriptCommand(SCRIPT, JSON.stringify(args));
    const shell = ["--mount", "sh", "-c", `${change} && exec "$@"`, "sh"];
    const child = spawnProgram("unshare", [...shell, ...command]);
    child.stdin.end();
    const error: Refusal = JSON.parse((await child.waitForLine(/^ERROR (.*)$/))[1]!);
    assert.deepEqual([error.name, error.code], ["DpdkError", "EACCES"]);
    assert.match(
      error.message,
      /no free hugepages to use; as root: .*nr_hugepages; .*mount -t hugetlbfs .*noHuge: true/,
    );
    assert.match(error.message, /\n {2}EAL: Cannot get hugepage information/);
  });
}

test("an unknown option, a request for help and a bad file prefix never reach EAL", () => {
  for (const args of [["--no-such"], ["-Z"], ["-h"], ["--help"], ["--log-level=help"]]) {
    assert.throws(() => Eal.init(args), { name: "TypeError", message: /Cannot use EAL argument/ });
  }
  for (const filePrefix of ["a/b", "%d", ""]) {
    assert.throws(() => Eal.init({ filePrefix }), {
      name: "TypeError",
      message: /as a file prefix: it becomes part of file names/,
    });
    assert.throws(() => Eal.init([`--file-prefix=${filePrefix}`]), TypeError);
  }
  for (const filePrefix of ["p".repeat(75), "é".repeat(38), "p".repeat(300)]) {
    assert.throws(() => Eal.init({ filePrefix }), {
      name: "TypeError",
      message: /as a file prefix: it has \d+ bytes, and sockets' paths leave room for 74$/,
    });
  }
  assert.equal(Eal.running, false);
});

/** Runs process.ts as a user without rights. */
async function asNobody(context: TestContext, args: readonly string[]): Promise<string> {
  const child = spawnNobody(homeOf(context), scriptCommand(SCRIPT, JSON.stringify(args)));
  child.stdin.end();
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout;
}

describe("a user without rights", () => {
  const skip = whyNot(SCRIPT);

  test("may use --no-huge", { skip }, async (context) => {
    const prefix = takePrefix(context);
    const args = ["-l", "0", "--no-pci", "--no-huge", "-m", "32", "--file-prefix", prefix];
    const facts = JSON.parse((await asNobody(context, args)).match(/^READY (.*)$/m)![1]!);
    assert.equal(facts.hasHugepages, false);
    assert.match(facts.runtimeDirectory, new RegExp(`dpdk-ts-nobody-.*/dpdk/${prefix}$`));
  });

  test("is refused the hugepages, and told what to do", { skip }, async (context) => {
    const prefix = takePrefix(context);
    const args = ["-l", "0", "--no-pci", "-m", "32", "--file-prefix", prefix];
    const said = await asNobody(context, args);
    const error: Refusal = JSON.parse(said.match(/^ERROR (.*)$/m)![1]!);
    assert.equal(error.name, "DpdkError");
    assert.match(error.message, /this user may not use the hugepages .*; run as root, or give/);
    assert.match(error.message, /Permission denied/);
  });
});
