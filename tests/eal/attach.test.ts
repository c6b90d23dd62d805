import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { abi } from "../../ffi/abi/mod.ts";
import { configLayout, RTE_MAGIC } from "../../ffi/eal/layout.ts";
import { versionNumber } from "../../ffi/eal/primary.ts";
import { hasGone } from "../../ffi/eal/waiting.ts";
import { Eal, type EalOptions, rte } from "../../mod.ts";
import {
  assert,
  type Child,
  describe,
  removePrefix,
  runtimeName,
  spawnPeer,
  spawnScript,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { ready, startEal } from "./start.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/attach.ts", import.meta.url));

function takePrefix({ cleanup }: TestContext): string {
  const prefix = uniquePrefix("attach");
  cleanup(() => removePrefix(prefix));
  return prefix;
}

const usual = (prefix: string): string[] => [
  ...["-l", "0", "--no-pci", "--no-telemetry", "-m", "32", "--file-prefix", prefix],
  "--base-virtaddr=0x600000000000",
];

function attach(options: unknown, how: object = {}): Child {
  return spawnScript(runtimeName, SCRIPT, [JSON.stringify(options), JSON.stringify(how)]);
}

interface Failure {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly ms: number;
  readonly running: boolean;
}

async function failure(child: Child): Promise<Failure> {
  child.stdin.end();
  const error: Failure = JSON.parse((await child.waitForLine(/^ERROR (.*)$/))[1]!);
  assert.equal(error.running, false);
  return error;
}

async function end(...children: Child[]): Promise<void> {
  for (const child of children) {
    child.stdin.end();
    assert.equal((await child.result).code, 0);
  }
}

