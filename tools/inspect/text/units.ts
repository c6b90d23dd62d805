/**
 * Numbers with sensible units.
 *
 * @module
 */

const LARGE = ["", "k", "M", "G", "T", "P"];
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Three significant digits. */
function digits(value: number): string {
  if (value === 0) return "0";
  if (value < 9.995) return value.toFixed(2);
  return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

/**
 * A number in at most five characters: `0.5`, `9999`, `12.3k`, `298M`.
 *
 * @param value A number that is not negative.
 * @returns The text.
 */
export function short(value: number): string {
  if (value < 9999.5) {
    return Number.isInteger(value) || value >= 99.95 ? value.toFixed(0) : digits(value);
  }
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < LARGE.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${digits(rest)}${LARGE[unit]}`;
}

/**
 * A number with commas: `1,048,575`.
 *
 * @param value An integer.
 * @returns The text.
 */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A number of bytes: `64 MiB`, `1.5 KiB`, `384 B`.
 *
 * @param value Bytes.
 * @returns The text.
 */
export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < BINARY.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${Number.isInteger(rest) ? rest : digits(rest)} ${BINARY[unit]}`;
}

/**
 * A number of bits a second: `9.87 Gb/s`.
 *
 * @param value Bits a second.
 * @returns The text.
 */
export function bitRate(value: number): string {
  const text = short(value);
  const unit = /[a-zA-Z]$/.exec(text)?.[0] ?? "";
  return `${text.slice(0, text.length - unit.length)} ${unit}b/s`;
}

/**
 * A time: `250 ms`, `3.2 s`, `4 min`, `2 h 05 min`.
 *
 * @param ms Milliseconds.
 * @returns The text.
 */
export function duration(ms: number): string {
  if (ms < 999.5) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const all = Math.round(seconds);
  const minutes = Math.floor(all / 60);
  if (minutes < 60) return `${minutes} min ${String(all % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/**
 * A part of a whole: `44 %`.
 *
 * @param part From 0 to 1.
 * @returns The text; what is neither nothing nor all is never said to be.
 */
export function percent(part: number): string {
  const rounded = Math.round(part * 100);
  const shown = part > 0 && part < 1 ? Math.min(Math.max(rounded, 1), 99) : rounded;
  return `${shown} %`;
}

/**
 * An address: `0x1003f8c80`.
 *
 * @param value The address.
 * @returns The text.
 */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/**
 * A number with its noun: `1 ring`, `2 rings`.
 *
 * @param count How many.
 * @param noun Of what, in the singular.
 * @param plural The plural, where it is not made with an s.
 * @returns The words.
 */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${whole(count)} ${count === 1 ? noun : plural}`;
}

/**
 * A time of day: `14:03:59`, where this process is.
 *
 * @param time Milliseconds since 1970.
 * @returns The text.
 */
export function clock(time: number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, "0")).join(":");
}
