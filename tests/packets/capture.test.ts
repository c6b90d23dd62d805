// DPDK's own programs look at the packets of a script: dpdk-dumpcap and dpdk-pdump.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Eal,
  EthDev,
  installation,
  MbufCursor,
  pdump,
  PktmbufPool,
  PointerBuffer,
} from "../../mod.ts";
import {
  assert,
  type CaseContext,
  type Child,
  type ChildResult,
  ealCase,
  outcome,
  spawnProgram,
} from "../kit.ts";
import { countInterfaces, readCapture } from "./captures.ts";
import { filled, sameFrames } from "./frames.ts";
import { bringUp, rest, until } from "./ports.ts";
import { openStub } from "./stub.ts";

const VDEVS = { args: ["--vdev=net_ring0", "--vdev=net_ring1"] };
const ADDRESSES = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };

/** Two ports that send to themselves, and a script that forwards between them. */
function setUp({ args, prefix, cleanup }: CaseContext) {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-capture-"));
  cleanup(() => rmSync(folder, { recursive: true }));
  // The programs run on lcore 0: each process of a group has an lcore of its own.
  const eal = Eal.init(args.toSpliced(args.indexOf("-l"), 2, "--lcores=5@0"));
  pdump.init();
  const pool = PktmbufPool.create("packets", 4095);
  const ports = EthDev.all().map((dev) => bringUp(dev, pool)) as [EthDev, EthDev];
  const stub = openStub();
  const packets = new MbufCursor();
  const burst = new PointerBuffer(64);
  const frames: Uint8Array[] = [];

  /** Brings packets into port 0, forwards them to port 1, and takes them from there. */
  const forward = async (count: number): Promise<Uint8Array[]> => {
    const sent: Uint8Array[] = [];
    for (let done = 0; done < count;) {
      const n = Math.min(count - done, 1 + done % 50);
      for (let i = 0; i < n; i++, done++) {
        const frame = filled(ADDRESSES, 60 + (done * 37) % 1455, done);
        burst.set(i, packets.moveTo(pool.alloc()!).fill(frame).address);
        sent.push(frame);
      }
      assert.equal(ports[0].txQueue(0).txBurst(burst, n), n);
      assert.equal(ports[0].rxQueue(0).rxBurst(burst), n);
      assert.equal(ports[1].txQueue(0).txBurst(burst, n), n);
      assert.equal(ports[1].rxQueue(0).rxBurst(burst), n);
      sameFrames([packets.at(burst, n - 1).read()], [sent.at(-1)!]);
      packets.freeBulk(burst, n);
      await rest(1); // what captures has a ring of 2,048, and one CPU with others
    }
    frames.push(...sent);
    assert.equal(pool.availCount, pool.size);
    return sent;
  };

  /** Starts a program that captures, and waits until it does. */
  const start = async (file: string, words: string[], ...on: number[]): Promise<Child> => {
    const child = spawnProgram(file, words, { timeoutMs: 30_000 });
    cleanup(() => child.kill("SIGKILL"));
    let ended: ChildResult | undefined;
    child.result.then((result) => ended = result);
    await until(
      () => {
        if (ended !== undefined) throw new Error(outcome(ended));
        return on.every((port) => stub.stub_captured(port, 0) === 3);
      },
      "it captures",
      20_000,
    );
    return child;
  };

  /** Ends it as a user does. */
  const stop = async (child: Child): Promise<ChildResult> => {
    child.kill("SIGINT");
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    assert.deepEqual([0, 1].map((port) => stub.stub_captured(port, 0)), [0, 0]);
    return result;
  };

  /** Waits until a file has stopped growing. */
  const written = async (path: string): Promise<void> => {
    for (let size = -1; !existsSync(path) || statSync(path).size !== size;) {
      size = existsSync(path) ? statSync(path).size : -1;
      await rest(150);
    }
  };
  return {
    eal,
    prefix,
    pool,
    ports,
    forward,
    start,
    stop,
    written,
    path: (n: string) => join(folder, n),
  };
}

