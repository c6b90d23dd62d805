/**
 * Networks of a test: namespaces, and veth pairs between them and the namespace of the test. All that
 * a test made is gone when it has ended; what a killed test left goes when the next one begins.
 *
 * They carry nothing but what the test sends: IPv6 is off, and an address asks for nobody by itself.
 * Checksums are complete, as no offload is left on: a veth would carry TCP with unfinished ones, which
 * nothing behind DPDK's net_af_packet would ever finish.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import type { TestContext } from "./body.ts";
import { compilePeer } from "./compile.ts";
import { type Child, outcome, type SpawnOptions, spawnProgram } from "./spawn.ts";

/** How long a command that makes or removes something may take, in milliseconds. */
const COMMAND_MS = 10_000;

/** How long a program in a namespace may take when nothing is said, in milliseconds. */
const RUN_MS = 20_000;

/** Names are this, the process id in base 36, "n" and a number: at most 15 bytes, for interfaces, too. */
const PREFIX = "dts";
const OURS = new RegExp(`\\b${PREFIX}([0-9a-z]+)n[0-9a-z]+\\b`, "g");

const IPV6 = "/proc/sys/net/ipv6/conf";
const OFFLOADS: readonly string[] = ["rx", "tx", "sg", "tso", "gso", "gro", "rxvlan", "txvlan"];

let taken = 0;

/** Where an end of a wire is, and what it has. */
export interface EndOptions {
  /** The namespace that it is in; that of the test unless given. */
  readonly namespace?: Namespace | undefined;
  /** Its IPv4 address with the length of its network: `10.0.0.1/24`. */
  readonly address?: string | undefined;
  /** Its MAC address; a random one unless given. */
  readonly mac?: string | undefined;
  /** The longest packet, in bytes; 1500 unless given. */
  readonly mtu?: number | undefined;
}

/** An end of a wire: a network interface, which is up. */
export interface End {
  /** The interface's name. */
  readonly name: string;
  /** The namespace that it is in, or `undefined` in that of the test. */
  readonly namespace: Namespace | undefined;
  /** Its MAC address, lower case with colons. */
  readonly mac: string;
}

/** A network namespace. */
export interface Namespace {
  /** Its name, as `ip netns` knows it. */
  readonly name: string;
  /**
   * Runs a program in it, and waits for its end. Fails when that was not a good one.
   *
   * @param command The program and its arguments.
   * @param options How it is started; it has 20,000 ms unless said otherwise.
   * @returns What it wrote to its standard output.
   */
  run(command: readonly string[], options?: SpawnOptions): Promise<string>;
  /**
   * Starts a program in it; it is killed when the test has ended.
   *
   * @param command The program and its arguments.
   * @param options How it is started.
   * @returns The running child.
   */
  spawn(command: readonly string[], options?: SpawnOptions): Child;
}

/** The networks of a test. */
export interface Network {
  /**
   * Makes a namespace: its loopback is up, its IPv6 is off.
   *
   * @returns The namespace.
   */
  namespace(): Namespace;
  /**
   * Makes a wire (a veth pair) with both ends up, and waits until it carries.
   *
   * @param one One end.
   * @param other The other end.
   * @returns Both ends.
   */
  wire(one: EndOptions, other: EndOptions): [End, End];
  /**
   * Makes a wire from the test's namespace, for a port of DPDK on it (see {@link afPacket} and
   * {@link pcapPort}), to a new namespace.
   *
   * @param far The end in the new namespace.
   * @returns The end for the port, and the one in the new namespace.
   */
  port(far?: Omit<EndOptions, "namespace">): [End, End & { readonly namespace: Namespace }];
  /**
   * Takes an interface that a program made, as DPDK's net_tap does, into a new namespace.
   *
   * @param name The interface's name, from {@link name}.
   * @param options Where it was made, if not in the test's namespace, where it would say something by
   * itself (of IPv6) before it is taken; and its IPv4 address with the length of its network.
   * @returns The interface, which is up.
   */
  adopt(
    name: string,
    options?: Pick<EndOptions, "namespace" | "address">,
  ): End & { readonly namespace: Namespace };
  /**
   * A name for an interface that a program is to make.
   *
   * @returns A name that no other interface has.
   */
  name(): string;
  /**
   * Tells an end the MAC address of a neighbour, so that it does not ask.
   *
   * @param end The end, in a namespace.
   * @param address The neighbour's IPv4 address.
   * @param mac The neighbour's MAC address.
   */
  neighbour(end: End, address: string, mac: string): void;
}

