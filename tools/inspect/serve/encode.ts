/**
 * Flows in the words of the wire.
 *
 * @module
 */

import type { Flow, MempoolFlow, PortFlow, RingFlow } from "../../../mod.ts";
import type {
  Columns,
  Objects,
  People,
  Values,
  WireLeak,
  WireMempool,
  WireRing,
  WireStuck,
} from "./wire.ts";

/** The longest command line that is sent, in characters. */
const COMMAND_LENGTH = 400;

/** How many digits of a rate are worth sending. */
const DIGITS = 4;

/**
 * A number with four digits that count: rates are no more exact.
 *
 * @param value Any number.
 * @returns The nearest one that is short in JSON.
 */
export function shortened(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(DIGITS));
}

function wireRing({ ring }: RingFlow): WireRing {
  return {
    name: ring.name,
    address: ring.address,
    flags: ring.flags,
    size: ring.size,
    capacity: ring.capacity,
    prod: ring.prod.sync ?? null,
    cons: ring.cons.sync ?? null,
    elementSize: ring.elementSize ?? null,
    memzone: ring.memzone ?? null,
    mempool: ring.mempool ?? null,
  };
}

function wireMempool({ mempool }: MempoolFlow): WireMempool {
  return {
    name: mempool.name,
    address: mempool.address,
    flags: mempool.flags,
    socketId: mempool.socketId,
    size: mempool.size,
    populatedSize: mempool.populatedSize,
    elementSize: mempool.elementSize,
    cacheSize: mempool.cacheSize,
    privateSize: mempool.privateSize,
    chunks: mempool.chunks,
    driver: mempool.driver ?? null,
  };
}

/**
 * Which objects a group has.
 *
 * @param flow The group.
 * @returns What changes only when objects come and go.
 */
export function objectsOf({ snapshot, rings, mempools, ports }: Flow): Objects {
  return {
    rings: rings.map(wireRing),
    mempools: mempools.map(wireMempool),
    ports: ports.map(({ port }) => ({ id: port.id, name: port.name })),
    memory: snapshot.memory.map(({ number, address, length, pageSize, socketId, external }) => (
      { number, address, length, pageSize, socketId, external }
    )),
  };
}

function positions(keys: readonly (string | number)[]): Map<string | number, number> {
  return new Map(keys.map((key, at) => [key, at]));
}

/**
 * The group, and who is in it.
 *
 * @param flow The group.
 * @param intervalMs The milliseconds between two looks.
 * @returns What changes only when processes come and go.
 */
export function peopleOf({ snapshot, rings, links }: Flow, intervalMs: number): People {
  const ringAt = positions(rings.map(({ ring }) => ring.name));
  const processAt = positions(snapshot.processes.map(({ pid }) => pid));
  return {
    filePrefix: snapshot.filePrefix,
    directory: snapshot.directory,
    version: snapshot.version,
    state: snapshot.state,
    intervalMs,
    processes: snapshot.processes.map(({ pid, role, uid, lcoreIds, stopped, commandLine }) => ({
      pid,
      role,
      uid: uid ?? null,
      lcoreIds,
      stopped,
      command: commandLine.join(" ").slice(0, COMMAND_LENGTH),
    })),
    links: links.flatMap(({ ring, pid }) => {
      const ends = [ringAt.get(ring), processAt.get(pid)];
      return ends.filter((end) => end !== undefined).length === 2 ? ends as number[] : [];
    }),
    problems: snapshot.problems,
  };
}

/** A table of what moves: a name and a number for each column. */
type Row = Readonly<Record<string, number | null>>;

const ringRow = ({ ring, inRate, outRate, highWater }: RingFlow): Row => ({
  count: ring.count,
  moving: Number(!ring.still),
  in: shortened(inRate),
  out: shortened(outRate),
  high: highWater,
});

const mempoolRow = ({ mempool, inRings, lowWater }: MempoolFlow): Row => ({
  available: mempool.available ?? null,
  common: mempool.common ?? null,
  inUse: mempool.inUse ?? null,
  inRings: inRings ?? null,
  low: lowWater ?? null,
});

const portRow = ({ port, rxRate, txRate, rxBits, txBits }: PortFlow): Row => ({
  up: port.up === undefined ? null : Number(port.up),
  rx: shortened(rxRate),
  tx: shortened(txRate),
  rxBits: shortened(rxBits),
  txBits: shortened(txBits),
  missed: port.rxMissed,
  rxErrors: port.rxErrors,
  txErrors: port.txErrors,
});

/** What moves, as rows. */
export interface Standing {
  readonly rings: readonly Row[];
  readonly mempools: readonly Row[];
  readonly ports: readonly Row[];
  readonly memory: readonly Row[];
}

/**
 * How the objects stand, as rows in the order of `objectsOf`.
 *
 * @param flow The group.
 * @returns A row for each object.
 */
export function standingOf({ snapshot, rings, mempools, ports }: Flow): Standing {
  return {
    rings: rings.map(ringRow),
    mempools: mempools.map(mempoolRow),
    ports: ports.map(portRow),
    memory: snapshot.memory.map(({ pages, used }) => ({ pages, used })),
  };
}

function differs(row: Row, before: Row | undefined): boolean {
  if (before === undefined) return true;
  for (const name in row) if (row[name] !== before[name]) return true;
  return false;
}

function columns(rows: readonly Row[], before: readonly Row[]): Columns {
  const at: number[] = [];
  rows.forEach((row, position) => {
    if (differs(row, before[position])) at.push(position);
  });
  const table: Record<string, (number | null)[]> = {};
  for (const name of Object.keys(rows[0] ?? {})) {
    table[name] = at.map((position) => rows[position]?.[name] ?? null);
  }
  return { ...table, at };
}

function stuckOf(rings: readonly RingFlow[]): WireStuck[] {
  return rings.flatMap(({ stuck }, ring) =>
    stuck.map(({ side, forMs, elements, suspects }) => ({
      ring,
      side,
      forMs: Math.round(forMs),
      elements,
      suspects: suspects.map((suspect) => ({ ...suspect, lcoreId: suspect.lcoreId ?? null })),
    }))
  );
}

function leaksOf(mempools: readonly MempoolFlow[]): WireLeak[] {
  return mempools.flatMap(({ leak }, mempool) =>
    leak === undefined ? [] : [{
      mempool,
      forMs: Math.round(leak.forMs),
      objects: Math.round(leak.objects),
      empty: leak.empty,
    }]
  );
}

/** Nothing, before which everything is new. */
export const NOTHING: Standing = { rings: [], mempools: [], ports: [], memory: [] };

/**
 * What has changed from one look to the next.
 *
 * @param flow The group.
 * @param standing Its rows.
 * @param before The rows of the look before; `NOTHING` has all rows sent.
 * @returns The rows that differ, in columns.
 */
export function valuesOf(flow: Flow, standing: Standing, before: Standing): Values {
  return {
    time: flow.snapshot.time,
    rings: columns(standing.rings, before.rings),
    mempools: columns(standing.mempools, before.mempools),
    ports: columns(standing.ports, before.ports),
    memory: columns(standing.memory, before.memory),
    stuck: stuckOf(flow.rings),
    leaks: leaksOf(flow.mempools),
  };
}
