/**
 * Names of offloads and speeds: what DPDK's own functions call each bit, so that they are those of
 * the release that runs.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { DpdkError, Errno } from "../core/mod.ts";
import { speedConstants } from "./layout.ts";
import { ethdevLibrary } from "./library.ts";
import { type RssFunction, rssFunctions, rssNames } from "./rss_types.ts";

/** Bits by their names. */
export type BitNames = Readonly<Record<string, bigint>>;

function ask(nameOf: (bit: bigint) => string | null): BitNames {
  const names: Record<string, bigint> = {};
  for (let i = 0; i < 64; i++) {
    const bit = 1n << BigInt(i);
    const name = nameOf(bit);
    if (name !== null && name !== "UNKNOWN") names[name] = bit;
  }
  return names;
}

let rx: BitNames | undefined;
let tx: BitNames | undefined;

/** Receive offloads: `rte_eth_dev_rx_offload_name` of every bit. */
export function rxOffloads(): BitNames {
  return rx ??= ask((bit) => ethdevLibrary().rte_eth_dev_rx_offload_name(bit));
}

/** Transmit offloads: `rte_eth_dev_tx_offload_name` of every bit. */
export function txOffloads(): BitNames {
  return tx ??= ask((bit) => ethdevLibrary().rte_eth_dev_tx_offload_name(bit));
}

/** The names of the bits that are set. A bit without a name is `bit 40`. */
export function namesOf(bits: bigint, known: BitNames): string[] {
  const names = new Map(Object.entries(known).map(([name, bit]) => [bit, name]));
  return Array.from({ length: 64 }, (_, i) => i)
    .filter((i) => ((bits >> BigInt(i)) & 1n) === 1n)
    .map((i) => names.get(1n << BigInt(i)) ?? `bit ${i}`);
}

/**
 * The bits of names.
 *
 * @param kind what they are: `a receive offload`
 * @throws {TypeError} when one is unknown, or it is no list
 */
export function bitsOf(names: readonly string[], known: BitNames, kind: string): bigint {
  if (!Array.isArray(names)) {
    throw new TypeError(`Cannot use ${String(names)} as names: it is no list; each is ${kind}`);
  }
  let bits = 0n;
  for (const name of names as readonly unknown[]) {
    const bit = typeof name === "string" && Object.hasOwn(known, name) ? known[name] : undefined;
    if (bit === undefined) {
      throw new TypeError(
        `Cannot use "${String(name)}" as ${kind}: there are ${Object.keys(known).join(", ")}`,
      );
    }
    bits |= bit;
  }
  return bits;
}

/**
 * Refuses bits that a device does not have.
 *
 * @param can the bits that it has
 * @param show what names them
 * @throws {DpdkError} when one is missing (`ENOTSUP`)
 */
export function checkCapable(
  wanted: bigint,
  can: bigint,
  show: (bits: bigint) => string[],
  what: string,
  kind: string,
): void {
  const missing = wanted & ~can;
  if (missing === 0n) return;
  const has = show(can);
  throw new DpdkError({
    what,
    errno: Errno.ENOTSUP,
    advice: `its driver has no ${kind} ${show(missing).join(", ")}; ` +
      (has.length === 0 ? "it has none" : `it has ${has.join(", ")}`),
  });
}

/** The bits of what receive side scaling is to hash. */
export function rssBits(functions: readonly RssFunction[]): bigint {
  return bitsOf(functions, rssFunctions(abi()), "an RSS function");
}

/** What receive side scaling hashes. */
export function rssNamesOf(bits: bigint): string[] {
  return rssNames(bits, abi());
}

/** The speeds of capability bits, in Mbps, full duplex: `rte_eth_speed_bitflag` of each. */
export function speedsOf(bits: number): number[] {
  const flag = (speed: number) => ethdevLibrary().rte_eth_speed_bitflag(speed, 1);
  return Object.values(speedConstants(abi()).values).filter((speed) => (bits & flag(speed)) !== 0);
}
