/**
 * This process's end of the control channel: the two functions that DPDK's threads call, and the
 * script's turn at what they brought.
 *
 * @module
 */

import { abi, symbolAddress } from "../abi/mod.ts";
import { type Foreign, foreign } from "../eal/mod.ts";
import { type Bridge, type Piece, type Pointer, runtime } from "../runtime/mod.ts";
import { RTE_MP_MAX_FD_NUM, rte_mp_reply } from "./layout.ts";
import { messageLayout } from "./library.ts";
import { boundSends, PATH_BYTES } from "./sockets.ts";
import { mpSymbols } from "./symbols.ts";

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
  /** {@linkcode Foreign.poll}. */
  readonly poll: Foreign["poll"];
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

function pieces(): { action: readonly Piece[]; reply: readonly Piece[] } {
  const layout = messageLayout();
  const { fields } = layout;
  const carried = {
    at: fields.fds.offset,
    countAt: fields.num_fds.offset,
    max: RTE_MP_MAX_FD_NUM(abi()),
  };
  return {
    action: [
      { take: "bytes", arg: 0, at: 0, length: fields.fds.offset },
      { take: "array", arg: 0, ...carried, stride: 4, descriptors: true },
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
        descriptors: carried,
      },
    ],
  };
}

const ACTION = "int (const struct rte_mp_msg *msg, const void *peer)";
const REPLY = "int (const struct rte_mp_msg *request, const struct rte_mp_reply *reply)";

/** Opens the channel. Once for the process: the functions are never freed. */
export function openChannel(ends: ChannelEnds): Channel {
  const { bridge, poll } = foreign();
  const piece = pieces();
  const action = bridge.callback(ACTION, piece.action, ([head, fds, peer]) => {
    ends.message(head!, numbers(fds!), peer!);
  });
  const reply = bridge.callback(REPLY, piece.reply, ([request, counts, replies]) => {
    ends.reply(request!, numbers(counts!), replies!);
  }, true);
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
