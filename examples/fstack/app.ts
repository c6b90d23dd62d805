/**
 * An application that F-Stack's tools can ask, and tool.ts: by `struct ff_msg` in `ff_msg_pool` and the
 * rings `ff_msg_ring_in_<process>` and `ff_msg_ring_out_<process>_<type>`. Besides, it sends packets back
 * by the port that they came from.
 *
 * It answers sysctl (a tree of names with values), top (where its time goes) and traffic (what it
 * received and sent). The primary makes pool, rings and ports of all processes; secondaries join:
 *
 * ```sh
 * deno run --allow-ffi examples/fstack/app.ts -l 0 --no-pci --vdev=net_null0 -- --procs 2
 * bun run examples/fstack/app.ts -l 1 --proc-type=secondary -- --procs 2 --proc-id 1
 * bun run examples/fstack/tool.ts top
 * deno run --allow-ffi examples/fstack/tool.ts sysctl -p 1 app.burst=16
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { Eal, EthDev, poll } from "../../mod.ts";
import { ending, run, splitArguments, wholeNumber } from "../forwarding.ts";
import { closePorts } from "../ports.ts";
import { Answerer, createRings } from "./answerer.ts";
import { Echo, MAX_BURST, startPorts } from "./echo.ts";
import { FfMsgType, FfTopArgs, FfTrafficArgs, MAX_PROCESSES, ringIn } from "./ff_msg.ts";
import type { Message } from "./message.ts";
import { MessagePool } from "./message_pool.ts";
import { answerSysctl } from "./sysctl_message.ts";
import { type Leaf, SysctlTree } from "./sysctl_tree.ts";

const USAGE = `
app.ts [EAL options] -- [--procs N] [--proc-id ID]
 --procs: the number of processes, 1 unless given
 --proc-id: the id of this process, below their number; 0 unless given`;

/** The longest text that a name holds, in bytes: longer than a message's own buffer. */
const MAX_NOTE = 65_536;

/** Where the time of a process goes, in milliseconds: what `struct ff_top_args` tells. */
class Times {
  loops = 0;
  work = 0;
  sys = 0;
  usr = 0;
  #last = performance.now();

  /** Ends a turn that began at a time, and worked for others for so long of it. */
  add(begin: number, busy: boolean, usr: number): void {
    const end = performance.now();
    this.loops++;
    this.work += end - this.#last;
    this.usr += usr;
    if (busy) this.sys += end - begin - usr;
    this.#last = end;
  }

  /** Puts them into a message; its ticks are nanoseconds. */
  tell(message: Message): void {
    const ticks = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
    const [work, sys, usr] = [ticks(this.work), ticks(this.sys), ticks(this.usr)];
    message.setArgs(FfTopArgs, {
      loops: BigInt(this.loops),
      idle_tsc: work - sys - usr,
      work_tsc: work,
      sys_tsc: sys,
      usr_tsc: usr,
    });
  }
}

/** Puts what was received and sent into a message. */
function tellTraffic({ traffic }: Echo, message: Message): void {
  const { rx_packets, rx_bytes, tx_packets, tx_bytes, rx_dropped, tx_dropped } = traffic;
  message.setArgs(FfTrafficArgs, {
    rx_packets: BigInt(rx_packets),
    rx_bytes: BigInt(rx_bytes),
    tx_packets: BigInt(tx_packets),
    tx_bytes: BigInt(tx_bytes),
    rx_dropped: BigInt(rx_dropped),
    tx_dropped: BigInt(tx_dropped),
  });
}

/** A number that others may set, within bounds. */
function setting(description: string, max: number, get: () => number, set: (n: number) => void) {
  const checked = (value: number): void => {
    if (value < 0 || value > max) throw new RangeError(`Cannot use ${value}: from 0 to ${max}`);
    set(value);
  };
  return { type: "INT", description, get, set: checked } as const;
}

/** The names with values of this process. */
function namesOf(eal: Eal, id: number, echo: Echo, answerer: () => Answerer): SysctlTree {
  const count = (description: string, get: () => number): Leaf => ({
    type: "U64",
    description,
    get: () => BigInt(get()),
  });
  const fixed = (description: string, value: string): Leaf => ({
    type: "STRING",
    description,
    get: () => value,
  });
  let note = "";
  const setNote = (value: string): void => {
    if (value.length >= MAX_NOTE) throw new RangeError("Cannot keep this note: it is too long");
    note = value;
  };
  return new SysctlTree({
    "kern.ostype": fixed("What this is", "dpdk.ts"),
    "kern.version": fixed("Its DPDK", eal.version),
    "hw.ncpu": { type: "INT", description: "Its lcores", get: () => eal.lcores.length },
    "app.proc_id": { type: "INT", description: "Which process this is", get: () => id },
    "app.burst": setting(
      "Packets that are received at once",
      MAX_BURST,
      () => echo.burst,
      (value) => echo.burst = value,
    ),
    "app.forward": setting(
      "Whether packets are sent back (1) or dropped (0)",
      1,
      () => Number(echo.forward),
      (value) => echo.forward = value === 1,
    ),
    "app.note": { type: "STRING", description: "A note of anybody", get: () => note, set: setNote },
    "app.msg.answered": count("Messages that were answered", () => answerer().answered),
    "app.msg.bad_types": count("Messages of a type without a ring", () => answerer().badTypes),
    "app.msg.untaken": count("Answers that nobody took", () => answerer().untaken),
    "app.msg.foreign": count("What came and was no message", () => answerer().foreign),
  });
}

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const { values } = parseArgs({
    args: app,
    options: { procs: { type: "string" }, "proc-id": { type: "string" } },
  });
  const processes = wholeNumber(values.procs ?? "1", "--procs", 1, MAX_PROCESSES);
  const id = wholeNumber(values["proc-id"] ?? "0", "--proc-id", 0, processes - 1);
  using eal = Eal.init(ealArgs);
  const primary = eal.processType === "primary";
  const { socketId } = eal;
  if (primary) startPorts(processes, socketId);
  using pool = primary ? MessagePool.create(processes, socketId) : MessagePool.lookup();
  if (primary) createRings(processes, socketId);

  const echo = new Echo(id);
  const times = new Times();
  const tree = namesOf(eal, id, echo, () => answerer);
  const answerer = new Answerer(pool, id, {
    [FfMsgType.FF_SYSCTL]: (message) => answerSysctl(tree, message),
    [FfMsgType.FF_TOP]: (message) => {
      times.tell(message);
      message.result = 0;
    },
    [FfMsgType.FF_TRAFFIC]: (message) => {
      tellTraffic(echo, message);
      message.result = 0;
    },
  });

  console.log(`Process ${id} of ${processes} answers what comes by ${ringIn(id)}`);
  await poll(() => {
    const begin = performance.now();
    const usr = echo.usr;
    const done = echo.turn() + answerer.turn();
    times.add(begin, done > 0, echo.usr - usr);
    return done;
  }, { signal: ending });

  console.log(`Exiting on ${ending.reason}`);
  const { answered, badTypes, untaken, foreign } = answerer;
  console.log(
    `Process ${id}: ${answered} answered, ${badTypes} of a bad type, ${untaken} not taken, ` +
      `${foreign} foreign; ${pool.inUse} messages in use`,
  );
  if (primary) closePorts(EthDev.all());
}

await run(main, USAGE);
