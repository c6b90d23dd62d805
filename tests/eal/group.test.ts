import { mkdirSync } from "node:fs";
import { abi } from "../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../ffi/eal/layout.ts";
import { versionNumber } from "../../ffi/eal/primary.ts";
import { Eal, Ring, rte } from "../../mod.ts";
import {
  assert,
  describe,
  ealCase,
  removePrefix,
  spawnPeer,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { ready, type Refusal, refusal, startEal } from "./start.ts";

const usual = (prefix: string): string[] => [
  ...["-l", "0", "--no-pci", "--no-telemetry", "-m", "32", "--file-prefix", prefix],
];
const secondary = (prefix: string): string[] => [
  ...usual(prefix).toSpliced(0, 2, "--lcores=1@0"),
  "--proc-type=secondary",
];

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("group");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

describe("a secondary", () => {
  test("without a primary is refused, and says to start one", async (context) => {
    const prefix = takePrefix(context);
    const path = `/var/run/dpdk/${prefix}/config`;
    for (
      const options of [secondary(prefix), {
        filePrefix: prefix,
        processType: "secondary",
      }] as const
    ) {
      const { name, message } = await refusal(options);
      assert.equal(name, "DpdkError");
      assert.equal(
        message,
        `Cannot attach to the primary of file prefix "${prefix}": there is none (${path} cannot ` +
          "be read); start the primary first, with the same file prefix",
      );
    }
  });

  test("of a primary that was killed is refused, and a new primary may take its place", async (context) => {
    const prefix = takePrefix(context);
    const dead = startEal(usual(prefix));
    await ready(dead);
    dead.kill("SIGKILL");
    await dead.result;
    const { name, message } = await refusal(secondary(prefix));
    assert.equal(name, "DpdkError");
    assert.match(message, /: it is not running any more \(.* is what it left\); start the primary/);

    const next = startEal(usual(prefix));
    assert.equal((await ready(next))["processType"], "primary");
    const child = startEal(secondary(prefix));
    assert.equal((await ready(child))["processType"], "secondary");
    for (const one of [child, next]) {
      one.stdin.end();
      assert.equal((await one.result).code, 0);
    }
  });

  test("of a primary that ended well is refused", async (context) => {
    const prefix = takePrefix(context);
    const primary = startEal(usual(prefix));
    await ready(primary);
    primary.stdin.end();
    await primary.result;
    assert.match((await refusal(secondary(prefix))).message, /it is not running any more/);
  });
});

ealCase(
  "a second primary under one file prefix is refused, and the first goes on",
  async ({ args, prefix }) => {
    using eal = Eal.init(args);
    using ring = Ring.create("mine", 64);
    for (const options of [usual(prefix), { filePrefix: prefix, noPci: true }] as const) {
      const { name, message } = await refusal(options);
      assert.equal(name, "DpdkError");
      assert.equal(
        message,
        `Cannot start as the primary of file prefix "${prefix}": another primary is running; start ` +
          'as a secondary (processType: "secondary", --proc-type=secondary), or choose another ' +
          "file prefix",
      );
    }
    assert.equal(eal.processType, "primary");
    ring.enqueue(8);
    assert.equal(ring.dequeue(), 8);
    const child = startEal(secondary(prefix));
    assert.equal((await ready(child))["processType"], "secondary");
    child.stdin.end();
    await child.result;
  },
);

ealCase("a primary in C is told from a dead one, too", async ({ prefix }) => {
  const primary = spawnPeer("eal_facts", [
    ...usual(prefix),
    // Where C puts its memory by default, a script's own may lie.
    "--base-virtaddr=0x600000000000",
  ]);
  await primary.waitForLine(/^READY$/);
  assert.match((await refusal(usual(prefix))).message, /another primary is running/);
  const child = startEal(secondary(prefix));
  assert.equal((await ready(child))["processType"], "secondary");
  child.stdin.end();
  await child.result;
  primary.stdin.end();
  await primary.result;
});

/** What a secondary says of a primary whose config file is as told. */
async function ofPretended(
  context: TestContext,
  config: { size?: number; magic?: number; version?: number; mpStatus?: number; delayMs?: number },
): Promise<Refusal> {
  const prefix = takePrefix(context);
  const layout = configLayout(abi());
  const own = versionNumber(rte.rte_version() ?? "");
  const { size = layout.size, magic = RTE_MAGIC, version = own, mpStatus = 0, delayMs = 0 } =
    config;
  const directory = `/var/run/dpdk/${prefix}`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const numbers = [size, magic, version, layout.mpStatus, mpStatus, delayMs].map(String);
  const pretender = spawnPeer("eal_config", [`${directory}/config`, ...numbers]);
  await pretender.waitForLine(/^READY$/);
  const answer = await refusal(secondary(prefix));
  pretender.stdin.end();
  await pretender.result;
  return answer;
}

describe("a primary that is alive", () => {
  test("but runs another DPDK is refused, naming both", async (context) => {
    const { name, message } = await ofPretended(context, { version: versionNumber("21.11.3") });
    assert.equal(name, "DpdkError");
    assert.match(
      message,
      /: it runs DPDK 21\.11\.3, this process has \d+\.\d+\.\d+; all processes/,
    );
  });

  test("but gets ready a little later is waited for", async (context) => {
    const late = { version: versionNumber("20.11.0"), delayMs: 800 };
    assert.match((await ofPretended(context, late)).message, /it runs DPDK 20\.11\.0/);
  });

  test("but has switched multi-process off is refused", async (context) => {
    const { name, message } = await ofPretended(context, { mpStatus: 1 });
    assert.equal(name, "DpdkError");
    assert.match(
      message,
      /: it has switched multi-process off \(rte_mp_disable\), .*; start it again without/,
    );
  });

  test("but was built with other limits is refused: its layout is not known", async (context) => {
    const { size } = configLayout(abi());
    const { name, message } = await ofPretended(context, { size: size + 64 });
    assert.equal(name, "DpdkError");
    assert.match(message, /: its config file has 25408 bytes, not 25344: it is of a DPDK that was/);
  });

  test("but never gets ready is given up, with a short file and with none but zeros", async (context) => {
    const late = "it runs, but did not finish its start within 5 s";
    const answers = await Promise.all([
      ofPretended(context, { size: 0 }),
      ofPretended(context, { size: 8 }),
      ofPretended(context, { size: 25343 }),
      ofPretended(context, { magic: 0 }),
    ]);
    const lacks = answers.map(({ name, message }) => {
      assert.equal(name, "DpdkError");
      return message.split(": ").slice(1).join(": ");
    });
    const advice = "see what holds it up, or start it again";
    assert.deepEqual(lacks, [
      `${late}: its config file has 0 of 25344 bytes; ${advice}`,
      `${late}: its config file has 8 of 25344 bytes; ${advice}`,
      `${late}: its config file has 25343 of 25344 bytes; ${advice}`,
      `${late}: its config file does not say that it is complete; ${advice}`,
    ]);
  });

  test("but whose config file makes no sense is refused", async (context) => {
    const { name, message } = await ofPretended(context, {});
    assert.equal(name, "DpdkError");
    assert.match(
      message,
      /: its config file makes no sense: .*, 0x0-0x\w+, is no range of pages; start the primary again$/,
    );
  });
});
