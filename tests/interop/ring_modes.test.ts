// Producers and consumers in C, on Deno and on Bun, two or three processes at one ring at the same
// time, in every sync mode. This file runs once on each runtime: each run has half of the modes, and
// its own runtime's script or the C program as the primary.

import {
  RING_F_EXACT_SZ,
  RING_F_MC_HTS_DEQ,
  RING_F_MC_RTS_DEQ,
  RING_F_MP_HTS_ENQ,
  RING_F_MP_RTS_ENQ,
  RING_F_SC_DEQ,
  RING_F_SP_ENQ,
} from "../../mod.ts";
import { assert, describe, runtimeName, test } from "../kit.ts";
import { Group, type Language, LANGUAGES, type Worker } from "./group.ts";

interface Mode {
  readonly name: string;
  /** The primary's language. */
  readonly primary: Language;
  /** `RING_F_*`. */
  readonly flags: number;
  /** Slots. */
  readonly size: number;
}

/** Each mode moves so many elements, in all its rounds together. */
const NATIVE = 10_800_000;
const OTHERS = 3_600_000;

const MODES: Readonly<Record<typeof runtimeName, readonly Mode[]>> = {
  deno: [
    { name: "MP/MC", primary: "deno", flags: 0, size: 1024 },
    { name: "SP/MC", primary: "deno", flags: RING_F_SP_ENQ, size: 512 },
    {
      name: "RTS/HTS, exact size",
      primary: "deno",
      flags: RING_F_MP_RTS_ENQ | RING_F_MC_HTS_DEQ | RING_F_EXACT_SZ,
      size: 1000,
    },
    { name: "HTS/HTS", primary: "c", flags: RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ, size: 256 },
  ],
  bun: [
    { name: "RTS/RTS", primary: "bun", flags: RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ, size: 1024 },
    { name: "MP/SC", primary: "bun", flags: RING_F_SC_DEQ, size: 512 },
    { name: "HTS/RTS", primary: "bun", flags: RING_F_MP_HTS_ENQ | RING_F_MC_RTS_DEQ, size: 64 },
    {
      name: "SP/SC, exact size",
      primary: "c",
      flags: RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ,
      size: 700,
    },
  ],
};

/** Who does what at a ring; a worker's number is its language's. */
interface Roles {
  readonly producers: readonly number[];
  readonly consumers: readonly number[];
}

const ALL = [0, 1, 2];
const PAIRS = [[0, 1], [0, 2], [1, 2]] as const;

/**
 * The rounds of a mode. Where an end is for one process, each language has it once.
 *
 * Three processes at a time where neither end is in the default mode. In that mode each process waits
 * for those that came before it, on the CPU; with more processes than CPUs they soon do nothing else,
 * each waiting for one that does not run. So there it is each pair.
 */
function rolesOf({ flags }: Mode): Roles[] {
  const single = [(flags & RING_F_SP_ENQ) !== 0, (flags & RING_F_SC_DEQ) !== 0];
  const relaxed = [
    flags & (RING_F_MP_RTS_ENQ | RING_F_MP_HTS_ENQ),
    flags & (RING_F_MC_RTS_DEQ | RING_F_MC_HTS_DEQ),
  ];
  if (relaxed.every((bits) => bits !== 0)) return [{ producers: ALL, consumers: ALL }];
  return PAIRS.flatMap((pair, i): Roles[] => {
    const [one, other] = i === 1 ? [...pair].reverse() as [number, number] : pair;
    if (single[0] && single[1]) {
      return [{ producers: [one], consumers: [other] }, { producers: [other], consumers: [one] }];
    }
    return [{
      producers: single[0] ? [one] : pair,
      consumers: single[1] ? [one] : pair,
    }];
  });
}

interface Tally {
  readonly count: number;
  readonly sum: number;
  readonly hash: number;
}

const NOTHING: Tally = { count: 0, sum: 0, hash: 0 };

function tally(text: string): Tally {
  const [count, sum, hash] = text.split(":").map(Number);
  return { count: count!, sum: sum!, hash: hash! };
}

function added(a: Tally, b: Tally): Tally {
  return { count: a.count + b.count, sum: a.sum + b.sum, hash: (a.hash + b.hash) % 2 ** 32 };
}

interface Answer {
  readonly faults: number;
  readonly sent: Tally;
  /** What came from each producer. */
  readonly got: readonly Tally[];
}

function parse(line: string): Answer {
  const words = line.match(/^round \d+ faults (\d+) sent (\S+) got (\S+) (\S+) (\S+)$/);
  assert.notEqual(words, null, line);
  const [faults, sent, ...got] = words!.slice(1);
  return { faults: Number(faults), sent: tally(sent!), got: got.map(tally) };
}

/** A ring of a mode, and how scripts work on it. */
interface Variant {
  readonly elementSize: number;
  readonly path: "native" | "inline";
  readonly total: number;
}

const VARIANTS: readonly Variant[] = [
  { elementSize: 8, path: "native", total: NATIVE },
  { elementSize: 8, path: "inline", total: OTHERS },
  { elementSize: 16, path: "inline", total: OTHERS },
];

/** One round: all workers at one ring, until all that was sent was taken. */
async function round(
  workers: readonly Worker[],
  ring: string,
  slot: number,
  { elementSize, path }: Variant,
  { producers, consumers }: Roles,
  total: number,
): Promise<void> {
  const each = total / producers.length;
  const part = [...new Set([...producers, ...consumers])];
  const answers = await Promise.all(part.map(async (number) => {
    const producer = producers.includes(number) ? number : -1;
    const count = producer < 0 ? 0 : each;
    const consumes = consumers.includes(number) ? 1 : 0;
    const what = [slot, ring, elementSize, path, part.length, producer, count, consumes, total];
    return parse(await workers[number]!.ask(`round ${what.join(" ")}`));
  }));

  const where = `slot ${slot}, producers ${producers}, consumers ${consumers}`;
  for (const { faults } of answers) assert.equal(faults, 0, `${where}: faults`);
  for (const number of ALL) {
    const sent = answers[part.indexOf(number)]?.sent ?? NOTHING;
    assert.equal(sent.count, producers.includes(number) ? each : 0, where);
    const got = answers.map(({ got }) => got[number]!).reduce(added);
    assert.deepEqual(got, sent, `${where}: from ${LANGUAGES[number]}`);
  }
}

describe("C, Deno and Bun at one ring", () => {
  for (const mode of MODES[runtimeName]) {
    const name = `${mode.name}, created by ${mode.primary}`;
    test(name, { timeoutMs: 200_000 }, async (context) => {
      const group = new Group(context, "ring_worker");
      const primary = await group.join("primary", mode.primary);
      const workers = await Promise.all(
        LANGUAGES.map((language) =>
          language === mode.primary ? primary : group.join("secondary", language)
        ),
      );
      let slot = 0;
      for (const variant of VARIANTS) {
        const ring = `RING${slot}`;
        const { elementSize, total } = variant;
        await primary.ask(`create ${ring} ${elementSize} ${mode.size} ${mode.flags}`);
        const rounds = rolesOf(mode);
        for (const roles of rounds) {
          await round(workers, ring, slot++, variant, roles, total / rounds.length);
        }
        await primary.ask(`free ${ring}`);
      }
      for (const worker of workers) if (worker !== primary) await worker.quit();
      await primary.quit();
    });
  }
});
