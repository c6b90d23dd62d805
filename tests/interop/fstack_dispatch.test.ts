// examples/fstack/dispatch: processes of Deno, Bun and C in one stack, whose hosts are kernels in
// namespaces. This file runs once on each runtime: each run has a share of the groups.

import {
  assert,
  type Child,
  type ChildResult,
  describe,
  type End,
  network,
  outcome,
  type Runtime,
  runtimeName,
  test,
} from "../kit.ts";
import { rawPackets } from "../peers/raw_packets.ts";
import { ended, Party } from "./forwarding.ts";
import {
  ask,
  assertAccounted,
  type Counts,
  countsOf,
  DISPATCH,
  GROUPS,
  type Host,
  hostOn,
  join,
  learned,
  ping,
  pooled,
  sharedPorts,
  startGroup,
  TEST_MS,
  total,
} from "./fstack.ts";

/** Ends the processes, the primary as the last; what they counted, by process and port. */
async function endAll(children: readonly Child[]): Promise<Counts[][]> {
  const results: ChildResult[] = [];
  for (const child of children.toReversed()) results.unshift(await ended(child));
  return results.map((result) => {
    const counts = countsOf(result);
    assert.ok(counts.length > 0, outcome(result));
    return counts;
  });
}

/** The MAC address at which an address is served. */
async function servedAt(child: Child, port: number): Promise<string> {
  return (await child.waitForLine(new RegExp(`^Port ${port}: serves \\S+ at (\\S+)$`)))[1]!;
}

/** A neighbour solicitation. */
function solicitation(from: End): Uint8Array {
  const bytes = new Uint8Array(86);
  const view = new DataView(bytes.buffer);
  bytes.set([0x33, 0x33, 0xff, 0, 0, 1]);
  bytes.set(from.mac.split(":").map((byte) => parseInt(byte, 16)), 6);
  view.setUint16(12, 0x86dd);
  view.setUint32(14, 0x60000000);
  view.setUint16(18, 32);
  bytes.set([58, 255], 20);
  bytes.set([0xfe, 0x80], 22);
  bytes.set([0xff, 0x02], 38);
  bytes[54] = 135;
  return bytes;
}

for (const languages of GROUPS[runtimeName]) {
  const name = `primary ${languages[0]}, ${languages.slice(1).join(" and ")}`;
  const many = languages.length;

  test(`${name}: over veth pairs the primary receives for all, and all learn the neighbours`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const net = network(context);
    const home = net.namespace();
    const hosts = [];
    for (const i of [0, 1]) hosts.push(await hostOn(net, home, i));
    const [left, right] = hosts as [Host, Host];
    const party = new Party(context, home);
    const children = await startGroup(party, {
      ...{ program: DISPATCH, languages, addresses: hosts.map(({ served }) => served) },
      eal: sharedPorts(hosts, many),
    });

    const whole = await pooled(party);

    // A kernel asks, the process that received it answers, and all have heard it.
    await ask(left.namespace, left.served);
    for (const [id, child] of children.entries()) {
      assert.equal(await learned(child, 0, left), id === 0 ? "the port" : "another process");
    }
    if (languages[0] !== "c") await ping(left.namespace, left.served, 10);

    // A kernel that need not ask: each process finds out by itself, and all have heard that, too.
    net.neighbour(right.far, right.served, await servedAt(children[0]!, 1));
    const again = await ask(right.namespace, right.served);
    assert.ok(again > 0);
    for (const [id, child] of children.entries()) {
      assert.equal(await learned(child, 1, right), id === 0 ? "the port" : "another process");
    }

    const socket = await rawPackets(context, left.far);
    await socket.send(solicitation(left.far), { count: 5 });
    await socket.end();
    await ask(left.namespace, left.served); // behind them
    await whole();
    const counts = await endAll(children);
    for (const port of [0, 1]) {
      const ports = counts.map((process) => process[port]!);
      const sums = total(ports);
      assertAccounted(sums);
      for (const [id, { received, answered }] of ports.entries()) {
        assert.equal(received! > 0, id === 0, `process ${id}`);
        assert.ok(answered! > 0, `process ${id} answered ${answered}`);
      }
      // What is copied is ARP, and the five of NDP.
      const copied = sums["copied"]! / (many - 1);
      assert.ok(Number.isInteger(copied) && copied >= (port === 0 ? 6 : 1), `${copied} copied`);
    }
    const { unresolved } = total(counts.map((process) => process[1]!));
    assert.ok(unresolved! > 0 && unresolved! <= again, `${unresolved} unresolved, ${again} again`);
  });
  test(`${name}: on a tap each receives by itself, and dispatches what is another's`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const net = network(context);
    const home = net.namespace();
    const [tap, address, served] = [net.name(), "10.9.52.2", "10.9.52.1"];
    const children = await startGroup(new Party(context, home), {
      ...{ program: DISPATCH, languages, addresses: [served] },
      eal: [`--vdev=net_tap0,iface=${tap}`],
    });
    const far = net.adopt(tap, { namespace: home, address: `${address}/24` });
    for (let i = 0; i < 3; i++) await ask(far.namespace, served);
    const told: string[] = [];
    for (const child of children) told.push(await learned(child, 0, { address, mac: far.mac }));
    // The kernel may ask again, by another queue.
    assert.deepEqual(new Set(told), new Set(["the port", "another process"]));
    if (!languages.includes("c")) await ping(far.namespace, served, 10);
    const counts = (await endAll(children)).map((process) => process[0]!);
    const sums = total(counts);
    assertAccounted(sums);
    assert.ok(counts.filter(({ received }) => received! > 0).length > 1, JSON.stringify(counts));
    assert.ok(sums["dispatched"]! > 0);
    for (const { answered } of counts) assert.ok(answered! > 0, JSON.stringify(counts));
  });
}

