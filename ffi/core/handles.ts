/**
 * Which handles of this script stand for which object of DPDK's.
 *
 * Several handles may stand for one object (it was created here and looked up here). When it is
 * freed through one of them, all of them must refuse to go on.
 *
 * @module
 */

import { DpdkError } from "./errors.ts";

/**
 * A handle that can be told that its object is gone.
 *
 * @internal
 */
export interface Mortal {
  /** Makes every later use throw the error that `gone` makes. */
  die(gone: () => Error): void;
}

/**
 * The life of an object of DPDK's. One that comes to its address later has another.
 *
 * @internal
 */
export interface Life {
  /** False once the object was freed here, or EAL was cleaned up. */
  readonly alive: boolean;
}

/** Its life, and the handles that stand for it. */
interface Known {
  alive: boolean;
  readonly refs: Set<WeakRef<Mortal>>;
}

const handles = new Map<number, Known>();
const collected = new FinalizationRegistry<() => void>((forget) => forget());

const MAKER = Symbol("dpdk.ts");

/** What the constructors of handles want to see: only this library can make a handle. */
export type Maker = typeof MAKER;

/** For the functions that make handles. */
export const maker: Maker = MAKER;

/**
 * Refuses to construct a handle from what a user hands in, which could be any address.
 *
 * @throws {TypeError} unless this library constructs it
 */
export function checkMaker(key: Maker, name: string, instead: string): void {
  if (key === MAKER) return;
  throw new TypeError(`Cannot construct a ${name}: use ${instead}`);
}

/**
 * Remembers a handle of the object at an address.
 *
 * @returns the object's life
 */
export function enrol(address: number, handle: Mortal): Life {
  const known = handles.get(address) ?? { alive: true, refs: new Set() };
  handles.set(address, known);
  const ref = new WeakRef(handle);
  known.refs.add(ref);
  collected.register(handle, () => known.refs.delete(ref));
  return known;
}

function end(known: Known, gone: () => Error): void {
  known.alive = false;
  for (const ref of known.refs) ref.deref()?.die(gone);
}

/** Ends all handles of the object at an address, which is about to be freed. */
export function bury(address: number, what: string): void {
  const known = handles.get(address);
  if (known === undefined) return;
  handles.delete(address);
  const gone = () => new DpdkError({ what: `use ${what}`, advice: "it was freed" });
  end(known, gone);
}

/** Ends every handle there is: EAL is about to be cleaned up. */
export function buryAll(): void {
  const gone = () => new DpdkError({ what: "use this object", advice: "EAL was cleaned up" });
  for (const known of handles.values()) end(known, gone);
  handles.clear();
}
