/**
 * A stack whose processes share nothing (see dispatch.ts) beside the kernel's, on the same port and the
 * same address, after F-Stack: what the kernel is to have goes from every process by the ring
 * `kni_ring_<port>` to the primary, which alone drains it into a port that ends in the kernel's interface
 * `veth<port>`; what the kernel sends there goes out by the port.
 *
 * That port is `virtio_user<port>` where the host has /dev/vhost-net, and a tap elsewhere. The interface
 * has the port's MAC address; give it the addresses that the kernel is to have there:
 *
 * ```sh
 * deno run --allow-ffi examples/fstack/kni.ts -l 0 -a 0000:03:00.0 \
 *   -- --num-procs 2 --proc-id 0 --address 10.9.0.1 --kernel icmp --kernel tcp/22
 * bun run examples/fstack/kni.ts -l 1 --proc-type=secondary -a 0000:03:00.0 \
 *   -- --num-procs 2 --proc-id 1 --address 10.9.0.1 --kernel icmp --kernel tcp/22
 * ip address add 10.9.0.1/24 dev veth0; ip link set veth0 up
 * ```
 *
 * Then the kernel answers pings and SSH, and each process datagrams to UDP port 7. ARP and NDP are for
 * both; the kernel answers them.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  Eal,
  type EthDev,
  formatIpv4,
  formatMac,
  MbufCursor,
  parseMac,
  PktmbufPool,
  poll,
} from "../../mod.ts";
import { ending, PORTS, run, splitArguments } from "../forwarding.ts";
import { closePorts } from "../ports.ts";
import { Seat } from "../seat.ts";
import { flowDispatcher } from "./flows.ts";
import {
  GROUP_OPTIONS,
  GROUP_USAGE,
  makeRings,
  type Place,
  placeOf,
  portsFor,
  startPorts,
} from "./group.ts";
import { ExceptionPath, KernelPort, makeKernelRing, startKernelPort } from "./kernel.ts";
import { KernelRules, RULES_USAGE } from "./kernel_rules.ts";
import { mbufPool, seat } from "./names.ts";
import { type Input, poolBeside, PortQueue, ringOf } from "./queue.ts";
import { report, tellOf } from "./report.ts";
import { Stack } from "./stack.ts";

const USAGE = `
kni.ts [EAL options] -- --num-procs N --proc-id ID --address A --kernel RULE${GROUP_USAGE}${RULES_USAGE}`;

const OPTIONS = { ...GROUP_OPTIONS, kernel: { type: "string", multiple: true } } as const;

/** As the primary: starts the ports and those to the kernel, and makes the rings. */
async function begin(eal: Eal, ports: readonly EthDev[], place: Place): Promise<EthDev[]> {
  const sockets = await startPorts(eal, ports, place);
  const own = sockets[place.id]!;
  const pool = PktmbufPool.lookup(mbufPool(own));
  const kernelPorts = ports.map((dev) => startKernelPort(dev, pool));
  for (const dev of ports) makeKernelRing(dev, own);
  makeRings(ports, sockets);
  return kernelPorts;
}

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const { values } = parseArgs({ args: app, options: OPTIONS });
  const place = placeOf(values);
  const packets = new MbufCursor();
  const rules = new KernelRules(packets, values.kernel ?? []);
  using eal = Eal.init(ealArgs);
  using _seat = new Seat(seat(place.id), `process ${place.id}`);
  const primary = eal.processType === "primary";
  const ports = portsFor(place);
  const kernelPorts = primary ? await begin(eal, ports, place) : [];
  const pool = poolBeside(ringOf(ports[0]!.portId, place.id, place.processes));

  const flows = flowDispatcher(packets);
  const lanes = ports.map((dev, i) => {
    const [mac, address] = [parseMac(dev.macAddress), place.addresses[i]!];
    console.log(`Port ${dev.portId}: serves ${formatIpv4(address)} at ${formatMac(mac)}`);
    const rest: Input = (burst, index, fromRing) => stack.input(burst, index, fromRing);
    const copies = primary ? pool : undefined;
    const path = new ExceptionPath({ dev, packets, rules, copies, input: rest });
    const queue = new PortQueue({
      ...{ dev, packets, dispatcher: flows, input: path.input },
      ...{ queue: place.id, queues: place.processes },
    });
    const { tx } = queue;
    const learned = tellOf(dev);
    const stack = new Stack({ packets, mac, address, answersArp: false, tx, pool, learned });
    const kernel = primary ? new KernelPort(kernelPorts[i]!, dev.portId, tx) : undefined;
    return { dev, queue, path, stack, kernel };
  });

  console.log(`Process ${place.id} of ${place.processes} serves on lcore ${eal.lcoreId}`);
  await poll(() => {
    let n = 0;
    for (let i = 0; i < lanes.length; i++) {
      const { queue, path, kernel } = lanes[i]!;
      const came = queue.turn();
      if (came > 0) path.ring.flush();
      n += came + (kernel === undefined ? 0 : kernel.turn());
    }
    return n;
  }, PORTS);
  console.log(`\nExiting on ${ending.reason}\n`);
  for (const { path, kernel, ...lane } of lanes) {
    report(lane, {
      "for the kernel": path.ring.sent,
      "lost for the kernel": path.ring.dropped + path.notCopied,
      ...(kernel === undefined ? {} : {
        "left for the kernel": kernel.drain(),
        "to the kernel": kernel.toKernel.sent,
        "not to the kernel": kernel.toKernel.dropped,
        "from the kernel": kernel.fromKernel,
      }),
    });
  }
  if (primary) closePorts([...kernelPorts, ...ports]);
}

await run(main, USAGE);
