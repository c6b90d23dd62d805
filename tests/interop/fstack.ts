/**
 * What the tests of examples/fstack share: its processes, and what they tell.
 *
 * @module
 */

import {
  assert,
  type Child,
  type ChildResult,
  compilePeer,
  type End,
  type Namespace,
  type Network,
  pcapPort,
  pings,
  type Runtime,
} from "../kit.ts";
import type { Party, Program } from "./forwarding.ts";
import type { Language } from "./group.ts";

/** How long a test may take, in milliseconds. */
export const TEST_MS = 90_000;

/** The primary, and the secondaries: each run of the tests has a share of the pairs. */
export const GROUPS: Readonly<Record<Runtime, readonly (readonly Language[])[]>> = {
  deno: [["deno", "c", "bun"], ["c", "deno"]],
  bun: [["bun", "deno", "c"], ["c", "bun"]],
};

/** The example that dispatches, and the C program that does the same. */
export const DISPATCH: Program = { script: "fstack/dispatch", peer: "fstack_process" };

/** The example with the kernel's path; as C, a secondary only, with `--kernel`. */
export const KNI: Program = { script: "fstack/kni", peer: "fstack_process" };

/** The UDP port that every process answers at. */
export const ECHO_PORT = 7;

/**
 * Looks at the pool of all packets now.
 *
 * @param party Whose it is.
 * @returns What waits until as many packets are free as now.
 */
export async function pooled(party: Party): Promise<() => Promise<void>> {
  const observer = await party.observe();
  const idle = await observer.pool("mbuf_pool_0");
  return async () => {
    const limit = performance.now() + TEST_MS / 3;
    for (let now = idle, looks = 0; looks === 0 || now.avail !== idle.avail; looks++) {
      assert.ok(performance.now() < limit, `${JSON.stringify({ now, idle })}`);
      now = await observer.pool("mbuf_pool_0");
    }
    await observer.end();
  };
}

/** What a process counted of a port. */
export type Counts = Readonly<Record<string, number>>;

/**
 * What a process tells at its end.
 *
 * @returns The counts, by port.
 */
export function countsOf({ stdout }: ChildResult): Counts[] {
  return [...stdout.matchAll(/^Port \d+: (received \d+, .*)$/gm)].map(([, text]) =>
    Object.fromEntries(
      [...text!.matchAll(/([a-z ]+?) (\d+)(?:, |$)/g)].map(([, what, n]) => [what!, Number(n)]),
    )
  );
}

/**
 * Sums over processes.
 *
 * @param counts What each of them counted of one port.
 * @returns The sums.
 */
export function total(counts: readonly Counts[]): Counts {
  const sums: Record<string, number> = {};
  for (const one of counts) {
    for (const [what, n] of Object.entries(one)) sums[what] = (sums[what] ?? 0) + n;
  }
  return sums;
}

/** How the processes of a group are started. */
export interface GroupStart {
  readonly program: Program;
  readonly languages: readonly Language[];
  /** EAL arguments of the primary besides the usual ones. */
  readonly eal?: readonly string[];
  /** The addresses that are served. */
  readonly addresses: readonly string[];
  /** Arguments of one process, besides those of its place. */
  readonly own?: (language: Language, id: number) => readonly string[];
}

/**
 * Starts processes one after another, each when the one before serves.
 *
 * @param party Whose they are.
 * @param start How.
 * @returns The processes.
 */
export async function startGroup(party: Party, start: GroupStart): Promise<Child[]> {
  const children: Child[] = [];
  for (const id of start.languages.keys()) children.push(await join(party, start, id));
  return children;
}

/**
 * Starts a process, and waits until it serves.
 *
 * @param party Whose it is.
 * @param start How the group is started.
 * @param id Its place.
 * @returns The process.
 */
export async function join(
  party: Party,
  { program, languages, eal = [], addresses, own = () => [] }: GroupStart,
  id: number,
): Promise<Child> {
  const [language, many] = [languages[id]!, languages.length];
  const child = party.start(language, program, {
    eal: id === 0 ? eal : [],
    own: [
      ...["--num-procs", `${many}`, "--proc-id", `${id}`],
      ...addresses.flatMap((address) => ["--address", address]),
      ...own(language, id),
    ],
  });
  await child.waitForLine(new RegExp(`^Process ${id} of ${many} serves on lcore `));
  return child;
}

