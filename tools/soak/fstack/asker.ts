/**
 * A tool of the F-Stack soak: `PREFIX INDEX`. It asks all processes at once what F-Stack's tools ask, top,
 * traffic and sysctl, as often as it is to be, and waits for the answers as tool.ts does. Ends when its
 * input does.
 *
 * @module
 */

import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { DpdkError, Eal } from "../../../mod.ts";
import { Asker, type Question } from "../../../examples/fstack/asker.ts";
import { FfMsgType, FfTopArgs, FfTrafficArgs } from "../../../examples/fstack/ff_msg.ts";
import { MessagePool } from "../../../examples/fstack/message_pool.ts";
import { SysctlNames } from "../../../examples/fstack/sysctl_names.ts";
import { Control, type Party, Place, PROCESSES } from "./control.ts";

/** Between two looks whether it is time to ask, and after no answer, in milliseconds. */
const LOOK_MS = 2;
const NO_ANSWER_MS = 200;

/** Bytes of a note that does not fit into a message's own buffer, and how rarely one is left. */
const NOTE = 20_000;
const NOTE_EVERY = 20;

/** What may be answered, or not be answered, by a process that is killed and started again. */
const EXPECTED: readonly string[] = ["ETIMEDOUT", "EAGAIN"];

/** Counts what is asked, and dies with a message in hand when it is to. */
class CountingAsker extends Asker {
  readonly #control: Control;
  readonly #own: Party;

  constructor(pool: MessagePool, control: Control, own: Party) {
    super(pool);
    this.#control = control;
    this.#own = own;
  }

  override async ask<T>(asked: number, { type, fill, read }: Question<T>): Promise<T> {
    const answer = await super.ask(asked, {
      type,
      fill: (message) => {
        this.#own.dieAt(Place.TAKEN);
        fill?.(message);
      },
      read: (message) => {
        this.#own.dieAt(Place.ANSWER);
        return read(message);
      },
    });
    this.#control.count("questions");
    this.#own.add("ANSWERED", 1);
    return answer;
  }
}

const ending = new AbortController();
process.stdin.resume().on("end", () => ending.abort());
const [filePrefix, index] = process.argv.slice(2) as [string, string];
using _eal = Eal.init({ filePrefix, processType: "secondary", onClash: "restart" });
const control = Control.lookup();
const own = control.parties[PROCESSES + Number(index)]!;
using pool = MessagePool.lookup();
const asker = new CountingAsker(pool, control, own);

/** What is asked of a process, one after another. */
function rounds(asked: number): (() => Promise<void>)[] {
  const names = new SysctlNames(asker, asked, false);
  const text = `${asked}`.repeat(NOTE);
  const top = async (): Promise<void> => {
    await asker.ask(asked, {
      type: FfMsgType.FF_TOP,
      read: (message) => message.args(FfTopArgs),
    });
  };
  const traffic = async (): Promise<void> => {
    await asker.ask(asked, {
      type: FfMsgType.FF_TRAFFIC,
      read: (message) => message.args(FfTrafficArgs),
    });
  };
  const sysctl = async (): Promise<void> => {
    const [id] = await names.values("app.proc_id");
    if (id?.text === `${asked}`) return;
    throw new Error(`Cannot soak: process ${id?.text} answered for process ${asked}`);
  };
  const leave = async (): Promise<void> => void await names.set("app.note", text);
  const often = Array.from({ length: NOTE_EVERY }, () => [top, traffic, sysctl]).flat();
  return [...often, leave];
}

async function askFor(asked: number): Promise<void> {
  const all = rounds(asked);
  for (let i = 0; !ending.signal.aborted;) {
    own.add("ASKING", 1); // before it looks whether it may: who sees 0 after the end sees the last
    const due = control.sent("questions") < control.due("questions");
    try {
      if (due) await all[i++ % all.length]!();
    } catch (error) {
      if (!(error instanceof DpdkError) || !EXPECTED.includes(error.code)) throw error;
      own.add("UNANSWERED", 1);
      await sleep(NO_ANSWER_MS);
    }
    strays(asker.strays);
    own.add("ASKING", -1);
    if (!due) await sleep(LOOK_MS);
  }
}

const strays = own.counter("STRAYS");
own.set("PID", process.pid);
console.log(`asks ${index}`);
await Promise.all(Array.from({ length: PROCESSES }, (_, asked) => askFor(asked)));
own.set("PID", 0);
