/**
 * One of the three processes of the F-Stack soak: `EAL-ARGS -- ID [PACKETS]`, of which the primary, 0,
 * makes everything, with a ledger for so many packets. It is what examples/fstack is made of, all in one
 * process, as in F-Stack: it dispatches and broadcasts (dispatch.ts), has the kernel's path (kni.ts), and
 * answers tools (app.ts). Serves until its input ends.
 *
 * The wire is net_ring0, which throws back what is sent into it: packets come from the process itself,
 * and so does what it answers. The kernel is net_ring1, which sends everything back, too.
 *
 * @module
 */

import process from "node:process";
import { Eal, EthDev, Ipv4Header, MbufCursor, parseMac, PktmbufPool, poll } from "../../../mod.ts";
import { Answerer, createRings } from "../../../examples/fstack/answerer.ts";
import { FfMsgType, FfTopArgs, FfTrafficArgs } from "../../../examples/fstack/ff_msg.ts";
import { flowDispatcher } from "../../../examples/fstack/flows.ts";
import { makeRings, type Place as Seating, startPorts } from "../../../examples/fstack/group.ts";
import { ExceptionPath, KernelPort, makeKernelRing } from "../../../examples/fstack/kernel.ts";
import { KernelRules } from "../../../examples/fstack/kernel_rules.ts";
import type { Message } from "../../../examples/fstack/message.ts";
import { MessagePool } from "../../../examples/fstack/message_pool.ts";
import { mbufPool, seat } from "../../../examples/fstack/names.ts";
import {
  type Dispatcher,
  FREE,
  type Input,
  poolBeside,
  PortQueue,
  ringOf,
} from "../../../examples/fstack/queue.ts";
import { Stack } from "../../../examples/fstack/stack.ts";
import { answerSysctl } from "../../../examples/fstack/sysctl_message.ts";
import { SysctlTree } from "../../../examples/fstack/sysctl_tree.ts";
import { startPort } from "../../../examples/ports.ts";
import { Seat } from "../../../examples/seat.ts";
import { BACK, Control, Place, PROCESSES, SEEN, SEEN_BY_ANY, UNRESOLVED } from "./control.ts";
import { ADDRESS, ALL, FRAME, KERNEL_PORT, kindOf, note, numberOf } from "./packets.ts";
import { Source } from "./source.ts";

const [KERNEL, KERNEL_DESCRIPTORS] = ["net_ring1", 1024];

/** The longest note that the process keeps: longer than a message's own buffer. */
const MAX_NOTE = 65_536;

const seating = (id: number): Seating => ({
  processes: PROCESSES,
  id,
  addresses: [ADDRESS],
  sockets: undefined,
});

/** As the primary: makes everything. */
async function make(eal: Eal, wire: EthDev, packets: number): Promise<MessagePool> {
  const sockets = await startPorts(eal, [wire], seating(0));
  const pool = PktmbufPool.lookup(mbufPool(sockets[0]!));
  startPort(EthDev.find(KERNEL), pool, {
    descriptors: { rx: KERNEL_DESCRIPTORS, tx: KERNEL_DESCRIPTORS },
  });
  makeKernelRing(wire, sockets[0]!);
  makeRings([wire], sockets);
  const messages = MessagePool.create(PROCESSES, sockets[0]!);
  createRings(PROCESSES, sockets[0]!);
  Control.create(packets);
  return messages;
}

const ending = new AbortController();
process.stdin.resume().on("end", () => ending.abort());
using eal = Eal.init(process.argv.slice(2));
const [id, ledger] = eal.args.map(Number) as [number, number?];
const [wire] = EthDev.all() as [EthDev];
using _seat = new Seat(seat(id), `process ${id}`);
using messages = eal.processType === "primary"
  ? await make(eal, wire, ledger!)
  : MessagePool.lookup();
const control = Control.lookup();
const own = control.parties[id]!;

const packets = new MbufCursor();
const ip4 = new Ipv4Header(packets);
const pool = poolBeside(ringOf(wire.portId, id, PROCESSES));
const flows = flowDispatcher(packets);
let [strange, seen, turns] = [0, 0, 0];

/** Which packet of the phase the cursor is at; -1 when it is none. */
function place(): number {
  const number = numberOf(packets);
  const n = number < 0 ? -1 : (number - control.first) >>> 0;
  if (n >= 0 && n < control.sent("packets")) return n;
  strange++;
  return -1;
}