/**
 * The networks of a test. It needs root, `ip` and `ethtool`.
 *
 * @param context The test's: what is made is removed at its end, in the opposite order.
 * @returns What makes them.
 */
export function network(context: TestContext): Network {
  sweep();
  const namespace = (): Namespace => makeNamespace(context);
  const wire = (one: EndOptions, other: EndOptions): [End, End] => makeWire(context, one, other);
  return {
    namespace,
    wire,
    port: (far = {}) => {
      const home = namespace();
      const [near, end] = wire({ mtu: far.mtu }, { ...far, namespace: home });
      return [near, { ...end, namespace: home }];
    },
    adopt: (name, { namespace: from, address } = {}) => {
      const home = namespace();
      ip(from, ["link", "set", name, "netns", home.name]);
      if (address !== undefined) ip(home, ["address", "add", address, "dev", name]);
      ip(home, ["link", "set", name, "up"]);
      return { name, namespace: home, mac: field(home, name, "address") };
    },
    name: newName,
    neighbour: (end, address, mac) => {
      ip(end.namespace, ["neigh", "replace", address, "lladdr", mac, "dev", end.name]);
    },
  };
}

/**
 * The EAL argument for a port of DPDK on an end, of one process only: in secondaries this driver has no
 * functions to receive and send (DPDK 22.11: they crash).
 *
 * @param number Which of the process's ports of this driver, from 0.
 * @param end The end, in the namespace in which the process runs.
 * @param options More options of the driver, as `qpairs=2`.
 * @returns The argument.
 */
export function afPacket(number: number, end: End, ...options: readonly string[]): string {
  return `--vdev=${[`net_af_packet${number}`, `iface=${end.name}`, ...options].join(",")}`;
}

/**
 * The EAL argument for a port of DPDK on an end that a primary and its secondaries share: each process
 * has sockets of its own there. It has one queue to receive from, for it gives each queue every packet.
 *
 * @param number Which of the process's ports of this driver, from 0.
 * @param end The end, in the namespace in which the processes run.
 * @param txQueues How many queues there are to send from.
 * @returns The argument, for the primary.
 */
export function pcapPort(number: number, end: End, txQueues = 1): string {
  // With rx_iface it would receive what it sends.
  const queues = Array.from({ length: txQueues }, () => `tx_iface=${end.name}`);
  return `--vdev=${[`net_pcap${number}`, `rx_iface_in=${end.name}`, ...queues].join(",")}`;
}

/**
 * The command of a peer that pings, and fails unless each request has one answer of the same bytes. It
 * waits for late ones, as come on a loaded machine: ping(8) gives up after two round trips.
 *
 * @param address Whom.
 * @param count How often.
 * @param bytes How many bytes behind the ICMP header.
 * @returns The command, which prints a line with `ttl=` for each answer.
 */
export function pings(address: string, count: number, bytes = 56): string[] {
  return [compilePeer("ping"), address, String(count), String(bytes)];
}

function makeNamespace(context: TestContext): Namespace {
  const name = newName();
  command(["ip", "netns", "add", name]);
  context.cleanup(() => command(["ip", "netns", "delete", name]));
  const spawn = (words: readonly string[], options: SpawnOptions = {}): Child =>
    spawnProgram("ip", ["netns", "exec", name, ...words], options);
  const namespace: Namespace = {
    name,
    run: async (words, options = {}) => {
      const child = spawn(words, { timeoutMs: RUN_MS, ...options });
      child.stdin.end();
      const result = await child.result;
      if (result.code === 0) return result.stdout;
      throw new Error(`Cannot run "${words.join(" ")}" in a namespace: ${outcome(result)}`);
    },
    spawn: (words, options) => {
      const child = spawn(words, options);
      context.cleanup(async () => {
        child.kill("SIGKILL");
        await child.result;
      });
      return child;
    },
  };
  // Before there is an interface that could send something.
  const quiet = ["all", "default"].map((which) => `echo 1 > ${IPV6}/${which}/disable_ipv6`);
  const test = `! [ -d ${IPV6} ] || { ${quiet.join(" && ")}; }`;
  command(["ip", "netns", "exec", name, "sh", "-c", test]);
  ip(namespace, ["link", "set", "lo", "up"]);
  return namespace;
}

