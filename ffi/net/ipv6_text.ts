/**
 * IPv6 addresses as texts.
 *
 * @module
 */

import { formatIpv4, parseIpv4 } from "./text.ts";

const BYTES = 16;
const GROUPS = 8;

/** Refuses what are not the 16 bytes of an address. */
export function checkAddress(bytes: Uint8Array): void {
  if (bytes instanceof Uint8Array && bytes.length === BYTES) return;
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot use ${String(bytes)} as an IPv6 address: it is no Uint8Array`);
  }
  throw new RangeError(`Cannot use ${bytes.length} bytes as an IPv6 address: it has 16`);
}

const group = (bytes: Uint8Array, i: number): number => bytes[2 * i]! << 8 | bytes[2 * i + 1]!;

/**
 * An IPv6 address as text (RFC 5952): lower case, without leading zeros, the longest run of zero
 * groups as `::`. An IPv4 address that is mapped looks like one: `::ffff:10.0.0.1`. DPDK has none
 * for it; the address is the `src_addr` or `dst_addr` of rte_ip.h.
 *
 * @param bytes the address's 16 bytes
 * @returns the text
 * @throws {RangeError} when there are not 16
 * @example
 * ```ts
 * import { formatIpv6, parseIpv6 } from "@dpdk-ts/dpdk";
 *
 * console.log(formatIpv6(parseIpv6("2001:db8:0:0::1"))); // 2001:db8::1
 * ```
 */
export function formatIpv6(bytes: Uint8Array): string {
  checkAddress(bytes);
  const groups = Array.from({ length: GROUPS }, (_, i) => group(bytes, i));
  if (groups.slice(0, 5).every((value) => value === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatIpv4(groups[6]! * 0x10000 + groups[7]!)}`;
  }
  const [start, length] = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups.slice(from, to).map((value) => value.toString(16)).join(":");
  return length < 2 ? text(0, GROUPS) : `${text(0, start)}::${text(start + length, GROUPS)}`;
}

/** Where the first of the longest runs of zeros begins, and how long it is. */
function longestZeros(groups: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let length = 0;
  for (const [i, value] of groups.entries()) {
    length = value === 0 ? length + 1 : 0;
    if (length > best[1]) best = [i + 1 - length, length];
  }
  return best;
}

/**
 * Parses an IPv6 address: eight groups of up to four hexadecimal digits, some of them `::`, the
 * last two perhaps an IPv4 address (RFC 4291). DPDK has none for it; the address is the `src_addr`
 * or `dst_addr` of rte_ip.h.
 *
 * @param text the address, without a zone or a prefix length
 * @param target where its 16 bytes go; a new array unless given
 * @returns `target`
 * @throws {SyntaxError} when it is no such address, saying why
 * @example
 * ```ts
 * import { parseIpv6 } from "@dpdk-ts/dpdk";
 *
 * console.log(parseIpv6("::ffff:10.0.0.1").length); // 16
 * ```
 */
export function parseIpv6(text: string, target: Uint8Array = new Uint8Array(BYTES)): Uint8Array {
  checkAddress(target);
  const halves = typeof text === "string" ? text.split("::") : [];
  if (halves.length === 0) refuse(text, "it is not a string");
  if (text.includes("%")) refuse(text, "it has a zone");
  if (text.includes("/")) refuse(text, "it has a prefix length");
  if (halves.length > 2) refuse(text, `"::" is in it more than once`);
  const [head, tail] = halves.map((half, i) => groupsOf(text, half, i === halves.length - 1));
  const given = head!.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== GROUPS : given >= GROUPS) {
    refuse(
      text,
      `it has ${given} groups of 16 bits${tail === undefined ? ", not 8" : ' and "::"'}`,
    );
  }
  const zeros = new Array<number>(GROUPS - given).fill(0);
  for (const [i, value] of [...head!, ...zeros, ...tail ?? []].entries()) {
    target[2 * i] = value >>> 8;
    target[2 * i + 1] = value & 0xff;
  }
  return target;
}

/** The groups of one side of the `::`; the last side may end in an IPv4 address. */
function groupsOf(text: string, side: string, last: boolean): number[] {
  if (side === "") return [];
  const words = side.split(":");
  return words.flatMap((word, i) => {
    if (last && i === words.length - 1 && word.includes(".")) {
      try {
        const value = parseIpv4(word);
        return [value >>> 16, value & 0xffff];
      } catch {
        return refuse(text, `"${word}" is no IPv4 address`);
      }
    }
    if (/^[0-9a-f]{1,4}$/i.test(word)) return [parseInt(word, 16)];
    return refuse(text, word === "" ? "a group is empty" : `"${word}" is no group of 16 bits`);
  });
}

function refuse(text: string, why: string): never {
  const given = typeof text === "string" ? JSON.stringify(text) : String(text);
  throw new SyntaxError(`Cannot use ${given} as an IPv6 address: ${why}`);
}
