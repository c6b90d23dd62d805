/**
 * Whose a port is. DPDK keeps ports that have an owner out of `RTE_ETH_FOREACH_DEV`, so that
 * nobody else takes them.
 *
 * @module
 */

import { checkName } from "../core/mod.ts";
import { decodeString, encodeString } from "../runtime/mod.ts";
import { RTE_ETH_DEV_NO_OWNER, rte_eth_dev_owner, RTE_ETH_MAX_OWNER_NAME_LEN } from "./layout.ts";
import { type Port, Scratch } from "./port.ts";

/** The owner of a port. */
export interface EthOwner {
  /** Its number, alike in all processes of the group. */
  readonly id: bigint;
  /** Its name, at most 63 bytes. */
  readonly name: string;
}

const F = rte_eth_dev_owner.fields;

/** The owner of a port, `undefined` when it has none: `rte_eth_dev_owner_get`. */
export function readOwner(port: Port): EthOwner | undefined {
  const what = `ask for the owner of ${port.label}`;
  const owner = new Scratch<"struct rte_eth_dev_owner">(rte_eth_dev_owner.size);
  const rte = port.calls(what);
  port.attempt(
    what,
    "rte_eth_dev_owner_get",
    () => rte.rte_eth_dev_owner_get(port.portId, owner.pointer),
  );
  const id = owner.view.getBigUint64(F.id.offset, true);
  if (id === BigInt(RTE_ETH_DEV_NO_OWNER)) return undefined;
  return { id, name: decodeString(new Uint8Array(owner.view.buffer, F.name.offset, F.name.size)) };
}

/** Makes a port one's own: `rte_eth_dev_owner_new`, `rte_eth_dev_owner_set`. */
export function own(port: Port, name: string): EthOwner {
  checkName(name, "port owner", RTE_ETH_MAX_OWNER_NAME_LEN - 1);
  const what = `make ${port.label} that of "${name}"`;
  const rte = port.calls(what);
  const id = new Scratch<"uint64_t">(8);
  port.attempt(what, "rte_eth_dev_owner_new", () => rte.rte_eth_dev_owner_new(id.pointer));
  const owner = new Scratch<"struct rte_eth_dev_owner">(rte_eth_dev_owner.size);
  owner.view.setBigUint64(F.id.offset, id.view.getBigUint64(0, true), true);
  const text = encodeString(name);
  const bytes = text.subarray(0, text.indexOf(0));
  new Uint8Array(owner.view.buffer, F.name.offset, F.name.size).set(bytes);
  port.attempt(
    what,
    "rte_eth_dev_owner_set",
    () => rte.rte_eth_dev_owner_set(port.portId, owner.pointer),
    { EPERM: "it has an owner already; owner() tells who" },
  );
  return { id: id.view.getBigUint64(0, true), name };
}

/** Gives a port up: `rte_eth_dev_owner_unset`. */
export function disown(port: Port, id: bigint): void {
  if (typeof id !== "bigint" || id < 0n || id >= 1n << 64n) {
    throw new TypeError(
      `Cannot use ${String(id)} as the id of an owner: it is a bigint of 64 bits`,
    );
  }
  const what = `give ${port.label} up`;
  const rte = port.calls(what);
  port.attempt(
    what,
    "rte_eth_dev_owner_unset",
    () => rte.rte_eth_dev_owner_unset(port.portId, id),
    { EPERM: "it is not that owner's; owner() tells whose", EINVAL: "there is no such owner" },
  );
}
