// What is no group, or none that can be read, is told in words.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Inspector } from "../../mod.ts";
import { assert, test, type TestContext } from "../kit.ts";
import { inspected } from "./outside.ts";

function directory({ cleanup }: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dts-inspect-"));
  cleanup(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, "dpdk"));
  return path;
}

const open = (filePrefix: string, runtimeDirectory: string) => () =>
  Inspector.open({ filePrefix, runtimeDirectory }).snapshot();

test("a group that is not there", (context) => {
  const path = directory(context);
  assert.throws(open("none", path), {
    name: "DpdkError",
    message:
      'Cannot inspect file prefix "none": there is no group of DPDK processes here that this ' +
      "user can see",
  });
});

test("another group is named", async (context) => {
  const group = await inspected(context);
  assert.throws(() => Inspector.open({ filePrefix: "no-such" }), {
    name: "DpdkError",
    message: new RegExp(`there is no such group; there are .*"${group.prefix}"`),
  });
});

test("a config that is cut off, foreign, unfinished, or of an unknown DPDK", async (context) => {
  const group = await inspected(context);
  const path = directory(context);
  const copy = (name: string) => {
    cpSync(`/var/run/dpdk/${group.prefix}`, join(path, "dpdk", name), {
      recursive: true,
      filter: (file) => !/mp_socket|telemetry/.test(file),
    });
    return join(path, "dpdk", name, "config");
  };
  const change = (name: string, offset: number, bytes: readonly number[]) => {
    const file = copy(name);
    const content = readFileSync(file);
    content.set(bytes, offset);
    writeFileSync(file, content);
  };
  open("whole", path);
  truncateSync(copy("short"), 20_000);
  change("foreign", 0, [1, 2, 3, 4]);
  change("starting", 0, [0, 0, 0, 0]);
  change("old", 4, [99, 8, 11, 21]);
  const where = (name: string) => `Cannot look into ${join(path, "dpdk", name)}: `;
  for (
    const [name, reason] of [
      ["short", `${join(path, "dpdk", "short", "config")} is cut off`],
      ["foreign", `${join(path, "dpdk", "foreign", "config")} is no config file of DPDK`],
      ["starting", "its primary has not finished its start, or failed in it"],
      [
        "old",
        "it runs DPDK 21.11.8, whose layouts are not known; known are 26 (DPDK 25.11), " +
        "25 (DPDK 24.11), 23 (DPDK 22.11)",
      ],
    ] as const
  ) {
    assert.throws(open(name, path), { name: "DpdkError", message: where(name) + reason });
  }
});

test("bad arguments", () => {
  const wrong = { file_prefix: "x" } as object;
  assert.throws(() => Inspector.open(wrong), TypeError);
  assert.throws(() => Inspector.open({ filePrefix: "" }), TypeError);
});
