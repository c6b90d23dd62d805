// What ports tell, and in which order the script gets to know.

import {
  Eal,
  EthDev,
  type EthEvent,
  mp,
  onEthEvent,
  PktmbufPool,
  PointerBuffer,
} from "../../mod.ts";
import { assert, ealCase, network, spawnProgram } from "../kit.ts";
import { filled } from "./frames.ts";
import { bringUp, rest, until } from "./ports.ts";
import { floodEvent, openStub } from "./stub.ts";
import { pass, vhost } from "./vhost.ts";

/** In the order of `enum rte_eth_event_type`, from 1 on. */
const EVENTS: readonly EthEvent[] = [
  ...["lsc", "queueState", "intrReset", "vfMbox", "macsec", "rmv", "new", "destroy"] as const,
  ...["ipsec", "flowAged", "rxAvailThresh", "errRecovering", "recoverySuccess"] as const,
  "recoveryFailed",
];

const ADDRESSES = { to: { mac: "02:00:00:00:00:01" }, from: { mac: "02:00:00:00:00:02" } };
const FRAMES = Array.from({ length: 32 }, (_, i) => filled(ADDRESSES, 60 + 40 * i));

const LONE = ["--no-huge", "--no-shconf"];
const TWO = { args: [...LONE, "--vdev=net_null0", "--vdev=net_null1"] };

