// examples/fstack/kni: a kernel in a namespace is behind processes of Deno, Bun and C, and a host in
// another namespace uses both, at one address. This file runs once on each runtime.

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
import { ended, Party } from "./forwarding.ts";
import {
  ask,
  assertAccounted,
  type Counts,
  countsOf,
  GROUPS,
  hostOn,
  KNI,
  learned,
  ping,
  pooled,
  sharedPorts,
  startGroup,
  TEST_MS,
  total,
} from "./fstack.ts";
import { fetch, serve } from "./web.ts";
import { body, fnv } from "./web_body.ts";

/** A port that is the kernel's by rule, one that is not, and the address that is the kernel's alone. */
const WEB = 8080, OTHER_WEB = 9090, KERNEL_ONLY = "10.9.50.3";
const BYTES = 300_000, FIRST_PORT = 41_000, CONNECTIONS = 9;

const RULES = ["icmp", `tcp/${WEB}`, KERNEL_ONLY].flatMap((rule) => ["--kernel", rule]);

const WHOLE = Array.from(
  { length: CONNECTIONS },
  (_, i) => `${FIRST_PORT + i} ${BYTES} ${fnv(body(BYTES))}`,
);

/** How many packets an interface has sent and received. */
async function packetsOf({ name, namespace }: End): Promise<{ in: number; out: number }> {
  const text = await namespace!.run(["ip", "-json", "-stats", "link", "show", "dev", name]);
  const { rx, tx } = JSON.parse(text)[0].stats64;
  return { in: rx.packets, out: tx.packets };
}

async function countsAtEnd(children: readonly Child[]): Promise<Counts[]> {
  const results: ChildResult[] = [];
  for (const child of children.toReversed()) results.unshift(await ended(child));
  return results.map((result) => {
    const [counts] = countsOf(result);
    assert.ok(counts !== undefined, outcome(result));
    return counts;
  });
}

for (const languages of GROUPS[runtimeName].filter(([primary]) => primary !== "c")) {
  const name = `primary ${languages[0]}, ${languages.slice(1).join(" and ")}`;
  test(`${name}: the kernel has its pings and connections, and the processes theirs`, {
    timeoutMs: TEST_MS,
  }, async (context) => {
    const net = network(context);
    const home = net.namespace();
    const host = await hostOn(net, home, 0);
    const party = new Party(context, home);
    const children = await startGroup(party, {
      ...{ program: KNI, languages, addresses: [host.served] },
      eal: sharedPorts([host], languages.length),
      own: (language) => language === "c" ? ["--kernel", `${WEB}`] : RULES,
    });
    const kernel = net.adopt("veth0", { namespace: home, address: `${host.served}/24` });
    await kernel.namespace.run(["ip", "address", "add", `${KERNEL_ONLY}/24`, "dev", kernel.name]);
    await serve(context, kernel.namespace, BYTES, WEB, OTHER_WEB);
    const whole = await pooled(party);

    await ping(host.namespace, host.served, 20);
    const get = (address: string, port: number, connections = CONNECTIONS, waitMs = TEST_MS / 3) =>
      fetch(host.namespace, address, port, { firstPort: FIRST_PORT, connections, waitMs });
    assert.deepEqual(await get(host.served, WEB), WHOLE);
    assert.deepEqual(await get(KERNEL_ONLY, OTHER_WEB), WHOLE);
    await ask(host.namespace, host.served); // the kernel would refuse it
    // The kernel's server is there, but this port is not the kernel's.
    const [refused] = await get(host.served, OTHER_WEB, 1, 1500);
    assert.equal(refused, `${FIRST_PORT} no connection`);
    for (const [id, child] of children.entries()) {
      const who = await learned(child, 0, host);
      assert.equal(who, id === 0 ? "the port" : "another process");
    }

    await whole();
    const seen = await packetsOf(kernel);
    const counts = await countsAtEnd(children);
    const sums = total(counts);
    assertAccounted(sums);
    for (const each of counts) {
      assert.ok(each["for the kernel"]! > 0 && each["answered"]! > 0, JSON.stringify(counts));
    }
    // The primary alone is between the rings and the kernel, and loses nothing.
    assert.equal(counts.filter((each) => "to the kernel" in each).length, 1);
    const [primary] = counts as [Counts];
    assert.equal(
      primary["to the kernel"]! + primary["left for the kernel"]!,
      sums["for the kernel"],
      JSON.stringify(counts),
    );
    assert.deepEqual([sums["lost for the kernel"], primary["not to the kernel"]], [0, 0]);
    assert.ok(seen.in > 20 && seen.in <= primary["to the kernel"]!, JSON.stringify(seen));
    assert.ok(seen.out > 20 && seen.out <= primary["from the kernel"]!, JSON.stringify(seen));
  });
}

test("the kernel is behind each of two ports, and what a secondary received by itself gets there", {
  timeoutMs: TEST_MS,
}, async (context) => {
  const net = network(context);
  const home = net.namespace();
  const taps = [0, 1].map((i) => {
    return { name: net.name(), address: `10.9.5${4 + i}.2`, served: `10.9.5${4 + i}.1` };
  });
  const children = await startGroup(new Party(context, home), {
    ...{ program: KNI, languages: [runtimeName, runtimeName === "deno" ? "bun" : "deno"] },
    addresses: taps.map(({ served }) => served),
    eal: taps.map(({ name }, i) => `--vdev=net_tap${i},iface=${name}`),
    own: () => RULES,
  });
  const hosts: End[] = [];
  for (const [i, { name, address, served }] of taps.entries()) {
    hosts.push(net.adopt(name, { namespace: home, address: `${address}/24` }));
    const kernel = net.adopt(`veth${i}`, { namespace: home, address: `${served}/24` });
    await serve(context, kernel.namespace, BYTES, WEB, OTHER_WEB);
  }
  for (const [i, { served }] of taps.entries()) {
    const namespace = hosts[i]!.namespace!;
    await ping(namespace, served, 10);
    const asking = { firstPort: FIRST_PORT, connections: CONNECTIONS, waitMs: TEST_MS / 3 };
    assert.deepEqual(await fetch(namespace, served, WEB, asking), WHOLE);
    await ask(namespace, served);
  }
  const results: ChildResult[] = [];
  for (const child of children.toReversed()) results.unshift(await ended(child));
  for (const port of taps.keys()) {
    const counts = results.map((result) => countsOf(result)[port]!);
    assertAccounted(total(counts));
    for (const each of counts) {
      assert.ok(each["received"]! > 0 && each["for the kernel"]! > 0, JSON.stringify(counts));
    }
  }
});
