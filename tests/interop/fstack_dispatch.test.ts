// examples/fstack/dispatch: processes of Deno, Bun and C in one stack, whose hosts are kernels in
// namespaces. This file runs once on each runtime: each run has a share of the groups.

import {
  assert,
  type Child,
  type ChildResult,
  type End,
  network,
  outcome,
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
  learned,
  ping,
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
    const children = await startGroup(new Party(context, home), {
      ...{ program: DISPATCH, languages, addresses: hosts.map(({ served }) => served) },
      eal: sharedPorts(hosts, many),
    });

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
    assert.equal(told.filter((who) => who === "the port").length, 1, told.join());
    if (!languages.includes("c")) await ping(far.namespace, served, 10);
    const counts = (await endAll(children)).map((process) => process[0]!);
    const sums = total(counts);
    assertAccounted(sums);
    assert.ok(counts.filter(({ received }) => received! > 0).length > 1, JSON.stringify(counts));
    assert.ok(sums["dispatched"]! > 0);
    for (const { answered } of counts) assert.ok(answered! > 0, JSON.stringify(counts));
  });
}
