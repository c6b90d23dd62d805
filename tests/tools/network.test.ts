import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  afPacket,
  assert,
  compileC,
  type Network,
  network,
  outcome,
  pcapPort,
  pings,
  readPcap,
  spawnProgram,
  test,
  type TestContext,
  writePcap,
} from "../kit.ts";
import { rawPackets } from "../peers/raw_packets.ts";

const IPV4 = 0x0800;

/** What of this process's networks is there now: namespaces, and interfaces beside them. */
function leftovers(): string[] {
  const ours = `dts${process.pid.toString(36)}n`;
  const folders = ["/run/netns", "/sys/class/net"].filter((folder) => existsSync(folder));
  return folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.startsWith(ours));
}

/** Runs a body with networks, which are gone afterwards. */
async function withNetwork(
  body: (network: Network, context: TestContext) => Promise<void>,
): Promise<void> {
  const cleanups: (() => unknown)[] = [];
  const context: TestContext = { cleanup: (action) => void cleanups.push(action) };
  try {
    await body(network(context), context);
  } finally {
    for (const action of cleanups.reverse()) await action();
  }
}

/** An Ethernet frame with these addresses, EtherType 0x88b5 (for experiments) and filling. */
function frame(to: string, from: string, length: number): Uint8Array {
  const bytes = Uint8Array.from({ length }, (_, i) => i & 0xff);
  for (const [at, mac] of [[0, to], [6, from]] as const) {
    bytes.set(mac.split(":").map((byte) => parseInt(byte, 16)), at);
  }
  bytes.set([0x88, 0xb5], 12);
  return bytes;
}

