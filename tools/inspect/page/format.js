/**
 * Numbers in words.
 *
 * @module
 */

const PREFIXES = ["", "k", "M", "G", "T"];

/**
 * A number with three digits that count, and a prefix: `2.41 M`.
 *
 * @param {number} value the number
 * @returns {string} the words
 */
export function short(value) {
  let scaled = Math.abs(value);
  let step = 0;
  while (scaled >= 999.5 && step < PREFIXES.length - 1) {
    scaled /= 1000;
    step++;
  }
  if (step === 0 && Number.isInteger(scaled)) return `${value}`;
  const text = scaled >= 100
    ? scaled.toFixed(0)
    : scaled >= 10
    ? scaled.toFixed(1)
    : scaled.toFixed(2);
  return `${value < 0 ? "-" : ""}${text}${step === 0 ? "" : ` ${PREFIXES[step]}`}`;
}

/**
 * A rate: `2.41 M/s`.
 *
 * @param {number} value elements a second
 * @returns {string} the words
 */
export const rate = (value) => value === 0 ? "0/s" : `${short(value)}/s`;

/**
 * A rate of bits: `5.1 Gbit/s`.
 *
 * @param {number} value bits a second
 * @returns {string} the words
 */
export const bits = (value) => `${short(value)}${value >= 999.5 ? "" : " "}bit/s`;

/**
 * A count with all its digits: `1 048 576`.
 *
 * @param {number | null} value the count
 * @returns {string} the words
 */
export const whole = (value) =>
  value === null ? "unknown" : String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/**
 * Bytes: `192 MiB`.
 *
 * @param {number} value bytes
 * @returns {string} the words
 */
export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let scaled = value;
  let step = 0;
  while (scaled >= 1024 && step < units.length - 1) {
    scaled /= 1024;
    step++;
  }
  return `${Number(scaled.toFixed(scaled >= 100 ? 0 : 1))} ${units[step]}`;
}

/**
 * A part of one: `41 %`.
 *
 * @param {number} value from 0 to 1
 * @returns {string} the words
 */
export const percent = (value) =>
  `${value > 0 && value < 0.01 ? "<1" : Math.round(value * 100)}\u202f%`;

/**
 * An address: `0x100200040`.
 *
 * @param {number} value the address
 * @returns {string} in hexadecimal
 */
export const address = (value) => `0x${value.toString(16)}`;

/**
 * A time span: `2.4 s`, `3 min 12 s`.
 *
 * @param {number} ms milliseconds
 * @returns {string} the words
 */
export function span(ms) {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * A time of day: `12:34:56`.
 *
 * @param {number} time milliseconds since 1970
 * @returns {string} in this browser's time zone
 */
export const clock = (time) => new Date(time).toTimeString().slice(0, 8);

/**
 * A number with its noun: `1 ring`, `2 rings`.
 *
 * @param {number} count how many
 * @param {string} noun of what
 * @returns {string} the words
 */
export const counted = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;

const SIDES = {
  prod: { ST: "SP", MT: "MP", RTS: "MP RTS", HTS: "MP HTS" },
  cons: { ST: "SC", MT: "MC", RTS: "MC RTS", HTS: "MC HTS" },
};

/**
 * How threads share a ring's ends, in DPDK's words: `MP/SC`.
 *
 * @param {string | null} prod of the producers
 * @param {string | null} cons of the consumers
 * @returns {string} the words
 */
export function sync(prod, cons) {
  /** @type {(side: Record<string, string>, name: string | null) => string} */
  const name = (side, key) => side[key ?? ""] ?? "?";
  return `${name(SIDES.prod, prod)}/${name(SIDES.cons, cons)}`;
}

const RING_FLAGS = [
  "SP_ENQ",
  "SC_DEQ",
  "EXACT_SZ",
  "MP_RTS_ENQ",
  "MC_RTS_DEQ",
  "MP_HTS_ENQ",
  "MC_HTS_DEQ",
];
const POOL_FLAGS = [
  "NO_SPREAD",
  "NO_CACHE_ALIGN",
  "SP_PUT",
  "SC_GET",
  "POOL_CREATED",
  "NO_IOVA_CONTIG",
  "NON_IO",
];

/** @type {(names: string[], flags: number) => string} */
function flagNames(names, flags) {
  const set = names.filter((_, bit) => (flags >>> bit) & 1);
  return set.length === 0 ? "none" : set.join(" ");
}

/**
 * A ring's flags by name.
 *
 * @param {number} flags `RING_F_*`, or-ed
 * @returns {string} the names
 */
export const ringFlags = (flags) => flagNames(RING_FLAGS, flags);

/**
 * A pool's flags by name.
 *
 * @param {number} flags `RTE_MEMPOOL_F_*`, or-ed
 * @returns {string} the names
 */
export const poolFlags = (flags) => flagNames(POOL_FLAGS, flags);
