/**
 * Groups that do not exist, for screens: a look at any moment, and recordings of them.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import type { MempoolState, RingState, Snapshot, Suspect } from "../../mod.ts";

const BASE = 0x600000400000;

/** What a made-up group is like. */
export interface MadeUp {
  /** How many rings it has; 12 unless given. */
  readonly rings?: number;
  /** The number of the ring at which a consumer stops, if one does. */
  readonly stuck?: number;
}

function ring(i: number, at: number, stuck: boolean): RingState {
  const capacity = 1023;
  // The first rings are the busiest.
  const moved = Math.round(1_000_000 / (i + 1)) * at;
  const sum = i * 97 + at * 31;
  const count = stuck ? Math.min(sum, capacity) : sum % (capacity + 1);
  const tail = stuck ? 500 : moved % 2 ** 32;
  return {
    name: `ring_${String(i).padStart(4, "0")}`,
    address: BASE + i * 0x4000,
    flags: i % 2 === 0 ? 3 : 0,
    size: 1024,
    capacity,
    prod: {
      head: (tail + count) % 2 ** 32,
      tail: (tail + count) % 2 ** 32,
      sync: i % 2 === 0 ? "ST" : "MT",
    },
    cons: { head: stuck ? tail + 32 : tail, tail, sync: i % 2 === 0 ? "ST" : "MT" },
    count,
    still: true,
    memzone: `RG_ring_${String(i).padStart(4, "0")}`,
    elementSize: 8,
    mempool: undefined,
  };
}

function pool(i: number, at: number): MempoolState {
  const available = Math.max(8191 - 100 * i - 40 * at, 0);
  return {
    name: `pool_${i}`,
    address: BASE + 0x10000000 + i * 0x200000,
    flags: 16,
    socketId: 0,
    size: 8191,
    populatedSize: 8191,
    elementSize: 2176,
    headerSize: 64,
    trailerSize: 0,
    privateSize: 64,
    cacheSize: 256,
    chunks: 1,
    opsIndex: 2,
    driver: "ring",
    common: available - Math.min(available, 64),
    caches: [{ lcoreId: 1, length: Math.min(available, 64) }],
    available,
    inUse: 8191 - available,
  };
}

/**
 * A look at a group.
 *
 * @param at Its number, a second after the one before.
 * @param options What the group is like.
 * @returns The look.
 */
export function madeUp(at: number, { rings = 12, stuck }: MadeUp = {}): Snapshot {
  const all = Array.from({ length: rings }, (_, i) => ring(i, at, i === stuck));
  const pools = [pool(0, at), pool(1, at)];
  const process = (pid: number, role: "primary" | "secondary", lcoreIds: number[]) => ({
    pid,
    uid: 0,
    commandLine: [`/usr/bin/${role}_program`, "-l", lcoreIds.join(","), "--file-prefix=madeup"],
    socket: "mp_socket",
    role,
    lcoreIds,
    stopped: false,
  });
  return {
    filePrefix: "madeup",
    directory: "/var/run/dpdk/madeup",
    version: "22.11.11",
    state: "running",
    time: 1_800_000_000_000 + at * 1000,
    clock: 5000 + at * 1000,
    processes: [process(4001, "primary", [0, 1]), process(4002, "secondary", [2])],
    memory: [{
      number: 0,
      address: BASE,
      length: 2 ** 36,
      pageSize: 2 ** 21,
      socketId: 0,
      external: false,
      pages: 32,
      used: 2 ** 26,
      segments: [{ address: BASE, length: 2 ** 26 }],
    }],
    memzones: all.map(({ name, address }) => ({
      name: `RG_${name}`,
      address,
      length: 8576,
      pageSize: 2 ** 21,
      socketId: 0,
      flags: 0,
    })),
    tailqs: [{
      name: "RTE_RING",
      address: BASE - 4096,
      count: all.length,
      entries: all.map(({ name, address }) => ({ address: address - 64, data: address, name })),
    }],
    rings: all,
    mempools: pools,
    ports: [{
      id: 0,
      name: "net_null0",
      up: undefined,
      rxPackets: 1_000_000 * at,
      txPackets: 500_000 * at,
      rxBytes: 64_000_000 * at,
      txBytes: 32_000_000 * at,
      rxMissed: 0,
      rxErrors: 0,
      txErrors: 0,
    }],
    problems: [],
  };
}

/** Who is at the stuck end of a made-up group. */
export const SUSPECT: Suspect = {
  pid: 4002,
  tid: 4003,
  thread: "rte-worker-2",
  lcoreId: 2,
  stopped: false,
  seen: true,
};

/**
 * A recording, as a file holds it.
 *
 * @param count How many looks.
 * @param options What the group is like.
 * @returns Its text.
 */
export function recordingText(count: number, options: MadeUp = {}): string {
  const first = madeUp(0, options);
  const header = {
    format: "dpdk-inspect recording",
    version: 1,
    filePrefix: first.filePrefix,
    directory: first.directory,
    dpdk: first.version,
    started: first.time,
    intervalMs: 1000,
  };
  const looks = Array.from({ length: count }, (_, at) => {
    const snapshot = madeUp(at, options);
    const { address } = snapshot.rings[options.stuck ?? 0]!;
    const suspects = options.stuck === undefined ? {} : { [address]: [SUSPECT] };
    const links = snapshot.rings.map(({ name }, i) => ({ pid: 4001 + i % 2, ring: name }));
    return { ...snapshot, links, suspects };
  });
  return [header, ...looks].map((each) => `${JSON.stringify(each)}\n`).join("");
}

/**
 * Writes a recording.
 *
 * @param path The file.
 * @param count How many looks.
 * @param options What the group is like.
 */
export function writeRecording(path: string, count: number, options: MadeUp = {}): void {
  writeFileSync(path, recordingText(count, options));
}