test("a ping goes from namespace to namespace, and nothing is left", async () => {
  await withNetwork(async (net) => {
    const [one, other] = [net.namespace(), net.namespace()];
    const ends = net.wire(
      { namespace: one, address: "10.9.0.1/24", mac: "02:00:00:00:00:01" },
      { namespace: other, address: "10.9.0.2/24" },
    );
    assert.equal(ends[0].mac, "02:00:00:00:00:01");
    assert.match(ends[1].mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    for (const { name } of ends) assert.ok(name.length <= 15, name);
    const text = await one.run(pings("10.9.0.2", 3));
    assert.match(text, /3 sent, 3 received, 0 wrong/);
    await assert.rejects(
      one.run(["ping", "-c", "1", "-W", "1", "10.9.0.3"]),
      /Cannot run "ping [^]* in a namespace: [^]*100% packet loss/,
    );
    assert.equal(leftovers().length, 2);
  });
  assert.deepEqual(leftovers(), []);
});

test("what a test made is gone when it fails, and while a program of it still runs", async () => {
  const failing = withNetwork(async (net) => {
    const [near, far] = net.port();
    far.namespace.spawn(["sleep", "60"]);
    assert.deepEqual(leftovers().toSorted(), [near.name, far.namespace.name].toSorted());
    await Promise.reject(new Error("on purpose"));
  });
  await assert.rejects(failing, /on purpose/);
  assert.deepEqual(leftovers(), []);
});

test("what a killed test left goes when the next one begins", async (context) => {
  const child = spawnProgram("true");
  await child.result;
  const name = `dts${child.pid.toString(36)}n0`;
  const link = `dts${child.pid.toString(36)}n1`;
  const peer = `dts${child.pid.toString(36)}n2`;
  for (
    const words of [
      ["netns", "add", name],
      ["link", "add", "name", link, "type", "veth", "peer", "name", peer],
    ]
  ) {
    const result = await spawnProgram("ip", words).result;
    assert.equal(result.code, 0, outcome(result));
  }
  network(context);
  assert.equal(existsSync(`/run/netns/${name}`), false);
  assert.equal(existsSync(`/sys/class/net/${link}`), false);
});

test("frames arrive as they were sent, all of them, in order, and nothing else does", async (context) => {
  const net = network(context);
  const [near, far] = net.port({ address: "10.9.1.1/24" });
  const [here, there] = [await rawPackets(context, near), await rawPackets(context, far)];
  const sent = [60, 61, 200, 1514].map((length) => frame(far.mac, near.mac, length));
  for (const bytes of sent) await here.send(bytes);
  assert.equal(await there.wait(sent.length), sent.length);
  assert.deepEqual(await there.frames(), sent);
  assert.deepEqual(await there.frames(1, 2), sent.slice(1, 3));
  await there.clear();

  const tagged = frame(far.mac, near.mac, 100);
  tagged.set([0x81, 0x00, 0xa0, 0x64, 0x08, 0x00], 12);
  await here.send(tagged);
  assert.equal(await there.wait(1), 1);
  assert.deepEqual(await there.frames(), [tagged]);
  await there.clear();

  await there.send(frame(near.mac, far.mac, 64), { count: 10_000, at: 20 });
  assert.equal(await here.wait(10_000), 10_000);
  assert.deepEqual(await here.sequence(20), {
    got: 10_000,
    distinct: 10_000,
    first: 0,
    last: 9_999,
    disorder: 0,
    short: 0,
  });
  assert.deepEqual(await here.count(), { got: 10_000, bytes: 640_000, lost: 0 });
  assert.deepEqual(await there.count(), { got: 0, bytes: 0, lost: 0 });
  await here.filter(0x1234);
  await here.clear();
  await there.send(frame(near.mac, far.mac, 64), { count: 3 });
  assert.equal(await here.wait(1, 100), 0);
  await here.end();
});

test("TCP's checksums are complete on the wire, and neighbours need not ask", async (context) => {
  const net = network(context);
  const [near, far] = net.port({ address: "10.9.2.1/24" });
  net.neighbour(far, "10.9.2.2", near.mac);
  const here = await rawPackets(context, near);
  // Nobody answers: the first segment is all there is to see, at once.
  const connect = `require("node:net").connect(9, "10.9.2.2").on("error", () => {})`;
  far.namespace.spawn([process.execPath, "-e", connect]);
  assert.ok(await here.wait(1, 10_000) >= 1);
  const [segment] = await here.frames(0, 1);
  assert.ok(segment !== undefined);
  const view = new DataView(segment.buffer, 14);
  assert.equal(new DataView(segment.buffer).getUint16(12), IPV4);
  const header = 4 * (view.getUint8(0) & 15), length = view.getUint16(2) - header;
  let sum = 6 + length;
  for (let at = 12; at < 20; at += 2) sum += view.getUint16(at);
  for (let at = 0; at < length; at += 2) sum += view.getUint16(header + at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  assert.equal(sum, 0xffff);
});

test("arguments name driver and interface", (context) => {
  const [near] = network(context).port();
  assert.equal(afPacket(1, near), `--vdev=net_af_packet1,iface=${near.name}`);
  assert.equal(
    afPacket(0, near, "qpairs=2", "framecnt=1024"),
    `--vdev=net_af_packet0,iface=${near.name},qpairs=2,framecnt=1024`,
  );
  assert.equal(
    pcapPort(0, near, 2),
    `--vdev=net_pcap0,rx_iface_in=${near.name},tx_iface=${near.name},tx_iface=${near.name}`,
  );
});

/** Reads a capture file by libpcap, and writes it anew; prints the packets' times and bytes. */
const REFEREE = `
#include <stdio.h>
#include <pcap/pcap.h>

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const unsigned char *data;
	pcap_t *from = pcap_open_offline(argv[1], why);
	pcap_dumper_t *to = from == NULL ? NULL : pcap_dump_open(from, argv[2]);

	if (argc != 3 || to == NULL)
		return 1;
	printf("link %d\\n", pcap_datalink(from));
	while (pcap_next_ex(from, &header, &data) == 1) {
		printf("%ld.%06ld %u ", (long)header->ts.tv_sec, (long)header->ts.tv_usec, header->len);
		for (unsigned int i = 0; i < header->caplen; i++)
			printf("%02x", data[i]);
		printf("\\n");
		pcap_dump((unsigned char *)to, header, data);
	}
	pcap_dump_close(to);
	return 0;
}
`;

test("capture files are libpcap's", async ({ cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-pcap-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const [ours, theirs] = [join(folder, "ours.pcap"), join(folder, "theirs.pcap")];
  const packets = [0, 1, 14, 60, 1514, 9000].map((length) =>
    Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff)
  );
  writePcap(ours, packets);
  const program = compileC(REFEREE, [], { libraries: ["pcap"] });
  const result = await spawnProgram(program, [ours, theirs]).result;
  assert.equal(result.code, 0, outcome(result));
  const hex = (bytes: Uint8Array): string =>
    [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assert.deepEqual(result.stdout.trimEnd().split("\n").map((line) => line.trimEnd()), [
    "link 1",
    ...packets.map((bytes, i) => `0.00000${i} ${bytes.length} ${hex(bytes)}`.trimEnd()),
  ]);
  assert.deepEqual(readFileSync(ours), readFileSync(theirs));
  for (const path of [ours, theirs]) {
    assert.deepEqual(readPcap(path), packets.map((bytes, time) => ({ bytes, time })));
  }
});

test("an empty capture file has no packets; a damaged one is refused", ({ cleanup }) => {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-pcap-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "a.pcap");
  writePcap(path, []);
  assert.deepEqual(readPcap(path), []);
  writePcap(path, [new Uint8Array(60)]);
  const whole = readFileSync(path);
  for (
    const [bytes, message] of [
      [whole.subarray(0, 20), /too short for a capture file/],
      [whole.subarray(0, 30), /ends in the header at 24/],
      [whole.subarray(0, 90), /ends in the packet at 40/],
      [whole.with(0, 0), /no capture file/],
      [whole.with(20, 113), /not Ethernet's/],
      [whole.with(36, 61), /packet at 24 was cut from 61 to 60 bytes/],
    ] as const
  ) {
    writeFileSync(path, bytes);
    assert.throws(() => readPcap(path), message);
  }
});
