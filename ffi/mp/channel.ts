/**
 * This process's end of the control channel: the two functions that DPDK's threads call, and the
 * script's turn at what they brought.
 *
 * @module
 */

import { abi, symbolAddress } from "../abi/mod.ts";
import { listDirectory, readText } from "../core/mod.ts";
import { affinityOf } from "../eal/mod.ts";
import { type Bridge, type Piece, type Pointer, runtime } from "../runtime/mod.ts";
import { RTE_MP_MAX_FD_NUM, rte_mp_reply } from "./layout.ts";
import { messageLayout } from "./library.ts";
import { boundSends, PATH_BYTES } from "./sockets.ts";
import { mpSymbols } from "./symbols.ts";

/** How many messages may wait for the script; further ones are dropped. */
export const QUEUE_LIMIT = 65_536;

/** Places for replies, which are never dropped for messages. */
const RESERVE = 4096;

/** How many messages are handed on before other events have their turn. */
const BATCH = 256;

/** The most replies to one request: one of each secondary. */
const MAX_REPLIES = 4096;

/** What becomes of what arrives. Neither may throw. */
export interface ChannelEnds {
  /**
   * A message or request.
   *
   * @param head the bytes of its `struct rte_mp_msg` up to the descriptors
   * @param fds its descriptors
   * @param peer the path of the sender's socket
   */
  message(head: Uint8Array<ArrayBuffer>, fds: Int32Array, peer: Uint8Array<ArrayBuffer>): void;
  /**
   * The end of an asynchronous request.
   *
   * @param request its `struct rte_mp_msg`
   * @param counts `nb_sent` and `nb_received`
   * @param replies the `struct rte_mp_msg` of each reply, one after the other
   */
  reply(
    request: Uint8Array<ArrayBuffer>,
    counts: Int32Array,
    replies: Uint8Array<ArrayBuffer>,
  ): void;
}

/** The channel, open. */
export interface Channel {
  readonly bridge: Bridge;
  /**
   * Hands on what waits, at most `max`; gives how many. Within a handler it does nothing and gives 0:
   * one message is handled after the other.
   */
  poll(max: number): number;
  /** `rte_mp_t` of every action. */
  readonly action: Pointer;
  /** `rte_mp_async_reply_t` of every request. */
  readonly reply: Pointer;
  /** `rte_mp_request_sync` on a thread of its own. */
  readonly askAside: ReturnType<Bridge["aside"]>;
}

/** The `int`s of a piece. */
function numbers({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Int32Array {
  return new Int32Array(buffer, byteOffset, length / 4);
}

/** The CPUs on which DPDK's message thread runs: the bridge's belongs there, too. */
function messageThreadCpus(): number[] {
  for (const tid of listDirectory("/proc/self/task")) {
    const name = readText(`/proc/self/task/${tid}/comm`)?.trim();
    if (name === "rte_mp_handle" || name === "dpdk-mp-msg") return affinityOf(Number(tid));
  }
  return [];
}

function pieces(): { action: readonly Piece[]; reply: readonly Piece[] } {
  const layout = messageLayout();
  const { fields } = layout;
  const fds = { stride: 4, max: RTE_MP_MAX_FD_NUM(abi()), descriptors: true } as const;
  return {
    action: [
      { take: "bytes", arg: 0, at: 0, length: fields.fds.offset },
      { take: "array", arg: 0, at: fields.fds.offset, countAt: fields.num_fds.offset, ...fds },
      { take: "string", arg: 1, max: PATH_BYTES },
    ],
    reply: [
      { take: "bytes", arg: 0, at: 0, length: layout.size },
      { take: "bytes", arg: 1, at: 0, length: rte_mp_reply.fields.msgs.offset },
      {
        take: "array",
        arg: 1,
        at: rte_mp_reply.fields.msgs.offset,
        countAt: rte_mp_reply.fields.nb_received.offset,
        stride: layout.size,
        max: MAX_REPLIES,
        indirect: true,
      },
    ],
  };
}

const ACTION = "int (const struct rte_mp_msg *msg, const void *peer)";
const REPLY = "int (const struct rte_mp_msg *request, const struct rte_mp_reply *reply)";

/** Opens the channel. Once for the process: the functions are never freed. */
export function openChannel(ends: ChannelEnds): Channel {
  const bridge = runtime.bridge({
    limit: QUEUE_LIMIT,
    reserve: RESERVE,
    cpus: messageThreadCpus(),
  });
  const piece = pieces();
  const action = bridge.callback(ACTION, piece.action, ([head, fds, peer]) => {
    ends.message(head!, numbers(fds!), peer!);
  });
  const reply = bridge.callback(REPLY, piece.reply, ([request, counts, replies]) => {
    ends.reply(request!, numbers(counts!), replies!);
  }, true);
  let polling = false;
  const poll = (max: number): number => {
    if (polling) return 0;
    polling = true;
    try {
      return bridge.poll(max);
    } finally {
      polling = false;
    }
  };
  let later = false;
  const turn = (): void => {
    if (poll(BATCH) < BATCH || later) return;
    later = true;
    setTimeout(() => {
      later = false;
      turn();
    }, 0);
  };
  bridge.listen(turn);
  boundSends();
  return {
    bridge,
    poll,
    action: runtime.pointer(action)!,
    reply: runtime.pointer(reply)!,
    askAside: bridge.aside(
      mpSymbols.rte_mp_request_sync,
      symbolAddress("rte_eal", "rte_mp_request_sync"),
    ),
  };
}
