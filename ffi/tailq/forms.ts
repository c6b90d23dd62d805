/**
 * What the entries of a tailq are, and where the objects behind them have their names.
 *
 * @module
 */

import type { GroupMemory } from "./memory.ts";

/** How a library makes its tailq. */
interface Form {
  /** Whether its elements are `struct rte_tailq_entry`, which point to the objects. */
  readonly entries: boolean;
  /** Where an object has its name, from the entry on where that is the object. */
  readonly name: number | undefined;
}

/** What nearly all are: entries that point to objects, which begin with their names. */
const USUAL: Form = { entries: true, name: 0 };

/** Elements that have nothing in common with entries but the link that they begin with. */
const RESOURCES: Form = { entries: false, name: undefined };

/** Objects that are elements themselves: a link, and the name behind it. */
const LINKED: Form = { entries: false, name: 16 };

const FORMS: ReadonlyMap<string, Form> = new Map([
  ["RTE_LPM", { entries: true, name: undefined }], // begins with its table, of 64 MiB
  ["RTE_DISTRIBUTOR", LINKED],
  ["RTE_DIST_BURST", LINKED],
]);

/** Where devices' registers are mapped: `UIO_`, `VFIO_`, `VMBUS_`, `VFIO_CDX_RESOURCE_LIST`. */
const RESOURCE_LIST = /_RESOURCE_LIST$/;

/** The form of a tailq's elements. */
export function formOf(tailq: string): Form {
  return RESOURCE_LIST.test(tailq) ? RESOURCES : FORMS.get(tailq) ?? USUAL;
}

/**
 * Whether a name is one that DPDK's libraries give to their tailqs. What is not theirs must not be put on
 * such a tailq; and a library ends the process when its tailq is there before it.
 */
export function isDpdks(tailq: string): boolean {
  return tailq.startsWith("RTE_") || RESOURCE_LIST.test(tailq);
}

/** The longest name that is looked for, with its NUL: that of `struct rte_mbuf_dynfield`, `rte_fib`. */
const NAME_BYTES = 64;

const text = new TextDecoder("utf-8", { fatal: true });

/** The name at an address; `undefined` when what is there is none. */
export function nameAt(memory: GroupMemory, address: number): string | undefined {
  const block = memory.range(address, NAME_BYTES) ?? memory.range(address, 1);
  if (block === undefined) return undefined;
  const at = address - block.from;
  const bytes = block.bytes.subarray(at, at + NAME_BYTES);
  const end = bytes.indexOf(0);
  if (end <= 0) return undefined;
  try {
    const name = text.decode(bytes.subarray(0, end));
    // deno-lint-ignore no-control-regex
    return /[\x00-\x1f\x7f-\x9f]/.test(name) ? undefined : name;
  } catch {
    return undefined; // no text
  }
}
