// Which packets examples/fstack/kni leaves to the kernel, and how they get there; how its flows go.

import {
  Eal,
  EthDev,
  MbufCursor,
  parseIpv4,
  parseMac,
  PktmbufPool,
  PointerBuffer,
} from "../../mod.ts";
import { echoDispatcher, flowDispatcher } from "../../examples/fstack/flows.ts";
import { hasVhostNet, kernelDevice } from "../../examples/fstack/kernel.ts";
import { KernelRules } from "../../examples/fstack/kernel_rules.ts";
import { Outlet } from "../../examples/fstack/outlet.ts";
import { FREE, TRANSMIT } from "../../examples/fstack/queue.ts";
import { Stack } from "../../examples/fstack/stack.ts";
import { assert, ealCase, test } from "../kit.ts";
import { be16, checksum, ethernet, ipBytes, ipv4, macBytes, udp } from "../packets/frames.ts";

const ALONE = ["--no-huge", "--no-shconf"];
const MACS = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };
const IPV4 = 0x0800, IPV6 = 0x86dd, ARP = 0x0806;

/** IPv4 with a protocol and ports, of a fragment if so wanted. */
function packet(to: string, protocol: number, port: number, fragment = 0): Uint8Array {
  const transport = [...be16(40_000), ...be16(port), ...new Array<number>(16).fill(0)];
  const bytes = [
    ...[0x45, 0, ...be16(20 + transport.length), 0, 0, ...be16(fragment), 64, protocol, 0, 0],
    ...[...ipBytes("10.0.0.2"), ...ipBytes(to)],
  ];
  bytes.splice(10, 2, ...be16(checksum(bytes)));
  return ethernet(MACS, IPV4, [...bytes, ...transport]);
}

/** IPv6 to an address whose last byte is told. */
function packet6(to: number, protocol: number, port: number): Uint8Array {
  const address = (last: number) => [0xfe, 0x80, ...new Array<number>(13).fill(0), last];
  const transport = [...be16(40_000), ...be16(port), ...new Array<number>(16).fill(0)];
  const fixed = [0x60, 0, 0, 0, ...be16(transport.length), protocol, 64];
  return ethernet(MACS, IPV6, [...fixed, ...address(2), ...address(to), ...transport]);
}

ealCase(
  "the kernel's packets are told by protocol, port and address",
  { args: ALONE },
  (context) => {
    using _eal = Eal.init(context.args);
    using pool = PktmbufPool.create("packets", 63);
    const packets = new MbufCursor();
    packets.moveTo(pool.alloc()!);
    const of = (...rules: string[]) => {
      const all = new KernelRules(packets, rules);
      return (frame: Uint8Array): boolean => {
        packets.fill(frame);
        return all.here;
      };
    };
    const tcp = packet("10.0.0.1", 6, 22), web = packet("10.0.0.1", 6, 80);
    const dns = packet("10.0.0.1", 17, 22), icmp = packet("10.0.0.1", 1, 0);
    const other = packet("10.0.0.9", 17, 7), gre = packet("10.0.0.1", 47, 0);
    const later = packet("10.0.0.1", 6, 22, 100), first = packet("10.0.0.1", 6, 22, 0x2000);
    const tcp6 = packet6(1, 6, 22), icmp6 = packet6(1, 58, 0), other6 = packet6(9, 17, 7);
    const all = { tcp, web, dns, icmp, other, gre, later, first, tcp6, icmp6, other6 };
    const rest = {
      arp: ethernet(MACS, ARP, new Uint8Array(46)),
      cut: tcp.subarray(0, 35),
      short: tcp.subarray(0, 20),
    };
    const named = (rule: string): string[] => {
      const is = of(...rule.split(" "));
      return Object.entries({ ...all, ...rest }).filter(([, frame]) => is(frame)).map(([name]) =>
        name
      );
    };
    assert.deepEqual(named("tcp/22"), ["tcp", "tcp6"]);
    assert.deepEqual(named("udp/22"), ["dns"]);
    assert.deepEqual(named("udp/22 tcp/22"), ["tcp", "dns", "tcp6"]);
    assert.deepEqual(named("icmp"), ["icmp"]);
    assert.deepEqual(named("icmp6"), ["icmp6"]);
    assert.deepEqual(named("47"), ["gre"]);
    assert.deepEqual(named("tcp"), ["tcp", "web", "later", "first", "tcp6", "cut"]);
    assert.deepEqual(named("10.0.0.9"), ["other"]);
    assert.deepEqual(named("fe80::9"), ["other6"]);
    assert.deepEqual(of()(tcp), false);
    for (
      const rule of ["", "ssh", "tcp/", "tcp/65536", "sctp/1", "256", "10.0.0", "fe80::g", "TCP"]
    ) {
      assert.throws(() => of(rule), {
        name: "TypeError",
        message: /^Cannot use "[^"]*" as --kernel: /,
      });
    }
    packets.free();
  },
);