describe("Eal.attach", () => {
  for (const [language, raw] of [["c", false], ["typescript", true]] as const) {
    const as = raw ? "a command line" : "options";
    test(`with ${as} waits for a primary in ${language} that comes later`, async (context) => {
      const filePrefix = takePrefix(context);
      const options = raw
        ? ["--lcores=1@0", "--no-pci", "--file-prefix", filePrefix, "--", "-n", "1"]
        : { filePrefix, noPci: true, waitMs: 20_000 };
      const child = attach(options, raw ? { waitMs: 20_000 } : {});
      await child.waitForLine(/^WAITING$/);
      const primary = language === "c"
        ? spawnPeer("eal_facts", usual(filePrefix))
        : startEal(usual(filePrefix));
      await primary.waitForLine(/^READY/);
      const [, facts] = await child.waitForLine(/^READY (.*)$/);
      const args = raw ? ["-n", "1"] : [];
      assert.deepEqual(JSON.parse(facts!), { processType: "secondary", args });
      // It cannot have come at once: the loop turned while it waited.
      const [, turns] = await child.waitForLine(/^TURNS (\d+)$/);
      assert.equal(Number(turns) > 0, true, turns);
      await end(child, primary);
    });
  }

  test("is given up when the time is over, and says what it waited for", async (context) => {
    const filePrefix = takePrefix(context);
    const none = await failure(attach({ filePrefix, waitMs: 150 }));
    assert.deepEqual([none.name, none.code], ["DpdkError", "ETIMEDOUT"]);
    assert.equal(
      none.message,
      `Cannot attach to the primary of file prefix "${filePrefix}": none got ready within 150 ms: ` +
        `there is none (/var/run/dpdk/${filePrefix}/config cannot be read); start the primary ` +
        "first, with the same file prefix",
    );
    assert.equal(none.ms >= 145, true, `${none.ms} ms`);

    const primary = startEal(usual(filePrefix));
    await ready(primary);
    primary.kill("SIGKILL");
    await primary.result;
    const dead = await failure(attach({ filePrefix, waitMs: 100 }));
    assert.equal(dead.code, "ETIMEDOUT");
    assert.match(dead.message, /: none got ready within 100 ms: it is not running any more \(/);

    const next = startEal(usual(filePrefix));
    await ready(next);
    const child = attach({ filePrefix, waitMs: 0, noPci: true });
    await child.waitForLine(/^READY/);
    await end(child, next);
  });

  test("tells what a primary lacks that does not get ready", async (context) => {
    const right = { magic: RTE_MAGIC, version: versionNumber(rte.rte_version() ?? ""), status: 0 };
    const layout = configLayout(abi());
    const lack = async (size: number, { magic, version, status }: typeof right) => {
      const filePrefix = takePrefix(context);
      const directory = `/var/run/dpdk/${filePrefix}`;
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const numbers = [size, magic, version, layout.mpStatus, status, 0].map(String);
      const pretender = spawnPeer("eal_config", [`${directory}/config`, ...numbers]);
      context.cleanup(() => pretender.result);
      context.cleanup(() => pretender.stdin.end());
      await pretender.waitForLine(/^READY$/);
      return { filePrefix, directory, waitMs: 100 };
    };
    const message = async ({ filePrefix, waitMs }: EalOptions & { waitMs: number }) =>
      (await failure(attach({ filePrefix, waitMs }))).message.split(": ").slice(1).join(": ");

    const late = "none got ready within 100 ms: it runs, but";
    const advice = "see what holds it up, or wait longer (waitMs)";
    assert.equal(
      await message(await lack(8, right)),
      `${late} its config file has 8 of 25344 bytes; ${advice}`,
    );
    assert.equal(
      await message(await lack(layout.size, { ...right, magic: 0 })),
      `${late} its config file does not say that it is complete; ${advice}`,
    );
    const complete = await lack(layout.size, right);
    assert.equal(
      await message(complete),
      `${late} its message socket (mp_socket) is not there; ${advice}`,
    );
    writeFileSync(`${complete.directory}/mp_socket`, "");
    assert.match(await message(complete), /^its config file makes no sense: /);

    // Waiting would not help.
    const long = (of: { filePrefix: string }) => ({ ...of, waitMs: 60_000 });
    assert.match(
      await message(long(await lack(layout.size, { ...right, version: 1 }))),
      /^it runs DPDK 0\.0\.0, this process has/,
    );
    assert.match(
      await message(long(await lack(layout.size, { ...right, status: 1 }))),
      /^it has switched multi-process off/,
    );
  });

  test("ends by a signal", async (context) => {
    const filePrefix = takePrefix(context);
    const error = await failure(attach({ filePrefix }, { waitMs: 60_000, abortMs: 100 }));
    assert.equal(error.name, "TimeoutError");
    await assert.rejects(
      Eal.attach({ filePrefix, signal: AbortSignal.abort(new Error("no more")) }),
      /^Error: no more$/,
    );
  });

  test("refuses what it cannot do, before it waits", async () => {
    const wrong: readonly (readonly [unknown, unknown, string, RegExp])[] = [
      [{ processType: "primary" }, {}, "TypeError", /attach as primary: Eal\.attach starts a sec/],
      [["--proc-type=auto"], {}, "TypeError", /attach as auto/],
      [{ filePrefix: "a/b" }, {}, "TypeError", /as a file prefix/],
      [{ waitMs: -1 }, {}, "RangeError", /-1 as waitMs/],
      [{ waitMs: "5" }, {}, "RangeError", /"5" as waitMs/],
      [{ signal: 5 }, {}, "TypeError", /5 as signal: it is no AbortSignal/],
      [{ onClash: "ignore" }, {}, "TypeError", /"ignore" as onClash: there are refuse, restart/],
      [["-l", "0"], { wait: 5 }, "TypeError", /option "wait" of Eal\.attach: it is unknown/],
      [{ nope: 5 }, {}, "TypeError", /option "nope" of Eal\.init: it is unknown/],
      [["--in-memory"], {}, "TypeError", /Cannot start as a secondary without files/],
      [5, {}, "TypeError", /Cannot start EAL with 5/],
      [null, {}, "TypeError", /Cannot start EAL with null/],
    ];
    for (const [options, how, name, message] of wrong) {
      await assert.rejects(
        Eal.attach(options as EalOptions, how as object),
        { name, message },
        JSON.stringify(options),
      );
    }
    assert.throws(() => Eal.init([], { waitMs: 5 } as object), /option "waitMs" of Eal\.init/);
    assert.throws(() => Eal.init({ onClash: "no" } as object), /"no" as onClash/);
  });

  test("waits on when the primary went before it was attached to", () => {
    const filePrefix = uniquePrefix("none");
    assert.throws(() => Eal.init({ filePrefix, processType: "secondary" }), hasGone);
    assert.equal(hasGone(new Error("x")), false);
  });
});
