import { readFileSync } from "node:fs";
import { agreedIn } from "../../ffi/eal/agreement.ts";
import { Eal, type EalOptions } from "../../mod.ts";
import {
  assert,
  type Child,
  describe,
  ealCase,
  removePrefix,
  spawnPeer,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { legacyMount } from "../faults/mounts.ts";
import { ready, refusal, startEal } from "./start.ts";

const OPTIONS = {
  legacyMem: "--legacy-mem",
  singleFileSegments: "--single-file-segments",
} as const;
type Key = keyof typeof OPTIONS;
const KEYS = Object.keys(OPTIONS) as Key[];

interface Primary extends Child {
  readonly prefix: string;
  end(): Promise<void>;
}

/** A primary in C. */
async function primary(context: TestContext, ...args: string[]): Promise<Primary> {
  const { cleanup } = context;
  const prefix = uniquePrefix("agree");
  const mount = legacyMount(context, args);
  cleanup(() => removePrefix(prefix));
  const usual = ["-l", "0", "--no-pci", "--no-telemetry", "--base-virtaddr=0x600000000000"];
  const child = spawnPeer("eal_facts", [
    ...usual,
    "-m",
    "16",
    "--file-prefix",
    prefix,
    ...args,
    ...mount,
  ]);
  cleanup(() => child.kill("SIGKILL"));
  await child.waitForLine(/^READY$/);
  return {
    ...child,
    prefix,
    end: async () => {
      child.stdin.end();
      await child.result;
    },
  };
}

async function attaches(options: EalOptions | readonly string[]): Promise<void> {
  const child = startEal(options);
  assert.equal((await ready(child))["processType"], "secondary");
  child.stdin.end();
  assert.equal((await child.result).code, 0);
}

const typed = (filePrefix: string, more: EalOptions): EalOptions => ({
  ...{ filePrefix, processType: "secondary", noPci: true },
  ...more,
});
const raw = (prefix: string, ...more: string[]): string[] => [
  ...["--lcores=1@0", "--no-pci", "--proc-type=secondary", "--file-prefix", prefix],
  ...more,
];

for (const key of KEYS) {
  describe(key, () => {
    test("of a primary in C is refused to a secondary that will not have it", async (context) => {
      const c = await primary(context, OPTIONS[key]);
      const { name, message } = await refusal(typed(c.prefix, { [key]: false }));
      assert.equal(name, "DpdkError");
      assert.equal(
        message,
        `Cannot attach to the primary of file prefix "${c.prefix}": it was started with ` +
          `${OPTIONS[key]}, and this process is to be without: all processes of a group must ` +
          `agree; leave ${key} out, and it is as the primary has it`,
      );
      await attaches(typed(c.prefix, {}));
      await attaches(typed(c.prefix, { [key]: true }));
      await attaches(raw(c.prefix));
      await attaches(raw(c.prefix, OPTIONS[key]));
      await c.end();
    });

    test("is refused to a secondary of a primary in C that does not have it", async (context) => {
      const c = await primary(context);
      const refused = new RegExp(
        `it was started without ${OPTIONS[key]}, and this process is to be with: all .* ${key} out`,
      );
      assert.match((await refusal(typed(c.prefix, { [key]: true }))).message, refused);
      assert.match((await refusal(raw(c.prefix, OPTIONS[key]))).message, refused);
      const auto = typed(c.prefix, { [key]: true, processType: "auto" });
      assert.match((await refusal(auto)).message, refused);
      await attaches(typed(c.prefix, { [key]: false }));
      await c.end();
    });
  });

  ealCase(`${key} of a primary of ours is told and taken, too`, async (context) => {
    const { prefix } = context;
    const args = legacyMount(context, [OPTIONS[key]]);
    using eal = Eal.init({ filePrefix: prefix, noPci: true, memory: 16, [key]: true, args });
    await attaches(typed(prefix, {}));
    assert.match((await refusal(typed(prefix, { [key]: false }))).message, /is to be without/);
    // Last: with the file closed, the primary's lock on it is gone.
    const { buffer } = new Uint8Array(readFileSync(`${eal.runtimeDirectory}/config`));
    for (const each of KEYS) assert.equal(agreedIn(new DataView(buffer))[each], each === key);
  });
}

describe("a primary that shares no files", () => {
  for (const option of ["--huge-unlink", "--no-huge"]) {
    test(`for it has ${option}, is refused`, async (context) => {
      const c = await primary(context, option);
      const { name, message } = await refusal(typed(c.prefix, {}));
      assert.equal(name, "DpdkError");
      assert.match(message, /it has no hugepage files to share: it was started with --huge-unlink/);
      await c.end();
    });
  }
});

test("a secondary may not remove the primary's hugepage files", async (context) => {
  const c = await primary(context);
  for (const type of ["secondary", "auto"] as const) {
    const options = typed(c.prefix, { hugeUnlink: "always", processType: type });
    const { name, message } = await refusal(options);
    assert.equal(name, "TypeError");
    assert.match(message, /--huge-unlink=always in a secondary: it would remove the primary's/);
  }
  assert.equal((await refusal(raw(c.prefix, "--huge-unlink"))).name, "TypeError");
  await attaches(typed(c.prefix, { hugeUnlink: "existing" }));
  await c.end();
});