function makeWire(context: TestContext, one: EndOptions, other: EndOptions): [End, End] {
  const [first, second] = [newName(), newName()];
  const words = [...birth(first, one), "type", "veth", "peer", ...birth(second, other)];
  command(["ip", "link", "add", ...words]);
  // The other end goes with it. A namespace would not do: one with a process in it stays for long.
  context.cleanup(() => ip(one.namespace, ["link", "delete", first]));
  const ends: [End, End] = [ready(first, one), ready(second, other)];
  for (const { name, namespace } of ends) ip(namespace, ["link", "set", name, "up"]);
  for (const end of ends) awaitCarrier(end);
  return ends;
}

/** What `ip link add` is told of an end. */
function birth(name: string, { namespace, mac, mtu }: EndOptions): string[] {
  return [
    ...["name", name],
    ...(namespace === undefined ? [] : ["netns", namespace.name]),
    ...(mac === undefined ? [] : ["address", mac]),
    ...(mtu === undefined ? [] : ["mtu", String(mtu)]),
  ];
}

/** Makes an end ready to be set up. */
function ready(name: string, { namespace, address }: EndOptions): End {
  if (namespace === undefined && existsSync(`${IPV6}/${name}`)) {
    writeFileSync(`${IPV6}/${name}/disable_ipv6`, "1");
  }
  const offloads = OFFLOADS.flatMap((what) => [what, "off"]);
  command([...within(namespace), "ethtool", "-K", name, ...offloads]);
  if (address !== undefined) ip(namespace, ["address", "add", address, "dev", name]);
  return { name, namespace, mac: field(namespace, name, "address") };
}

/** Waits until an end and the one opposite are up. */
function awaitCarrier({ name, namespace }: End): void {
  const limit = performance.now() + COMMAND_MS;
  while (field(namespace, name, "operstate") !== "UP") {
    if (performance.now() > limit) throw new Error(`Cannot use ${name}: it does not come up`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
}

/** A field of what `ip` says about an interface. */
function field(namespace: Namespace | undefined, name: string, key: string): string {
  const [link] = JSON.parse(ip(namespace, ["-json", "link", "show", "dev", name]));
  return String(link[key]);
}

/** Removes what killed tests left: namespaces, and wires that were not in any. */
function sweep(): void {
  const names = [...command(["ip", "netns", "list"]).matchAll(OURS)];
  for (const [name, pid = ""] of names) {
    if (abandoned(pid)) command(["ip", "netns", "delete", name], true);
  }
  for (const name of readdirSync("/sys/class/net")) {
    const [, pid] = [...name.matchAll(OURS)][0] ?? [];
    if (pid !== undefined && abandoned(pid)) command(["ip", "link", "delete", name], true);
  }
}

function abandoned(pid: string): boolean {
  return !existsSync(`/proc/${parseInt(pid, 36)}`);
}

function newName(): string {
  return `${PREFIX}${process.pid.toString(36)}n${(taken++).toString(36)}`;
}

function within(namespace: Namespace | undefined): string[] {
  return namespace === undefined ? [] : ["ip", "netns", "exec", namespace.name];
}

function ip(namespace: Namespace | undefined, words: readonly string[]): string {
  return command(["ip", ...(namespace === undefined ? [] : ["-n", namespace.name]), ...words]);
}

/** Runs a command for a bounded time; its standard output. */
function command([program = "", ...args]: readonly string[], mayFail = false): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: COMMAND_MS,
    killSignal: "SIGKILL",
  });
  if (mayFail || (error === undefined && status === 0)) return stdout ?? "";
  const reason = error?.message ?? `it exited with code ${status}\n${stdout}${stderr}`;
  throw new Error(`Cannot run "${[program, ...args].join(" ")}": ${reason}`);
}
