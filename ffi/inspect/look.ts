/**
 * One look at a group's memory, again until nothing of it was in the middle of a change.
 *
 * @module
 */

import { DpdkError, libc } from "../core/mod.ts";
import { configLayout, GroupMemory, RTE_RWLOCK_WRITE } from "../eal/mod.ts";
import { type ClaimedLcore, claimsIn, LCORES_SIZE, LCORES_ZONE } from "../lcore/mod.ts";
import { CacheLcores } from "./cache_lcores.ts";
import { Holdings } from "./holdings.ts";
import { type Drivers, type ReadMempool, readMempool } from "./mempools.ts";
import { type Memzones, readMemzones } from "./memzones.ts";
import { readRing, type ZoneOf } from "./rings.ts";
import { readMemoryLists } from "./segments.ts";
import type { RingState, Snapshot, TailqState } from "./snapshot.ts";
import { hasOwnEntries, type Node, type WalkedTailq, walkTailqs } from "./tailqs.ts";
import { nameIn } from "./text.ts";

/** How often a group that is being changed is looked at, and the waits between, in microseconds. */
const ATTEMPTS = 12;
const [FIRST_PAUSE_US, LONGEST_PAUSE_US] = [100, 5000];

/** What is kept of a group from look to look. */
export class Kept {
  readonly lcores: CacheLcores = new CacheLcores();
  readonly holdings: Holdings = new Holdings();
}

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

function isWriteLocked(config: DataView, at: number): boolean {
  return (config.getUint32(at, true) & RTE_RWLOCK_WRITE) !== 0;
}

/** The entries of a tailq, if the group has it. */
function nodesOf(tailqs: readonly WalkedTailq[], name: string): readonly Node[] {
  return tailqs.find((tailq) => tailq.name === name)?.nodes ?? [];
}

