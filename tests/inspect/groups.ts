/**
 * Looks at groups that are not there.
 *
 * @module
 */

import type {
  MempoolState,
  PortState,
  ProcessState,
  RingState,
  Snapshot,
} from "../../ffi/inspect/mod.ts";

/** A ring: positions of its ends, and whatever else differs from the usual. */
export function ring(
  produced: number,
  consumed: number,
  other: Partial<RingState> = {},
): RingState {
  const size = other.size ?? 1024;
  return {
    name: "a",
    address: 0x100001000,
    flags: 0,
    size,
    capacity: size - 1,
    prod: { head: produced, tail: produced, sync: "MT" },
    cons: { head: consumed, tail: consumed, sync: "MT" },
    count: (produced - consumed) >>> 0,
    still: true,
    memzone: "RG_a",
    elementSize: 8,
    mempool: undefined,
    ...other,
  };
}

/** A pool of 1000 objects of which some are out. */
export function mempool(inUse: number, other: Partial<MempoolState> = {}): MempoolState {
  return {
    name: "p",
    address: 0x100100000,
    flags: 0,
    socketId: 0,
    size: 1000,
    populatedSize: 1000,
    elementSize: 64,
    headerSize: 64,
    trailerSize: 0,
    privateSize: 0,
    cacheSize: 0,
    chunks: 1,
    opsIndex: 0,
    driver: "ring",
    common: 1000 - inUse,
    caches: [],
    available: 1000 - inUse,
    inUse,
    ...other,
  };
}

/** A port that has counted. */
export function port(rx: number, tx: number, other: Partial<PortState> = {}): PortState {
  return {
    id: 0,
    name: "net_null0",
    up: true,
    rxPackets: rx,
    txPackets: tx,
    rxBytes: rx * 64,
    txBytes: tx * 64,
    rxMissed: 0,
    rxErrors: 0,
    txErrors: 0,
    ...other,
  };
}

/** A process of a group. */
export function member(pid: number, role: ProcessState["role"] = "primary"): ProcessState {
  return {
    pid,
    role,
    uid: 0,
    commandLine: ["a"],
    socket: "mp_socket",
    lcoreIds: [0],
    stopped: false,
  };
}

/** A group at a moment, in milliseconds. */
export function snapshot(clock: number, other: Partial<Snapshot> = {}): Snapshot {
  return {
    filePrefix: "rte",
    directory: "/run/dpdk/rte",
    version: "22.11.11",
    state: "running",
    time: 1_700_000_000_000 + clock,
    clock,
    processes: [],
    memory: [],
    memzones: [],
    tailqs: [],
    rings: [],
    mempools: [],
    ports: [],
    problems: [],
    ...other,
  };
}
