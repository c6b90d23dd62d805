/**
 * A stack whose processes share nothing, after F-Stack: each has a queue of every port, and what belongs
 * to another goes there by a ring. A dispatcher decides that; what came by a ring is never dispatched
 * again. ARP and NDP are copied to everybody, so that every process knows the neighbours of all.
 *
 * Each process answers datagrams to UDP port 7, to the neighbours that it knows by itself; pings are
 * answered by the dispatcher of who receives them. Start the primary first, then the others, each on
 * an lcore of its own; any of them may be a C program with the same rings and pools:
 *
 * ```sh
 * deno run --allow-ffi examples/fstack/dispatch.ts -l 0 --vdev=net_tap0 \
 *   -- --num-procs 2 --proc-id 0 --address 10.9.0.1
 * bun run examples/fstack/dispatch.ts -l 1 --proc-type=secondary \
 *   -- --num-procs 2 --proc-id 1 --address 10.9.0.1
 * ```
 *
 * Where a port has fewer queues to receive from than there are processes, as net_pcap has, the first
 * ones receive for all.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { Eal, formatIpv4, formatMac, MbufCursor, parseMac, poll } from "../../mod.ts";
import { ending, PORTS, run, splitArguments } from "../forwarding.ts";
import { closePorts } from "../ports.ts";
import { Seat } from "../seat.ts";
import { echoDispatcher, flowDispatcher } from "./flows.ts";
import { GROUP_OPTIONS, GROUP_USAGE, makeRings, placeOf, portsFor, startPorts } from "./group.ts";
import { seat } from "./names.ts";
import { type Input, poolBeside, PortQueue, ringOf } from "./queue.ts";
import { report, tellOf } from "./report.ts";
import { Stack } from "./stack.ts";

const USAGE = `
dispatch.ts [EAL options] -- --num-procs N --proc-id ID --address A${GROUP_USAGE}`;

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const place = placeOf(parseArgs({ args: app, options: GROUP_OPTIONS }).values);
  using eal = Eal.init(ealArgs);
  using _seat = new Seat(seat(place.id), `process ${place.id}`);
  const primary = eal.processType === "primary";
  const ports = portsFor(place);
  if (primary) makeRings(ports, await startPorts(eal, ports, place));

  const packets = new MbufCursor();
  const pool = poolBeside(ringOf(ports[0]!.portId, place.id, place.processes));
  const flows = flowDispatcher(packets);
  const lanes = ports.map((dev, i) => {
    const [mac, address] = [parseMac(dev.macAddress), place.addresses[i]!];
    console.log(`Port ${dev.portId}: serves ${formatIpv4(address)} at ${formatMac(mac)}`);
    const dispatcher = echoDispatcher(packets, address, flows);
    const input: Input = (burst, index, fromRing) => stack.input(burst, index, fromRing);
    const queue = new PortQueue({
      ...{ dev, packets, dispatcher, input },
      ...{ queue: place.id, queues: place.processes },
    });
    const { tx } = queue;
    const learned = tellOf(dev);
    const stack = new Stack({ packets, mac, address, answersArp: true, tx, pool, learned });
    return { dev, queue, stack };
  });

  console.log(`Process ${place.id} of ${place.processes} serves on lcore ${eal.lcoreId}`);
  await poll(() => {
    let n = 0;
    for (let i = 0; i < lanes.length; i++) n += lanes[i]!.queue.turn();
    return n;
  }, PORTS);
  console.log(`\nExiting on ${ending.reason}\n`);
  for (const lane of lanes) report(lane);
  if (primary) closePorts(ports);
}

await run(main, USAGE);