/** The tailqs of two walks with what was on them both times, and so in between. */
function inBoth(before: readonly WalkedTailq[], after: readonly WalkedTailq[]): WalkedTailq[] {
  return after.map((tailq) => {
    const others = before.find(({ name }) => name === tailq.name)?.nodes ?? [];
    const same = others.length === tailq.nodes.length &&
      others.every(({ address, data }, i) =>
        address === tailq.nodes[i]!.address && data === tailq.nodes[i]!.data
      );
    if (same) return tailq;
    const there = new Map(others.map(({ address, data }) => [address, data]));
    const nodes = tailq.nodes.filter(({ address, data }) => there.get(address) === data);
    return { ...tailq, nodes };
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

/** Reads what the entries of a tailq point to, by address; without what is not there. */
function readAll<T>(
  nodes: readonly Node[],
  read: (address: number, index: number) => T | undefined,
): Map<number, T> {
  const all = new Map<number, T>();
  for (const [index, { data }] of nodes.entries()) {
    const one = read(data, index);
    if (one !== undefined) all.set(data, one);
  }
  return all;
}

/** Reads what claims the processes of this library have written down. */
function readClaims(memory: GroupMemory, zones: Memzones | undefined): ClaimedLcore[] {
  const zone = zones?.zones.find(({ name }) => name === LCORES_ZONE);
  const bytes = zone && memory.copy(zone.address, LCORES_SIZE);
  return bytes === undefined ? [] : claimsIn(bytes);
}

/** How many memzones may be in the middle of being made or freed. */
const BROKEN = 8;

/** What was read of a group between two walks over its tailqs. */
interface Contents {
  readonly zones: Memzones | undefined;
  /** By address. */
  readonly rings: ReadonlyMap<number, RingState>;
  readonly pools: ReadonlyMap<number, ReadMempool>;
}

function readContents(
  memory: GroupMemory,
  walked: readonly WalkedTailq[],
  lcores: CacheLcores,
): Contents {
  const zones = readMemzones(memory);
  const zoneOf: ZoneOf = (address) => zones?.byAddress.get(address);
  const rings = readAll(
    nodesOf(walked, "RTE_RING"),
    (address) => readRing(memory, address, zoneOf),
  );
  const stacks = new Set(nodesOf(walked, "RTE_STACK").map(({ data }) => data));
  const drivers: Drivers = {
    ring: (address) => rings.has(address) ? readRing(memory, address, zoneOf) : undefined,
    isStack: (address) => stacks.has(address),
  };
  const pools = readAll(
    nodesOf(walked, "RTE_MEMPOOL"),
    (address, index) => readMempool(memory, address, drivers, lcores.of(index)),
  );
  return { zones, rings, pools };
}

const GONE = "its hugepage files are gone, and what was in its memory with them";

/** Whether a group has used memory of which nothing is left, as when it has ended in order. */
function isGone(memory: GroupMemory): boolean {
  const used = readMemoryLists(memory).flatMap(({ segments }) => segments);
  return used.length > 0 && used.every(({ address }) => !memory.load(address, 8));
}

/** What is wrong with a group, or could not be seen. */
function problemsOf(
  memory: GroupMemory,
  tailqs: readonly WalkedTailq[],
  { zones, rings, pools }: Contents,
): string[] {
  const unread = (what: string, name: string, read: ReadonlyMap<number, unknown>) =>
    nodesOf(tailqs, name).filter(({ data }) => !read.has(data))
      .map(({ data }) => `${what} at 0x${data.toString(16)} cannot be read`);
  const problems = [
    ...(zones === undefined ? ["the table of memzones cannot be read"] : []),
    ...((zones?.broken ?? 0) > BROKEN ? [`${zones!.broken} memzones make no sense`] : []),
    ...unread("ring", "RTE_RING", rings),
    ...unread("mempool", "RTE_MEMPOOL", pools),
    ...tailqs.filter(({ whole }) => !whole)
      .map(({ name }) => `tailq ${name} does not end where it should`),
  ];
  if ((memory.primary === undefined || problems.length > 0) && isGone(memory)) return [GONE];
  const { config, abi } = memory;
  const { memzoneLock, tailqLock } = configLayout(abi);
  if (problems.length > 0 && [tailqLock, memzoneLock].some((at) => isWriteLocked(config, at))) {
    problems.push("somebody is changing tailqs or memzones, or died at it");
  }
  return problems;
}

/**
 * Looks once. What is on the same tailqs before and after was there in between, and is shown; what came
 * or went meanwhile is not.
 */
function attempt(memory: GroupMemory, { lcores, holdings }: Kept): Attempt {
  const walked = walkTailqs(memory);
  const contents = readContents(memory, walked, lcores);
  const claims = readClaims(memory, contents.zones);
  memory.renew();
  const tailqs = inBoth(walked, walkTailqs(memory));
  const problems = problemsOf(memory, tailqs, contents);
  const pools = nodesOf(tailqs, "RTE_MEMPOOL").flatMap(({ data }) =>
    contents.pools.get(data) ?? []
  );
  const rings = nodesOf(tailqs, "RTE_RING").flatMap(({ data }) => contents.rings.get(data) ?? []);
  const mempools = pools.map(({ pool }) => pool);
  const grown = lcores.add(mempools.flatMap(({ caches }) => caches.map((one) => one.lcoreId)));
  const owners = new Map(pools.map(({ pool, data }) => [data, pool.name]));
  const known = new Map([...rings, ...mempools].map(({ address, name }) => [address, name]));
  return {
    look: {
      version: memory.version,
      memory: readMemoryLists(memory),
      memzones: contents.zones?.zones ?? [],
      tailqs: tailqs.map((tailq) => describe(memory, tailq, known)),
      rings: holdings.tell(memory, rings, mempools, owners),
      mempools,
      problems,
    },
    claims,
    whole: (problems.length === 0 || problems[0] === GONE) && !grown,
  };
}

/** What a look at a group brings. */
export interface Looked {
  readonly look: Look;
  /** What processes of this library say of their lcores. */
  readonly claims: ClaimedLcore[];
}

/**
 * Looks at a group until all that is on its tailqs could be read. Where that does not come, as when a
 * process was killed in the middle of a change, what was read at last is returned with what is wrong
 * with it.
 *
 * @param place the group's
 * @param kept what is known from the looks before
 * @throws {DpdkError} when its config cannot be read, or is of a DPDK that is not known
 */
export function lookAt(
  place: { readonly filePrefix: string; readonly directory: string },
  kept: Kept,
): Looked {
  let last: Attempt | undefined;
  for (let i = 0; i < ATTEMPTS; i++) {
    try {
      using memory = new GroupMemory(place);
      last = attempt(memory, kept);
      if (last.whole) break;
    } catch (error) {
      // A primary that starts anew lays its config anew.
      if (!(error instanceof DpdkError) || i === ATTEMPTS - 1) throw error;
    }
    libc().usleep(Math.min(FIRST_PAUSE_US * 2 ** i, LONGEST_PAUSE_US));
  }
  kept.lcores.next();
  return last!;
}
