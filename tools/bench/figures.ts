/**
 * What the figures are: their units, which of several rounds counts, and what they are to reach.
 *
 * @module
 */

/** What a figure is to reach. */
export interface Target {
  /** In words: `>= 95 %`. */
  readonly text: string;
  /** As a ratio to C's figure; none for a figure that stands alone. */
  readonly ratio?: number;
  /** Whether it is reached. */
  met(value: number, ratio: number | null): boolean;
}

/** A kind of figure. */
export interface Figure {
  readonly unit: string;
  /**
   * Which of several rounds counts. Of what one process does, the best: what else the machine does
   * can only make it slower. Of what two processes do, the median: which CPUs they get decides much,
   * for better and for worse.
   */
  readonly settled: "least" | "median" | "most";
  /** Whether more of it is better, as of packets a second; less is of times. */
  readonly higher: boolean;
  readonly target?: Target;
  /** What it is measured with. */
  readonly part: Part;
}

/** What can be measured alone. */
export const PARTS = ["rings", "streams", "mp", "packets", "polling", "inspect"] as const;

/** One of them. */
export type Part = (typeof PARTS)[number];

function atLeast(ratio: number): Target {
  return {
    text: `>= ${100 * ratio} % of C`,
    ratio,
    met: (_, own) => own !== null && own >= ratio,
  };
}

function atMost(ratio: number): Target {
  return { text: `<= ${ratio} times C`, ratio, met: (_, own) => own !== null && own <= ratio };
}

/** What the engine does on its own stays below half a byte; an allocation per burst is 8 or more. */
const NO_HEAP: Target = { text: "0 bytes", met: (value) => value < 0.5 };

/** A loop that lives with the event loop, against one that does not. */
const LIVES: Target = { text: "<= 1.1 times a bare loop", met: (value) => value <= 1.1 };

/** A look, of which a screen has several a second. */
const QUICK: Target = { text: "< 10 ms", met: (value) => value < 10 };

/** What is watched goes on as before. */
const UNSEEN: Target = { text: ">= 0.99", met: (value) => value >= 0.99 };

const RINGS = { part: "rings", unit: "ns/pair", settled: "least", higher: false } as const;
const STREAM: Figure = {
  part: "streams",
  unit: "million objects/s",
  settled: "median",
  higher: true,
  target: atLeast(0.8),
};
const MESSAGES = { part: "mp", unit: "us/request", settled: "median", higher: false } as const;
const RATE = {
  part: "packets",
  unit: "million packets/s",
  settled: "most",
  higher: true,
} as const;
const POLLING = { part: "polling", settled: "least", higher: false } as const;
const LOOKS = { part: "inspect", unit: "ms", settled: "median", higher: false } as const;
const HEAP = { unit: "bytes", settled: "least", higher: false, target: NO_HEAP } as const;

/** The first whose pattern is in a name is that figure's. */
const FIGURES: readonly (readonly [name: RegExp, figure: Figure])[] = [
  [/^two processes/, STREAM],
  [/^mp: C asks/, { ...MESSAGES, target: atMost(1.5) }],
  [/^mp: C answers/, { ...MESSAGES, target: atMost(2) }],
  [/^heap bytes per packet/, { ...HEAP, part: "packets" }],
  [/^heap bytes per polled/, { ...HEAP, part: "polling" }],
  [/^heap/, { ...HEAP, part: "rings" }],
  [/^polling: poll to bare/, { ...POLLING, unit: "ratio", target: LIVES }],
  [/^polling: turn/, { ...POLLING, unit: "ns/turn" }],
  [/^polling: idle/, { ...POLLING, unit: "% of a CPU" }],
  [/^polling:/, { ...POLLING, unit: "ns/step" }],
  [/^inspect: a look/, { ...LOOKS, target: QUICK }],
  [/^inspect: watched/, { ...LOOKS, unit: "ratio", higher: true, target: UNSEEN }],
  [/^inspect:/, LOOKS],
  [/^packets: io/, { ...RATE, target: atLeast(0.95) }],
  [/^packets: MACs swapped$/, { ...RATE, target: atLeast(0.6) }],
  [/^packets: MACs/, RATE],
  [/^packets: alloc/, { ...RINGS, part: "packets", target: atMost(4) }],
  [/^packets: client_server/, { ...RATE, settled: "median", target: atLeast(0.6) }],
  [/^mempool get\+put 32$/, { ...RINGS, target: atMost(2.5) }],
  [/^ring (sp_sc|mp_mc|four modes) burst 1$/, { ...RINGS, target: atMost(3) }],
  [/^ring (sp_sc|mp_mc|four modes) burst 32$/, { ...RINGS, target: atMost(1.6) }],
  [/^ring (sp_sc|mp_mc|four modes) burst 256$/, { ...RINGS, target: atMost(1.15) }],
  [/^(ring|mempool|two foreign calls) /, RINGS],
];

/** What a figure of this name is. */
export function figureOf(name: string): Figure {
  const figure = FIGURES.find(([pattern]) => pattern.test(name))?.[1];
  if (figure === undefined) throw new Error(`Cannot judge "${name}": no figure has such a name`);
  return figure;
}

/** The middle one, of an even number the higher; `NaN` of none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** One figure of several rounds. */
export function settle(name: string, rounds: readonly number[]): number {
  const { settled } = figureOf(name);
  if (settled === "median") return median(rounds);
  return settled === "least" ? Math.min(...rounds) : Math.max(...rounds);
}
