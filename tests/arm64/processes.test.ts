// Two emulated processes for arm64 at one ring in hugepages: a script of this library is the primary,
// a C program the secondary. Both put in and take out at the same time. What they do and say is told
// in tests/interop/scripts/ring_worker.ts.

import {
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
} from "../../mod.ts";
import { withProgram } from "../../tools/arm64/compile.ts";
import { SYSTEM } from "../../tools/arm64/places.ts";
import { cpus, script, Worker } from "../interop/group.ts";
import { assert, peerText, removePrefix, runtimeName, test, uniquePrefix } from "../kit.ts";
import { spawnArm, spawnArmProgram } from "./process.ts";
import { cannotEmulate as skip } from "./ready.ts";

const RTS = RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ;
const HTS = RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ;

/** Each process puts in so many elements in each round. */
const EACH = 4_000;

const ROUNDS = [
  { mode: "MP/MC", flags: 0, elementSize: 8, path: "native" },
  { mode: "MP/MC", flags: 0, elementSize: 8, path: "inline" },
  { mode: "RTS/RTS", flags: RTS, elementSize: 8, path: "inline" },
  { mode: "HTS/HTS", flags: HTS, elementSize: 16, path: "inline" },
] as const;

/** How many came from each producer, and were sent; the sums of their numbers, too. */
function parse(line: string): { readonly sent: string; readonly got: readonly string[] } {
  const words = /^round \d+ faults 0 sent (\S+) got (\S+) (\S+) (\S+)$/.exec(line);
  assert.notEqual(words, null, line);
  const [sent, ...got] = words!.slice(1);
  return { sent: sent!, got };
}

/** Counts, sums and hashes, added up. */
function added(one: string, other: string): string {
  const [a, b] = [one, other].map((text) => text.split(":").map(Number));
  return [a![0]! + b![0]!, a![1]! + b![1]!, (a![2]! + b![2]!) % 2 ** 32].join(":");
}

test(
  "an emulated script and an emulated C program use one ring",
  { skip, timeoutMs: 400_000 },
  async ({ cleanup }) => {
    const prefix = uniquePrefix("arm64-processes");
    cleanup(() => removePrefix(prefix));
    const args = (lcore: number) => [
      ...["--lcores", `${lcore}@${cpus()}`, "--no-pci", "--file-prefix", prefix],
    ];
    await withProgram(SYSTEM, peerText("ring_worker.c"), async (program) => {
      const primary = new Worker(
        runtimeName,
        spawnArm(script("ring_worker"), [...args(0), "-m", "64"]),
      );
      cleanup(() => primary.child.kill("SIGKILL"));
      assert.equal(await primary.answer(), "ready");
      const secondary = new Worker(
        "c",
        spawnArmProgram(program, [...args(1), "--proc-type=secondary"]),
      );
      cleanup(() => secondary.child.kill("SIGKILL"));
      assert.equal(await secondary.answer(), "ready");

      for (const [slot, { mode, flags, elementSize, path }] of ROUNDS.entries()) {
        await primary.ask(`create RING${slot} ${elementSize} 256 ${flags}`);
        const ask = (number: number) =>
          `round ${slot} RING${slot} ${elementSize} ${path} 2 ${number} ${EACH} 1 ${2 * EACH}`;
        const answers = (await Promise.all([primary.ask(ask(0)), secondary.ask(ask(1))])).map(
          parse,
        );
        for (const [number, { sent }] of answers.entries()) {
          const got = answers.map(({ got }) => got[number]!).reduce(added);
          assert.equal(got, sent, `${mode} ${path}: of producer ${number}`);
          assert.equal(sent.split(":")[0], String(EACH));
        }
        await primary.ask(`free RING${slot}`);
      }
      await secondary.quit();
      await primary.quit();
    });
  },
);
