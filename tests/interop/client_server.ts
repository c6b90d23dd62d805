/**
 * What the tests of examples/client_server_mp share: a server on wires to namespaces with its clients,
 * and what a server says.
 *
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import {
  assert,
  type Child,
  type ChildResult,
  type End,
  network,
  pcapPort,
  type TestContext,
} from "../kit.ts";
import { type RawPackets, rawPackets } from "../peers/raw_packets.ts";
import { CLIENT, frame, Party, SERVER, Traffic } from "./forwarding.ts";
import type { Language } from "./group.ts";

/** What each test may take, in milliseconds. */
export const TEST_MS = 60_000;

/** Two ports of a DPDK that need no wire. */
export const NULLS: readonly string[] = ["--vdev=net_null0", "--vdev=net_null1"];

/** What a client's ring is to be: for one process that fills it and one that empties it. */
export const CLIENT_RING = { flags: 1 | 2, size: 128 } as const; // RING_F_SP_ENQ, RING_F_SC_DEQ

/** As many as a client's ring holds. */
export const RING_ROOM: number = CLIENT_RING.size - 1;

/** How many mbufs the pool of a server has. */
export function poolSize(ports: number, clients: number): number {
  return 1024 * ports + clients * (128 + 1024 * ports) + (clients + 1) * 512;
}

/** What a server says that it has counted, by the ports' places and the clients' ids. */
export interface Counts {
  readonly ports: readonly { readonly rx: number; readonly tx: number }[];
  readonly clients: readonly {
    readonly rx: number;
    readonly rxDrop: number;
    readonly tx: number;
    readonly txDrop: number;
  }[];
}

/** The screens that a server of ours has shown, or the one text of a C server. */
export function countsOf(text: string): Counts[] {
  return text.split(/^(?=PORTS$)/m).filter((part) => /^client/im.test(part)).map((screen) => {
    // Labels and values, not MAC addresses.
    const words = screen.replaceAll(/'[^']*'/g, "");
    const ports = words.matchAll(/^port \d+\b.*\brx:? +(\d+)\s+tx:? +(\d+)/gim);
    const clients = words.matchAll(
      /^client +\d+\b.*\brx:? +(\d+),? rx_drop:? +(\d+)\s+tx:? +(\d+),? tx_drop:? +(\d+)/gim,
    );
    return {
      ports: [...ports].map(([, rx, tx]) => ({ rx: Number(rx), tx: Number(tx) })),
      clients: [...clients].map(([, rx, rxDrop, tx, txDrop]) => ({
        rx: Number(rx),
        rxDrop: Number(rxDrop),
        tx: Number(tx),
        txDrop: Number(txDrop),
      })),
    };
  });
}

/** The last counts that a process told. */
export function lastCounts({ stdout }: ChildResult): Counts {
  const counts = countsOf(stdout).at(-1);
  assert.ok(counts !== undefined, stdout);
  return counts;
}

/** Two wires, of a pair of ports, to a namespace each. */
export class Wires {
  /** The ports' ends of the wires. */
  readonly near: readonly [End, End];
  /** The other ends, with a socket on each. */
  readonly far: readonly [End, End];
  /** The sockets. */
  readonly sockets: readonly [RawPackets, RawPackets];

  private constructor(
    near: readonly [End, End],
    far: readonly [End, End],
    sockets: readonly [RawPackets, RawPackets],
  ) {
    this.near = near;
    this.far = far;
    this.sockets = sockets;
  }

  /** Makes them. */
  static async lay(context: TestContext): Promise<Wires> {
    const net = network(context);
    const [left, right] = [net.port(), net.port()];
    return new Wires([left[0], right[0]], [left[1], right[1]], [
      await rawPackets(context, left[1]),
      await rawPackets(context, right[1]),
    ]);
  }

  /** Traffic from the left to the right, or back. */
  traffic(back = false): Traffic {
    const [left, right] = this.sockets;
    return back ? new Traffic(right, left) : new Traffic(left, right);
  }

  /** A frame from the left to the right, or back. */
  frame(length: number, back = false): Uint8Array {
    const [left, right] = this.far;
    return back ? frame(left, right, length) : frame(right, left, length);
  }
}

/** What a server is started with. */
export interface Serving {
  /** Which ports it takes; `3` unless given. */
  readonly mask?: string;
  /** Ports with lower ids than those on the wires, as EAL arguments. */
  readonly before?: readonly string[];
  /** How many pairs of ports have wires; 1 unless given. */
  readonly pairs?: number;
  /** More EAL arguments. */
  readonly eal?: readonly string[];
}

/** A server on ports with wires to namespaces, and its clients. */
export class Group {
  /** The processes. */
  readonly party: Party;
  /** The server. */
  readonly server: Child;
  /** The wires of the first pair of ports. */
  readonly wires: Wires;
  /** The wires of the other pairs. */
  readonly others: readonly Wires[];

  private constructor(party: Party, server: Child, wires: Wires, others: readonly Wires[]) {
    this.party = party;
    this.server = server;
    this.wires = wires;
    this.others = others;
  }

  /** Starts a server. */
  static async serve(
    context: TestContext,
    language: Language,
    clientCount: number,
    { mask = "3", before = [], pairs = 1, eal = [] }: Serving = {},
  ): Promise<Group> {
    const wires = await Wires.lay(context);
    const others: Wires[] = [];
    while (others.length + 1 < pairs) others.push(await Wires.lay(context));
    const party = new Party(context);
    const ports = [wires, ...others].flatMap(({ near }) => near)
      .map((near, i) => pcapPort(i, near, clientCount));
    const own = ["-p", mask, "-n", `${clientCount}`];
    const server = party.start(language, SERVER, { eal: [...before, ...ports, ...eal], own });
    await server.waitForLine(/^(ready|Finished Process Init\.)$/);
    return new Group(party, server, wires, others);
  }

  /** Starts a client. */
  async join(language: Language, id: number): Promise<Child> {
    const client = this.party.start(language, CLIENT, { own: ["-n", `${id}`] });
    await client.waitForLine(new RegExp(`^Client process ${id} handling packets$`));
    return client;
  }
}

/** The files in a group's runtime directory, and those that hold its hugepages. */
export function leftovers(prefix: string): { readonly files: string[]; readonly pages: string[] } {
  const folder = `/var/run/dpdk/${prefix}`;
  return {
    files: existsSync(folder) ? readdirSync(folder).toSorted() : [],
    pages: readdirSync("/dev/hugepages").filter((name) => name.startsWith(`${prefix}map_`)),
  };
}
