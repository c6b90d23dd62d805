// The lcores that a C process asks for on its command line; EAL's own reading is the referee.

import { lcoresInArguments } from "../../ffi/lcore/arguments.ts";
import { assert, outcome, removePrefix, spawnPeer, test, uniquePrefix } from "../kit.ts";

const KNOWN: readonly (readonly string[])[] = [
  ["-l", "0"],
  ["-l0"],
  ["-l", "0-1"],
  ["-c", "3"],
  ["-c0x2"],
  ["--lcores=3@0"],
  ["--lcores", "0@(0,1),5@1"],
  ["--lcores=(2,4-6)@0,9@0"],
  ["--lcores", "(1-3)@0"],
];

test("are those that EAL enables", async ({ cleanup }) => {
  for (const args of KNOWN) {
    const prefix = uniquePrefix("arguments");
    cleanup(() => removePrefix(prefix));
    const all = [
      ...args,
      "--no-pci",
      "--no-huge",
      "-m",
      "32",
      "--no-shconf",
      `--file-prefix=${prefix}`,
    ];
    const peer = spawnPeer("eal_facts", all);
    peer.stdin.end();
    const result = await peer.result;
    assert.equal(result.code, 0, outcome(result));
    const lcores = /^lcores (.*)$/m.exec(result.stdout)![1]!;
    assert.equal(lcoresInArguments(["program", ...all])?.join(" "), lcores, args.join(" "));
  }
});

test("are unknown where none are named, and none where they are nonsense", () => {
  assert.equal(lcoresInArguments(["program", "--no-pci", "--", "-l", "3"]), undefined);
  assert.equal(lcoresInArguments([]), undefined);
  for (const value of ["x", "3-1", "0-99999999", "-", "(", "1-2-"]) {
    const ids = lcoresInArguments(["program", "-l", value])!;
    assert.ok(Array.isArray(ids) && ids.length < 4, value);
  }
  assert.deepEqual(lcoresInArguments(["program", "-l"]), []);
});
