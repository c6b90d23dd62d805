// The ports of a primary carry packets on, however its secondaries leave.

import { spawnSync } from "node:child_process";
import { Eal, EthDev, EthernetHeader, MbufCursor, PktmbufPool, PointerBuffer } from "../../mod.ts";
import {
  afPacket,
  assert,
  ealCase,
  network,
  outcome,
  pcapPort,
  RUNTIMES,
  type TestContext,
} from "../kit.ts";
import { exitCode, Group, SECONDARY_WAYS } from "./group.ts";

/** The EtherType for experiments: what else is on the wires is not counted. */
const EXPERIMENT = 0x88b5;
const FRAMES = 16;

/** How often to look for a frame that is on its way through the kernel. */
const LOOKS = 100_000_000;

/** The primary's ports by name, each set up with a queue to receive and one to send. */
function startPorts(pool: PktmbufPool): (name: string) => EthDev {
  const ports = new Map(EthDev.all().map((dev) => [dev.name, dev]));
  for (const dev of ports.values()) {
    dev.configure();
    dev.rxQueueSetup(0, 512, pool);
    dev.txQueueSetup(0, 512);
    dev.start();
  }
  return (name) => ports.get(name)!;
}

/** Joins two interfaces, so that what comes in on one goes out on the other. */
function bridge({ cleanup }: TestContext, name: string, ends: readonly string[]): void {
  const ip = (...words: string[]) =>
    assert.equal(spawnSync("ip", words).status, 0, words.join(" "));
  ip("link", "add", name, "type", "bridge");
  cleanup(() => ip("link", "delete", name));
  for (const end of ends) ip("link", "set", end, "master", name, "up");
  ip("link", "set", name, "up");
}

ealCase(
  "ports of every kind carry packets after secondaries of both runtimes left in every way",
  { timeoutMs: 120_000 },
  async (context) => {
    const net = network(context);
    const wire = () => net.wire({}, {});
    const [sockets, captures] = [wire(), wire()];
    const taps = [net.name(), net.name()];
    const vdevs = [
      ...["--vdev=net_null0", "--vdev=net_ring0"],
      ...sockets.map((end, i) => afPacket(i, end)),
      ...captures.map((end, i) => pcapPort(i, end)),
      ...taps.map((name, i) => `--vdev=net_tap${i},iface=${name}`),
    ];
    using _eal = Eal.init([...context.args, ...vdevs]);
    const pool = PktmbufPool.create("packets", 16383);
    const port = startPorts(pool);
    bridge(context, net.name(), taps);
    const burst = new PointerBuffer(FRAMES);
    const packets = new MbufCursor();
    const ether = new EthernetHeader(packets);

    /** Sends frames on one port, and counts them on another. */
    const carried = (from: EthDev, to: EthDev): number => {
      assert.equal(pool.allocBulk(burst, FRAMES), FRAMES);
      for (let i = 0; i < FRAMES; i++) {
        packets.at(burst, i).append(60);
        ether.dstAddr = 0xffffffffffff;
        ether.srcAddr = 0x020000000001;
        ether.etherType = EXPERIMENT;
      }
      assert.equal(from.txQueue(0).txBurst(burst, FRAMES), FRAMES);
      const rx = to.rxQueue(0);
      let count = 0;
      for (let look = 0; count < FRAMES && look < LOOKS; look++) {
        const got = rx.rxBurst(burst);
        for (let i = 0; i < got; i++) {
          packets.at(burst, i);
          if (packets.dataLen >= 60 && ether.etherType === EXPERIMENT) count++;
        }
        packets.freeBulk(burst, got);
      }
      return count;
    };
    const carry = (after: string): void => {
      for (const kind of ["net_af_packet", "net_pcap", "net_tap"]) {
        const [one, other] = [port(`${kind}0`), port(`${kind}1`)];
        assert.equal(carried(one, other), FRAMES, `${kind} after ${after}`);
        assert.equal(carried(other, one), FRAMES, `${kind} back after ${after}`);
      }
      const ring = port("net_ring0");
      assert.equal(carried(ring, ring), FRAMES, `net_ring after ${after}`);
      const none = port("net_null0");
      const sent = none.stats().opackets;
      const got = none.rxQueue(0).rxBurst(burst);
      assert.equal(got, FRAMES);
      assert.equal(none.txQueue(0).txBurst(burst, got), got);
      assert.equal(none.stats().opackets - sent, BigInt(got), `net_null after ${after}`);
      for (const dev of EthDev.all()) assert.equal(dev.linkNowait().up, true, dev.name);
    };

    carry("nobody");
    const group = new Group(context, context.prefix);
    for (const name of RUNTIMES) {
      for (const { steps, signal, code } of SECONDARY_WAYS) {
        const child = await group.secondary(["ports", ...steps], name);
        await child.waitForLine(/^8 PORTS$/);
        if (signal !== undefined) child.kill(signal);
        const result = await child.result;
        assert.equal(exitCode(result), code, outcome(result));
        carry(`a secondary on ${name}: ${steps} ${signal}`);
      }
    }
  },
);