test("the kernel's port is virtio-user on vhost-net, and a tap elsewhere", () => {
  const mac = "02:00:00:00:00:01";
  assert.equal(
    kernelDevice(3, mac, true),
    `virtio_user3,path=/dev/vhost-net,queues=1,queue_size=1024,iface=veth3,mac=${mac}`,
  );
  assert.equal(kernelDevice(3, mac, false), `net_tap_kni3,iface=veth3,mac=${mac}`);
});

ealCase("virtio-user takes what it is told, and wants vhost-net", { args: ALONE }, (context) => {
  using _eal = Eal.init(context.args);
  if (hasVhostNet()) return; // then the example itself uses it
  assert.throws(
    () => EthDev.probe(kernelDevice(0, "02:00:00:00:00:01", true)),
    /virtio_user_pmd_probe\(\): arg iface applies only to vhost-kernel backend/,
  );
});

ealCase("a flow has one queue in both directions", { args: ALONE }, (context) => {
  using _eal = Eal.init(context.args);
  using pool = PktmbufPool.create("packets", 63);
  const packets = new MbufCursor();
  packets.moveTo(pool.alloc()!);
  const flows = flowDispatcher(packets);
  const queueOf = (frame: Uint8Array, own = 2): number => {
    packets.fill(frame);
    return flows(own, 5);
  };
  const sum = parseIpv4("10.0.0.2") + parseIpv4("10.0.0.1");
  for (const protocol of [6, 17]) {
    for (let port = 0; port < 9; port++) {
      const there = packet("10.0.0.1", protocol, port);
      assert.equal(queueOf(there), (sum + 40_000 + port) % 5);
      const back = there.slice();
      back.set(there.subarray(26, 30), 30);
      back.set(there.subarray(30, 34), 26);
      back.set(there.subarray(34, 36), 36);
      back.set(there.subarray(36, 38), 34);
      assert.equal(queueOf(back), queueOf(there));
    }
  }
  // All fragments of a packet go one way.
  for (const at of [0x2000, 0x2010, 0x20]) {
    assert.equal(queueOf(packet("10.0.0.1", 17, 9, at)), sum % 5);
  }
  assert.equal(queueOf(packet("10.0.0.1", 1, 9)), sum % 5);
  for (const own of [0, 4]) {
    assert.equal(queueOf(ethernet(MACS, ARP, new Uint8Array(46)), own), own);
    assert.equal(queueOf(packet6(1, 58, 0), own), own);
  }
  const good = packet("10.0.0.1", 17, 9);
  for (const bad of [good.with(24, 1), good.with(14, 0x65), good.subarray(0, 40)]) {
    assert.equal(queueOf(bad), FREE);
  }
  assert.equal(queueOf(good.subarray(0, 13)), FREE);
  packets.free();
});

ealCase("a dispatcher answers pings, and nothing that is none", { args: ALONE }, (context) => {
  using _eal = Eal.init(context.args);
  using pool = PktmbufPool.create("packets", 63);
  const packets = new MbufCursor();
  packets.moveTo(pool.alloc()!);
  const echo = echoDispatcher(packets, parseIpv4("10.0.0.1"), () => 77);
  const message = [8, 0, 0, 0, 0x12, 0x34, 0, 1, 1, 2, 3, 4];
  message.splice(2, 2, ...be16(checksum(message)));
  const ping = ethernet(MACS, IPV4, ipv4("10.0.0.2", "10.0.0.1", 1, message));
  packets.fill(ping);
  assert.equal(echo(1, 3), TRANSMIT);
  const answer = packets.read();
  const reply = [0, 0, 0, 0, ...message.slice(4)];
  reply.splice(2, 2, ...be16(checksum(reply)));
  const back = { to: MACS.from, from: MACS.to };
  assert.deepEqual(
    [...answer],
    [...ethernet(back, IPV4, ipv4("10.0.0.1", "10.0.0.2", 1, reply))],
  );
  const others = [
    ping.with(33, 9), // another address
    ping.with(36, 1), // a wrong checksum
    answer,
    packet("10.0.0.1", 17, 7),
    ping.subarray(0, 40),
  ];
  for (const frame of others) {
    packets.fill(frame);
    assert.equal(echo(1, 3), 77);
    assert.deepEqual([...packets.read()], [...frame]);
  }
  packets.free();
});

