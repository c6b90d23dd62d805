/**
 * One look at a group's memory, again until it was not changed meanwhile.
 *
 * @module
 */

import { DpdkError, libc } from "../core/mod.ts";
import { configLayout, GroupMemory, RTE_RWLOCK_WRITE } from "../eal/mod.ts";
import { type ClaimedLcore, claimsIn, LCORES_ZONE } from "../lcore/mod.ts";
import type { CacheLcores } from "./cache_lcores.ts";
import { type Drivers, type ReadMempool, readMempool } from "./mempools.ts";
import { type Memzones, readMemzones } from "./memzones.ts";
import { readRing, type ZoneOf } from "./rings.ts";
import { readMemoryLists } from "./segments.ts";
import type { RingState, Snapshot, TailqState } from "./snapshot.ts";
import { hasOwnEntries, type Node, type WalkedTailq, walkTailqs } from "./tailqs.ts";
import { nameIn } from "./text.ts";

/** How often a group that changes is looked at, and how long is waited between, in microseconds. */
const ATTEMPTS = 10;
const PAUSE_US = 200;

/** A group's memory at one moment. */
export type Look = Pick<
  Snapshot,
  "version" | "memory" | "memzones" | "tailqs" | "rings" | "mempools" | "problems"
>;

/** What a look brings: what was seen, and whether it was all of one moment. */
interface Attempt {
  readonly look: Look;
  readonly claims: ClaimedLcore[];
  readonly whole: boolean;
}

function isWriteLocked({ config }: GroupMemory, at: number): boolean {
  return (config.getUint32(at, true) & RTE_RWLOCK_WRITE) !== 0;
}

/** The entries of a tailq, if the group has it. */
function nodesOf(tailqs: readonly WalkedTailq[], name: string): readonly Node[] {
  return tailqs.find((tailq) => tailq.name === name)?.nodes ?? [];
}

function sameWalk(a: readonly WalkedTailq[], b: readonly WalkedTailq[]): boolean {
  return a.length === b.length && a.every((tailq, i) => {
    const other = b[i]!;
    return tailq.name === other.name && tailq.nodes.length === other.nodes.length &&
      tailq.nodes.every(({ address, data }, k) =>
        address === other.nodes[k]!.address && data === other.nodes[k]!.data
      );
  });
}

/** The longest text that is taken for the name of an object of unknown kind. */
const NAME_SIZE = 64;

function describe(
  memory: GroupMemory,
  { name, address, nodes }: WalkedTailq,
  known: ReadonlyMap<number, string>,
): TailqState {
  const nameOf = (data: number): string | undefined => {
    if (known.has(data)) return known.get(data);
    if (hasOwnEntries(name) || !memory.load(data, NAME_SIZE)) return undefined;
    return nameIn(memory.view, 0, NAME_SIZE) || undefined;
  };
  const entries = nodes.map(({ address, data }) => ({ address, data, name: nameOf(data) }));
  return { name, address, count: nodes.length, entries };
}

/** Rings with the pools that keep their objects in them. */
function withPools(rings: readonly RingState[], pools: readonly ReadMempool[]): RingState[] {
  const owners = new Map(pools.map(({ pool, data }) => [data, pool.name]));
  return rings.map((ring) => ({ ...ring, mempool: owners.get(ring.address) }));
}

/** Reads what the entries of a tailq point to. */
function readAll<T>(
  nodes: readonly Node[],
  read: (address: number, index: number) => T | undefined,
  unread: (address: number) => void,
): T[] {
  const all: T[] = [];
  for (const [index, { data }] of nodes.entries()) {
    const one = read(data, index);
    if (one === undefined) unread(data);
    else all.push(one);
  }
  return all;
}

/** Reads what claims the processes of this library have written down. */
function readClaims(memory: GroupMemory, zones: Memzones | undefined): ClaimedLcore[] {
  const zone = zones?.zones.find(({ name }) => name === LCORES_ZONE);
  const bytes = zone && memory.copy(zone.address, zone.length);
  return bytes === undefined ? [] : claimsIn(bytes);
}

function attempt(memory: GroupMemory, lcores: CacheLcores): Attempt {
  const { memzoneLock, tailqLock } = configLayout(memory.abi);
  const problems: string[] = [];
  const zones = readMemzones(memory);
  if (zones === undefined) problems.push("the table of memzones cannot be read");
  const walked = walkTailqs(memory);
  const zoneOf: ZoneOf = (address) => zones?.byAddress.get(address);
  const cannot = (what: string) => (address: number) =>
    void problems.push(`${what} at 0x${address.toString(16)} cannot be read`);
  const rings = readAll(
    nodesOf(walked, "RTE_RING"),
    (address) => readRing(memory, address, zoneOf),
    cannot("ring"),
  );
  const ringPlaces = new Set(rings.map(({ address }) => address));
  const stacks = new Set(nodesOf(walked, "RTE_STACK").map(({ data }) => data));
  const drivers: Drivers = {
    ring: (address) => ringPlaces.has(address) ? readRing(memory, address, zoneOf) : undefined,
    isStack: (address) => stacks.has(address),
  };
  const pools = readAll(
    nodesOf(walked, "RTE_MEMPOOL"),
    (address, index) => readMempool(memory, address, drivers, lcores.of(index)),
    cannot("mempool"),
  );
  const mempools = pools.map(({ pool }) => pool);
  const grown = lcores.add(mempools.flatMap(({ caches }) => caches.map((one) => one.lcoreId)));
  const known = new Map([...rings, ...mempools].map(({ address, name }) => [address, name]));
  const tailqs = walked.map((tailq) => describe(memory, tailq, known));
  const locked = [tailqLock, memzoneLock].some((at) => isWriteLocked(memory, at));
  // What is on the same lists before and after was there in between.
  memory.renew();
  const again = walkTailqs(memory);
  for (const { name, whole } of again) {
    if (!whole) problems.push(`tailq ${name} does not end where it should`);
  }
  const steady = problems.length === 0 && zones?.torn === false && sameWalk(walked, again);
  if (!steady && locked) problems.push("somebody is changing tailqs or memzones, or died at it");
  return {
    look: {
      version: memory.version,
      memory: readMemoryLists(memory),
      memzones: zones?.zones ?? [],
      tailqs,
      rings: withPools(rings, pools),
      mempools,
      problems,
    },
    claims: readClaims(memory, zones),
    whole: steady && !grown,
  };
}

/** What a look at a group brings. */
export interface Looked {
  readonly look: Look;
  /** What processes of this library say of their lcores. */
  readonly claims: ClaimedLcore[];
}

/**
 * Looks at a group until nothing that was read was changed meanwhile. Where that does not come, as
 * when a process was killed in the middle of a change, what was read at last is returned with what is
 * wrong with it.
 *
 * @param place the group's
 * @param lcores those whose caches are looked at
 * @throws {DpdkError} when its config cannot be read, or is of a DPDK that is not known
 */
export function lookAt(
  place: { readonly filePrefix: string; readonly directory: string },
  lcores: CacheLcores,
): Looked {
  let last: Attempt | undefined;
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      using memory = new GroupMemory(place);
      last = attempt(memory, lcores);
      if (last.whole) break;
    } catch (error) {
      // A primary that starts anew lays its config anew.
      if (!(error instanceof DpdkError) || i === ATTEMPTS - 1) throw error;
    }
    libc().usleep(PAUSE_US);
  }
  lcores.next();
  return last!;
}