ealCase(
  "a link goes up and down, its port tells, and packets pass whenever it is up",
  async (context) => {
    const { eal: _eal, pool, dev, plug } = vhost(context);
    bringUp(dev, pool, { lsc: true });
    assert.equal(dev.conf()!.lsc, true);
    const told: string[] = [];
    const link = dev.on("lsc", (port, event) => {
      told.push(`${event} ${port} ${dev.linkNowait().up ? "up" : "down"}`);
    });
    const queues = dev.on("queueState", (port, event) => told.push(`${event} ${port}`));
    assert.equal(dev.linkNowait().up, false);
    for (let round = 0; round < 3; round++) {
      const peer = plug();
      await until(() => told.length >= 3, "the link went up");
      assert.deepEqual(told.splice(0), ["queueState 0", "queueState 0", "lsc 0 up"]);
      await pass(pool, peer, dev, FRAMES);
      await pass(pool, dev, peer, FRAMES);
      if (round === 1) {
        // Stopped and started, the port goes on as before.
        dev.stop();
        assert.throws(() => dev.rxQueue(0).rxBurst(new PointerBuffer(1)), /not started/);
        dev.start();
        await pass(pool, peer, dev, FRAMES);
        await pass(pool, dev, peer, FRAMES);
      }
      peer.remove();
      await until(() => told.length >= 3, "the link went down");
      assert.deepEqual(told.splice(0), ["queueState 0", "queueState 0", "lsc 0 down"]);
      assert.equal(dev.rxQueue(0).rxBurst(new PointerBuffer(4)), 0);
    }
    link.close();
    queues.close();
    plug().remove();
    await rest(30);
    assert.deepEqual(told, []);
    dev.stop();
    dev.close();
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase("a tap's link as the port sees it; its driver tells nobody", async (context) => {
  const name = network(context).name();
  using _eal = Eal.init([...context.args, ...LONE, `--vdev=net_tap0,iface=${name}`]);
  const pool = PktmbufPool.create("packets", 1023);
  const dev = bringUp(EthDev.get(0), pool, { lsc: true });
  let told = 0;
  using _watch = dev.on("lsc", () => told++);
  for (const [to, up] of [["down", false], ["up", true], ["down", false], ["up", true]] as const) {
    assert.equal((await spawnProgram("ip", ["link", "set", name, to]).result).code, 0);
    await until(() => dev.linkNowait().up === up, `it is ${to}`);
  }
  for (const up of [false, true]) {
    up ? dev.setLinkUp() : dev.setLinkDown();
    await until(() => dev.linkNowait().up === up, `it is ${up ? "up" : "down"}`);
  }
  await rest(20);
  assert.equal(told, 0); // DPDK 22.11: net_tap calls no callbacks
  dev.stop();
  dev.close();
  assert.equal(pool.availCount, pool.size);
});

ealCase(
  "ports come and go, and every handler is told, in order",
  { args: LONE },
  async ({ args }) => {
    using _eal = Eal.init(args);
    const told: string[] = [];
    const note = (who: string) => (port: number, event: EthEvent) =>
      told.push(`${who} ${event} ${port}`);
    const a = onEthEvent("all", "new", note("a"));
    const b = onEthEvent("all", "new", note("b"));
    const c = onEthEvent("all", "destroy", note("c"));
    assert.deepEqual([a.portId, a.event, c.event], [undefined, "new", "destroy"]);
    const [one] = EthDev.probe("net_null7,size=64");
    const [two] = EthDev.hotplugAdd("vdev", "net_null8");
    // Not before the script yields.
    assert.deepEqual(told, []);
    await until(() => told.length === 4, "two ports came");
    assert.deepEqual(told.splice(0), ["a new 0", "b new 0", "a new 1", "b new 1"]);
    const d = one!.on("destroy", note("d"));
    assert.equal(d.portId, 0);
    a.close();
    a.close();
    EthDev.hotplugRemove("vdev", "net_null8");
    one!.close();
    await until(() => told.length === 3, "two ports went");
    assert.deepEqual(told.splice(0).toSorted(), ["c destroy 0", "c destroy 1", "d destroy 0"]);
    d.close(); // or it would be told of the next port of that number
    assert.throws(() => two!.on("lsc", () => {}), { name: "DpdkError", code: "ENODEV" });
    const [three] = EthDev.probe("net_null9");
    await until(() => told.length === 1, "a port came");
    assert.deepEqual(told.splice(0), [`b new ${three!.portId}`]);
    b.close();
    c.close();
    three!.remove();
    await rest(20);
    assert.deepEqual(told, []);
    d.close();
  },
);

ealCase("all events have their names, of one port or of all", TWO, async ({ args }) => {
  using _eal = Eal.init(args);
  const { stub_event } = openStub();
  const told: string[] = [];
  const subscriptions = EVENTS.flatMap((event) => [
    onEthEvent("all", event, (port, which) => told.push(`all ${which} ${port}`)),
    EthDev.get(1).on(event, (port, which) => told.push(`one ${which} ${port}`)),
  ]);
  for (const [i, event] of EVENTS.entries()) {
    stub_event(0, i + 1);
    stub_event(1, i + 1);
    await until(() => told.length >= 3, `"${event}" is told`);
    // Of all ports or of one: DPDK keeps them apart, and tells both.
    assert.deepEqual(told.splice(0).toSorted(), [
      `all ${event} 0`,
      `all ${event} 1`,
      `one ${event} 1`,
    ]);
  }
  for (const subscription of subscriptions) subscription.close();
  for (let i = 1; i <= EVENTS.length; i++) stub_event(1, i);
  await rest(20);
  assert.deepEqual(told, []);
});

ealCase(
  "a script that polls and does not yield has all events afterwards, in order",
  { args: ["--vdev=net_null0", "--vdev=net_null1"] },
  async ({ args }) => {
    using _eal = Eal.init(args);
    const { stub_flood, stub_flooded } = openStub();
    const pool = PktmbufPool.create("packets", 1023);
    const [one, other] = EthDev.all().map((dev) => bringUp(dev, pool)) as [EthDev, EthDev];
    const told: string[] = [];
    for (const event of EVENTS) {
      onEthEvent(
        "all",
        event,
        (port, which) => told.push(`${port} ${which}`),
      ).unref();
    }
    const expected = Array.from({ length: 5_000 }, (_, i) => {
      const [port, event] = floodEvent(i, one, other);
      return `${port} ${EVENTS[event - 1]}`;
    });
    const burst = new PointerBuffer(32);
    const [rx, tx] = [one.rxQueue(0), other.txQueue(0)];
    const busy = (ms: number, also?: () => void): number => {
      let moved = 0;
      for (const end = performance.now() + ms; performance.now() < end;) {
        for (let i = 0; i < 100; i++) moved += tx.txBurst(burst, rx.rxBurst(burst));
        also?.();
      }
      return moved;
    };
    assert.equal(stub_flood(0, 1, 5_000, 0), 0);
    assert.ok(busy(400) > 0);
    // DPDK's thread has not waited for the script.
    assert.equal(stub_flooded(), 0);
    assert.equal(told.length, 0);
    await until(() => told.length >= 5_000, "all were told");
    assert.deepEqual(told.splice(0), expected);

    // mp.poll hands them on without yielding.
    assert.equal(stub_flood(0, 1, 5_000, 0), 0);
    busy(400, () => mp.poll(64));
    assert.equal(stub_flooded(), 0);
    while (mp.poll() > 0);
    assert.deepEqual(told, expected);
    assert.equal(pool.availCount, pool.size);
  },
);

ealCase("handlers that throw or close others do no harm", TWO, async ({ args }) => {
  using _eal = Eal.init(args);
  const { stub_event } = openStub();
  const dev = EthDev.get(0);
  const told: string[] = [];
  const errors: unknown[][] = [];
  const { error } = console;
  console.error = (...words: unknown[]) => void errors.push(words);
  try {
    dev.on("rmv", () => {
      told.push("first");
      throw new Error("on purpose");
    });
    dev.on(
      "rmv",
      (() => {
        told.push("second");
        return Promise.reject(new Error("later"));
      }) as () => void,
    );
    const third = dev.on("rmv", () => {
      told.push("third");
      fourth.close();
      third.close();
    });
    const fourth = dev.on("rmv", () => told.push("fourth"));
    dev.on("rmv", () => {
      told.push("fifth");
      dev.on("rmv", () => told.push("new"));
    });
    stub_event(0, 6);
    stub_event(0, 6);
    await until(() => told.length >= 8, "all were told");
    await rest(20);
  } finally {
    console.error = error;
  }
  assert.deepEqual(told, [
    ...["first", "second", "third", "fifth"],
    ...["first", "second", "fifth", "new"],
  ]);
  assert.deepEqual(
    errors.map(([text, why]) => [text, String(why)]).toSorted(),
    [
      ...["Error: later", "Error: later", "Error: on purpose", "Error: on purpose"],
    ].map((why) => ['Cannot handle "rmv" of port 0:', why]),
  );
});

ealCase("what cannot be handled is refused", TWO, ({ args }) => {
  assert.throws(() => onEthEvent("all", "lsc", () => {}), /Eal.init/);
  const eal = Eal.init(args);
  const dev = EthDev.get(0);
  const never = () => {};
  for (const event of ["unknown", "LSC", "", 1, undefined] as unknown as EthEvent[]) {
    assert.throws(() => dev.on(event, never), TypeError, String(event));
  }
  for (const handler of [undefined, null, "f", {}] as unknown as (() => void)[]) {
    assert.throws(() => dev.on("lsc", handler), TypeError);
  }
  for (const port of [-1, 32, 1.5, NaN, "0"] as number[]) {
    assert.throws(() => onEthEvent(port, "lsc", never), /RangeError|TypeError/);
  }
  assert.throws(() => onEthEvent(7, "lsc", never), { code: "ENODEV" });
  const watch = dev.on("lsc", never);
  dev.close();
  watch.close(); // of a port that is gone
  onEthEvent("all", "new", never);
  eal.cleanup();
  watch.close();
  assert.throws(() => dev.on("lsc", never), { name: "DpdkError" });
});