const OTHER: Runtime = runtimeName === "deno" ? "bun" : "deno";

test("a process is killed and comes again, and the others go on meanwhile", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const net = network(context);
  const home = net.namespace();
  const host = await hostOn(net, home, 0);
  const party = new Party(context, home);
  const addresses = [host.served];
  const start = { program: DISPATCH, languages: [runtimeName, OTHER, "c"], addresses } as const;
  const children = await startGroup(party, { ...start, eal: sharedPorts([host], 3) });
  await ask(host.namespace, host.served);
  const killed = children[1]!;
  killed.kill("SIGKILL");
  await killed.result;
  await ping(host.namespace, host.served, 10);
  const again = await join(party, start, 1);
  children[1] = again;
  // It knows nobody, and finds out by itself.
  await ask(host.namespace, host.served);
  assert.equal(await learned(again, 0, host), "another process");
  const counts = (await endAll(children)).map((process) => process[0]!);
  for (const { answered } of counts) assert.ok(answered! > 0, JSON.stringify(counts));
  assert.equal(counts[0]!["dropped"], 0);
});

describe("refused in one line", () => {
  const PORT = "--vdev=net_null0";
  const place = (processes: number, id: number) => [
    ...["--num-procs", `${processes}`, "--proc-id", `${id}`, "--address", "10.9.53.1"],
  ];

  test("what it cannot use", { timeoutMs: TEST_MS }, async (context) => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [place(0, 0), /^Cannot use "0" as --num-procs: it is a number from 1 to 128$/],
      [place(2, 2), /^Cannot use "2" as --proc-id: it is a number from 0 to 1$/],
      [place(1, 0).slice(0, 4), /^Cannot serve: there is no --address$/],
      [[...place(1, 0), "--address", "10.0.0"], /^Cannot .*10\.0\.0/],
      [[...place(1, 0), "--sockets", "x"], /^Cannot use "x" as --sockets: /],
      [[...place(1, 0), "--address", "10.9.53.2"], /^Cannot serve 2 addresses on 1 ports: /],
      [[...place(2, 0), "--sockets", "0"], /^Cannot use "0" as --sockets: there are 2 processes$/],
    ];
    for (const [own, message] of cases) {
      const party = new Party(context);
      const result = await party.start(runtimeName, DISPATCH, { eal: [PORT], own }).result;
      assert.equal(result.code, 1, outcome(result));
      assert.match(result.stderr.split("\n")[0]!, message);
      assert.doesNotMatch(result.stderr, /^\s+at |Error:/m);
    }
  });

  test("a place that another process has, and one that there is not", {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const party = new Party(context);
    const primary = party.start(runtimeName, DISPATCH, {
      eal: [PORT],
      own: [...place(1, 0), "--sockets", "0"],
    });
    await primary.waitForLine(/^Process 0 of 1 serves/);
    const cases = [
      [
        place(1, 0),
        new RegExp(`^Cannot be process 0: process ${primary.pid}\\d* is; take another`),
      ],
      [
        place(2, 1),
        /^Cannot be one of 2 processes: there is no ring "dispatch_ring_p0_q1"; start /,
      ],
    ] as const;
    for (const [own, message] of cases) {
      const result = await party.start(OTHER, DISPATCH, { own }).result;
      assert.equal(result.code, 1, outcome(result));
      assert.match(result.stderr.split("\n")[0]!, message);
    }
    await ended(primary);
  });
});