/** An ARP message, a request unless said otherwise. */
function arp(sender: string, mac: string, target: string, opcode = 1): Uint8Array {
  const body = [...macBytes(mac), ...ipBytes(sender), 0, 0, 0, 0, 0, 0, ...ipBytes(target)];
  return ethernet(MACS, ARP, [0, 1, 8, 0, 6, 4, 0, opcode, ...body]);
}

ealCase(
  "a stack learns from everybody, and answers what it received",
  { args: ALONE },
  (context) => {
    using _eal = Eal.init(context.args);
    using pool = PktmbufPool.create("packets", 63);
    const [address, mac] = ["10.0.0.1", MACS.to.mac];
    const sent: Uint8Array[] = [];
    const told: string[] = [];
    const packets = new MbufCursor();
    const out = new MbufCursor();
    const tx = new Outlet((burst, n) => {
      for (let i = 0; i < n; i++) sent.push(out.at(burst, i).read());
      return 0; // it is freed then
    });
    const stack = new Stack({
      ...{ packets, mac: parseMac(mac), address: parseIpv4(address), answersArp: true, tx, pool },
      learned: (who, _mac, fromRing) => told.push(`${who & 0xffff} ${fromRing}`),
    });
    const burst = new PointerBuffer(1);
    const give = (frame: Uint8Array, fromRing: boolean): Uint8Array[] => {
      burst.set(0, packets.moveTo(pool.alloc()!).fill(frame).address);
      packets.at(burst, 0);
      stack.input(burst, 0, fromRing);
      tx.flush();
      return sent.splice(0);
    };
    const [host, stranger] = ["02:00:00:00:00:02", "02:00:00:00:00:03"];
    const [answer, ...more] = give(arp("10.0.0.2", host, address), false);
    assert.equal(more.length, 0);
    assert.deepEqual([...answer!.subarray(0, 12)], [...macBytes(host), ...macBytes(mac)]);
    assert.deepEqual([...answer!.subarray(20)], [
      ...[0, 2, ...macBytes(mac), ...ipBytes(address), ...macBytes(host), ...ipBytes("10.0.0.2")],
    ]);
    // The same from a ring is learned, and not answered, as who received it did that.
    assert.deepEqual(give(arp("10.0.0.3", stranger, address), true), []);
    assert.deepEqual(give(arp("10.0.0.2", host, "10.0.0.9"), false), []);
    assert.deepEqual(give(arp("0.0.0.0", stranger, "10.0.0.9"), false), []); // a probe
    assert.deepEqual(give(arp("10.0.0.9", stranger, "10.0.0.9").subarray(0, 41), false), []);
    assert.deepEqual(told, ["2 false", "3 true"]);

    const datagram = ethernet(MACS, IPV4, udp("10.0.0.3", address, [4000, 7], [1, 2, 3]));
    const [echo] = give(datagram, true);
    const back = { to: { mac: stranger }, from: { mac } };
    assert.deepEqual(
      [...echo!],
      [...ethernet(back, IPV4, udp(address, "10.0.0.3", [7, 4000], [1, 2, 3]))],
    );
    // Whom it does not know, it asks for.
    const [question] = give(
      ethernet(MACS, IPV4, udp("10.0.0.4", address, [4000, 7], [1, 2, 3])),
      true,
    );
    assert.deepEqual([...question!.subarray(0, 12)], [
      ...macBytes("ff:ff:ff:ff:ff:ff"),
      ...macBytes(mac),
    ]);
    assert.deepEqual([...question!.subarray(12)], [
      ...[8, 6, 0, 1, 8, 0, 6, 4, 0, 1, ...macBytes(mac), ...ipBytes(address)],
      ...[0, 0, 0, 0, 0, 0, ...ipBytes("10.0.0.4")],
    ]);
    assert.deepEqual([stack.answered, stack.unresolved], [1, 1]);
    // What would be echoed for ever, or is for others.
    for (
      const [to, ports] of [[address, [7, 7]], [address, [9, 9]], ["10.0.0.5", [9, 7]]] as const
    ) {
      assert.deepEqual(give(ethernet(MACS, IPV4, udp("10.0.0.3", to, ports, [1])), false), []);
    }
    // A flood does not fill memory.
    for (let i = 0; i < 3000; i++) give(arp(`10.1.${i >> 8}.${i & 255}`, host, "10.0.0.9"), false);
    assert.equal(stack.neighbours.size, 1024);
    assert.equal(pool.availCount, pool.size);
  },
);
