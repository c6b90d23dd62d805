/**
 * Finding tailqs: their heads lie side by side in the config that all processes share.
 *
 * @module
 */

import { checkName, DpdkError, Errno, peek, printed } from "../core/mod.ts";
import { RTE_MAX_TAILQ } from "../eal/mod.ts";
import { decodeString, runtime } from "../runtime/mod.ts";
import { rte_tailq_head, RTE_TAILQ_NAMESIZE } from "./layout.ts";
import { tailqLibrary } from "./library.ts";
import { readLocked } from "./lock.ts";
import type { Head } from "./walk.ts";

const NAME = rte_tailq_head.fields.name;

/** The longest name of a tailq, in bytes. */
const LONGEST = RTE_TAILQ_NAMESIZE - 1;

/**
 * The longest name that is registered: 22.11's `rte_eal_tailq_register` copies one byte less than fits,
 * and a tailq of a longer name would never be found there.
 */
export const LONGEST_OWN: number = LONGEST - 1;

/** Refuses what is no tailq's name. An empty one would be that of every free place. */
export function checkTailqName(name: string, longest = LONGEST): void {
  checkName(name, "tailq", longest);
}

/** The address of a tailq's head, 0 when there is none of that name. */
export function headOf(name: string): number {
  return runtime.address(tailqLibrary().rte_eal_tailq_lookup(name));
}

/** Finds a tailq. */
export function lookupHead(name: string): Head {
  checkTailqName(name);
  const what = `look up tailq "${name}"`;
  const address = readLocked(what, () => headOf(name));
  if (address !== 0) return { name, address };
  throw new DpdkError({
    what,
    call: "rte_eal_tailq_lookup",
    errno: Errno.ENOENT,
    advice: "there is none of that name; Tailq.list() shows what there is, and " +
      `Tailq.register("${name}") in the primary makes it`,
  });
}

let first = 0;

/** The first head. Where the config is, is not told: but who is first, and where that is. */
function firstHead(): number {
  if (first === 0) {
    const dump = printed((stream) => tailqLibrary().rte_dump_tailq(stream));
    const name = /^Tailq 0: qname:<(.*?)>, tqh_first/s.exec(dump)?.[1] ?? "";
    if (name !== "") first = headOf(name);
  }
  return first;
}

/** Looks for the heads; before DPDK's lock is taken, as DPDK takes it here. */
export function prepareHeads(what: string): void {
  if (first === 0) readLocked(what, () => undefined); // refuses a lock that is lost
  firstHead();
}

/** The heads of all tailqs, under DPDK's lock; {@linkcode prepareHeads} comes first. */
export function heads(): Head[] {
  const found: Head[] = [];
  for (let place = 0; first !== 0 && place < RTE_MAX_TAILQ; place++) {
    const address = first + place * rte_tailq_head.size;
    const view = peek(address, rte_tailq_head.size);
    const name = decodeString(new Uint8Array(view.buffer, NAME.offset, NAME.size));
    if (name !== "") found.push({ name, address });
  }
  return found;
}
