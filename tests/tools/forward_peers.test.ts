// The C peers that do what DPDK's mp_server, mp_client and symmetric_mp do, among themselves.

import {
  assert,
  type Child,
  type ChildResult,
  compilePeer,
  type End,
  type Namespace,
  network,
  outcome,
  pcapPort,
  pings,
  removePrefix,
  spawnProgram,
  test,
  type TestContext,
  uniquePrefix,
} from "../kit.ts";
import { cpus } from "../interop/group.ts";
import { rawPackets } from "../peers/raw_packets.ts";

const FRAMES = 2_000;

/** As many as the two clients' rings hold, 128 each less one, when none of them has the CPU. */
const GROUP = 200;

/** An Ethernet frame of 64 bytes. */
function frame(to: End, from: End): Uint8Array {
  const bytes = new Uint8Array(64);
  for (const [at, { mac }] of [[0, to], [6, from]] as const) {
    bytes.set(mac.split(":").map((byte) => parseInt(byte, 16)), at);
  }
  bytes.set([0x88, 0xb5], 12);
  return bytes;
}

/** The processes of a file prefix, each with an lcore of its own. */
class Party {
  readonly #context: TestContext;
  readonly #prefix: string;
  readonly #home: Namespace | undefined;
  #members = 0;

  constructor(context: TestContext, home?: Namespace) {
    this.#context = context;
    this.#home = home;
    this.#prefix = uniquePrefix("forward");
    context.cleanup(() => removePrefix(this.#prefix));
  }

  start(name: string, eal: readonly string[], own: readonly string[]): Child {
    const type = this.#members === 0 ? ["-m", "64"] : ["--proc-type=secondary"];
    const words = [
      ...[compilePeer(name), `--lcores=${this.#members++}@${cpus()}`, "--no-pci", "--no-telemetry"],
      ...[`--file-prefix=${this.#prefix}`, ...type, ...eal, "--", ...own],
    ];
    if (this.#home !== undefined) return this.#home.spawn(words);
    const child = spawnProgram(words[0]!, words.slice(1));
    this.#context.cleanup(async () => {
      child.kill("SIGKILL");
      await child.result;
    });
    return child;
  }
}

async function end(child: Child, signal?: NodeJS.Signals): Promise<ChildResult> {
  if (signal === undefined) child.stdin.end();
  else child.kill(signal);
  const result = await child.result;
  assert.equal(result.code, 0, outcome(result));
  return result;
}

/** The last lines that a child printed. */
function last({ stdout }: ChildResult, count: number): string[] {
  return stdout.trimEnd().split("\n").slice(-count);
}

test("a server deals packets out to two clients, which send all of them on", async (context) => {
  const net = network(context);
  const wires = [net.port(), net.port()];
  const ends = [];
  for (const [, far] of wires) ends.push(await rawPackets(context, far));
  const party = new Party(context);
  const ports = wires.map(([near], i) => pcapPort(i, near, 2));
  const server = party.start("client_server_server", ports, ["-p", "3", "-n", "2"]);
  await server.waitForLine(/^ready$/);
  const clients = [0, 1].map((id) => party.start("client_server_client", [], ["-n", `${id}`]));
  for (const [id, client] of clients.entries()) {
    await client.waitForLine(new RegExp(`^Client process ${id} handling packets$`));
  }

  const [left, right] = wires.map(([, far]) => far) as [End, End];
  const bytes = frame(right, left);
  for (let first = 0; first < FRAMES; first += GROUP) {
    await ends[0]!.send(bytes, { count: GROUP, at: 20, first });
    assert.equal(await ends[1]!.wait(first + GROUP), first + GROUP);
  }
  const { disorder: _, ...sequence } = await ends[1]!.sequence(20);
  assert.deepEqual(sequence, {
    got: FRAMES,
    distinct: FRAMES,
    first: 0,
    last: FRAMES - 1,
    short: 0,
  });
  assert.equal((await ends[0]!.count()).got, 0);

  server.stdin.write("\n");
  await server.waitForLine(/^client 1 /);
  assert.deepEqual(last(await end(clients[0]!), 3), [
    `client 0 rx ${FRAMES / 2}`,
    "port 0 tx 0 drop 0",
    `port 1 tx ${FRAMES / 2} drop 0`,
  ]);
  await end(clients[1]!, "SIGTERM");
  const lines = last(await end(server, "SIGINT"), 5);
  assert.deepEqual(lines.slice(0, 4), [
    `port 0 rx ${FRAMES} tx 0 drop 0`,
    `port 1 rx 0 tx ${FRAMES} drop 0`,
    `client 0 rx ${FRAMES / 2} rx_drop 0 tx ${FRAMES / 2} tx_drop 0`,
    `client 1 rx ${FRAMES / 2} rx_drop 0 tx ${FRAMES / 2} tx_drop 0`,
  ]);
  assert.match(lines[4]!, /^pool (\d+) avail \1$/);
});

test("symmetric processes share ports, and a ping goes through either", async (context) => {
  const net = network(context);
  const home = net.namespace();
  const party = new Party(context, home);
  const taps = [net.name(), net.name()];
  const vdevs = taps.map((name, i) => `--vdev=net_tap${i},iface=${name}`);
  const own = (id: number): string[] => ["-p", "3", "--num-procs", "2", "--proc-id", `${id}`];
  const primary = party.start("symmetric", vdevs, [...own(0), "--mbufs", "8192"]);
  await primary.waitForLine(/^lcore 0 using queue 0 of each port$/);
  const secondary = party.start("symmetric", [], own(1));
  await secondary.waitForLine(/^lcore 1 using queue 1 of each port$/);
  const [left] = taps.map((name, i) =>
    net.adopt(name, { namespace: home, address: `10.9.3.${i + 1}/24` })
  );
  for (let i = 0; i < 8; i++) {
    const text = await left!.namespace.run(pings("10.9.3.2", 2));
    assert.match(text, /2 sent, 2 received, 0 wrong/);
  }
  const results = [await end(secondary), await end(primary, "SIGTERM")];
  const sums = [0, 1].map((port) => {
    const lines = results.map(({ stdout }) =>
      stdout.match(new RegExp(`^Port ${port}: RX.*$`, "m"))
    );
    const counts = lines.map((line) => line![0].match(/\d+/g)!.map(Number) as number[]);
    return [1, 2, 3].map((i) => counts[0]![i]! + counts[1]![i]!);
  });
  assert.ok(sums[0]![0]! >= 16);
  assert.deepEqual(sums, [[sums[0]![0], sums[1]![0], 0], [sums[1]![0], sums[0]![0], 0]]);
  assert.match(results[1]!.stdout, /^Exiting on signal 15$/m);
  assert.match(last(results[1]!, 1)[0]!, /^pool 8192 avail 8192$/);
});