ealCase("dumpcap's file has every packet of a port, received and sent", VDEVS, async (context) => {
  const { eal: _eal, prefix, pool, forward, start, stop, written, path } = setUp(context);
  await forward(100);
  for (const format of [[], ["-P"]]) {
    const file = path(`one${format.length}`);
    const words = [`--file-prefix=${prefix}`, "-i", "0", "-q", "-w", file, ...format];
    const child = await start("dpdk-dumpcap", words, 0);
    const sent = await forward(500);
    await rest(50);
    const { stderr } = await stop(child);
    // That of 25.11 tells of two fewer than are in the file.
    assert.match(stderr, /received\/dropped on interface '?[^ ]*: (1000|998)\/0/);
    await written(file);
    const captured = readCapture(file);
    assert.deepEqual(
      captured.map(({ bytes, length }) => bytes.length - length).filter((cut) => cut !== 0),
      [],
    );
    // Port 0 sends each to itself: a burst out, the same burst in.
    assert.equal(captured.length, 1000);
    if (format.length === 0) {
      for (const way of ["in", "out"]) {
        sameFrames(captured.filter((packet) => packet.way === way).map(({ bytes }) => bytes), sent);
      }
      assert.equal(new Set(captured.map(({ at }) => at)).size, 1);
    } else {
      const all = [...sent, ...sent].map(String).toSorted();
      assert.deepEqual(captured.map(({ bytes }) => String(bytes)).toSorted(), all);
    }
    // It has ended, and all goes on.
    await forward(200);
  }
  assert.equal(pool.availCount, pool.size);
});

ealCase("dumpcap on both ports; a port's packets are told apart", VDEVS, async (context) => {
  const { eal: _eal, prefix, pool, ports, forward, start, stop, written, path } = setUp(context);
  const file = path("both");
  // That of 22.11 takes the last -i alone, and has "*" for all; later ones have no "*".
  const both = installation().abi.number === 23 ? ["-i", "*"] : ["-i", "0", "-i", "1"];
  const words = [`--file-prefix=${prefix}`, ...both, "-q", "-w", file];
  const child = await start("dpdk-dumpcap", words, 0, 1);
  const sent = await forward(300);
  // Stopped and started meanwhile.
  for (const dev of ports) {
    dev.stop();
    dev.start();
  }
  sent.push(...await forward(100));
  await rest(50);
  await stop(child);
  await written(file);
  const captured = readCapture(file);
  assert.equal(countInterfaces(file), 2);
  for (const at of [0, 1]) {
    for (const way of ["in", "out"]) {
      const some = captured.filter((packet) => packet.at === at && packet.way === way);
      sameFrames(some.map(({ bytes }) => bytes), sent);
    }
  }
  assert.equal(captured.length, 4 * 400);
  for (const dev of ports) {
    dev.stop();
    dev.close();
  }
  assert.equal(pool.availCount, pool.size);
});

ealCase("pdump's files have what was received and what was sent", VDEVS, async (context) => {
  const { eal: _eal, prefix, pool, forward, start, stop, written, path } = setUp(context);
  const [rx, tx] = [path("rx.pcap"), path("tx.pcap")];
  const words = [
    ...["-l", "0", "--no-pci", "--no-telemetry", `--file-prefix=${prefix}`, "--"],
    ...["--pdump", `port=1,queue=*,rx-dev=${rx},tx-dev=${tx},ring-size=2048,total-num-mbufs=4095`],
  ];
  const child = await start("dpdk-pdump", words, 1);
  const sent = await forward(500);
  await rest(100);
  const { stdout } = await stop(child);
  assert.match(stdout, /packets dequeued:\s*1000/);
  await written(rx);
  await written(tx);
  for (const file of [rx, tx]) {
    const captured = readCapture(file);
    sameFrames(captured.map(({ bytes }) => bytes), sent);
  }
  await forward(300);
  assert.equal(pool.availCount, pool.size);
});

ealCase("capture begins and ends in the middle of forwarding", VDEVS, async (context) => {
  const { eal: _eal, prefix, pool, forward, start, path } = setUp(context);
  for (let round = 0; round < 2; round++) {
    let ended = false;
    const forwarding = (async () => {
      let all = 0;
      while (!ended) all += (await forward(20)).length;
      return all;
    })();
    const file = path(`some${round}`);
    const words = [`--file-prefix=${prefix}`, "-i", "0", "-q", "-w", file, "-c", "200"];
    const child = await start("dpdk-dumpcap", words, 0);
    // It ends by itself when it has 200.
    const result = await child.result;
    assert.equal(result.code, 0, outcome(result));
    ended = true;
    assert.ok(await forwarding >= 100);
    assert.ok(readCapture(file).length >= 200);
  }
  pdump.uninit();
  assert.equal(pool.availCount, pool.size);
});

ealCase("capture has to be let, once", { args: ["--vdev=net_ring0"] }, async ({ args, prefix }) => {
  assert.throws(() => pdump.init(), /Eal.init/);
  using _eal = Eal.init(args.toSpliced(args.indexOf("-l"), 2, "--lcores=5@0"));
  const pool = PktmbufPool.create("packets", 1023);
  bringUp(EthDev.get(0), pool);
  const words = [`--file-prefix=${prefix}`, "-i", "0", "-q", "-w", "/dev/null"];
  const { code, stderr } = await spawnProgram("dpdk-dumpcap", words, { timeoutMs: 20_000 }).result;
  assert.notEqual(code, 0);
  assert.match(stderr, /Packet dump enable (on .* )?failed|EAL pdump init failed/);
  pdump.init();
  assert.throws(() => pdump.init(), { name: "DpdkError", message: /initialised before/ });
  pdump.uninit();
  pdump.init();
  pdump.uninit();
});
