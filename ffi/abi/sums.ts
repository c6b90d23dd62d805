/**
 * The list of a set of libraries: a file `SHA256SUMS`, as sha256sum writes it.
 *
 * @module
 */

import { DpdkError } from "../core/mod.ts";
import { type Abi, ABIS, knownAbis } from "./abi.ts";

/** The list's name. */
export const SUMS = "SHA256SUMS";

/** A line of sha256sum, its file a shared library: `0123...  librte_eal.so.23`. */
const LINE = /^([0-9a-f]{64}) [ *](?:\.\/)?(lib[\w+.-]+\.so(?:\.\d+)*)$/;

/** A library of DPDK's, and its ABI. */
const DPDK = /^librte_\w+\.so\.(\d+)$/;

/** What begins the name of a driver: the folders of DPDK's drivers. `librte_net.so` is none. */
const DRIVER = new RegExp(
  "^librte_(?:baseband|bus|common|compress|crypto|dma|event|gpu|mempool|ml|net|power|raw|regex|vdpa)_",
);

/** One release's libraries, as a list has them. */
export interface LibrarySet {
  /** Their ABI. */
  readonly abi: Abi;
  /** SHA-256 in hexadecimal by file name. */
  readonly sums: ReadonlyMap<string, string>;
}

/** The SHA-256 of bytes, in hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Whether a file is a driver, which EAL finds because it is open. */
export function isDriver(file: string): boolean {
  return DRIVER.test(file);
}

/**
 * Reads a list.
 *
 * @param from where it is from, for messages
 * @throws {DpdkError} when it is no list of one known release's libraries
 */
export function parseSums(text: string, from: string): LibrarySet {
  const refuse = (advice: string): never => {
    throw new DpdkError({ what: `use the libraries of ${from}`, advice });
  };
  const sums = new Map<string, string>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [, sum, file] = LINE.exec(line) ?? [];
    if (sum === undefined || file === undefined) {
      return refuse(
        `${SUMS} has the line "${line.slice(0, 100)}"; it is to be made by ` +
          `sha256sum lib*.so.* > ${SUMS}, in their directory`,
      );
    }
    sums.set(file, sum);
  }
  const numbers = new Set([...sums.keys()].flatMap((file) => DPDK.exec(file)?.[1] ?? []));
  if (numbers.size !== 1) {
    const found = numbers.size === 0 ? "none of DPDK" : `ABI ${[...numbers].join(" and ")}`;
    return refuse(`${SUMS} names ${found}; it is to name the libraries of one release`);
  }
  const [number = ""] = numbers;
  const abi = ABIS.find((one) => one.number === Number(number));
  if (abi === undefined) {
    return refuse(`they are of ABI ${number}; dpdk.ts knows ABI ${knownAbis()}`);
  }
  if (!sums.has(`librte_eal.so.${number}`)) refuse(`${SUMS} lacks librte_eal.so.${number}`);
  return { abi, sums };
}
