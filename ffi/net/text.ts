/**
 * MAC and IPv4 addresses as texts.
 *
 * @module
 */

import { checkInteger } from "../core/mod.ts";

const TWO_32 = 2 ** 32;
const MAC_MAX = 2 ** 48 - 1;

/**
 * A MAC address as text, as `rte_ether_format_addr` prints it: `02:00:00:00:00:0A`.
 *
 * @param address the address as a number, the first byte most significant
 * @returns the text
 * @throws {RangeError} when it is no integer of 48 bits
 * @example
 * ```ts
 * import { formatMac } from "@dpdk-ts/dpdk";
 *
 * console.log(formatMac(0x02000000000a)); // 02:00:00:00:00:0A
 * ```
 */
export function formatMac(address: number): string {
  checkInteger(address, "a MAC address", 0, MAC_MAX);
  return address.toString(16).padStart(12, "0").toUpperCase().replace(/..(?!$)/g, "$&:");
}

/**
 * Parses a MAC address: six times two hexadecimal digits with colons between them.
 * `rte_ether_unformat_addr` (rte_ether.h) takes more forms.
 *
 * @param text such as `02:00:00:00:00:0a`
 * @returns the address as a number, the first byte most significant
 * @throws {SyntaxError} when it is no such address, saying why
 * @example
 * ```ts
 * import { parseMac } from "@dpdk-ts/dpdk";
 *
 * console.log(parseMac("02:00:00:00:00:0a") === 0x02000000000a); // true
 * ```
 */
export function parseMac(text: string): number {
  if (typeof text !== "string") refuse(text, "a MAC address", "it is not a string");
  const bytes = text.split(":");
  if (bytes.length !== 6) {
    refuse(text, "a MAC address", `it has ${bytes.length} parts between colons, not 6`);
  }
  let high = 0;
  let low = 0;
  for (const [i, byte] of bytes.entries()) {
    if (!/^[0-9a-f]{2}$/i.test(byte)) {
      refuse(text, "a MAC address", `"${byte}" is not two hexadecimal digits`);
    }
    if (i < 2) high = high * 256 + parseInt(byte, 16);
    else low = low * 256 + parseInt(byte, 16);
  }
  return high * TWO_32 + low;
}

/**
 * An IPv4 address as text: `10.0.0.1`. DPDK has none for it; rte_ip.h makes addresses of four
 * numbers by `RTE_IPV4`.
 *
 * @param address the address as a number, the first byte most significant
 * @returns the text
 * @throws {RangeError} when it is no integer of 32 bits
 * @example
 * ```ts
 * import { formatIpv4 } from "@dpdk-ts/dpdk";
 *
 * console.log(formatIpv4(0x0a000001)); // 10.0.0.1
 * ```
 */
export function formatIpv4(address: number): string {
  checkInteger(address, "an IPv4 address", 0, TWO_32 - 1);
  return `${address >>> 24}.${(address >>> 16) & 0xff}.${(address >>> 8) & 0xff}.${address & 0xff}`;
}

/**
 * Parses an IPv4 address: four decimal numbers with dots between them. A leading zero is refused,
 * as some take such a number as octal. DPDK has none for it; rte_ip.h makes addresses of four
 * numbers by `RTE_IPV4`.
 *
 * @param text such as `10.0.0.1`
 * @returns the address as a number, the first byte most significant
 * @throws {SyntaxError} when it is no such address, saying why
 * @example
 * ```ts
 * import { parseIpv4 } from "@dpdk-ts/dpdk";
 *
 * console.log(parseIpv4("10.0.0.1") === 0x0a000001); // true
 * ```
 */
export function parseIpv4(text: string): number {
  if (typeof text !== "string") refuse(text, "an IPv4 address", "it is not a string");
  const bytes = text.split(".");
  if (bytes.length !== 4) {
    refuse(text, "an IPv4 address", `it has ${bytes.length} parts between dots, not 4`);
  }
  let address = 0;
  for (const byte of bytes) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(byte) || Number(byte) > 255) {
      refuse(text, "an IPv4 address", `"${byte}" is no number from 0 to 255`);
    }
    address = address * 256 + Number(byte);
  }
  return address;
}

function refuse(text: string, kind: string, why: string): never {
  const given = typeof text === "string" ? JSON.stringify(text) : String(text);
  throw new SyntaxError(`Cannot use ${given} as ${kind}: ${why}`);
}
