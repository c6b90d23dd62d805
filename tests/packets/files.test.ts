// net_pcap from file to file: what comes out is what went in.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Eal, EthDev, MbufCursor, PktmbufPool, PointerBuffer, rxTimestamp } from "../../mod.ts";
import { assert, type CaseContext, ealCase, readPcap, writePcap } from "../kit.ts";
import { randomIntegers } from "../ring/modes.ts";
import { readCapture } from "./captures.ts";
import { sameFrames } from "./frames.ts";
import { bringUp } from "./ports.ts";

function folder({ cleanup }: CaseContext): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), "dpdk-ts-files-"));
  cleanup(() => rmSync(path, { recursive: true }));
  return (name) => join(path, name);
}

function randomPackets(count: number, most: number, seed: number): Uint8Array[] {
  const random = randomIntegers(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = i === 0 ? most : i === 1 ? 14 : 14 + random(most - 13);
    return Uint8Array.from({ length }, () => random(256));
  });
}

ealCase(
  "packets from a file to a file, byte for byte, jumbo frames in several mbufs",
  (context) => {
    const path = folder(context);
    const packets = [...randomPackets(600, 1514, 1), ...randomPackets(60, 9000, 2)];
    writePcap(path("in.pcap"), packets);
    const vdev = `--vdev=net_pcap0,rx_pcap=${path("in.pcap")},tx_pcap=${path("out.pcap")}`;
    using _eal = Eal.init([...context.args, "--no-huge", "--no-shconf", vdev]);
    const pool = PktmbufPool.create("packets", 1023);
    const dev = bringUp(EthDev.get(0), pool);
    const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
    const time = rxTimestamp();
    const burst = new PointerBuffer(32);
    const m = new MbufCursor();
    const room = pool.dataRoomSize - 128;
    let seen = 0;
    for (let n = rx.rxBurst(burst); n > 0; n = rx.rxBurst(burst)) {
      for (let i = 0; i < n; i++, seen++) {
        const bytes = packets[seen]!;
        m.at(burst, i);
        // The first segment has headroom, the others none.
        const segments = bytes.length <= room
          ? 1
          : 1 + Math.ceil((bytes.length - room) / pool.dataRoomSize);
        assert.deepEqual(
          [m.pktLen, m.nbSegs, m.port, m.check()],
          [bytes.length, segments, dev.portId, undefined],
        );
        assert.equal(Number(time!.field.get(m)), seen);
        sameFrames([m.read()], [bytes]);
      }
      assert.equal(tx.txBurst(burst, n), n);
    }
    assert.equal(seen, packets.length);
    const { ipackets, opackets, ibytes, obytes, ierrors, oerrors, rxNombuf } = dev.stats();
    const bytes = BigInt(packets.reduce((sum, { length }) => sum + length, 0));
    assert.deepEqual([ipackets, opackets], [BigInt(seen), BigInt(seen)]);
    assert.deepEqual([ibytes, obytes], [bytes, bytes]);
    assert.deepEqual([ierrors, oerrors, rxNombuf], [0n, 0n, 0n]);
    assert.equal(pool.availCount, pool.size);
    dev.stop();
    dev.close();
    const out = readCapture(path("out.pcap"));
    sameFrames(out.map(({ bytes }) => bytes), packets);
    assert.deepEqual(out.map(({ length }) => length), packets.map(({ length }) => length));
  },
);

ealCase("packets changed on the way, and some left out", (context) => {
  const path = folder(context);
  const packets = randomPackets(500, 1514, 3);
  writePcap(path("in.pcap"), packets);
  const vdev = `--vdev=net_pcap0,rx_pcap=${path("in.pcap")},tx_pcap=${path("out.pcap")}`;
  using _eal = Eal.init([...context.args, "--no-huge", "--no-shconf", vdev]);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool);
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const burst = new PointerBuffer(50);
  const m = new MbufCursor();
  let seen = 0;
  const expected: Uint8Array[] = [];
  for (let n = rx.rxBurst(burst); n > 0; n = rx.rxBurst(burst)) {
    let kept = 0;
    for (let i = 0; i < n; i++, seen++) {
      m.at(burst, i);
      const bytes = packets[seen]!;
      if (seen % 5 === 0) {
        m.free();
        continue;
      }
      burst.set(kept++, m.address);
      if (seen % 5 === 1) {
        assert.equal(m.prepend(4), true);
        m.setBe32(0, 0xdeadbeef);
        expected.push(Uint8Array.from([0xde, 0xad, 0xbe, 0xef, ...bytes]));
      } else if (seen % 5 === 2) {
        assert.equal(m.adj(6) && m.trim(4), true);
        expected.push(bytes.slice(6, -4));
      } else if (seen % 5 === 3) {
        // A chain of what came and a copy of its head.
        const copy = m.copy(pool, 0, 14)!;
        m.chain(copy);
        expected.push(Uint8Array.from([...bytes, ...bytes.subarray(0, 14)]));
      } else {
        expected.push(bytes);
      }
    }
    assert.equal(tx.txBurst(burst, kept), kept);
  }
  assert.equal(seen, packets.length);
  assert.equal(pool.availCount, pool.size);
  dev.stop();
  dev.close();
  sameFrames(readCapture(path("out.pcap")).map(({ bytes }) => bytes), expected);
});

ealCase("when the pool is empty, packets wait in the file", (context) => {
  const path = folder(context);
  const packets = randomPackets(100, 300, 4);
  writePcap(path("in.pcap"), packets);
  assert.equal(readPcap(path("in.pcap")).length, 100);
  const vdev = `--vdev=net_pcap0,rx_pcap=${path("in.pcap")},tx_pcap=${path("out.pcap")}`;
  using _eal = Eal.init([...context.args, "--no-huge", "--no-shconf", vdev]);
  const pool = PktmbufPool.create("packets", 63, { cacheSize: 0 });
  const dev = bringUp(EthDev.get(0), pool, { descriptors: 32 });
  const [rx, tx] = [dev.rxQueue(0), dev.txQueue(0)];
  const burst = new PointerBuffer(100);
  assert.equal(rx.rxBurst(burst), 63);
  assert.equal(dev.stats().rxNombuf, 1n);
  assert.equal(pool.availCount, 0);
  assert.equal(tx.txBurst(burst, 63), 63);
  // The driver had read the packet for which there was no mbuf: it is lost.
  assert.equal(rx.rxBurst(burst, 10, 63), 10);
  assert.equal(rx.rxBurst(burst, 27, 73), 26);
  assert.equal(tx.txBurst(burst, 36, 63), 36);
  assert.equal(rx.rxBurst(burst), 0);
  assert.equal(pool.availCount, 63);
  sameFrames(
    readCapture(path("out.pcap")).map(({ bytes }) => bytes),
    packets.toSpliced(63, 1),
  );
});
