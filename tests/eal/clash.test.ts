// A primary in C, and secondaries in whose address space something lies where its memory is. But for
// the last test it is where no engine puts anything, so that nothing clashes by chance.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { abi } from "../../ffi/abi/mod.ts";
import { describeRange, neededRanges, type Range } from "../../ffi/eal/ranges.ts";
import {
  assert,
  type Child,
  describe,
  executable,
  outcome,
  removePrefix,
  runtimeName,
  spawnPeer,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { slipAt } from "./slip.ts";

const SCRIPT = fileURLToPath(new URL("./fixtures/clash.ts", import.meta.url));

/** How the script is run: FFI is all that it may use. */
const RUN = {
  deno: ["run", "--allow-ffi", "--no-prompt", "--no-check", "--quiet"],
  bun: ["run"],
}[runtimeName];

/** A C primary, and what its secondaries map. */
class Group {
  readonly prefix: string = uniquePrefix("clash");
  readonly primary: Child;
  ranges: readonly Range[] = [];

  private constructor({ cleanup }: TestContext, more: readonly string[]) {
    cleanup(() => removePrefix(this.prefix));
    const usual = ["-l", "0", "--no-pci", "--no-telemetry", "-m", "32"];
    this.primary = spawnPeer("eal_facts", [...usual, "--file-prefix", this.prefix, ...more]);
    cleanup(() => this.primary.result);
    cleanup(() => this.primary.stdin.end());
  }

  static async of(
    context: TestContext,
    more: readonly string[] = ["--base-virtaddr=0x600000000000"],
  ): Promise<Group> {
    const group = new Group(context, more);
    await group.primary.waitForLine(/^READY$/);
    const bytes = Uint8Array.from(readFileSync(`/var/run/dpdk/${group.prefix}/config`));
    group.ranges = neededRanges(new DataView(bytes.buffer), abi()) as readonly Range[];
    return group;
  }

  range(name: RegExp): Range {
    return this.ranges.find((range) => name.test(range.name))!;
  }

  get args(): string[] {
    return ["-l", "0", "--no-pci", "--proc-type=secondary", "--file-prefix", this.prefix];
  }

  /** Starts a secondary. */
  join(where: object, others: readonly string[] = [], env: Record<string, string> = {}): Child {
    const args = [JSON.stringify(where), JSON.stringify(this.args), ...others];
    return spawnProgram(executable(runtimeName), [...RUN, SCRIPT, ...args], { env });
  }
}

interface Image {
  readonly restarts: string | null;
  readonly others: string[];
  readonly cpus: number[];
  readonly blocked: string;
  readonly descriptors: string[];
  readonly kept: string | null;
}

/** What the images of a process said of themselves, in their order. */
function images(stdout: string): Image[] {
  return [...stdout.matchAll(/^IMAGE (.*)$/gm)].map(([, json]) => JSON.parse(json!));
}

async function ended(child: Child): Promise<string> {
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result.stdout;
}

async function attached(child: Child): Promise<string> {
  await child.waitForLine(/^(READY|ERROR)/);
  child.stdin.end();
  const stdout = await ended(child);
  assert.match(stdout, /^READY {"processType":"secondary","left":null}$/m);
  return stdout;
}

async function error(child: Child): Promise<{ name: string; code: string; message: string }> {
  child.stdin.end();
  return JSON.parse((await ended(child)).match(/^ERROR (.*)$/m)![1]!);
}

/** Middle of a range: the page there is what clashes. */
function within({ address, length }: Range): number {
  return address + Math.floor(length / 8192) * 4096;
}

describe("a secondary whose addresses are taken", () => {
  test("is refused, and told which range, and by what", async (context) => {
    const group = await Group.of(context);
    for (
      const name of [/^memory list/, /^the config/, /table of memzones/, /table of memory list/]
    ) {
      const range = group.range(name);
      const at = within(range);
      const { message, ...rest } = await error(group.join({ at }));
      const page = `0x${at.toString(16)}-0x${(at + 4096).toString(16)}`;
      assert.deepEqual([rest.name, rest.code], ["DpdkError", "EEXIST"]);
      assert.equal(
        message,
        `Cannot attach to the primary of file prefix "${group.prefix}": mmap failed with EEXIST: ` +
          `${
            describeRange(range)
          }, is taken in this process by anonymous memory at ${page}; start ` +
          "the primary with --base-virtaddr=0x600000000000, where no JavaScript engine puts its " +
          'memory, or have this process started again until it fits (onClash: "restart")',
      );
    }
  });

  test("may start EAL all the same, once they are free: nothing was touched", async (context) => {
    const group = await Group.of(context);
    const at = within(group.range(/^memory list/));
    const child = group.join({ at, when: "until refused" });
    assert.match(await attached(child), /^REFUSED .*memory list/m);
  });

  test("starts again when told so, and is what it was but for its addresses", async (context) => {
    const group = await Group.of(context);
    const others = ["a b", "", "größer", "--flag", "-"];
    for (const name of [/^memory list/, /^the config/]) {
      const where = { at: within(group.range(name)), when: "first", onClash: "restart" };
      const child = group.join(where, others, { DPDK_TS_KEPT: "ä" });
      const [first, second, ...more] = images(await attached(child));
      assert.equal(more.length, 0, "one clash, one more image");
      assert.deepEqual([first!.restarts, second!.restarts], [null, `${child.pid}:1`]);
      assert.deepEqual({ ...second, restarts: null }, first);
      assert.deepEqual(first!.others, others);
      assert.equal(first!.kept, "ä");
    }
  });

  test("is given up when it clashes in every image", async (context) => {
    const group = await Group.of(context);
    const range = group.range(/^memory list/);
    const child = group.join({ at: within(range), when: "always", onClash: "restart" });
    child.stdin.end();
    const stdout = await ended(child);
    const counts = images(stdout).map(({ restarts }) => restarts?.split(":")[1] ?? "0");
    assert.deepEqual(counts, Array.from({ length: 11 }, (_, i) => `${i}`));
    const { message, code } = JSON.parse(stdout.match(/^ERROR (.*)$/m)![1]!);
    assert.equal(code, "EEXIST");
    assert.match(
      message,
      /; it was so in each of the 10 images that were tried; start the primary/,
    );
  });

  test("is not started again when its script came by the standard input", async (context) => {
    const group = await Group.of(context);
    const at = within(group.range(/^memory list/));
    const text = `
      import { Eal, runtime } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
      const { mmap } = runtime.open("libc.so.6", {
        mmap: "void * (void *at, size_t length, int prot, int flags, int fd, off_t offset)",
      });
      mmap(runtime.pointer(${at}), 4096, 3, 0x100022, -1, 0);
      try {
        Eal.init(${JSON.stringify(group.args)}, { onClash: "restart" });
      } catch (error) {
        console.log(error.message);
      }
    `;
    const flags = runtimeName === "deno"
      ? ["run", "--allow-all", "--no-check", "--quiet"]
      : ["run"];
    const child = spawnProgram(executable(runtimeName), [...flags, "-"]);
    child.stdin.end(text);
    assert.match(await ended(child), /; a script that was read from the standard input cannot be/);
  });

  test("says so in a Worker, which cannot start its process again", async (context) => {
    const group = await Group.of(context);
    const at = within(group.range(/^memory list/));
    const worker = `
      import { parentPort } from "node:worker_threads";
      import { Eal, runtime } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
      const { mmap } = runtime.open("libc.so.6", {
        mmap: "void * (void *at, size_t length, int prot, int flags, int fd, off_t offset)",
      });
      mmap(runtime.pointer(${at}), 4096, 3, 0x100022, -1, 0);
      try {
        Eal.init(${JSON.stringify(group.args)}, { onClash: "restart" });
      } catch (error) {
        parentPort.postMessage(error.message);
      }
    `;
    const url = new URL(`data:text/javascript,${encodeURIComponent(worker)}`);
    const thread = new Worker(url);
    context.cleanup(() => thread.terminate());
    const message = await new Promise((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
    assert.match(String(message), /; a Worker cannot start its process again; start the primary/);
  });
});

describe("an address that is taken while EAL starts", () => {
  type Slipped = readonly [child: Child, check: () => void];
  const slipped = (group: Group, range: Range, onClash: string, quiet: string[]): Slipped => {
    const file = `/var/run/dpdk/${group.prefix}/slip`;
    writeFileSync(file, "");
    const args = [JSON.stringify({ onClash }), JSON.stringify([...group.args, ...quiet])];
    const child = spawnProgram(executable(runtimeName), [...RUN, SCRIPT, ...args], {
      env: slipAt(range.address, file),
    });
    return [child, () => assert.equal(existsSync(file), false, "the address was taken")];
  };

  test("is an error, and the process goes on", async (context) => {
    const group = await Group.of(context);
    const [child, check] = slipped(group, group.range(/^memory list/), "refuse", []);
    const { message, code } = await error(child);
    check();
    assert.equal(code, "ENOMEM");
    assert.match(message, /addresses of the primary's memory are taken .*onClash: "restart"/);
  });

  for (const [what, quiet] of [["with", []], ["without", ["--log-level=1"]]] as const) {
    test(`starts it again when told so, ${what} EAL's words, and leaves nothing`, async (context) => {
      const group = await Group.of(context);
      for (const name of [/^memory list/, /^the config/]) {
        const [child, check] = slipped(group, group.range(name), "restart", [...quiet]);
        await child.waitForLine(/^(READY|ERROR)/);
        check();
        const sockets = readdirSync(`/var/run/dpdk/${group.prefix}`)
          .filter((file) => file.startsWith(`mp_socket_${child.pid}_`));
        const [first, second, ...more] = images(await attached(child));
        assert.equal(more.length, 0);
        assert.deepEqual({ ...second, restarts: null }, first, "CPUs, signals, descriptors");
        assert.deepEqual(first!.descriptors, []);
        assert.equal(sockets.length, 1, "the first image's socket is gone");
      }
    });
  }
});

const NEVER =
  "of 40 that attach to a C primary at the default base address, and may restart, none fails";

test(NEVER, { timeoutMs: 120_000 }, async (context) => {
  const group = await Group.of(context, []);
  for (let i = 0; i < 40; i++) {
    const child = group.join({ onClash: "restart" });
    child.stdin.end();
    assert.match(await ended(child), /^READY/m, `attach ${i}`);
  }
});