/**
 * Waits until a process has learned a neighbour.
 *
 * @param child The process.
 * @param port The port.
 * @param neighbour The neighbour's IPv4 and MAC addresses.
 * @returns Who told it: `the port`, or `another process`.
 */
export async function learned(
  child: Child,
  port: number,
  { address, mac }: { readonly address: string; readonly mac: string },
): Promise<string> {
  const who = `${address.replaceAll(".", "\\.")} is at ${mac}`;
  const line = await child.waitForLine(new RegExp(`^Port ${port}: ${who}, says (.*)$`, "i"));
  return line[1]!;
}

/**
 * Wants what went into the rings of a port to have come out.
 *
 * @param sums The sums of all processes.
 */
export function assertAccounted(sums: Counts): void {
  const { received, dispatched, copied, dropped } = sums;
  assert.ok(received! > 0, JSON.stringify(sums));
  assert.equal(sums["from the ring"]! + sums["left"]!, dispatched! + copied! - dropped!);
  assert.equal(sums["not copied"], 0);
  assert.equal(sums["not sent"], 0);
  assert.equal(dropped, 0);
}

/** Where the sockets of those who ask begin, how many they are, and how often each asks. */
const FIRST_PORT = 40_000, FLOWS = 12, ROUNDS = 4;

/**
 * Asks the echo service from many ports.
 *
 * @param host Where from.
 * @param address The address that is served.
 * @returns How many datagrams were sent again.
 */
export async function ask(host: Namespace, address: string): Promise<number> {
  const words = [ECHO_PORT, FIRST_PORT, FLOWS, ROUNDS].map(String);
  const text = await host.run([compilePeer("udp_ask"), address, ...words], { timeoutMs: TEST_MS });
  const [, echoed, again] = text.match(/^echoed (\d+) again (\d+)$/m) ?? [];
  assert.equal(Number(echoed), FLOWS * ROUNDS);
  return Number(again);
}

/**
 * Pings, and wants every answer.
 *
 * @param host Where from.
 * @param address Whom.
 * @param count How often.
 */
export async function ping(host: Namespace, address: string, count: number): Promise<void> {
  const text = await host.run(pings(address, count));
  assert.match(text, new RegExp(`${count} sent, ${count} received, 0 wrong`));
}

/** A host: a kernel, at the far end of a wire to a port. */
export interface Host {
  readonly namespace: Namespace;
  readonly address: string;
  readonly mac: string;
  readonly far: End;
  /** The end for the port, and the address that is served there. */
  readonly near: End;
  readonly served: string;
}

/**
 * Makes a host, on a wire to the namespace of the processes.
 *
 * @param net The test's networks.
 * @param home Where the processes are.
 * @param i The number of the wire.
 * @returns The host.
 */
export async function hostOn(net: Network, home: Namespace, i: number): Promise<Host> {
  const [address, served, namespace] = [`10.9.5${i}.2`, `10.9.5${i}.1`, net.namespace()];
  const [far, near] = net.wire({ namespace, address: `${address}/24` }, { namespace: home });
  // Of net_pcap's arguments a secondary gets the first 63 bytes, with each queue's interface in them.
  const name = `w${i}`;
  const words = [["down"], ["name", name]].map((what) => ["ip", "link", "set", near.name, ...what]);
  for (const command of [...words, ["ip", "link", "set", name, "up"]]) await home.run(command);
  return { namespace, address, served, far, mac: far.mac, near: { ...near, name } };
}

/**
 * EAL arguments for ports on wires to hosts: each process sends on a queue of its own, and the primary
 * receives.
 *
 * @param hosts The hosts.
 * @param processes How many processes there are.
 * @returns The arguments, for the primary.
 */
export function sharedPorts(hosts: readonly Host[], processes: number): string[] {
  return hosts.map(({ near }, i) => pcapPort(i, near, processes));
}