/** What comes for a second time has been everywhere; who asks for a neighbour hears the question. */
const dispatcher: Dispatcher = (queue, queues) => {
  if (packets.dataLen < FRAME) return FREE;
  const n = place();
  if (n < 0) return FREE;
  if ((control.known(n) & SEEN_BY_ANY) !== 0) {
    control.note(n, BACK);
    return FREE;
  }
  const to = flows(queue, queues);
  note(packets, id, kindOf(numberOf(packets)) === "arp" ? ALL : to);
  return to;
};

/** Notes who has a packet before anything is done with it. */
const input: Input = (burst, index, fromRing) => {
  const n = place();
  own.dieAt(Place.PACKET);
  if (n >= 0) {
    seen++;
    note(packets, id, id);
    const echoed = kindOf(numberOf(packets)) === "datagram";
    const unknown = echoed && ip4.at(14) && !stack.neighbours.has(ip4.srcAddr);
    control.note(n, SEEN << id | (unknown ? UNRESOLVED : 0));
  }
  path.input(burst, index, fromRing);
};

const mac = parseMac(wire.macAddress);
const queue = new PortQueue({
  ...{ dev: wire, packets, dispatcher, input },
  ...{ queue: id, queues: PROCESSES },
});
const { tx } = queue;
const path = new ExceptionPath({
  dev: wire,
  packets,
  rules: new KernelRules(packets, [`udp/${KERNEL_PORT}`]),
  copies: id === 0 ? pool : undefined,
  input: (burst, index, fromRing) => stack.input(burst, index, fromRing),
});
const learned = (): void => {};
const stack = new Stack({ packets, mac, address: ADDRESS, answersArp: false, tx, pool, learned });
const kernel = id === 0 ? new KernelPort(EthDev.find(KERNEL), wire.portId, tx) : undefined;
const source = new Source(control, id, { mac, pool, tx, port: wire.portId });

let text = "";
const tree = new SysctlTree({
  "app.proc_id": { type: "INT", description: "Which process this is", get: () => id },
  "app.seen": { type: "U64", description: "Packets that came", get: () => BigInt(seen) },
  "app.note": {
    type: "STRING",
    description: "A note of anybody",
    get: () => text,
    set(value) {
      if (value.length >= MAX_NOTE) throw new RangeError("Cannot keep this note: it is too long");
      text = value;
    },
  },
});
const traffic = { rx_bytes: 0n, tx_bytes: 0n, rx_dropped: 0n, tx_dropped: 0n };
const top = { idle_tsc: 0n, work_tsc: 0n, sys_tsc: 0n, usr_tsc: 0n };

/** Answers, if the process does not die of the question. */
const by = (answer: (message: Message) => void) => (message: Message): void => {
  own.dieAt(Place.QUESTION);
  answer(message);
};
const answerer = new Answerer(messages, id, {
  [FfMsgType.FF_SYSCTL]: by((message) => answerSysctl(tree, message)),
  [FfMsgType.FF_TOP]: by((message) => {
    message.setArgs(FfTopArgs, { ...top, loops: BigInt(turns) });
    message.result = 0;
  }),
  [FfMsgType.FF_TRAFFIC]: by((message) => {
    const [received, sent] = [BigInt(queue.received), BigInt(tx.sent)];
    message.setArgs(FfTrafficArgs, { ...traffic, rx_packets: received, tx_packets: sent });
    message.result = 0;
  }),
});

const counters = [
  [own.counter("TURNS"), () => turns],
  [own.counter("SEEN"), () => seen],
  [own.counter("ANSWERED"), () => answerer.answered],
  [own.counter("NO_ROOM"), () => queue.dropped],
  [own.counter("NOT_SENT"), () => tx.dropped + (kernel?.toKernel.dropped ?? 0)],
  [own.counter("NOT_FOR_KERNEL"), () => path.ring.dropped],
  [own.counter("NOT_COPIED"), () => queue.notCopied + path.notCopied],
  [own.counter("STRANGE"), () => strange],
] as const;

console.log(`serves ${id}`);
own.set("PID", process.pid);
await poll(() => {
  turns++;
  const came = queue.turn();
  if (came > 0) path.ring.flush();
  const n = came + (kernel?.turn() ?? 0) + answerer.turn() + source.turn();
  for (const [tell, count] of counters) tell(count());
  return n;
}, { signal: ending.signal });
own.set("PID", 0);
