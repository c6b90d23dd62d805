/**
 * Messages: what a script hands in, what it is handed, and `struct rte_mp_msg` between them.
 *
 * @module
 */

import { checkInteger, checkKeys, checkName, DpdkError, Errno } from "../core/mod.ts";
import { decodeString } from "../runtime/mod.ts";
import { FileDescriptor, isOpen } from "./descriptor.ts";
import { type MessageLayout, RTE_MP_MAX_NAME_LEN, RTE_MP_MAX_PARAM_LEN } from "./layout.ts";
import { messageLayout } from "./library.ts";

/** What a message carries. */
export interface MpContent {
  /**
   * At most 256 bytes (`RTE_MP_MAX_PARAM_LEN`). A string goes as UTF-8 with a NUL behind it, which
   * is counted; for a struct, hand in what its descriptor encodes.
   */
  readonly param?: Uint8Array | string;
  /**
   * Descriptors that the receiver gets copies of; this process's stay open. At most 8 in DPDK 22.11,
   * 253 in 24.11 and 25.11.
   */
  readonly fds?: readonly (FileDescriptor | number)[];
}

/** A message to be sent. */
export interface MpOutgoing extends MpContent {
  /** What it is called, at most 63 bytes: the handler of that name is given it. */
  readonly name: string;
}

/**
 * A message that came in: `struct rte_mp_msg`.
 *
 * @example
 * ```ts
 * import { Eal, mp, type MpMessage } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using action = mp.on("log_line", (message: MpMessage) => {
 *   console.log(message.peer, message.text); // descriptors, if it has any, are closed afterwards
 * });
 * ```
 */
export class MpMessage implements Disposable {
  readonly #name: string;
  /** Its parameters, a copy of the script's own. */
  readonly param: Uint8Array<ArrayBuffer>;
  readonly #peer: Uint8Array<ArrayBuffer>;
  #fds: readonly FileDescriptor[];

  /**
   * For the library.
   *
   * @internal
   */
  constructor(
    name: string,
    param: Uint8Array<ArrayBuffer>,
    fds: readonly FileDescriptor[],
    peer: Uint8Array<ArrayBuffer>,
  ) {
    this.#name = name;
    this.param = param;
    this.#peer = peer;
    this.#fds = fds;
  }

  /** What it is called. */
  get name(): string {
    return this.#name;
  }

  /** The path of the sender's socket; empty in a reply. */
  get peer(): string {
    return decodeString(this.#peer);
  }

  /** The parameters as text: UTF-8 up to a NUL, or all of it. */
  get text(): string {
    return decodeString(this.param);
  }

  /**
   * The descriptors that came with it. In a handler they are closed when it has ended, unless it
   * {@linkcode MpMessage.takeFds | took} them; those of a reply are its receiver's to close.
   */
  get fds(): readonly FileDescriptor[] {
    return this.#fds;
  }

  /**
   * Takes the descriptors out of the message: now the script closes them.
   *
   * @returns the descriptors, in their order
   */
  takeFds(): readonly FileDescriptor[] {
    const taken = this.#fds;
    this.#fds = [];
    return taken;
  }

  /** Closes the descriptors that were not taken. */
  [Symbol.dispose](): void {
    for (const fd of this.#fds) fd.close();
  }
}

const MAX_NAME = RTE_MP_MAX_NAME_LEN - 1;

/** A message's name, checked. */
export function checkMessageName(name: string): string {
  return checkName(name, "message", MAX_NAME);
}

function parameters(param: Uint8Array | string | undefined, what: string): Uint8Array {
  if (param === undefined) return new Uint8Array(0);
  const bytes = typeof param === "string" ? encoder.encode(`${param}\0`) : param;
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot ${what}: its param is of type ${typeof param}, and must be a Uint8Array or a string`,
    );
  }
  if ("detached" in bytes.buffer && bytes.buffer.detached) {
    throw new TypeError(`Cannot ${what}: the memory of its param was transferred to somebody else`);
  }
  if (bytes.length <= RTE_MP_MAX_PARAM_LEN) return bytes;
  throw new RangeError(
    `Cannot ${what}: its parameters have ${bytes.length} bytes` +
      `${typeof param === "string" ? " with their NUL" : ""}, at most ${RTE_MP_MAX_PARAM_LEN} fit`,
  );
}

const NONE: readonly never[] = [];
const encoder = new TextEncoder();

function descriptors(fds: MpContent["fds"], what: string): readonly number[] {
  if (fds === undefined) return NONE;
  if (!Array.isArray(fds)) throw new TypeError(`Cannot ${what}: its fds are not an array`);
  const most = messageLayout().fields.fds.size / 4;
  if (fds.length > most) {
    throw new RangeError(
      `Cannot ${what}: it has ${fds.length} file descriptors, at most ${most} fit`,
    );
  }
  // Array.from, as map would leave a hole as it is.
  return Array.from(fds as readonly (FileDescriptor | number)[], (one) => {
    const gone = (name: string) =>
      new DpdkError({ what, errno: Errno.EBADF, advice: `its file descriptor${name} is closed` });
    if (one instanceof FileDescriptor) {
      if (!one.open) throw gone("");
      return one.number;
    }
    checkInteger(one, "a file descriptor", 0, 2 ** 31 - 1);
    if (!isOpen(one)) throw gone(` ${one}`);
    return one;
  });
}

/**
 * Writes a message as `struct rte_mp_msg`.
 *
 * @param what what it is for, for messages of errors: `send "a"`
 * @param label a number that DPDK keeps with a request but does not send: it stands in the last
 *   place for a descriptor. Not written when descriptors fill them all.
 * @returns its bytes, in memory that does not move
 */
export function encodeMessage(
  name: string,
  { param, fds }: MpContent,
  what: string,
  label = 0,
): Uint8Array<ArrayBuffer> {
  const layout = messageLayout();
  const { fields } = layout;
  const content = parameters(param, what);
  const numbers = descriptors(fds, what);
  const bytes = new Uint8Array(new ArrayBuffer(layout.size));
  const view = new DataView(bytes.buffer);
  encoder.encodeInto(name, bytes.subarray(0, MAX_NAME));
  view.setInt32(fields.len_param.offset, content.length, true);
  view.setInt32(fields.num_fds.offset, numbers.length, true);
  bytes.set(content, fields.param.offset);
  numbers.forEach((fd, i) => view.setInt32(fields.fds.offset + 4 * i, fd, true));
  if (numbers.length < fields.fds.size / 4) view.setInt32(labelOffset(layout), label, true);
  return bytes;
}

function labelOffset({ fields }: MessageLayout): number {
  return fields.fds.offset + fields.fds.size - 4;
}

/** The label of a request that DPDK hands back; `undefined` when there was no room for it. */
export function labelOf(request: Uint8Array<ArrayBuffer>): number | undefined {
  const layout = messageLayout();
  const view = new DataView(request.buffer, request.byteOffset);
  const count = view.getInt32(layout.fields.num_fds.offset, true);
  if (count === layout.fields.fds.size / 4) return undefined;
  return view.getInt32(labelOffset(layout), true);
}

/** The name in the bytes of a `struct rte_mp_msg`. */
export function nameOf(bytes: Uint8Array): string {
  return decodeString(bytes.subarray(0, RTE_MP_MAX_NAME_LEN));
}

/** The parameters in the bytes of a `struct rte_mp_msg`, copied. */
export function paramOf(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { fields } = messageLayout();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getInt32(fields.len_param.offset, true);
  return bytes.slice(fields.param.offset, fields.param.offset + length);
}

/** The descriptors in the bytes of a whole `struct rte_mp_msg`. */
export function fdsOf(bytes: Uint8Array<ArrayBuffer>): Int32Array {
  const { fields } = messageLayout();
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const count = view.getInt32(fields.num_fds.offset, true);
  return Int32Array.from(
    { length: count },
    (_, i) => view.getInt32(fields.fds.offset + 4 * i, true),
  );
}

/** Refuses keys of a message that mean nothing. */
export function checkMessage(message: MpOutgoing, what: string): void {
  if (typeof message !== "object" || message === null) {
    throw new TypeError(`Cannot ${what} ${String(message)}: a message is { name, param, fds }`);
  }
  checkKeys(message, ["name", "param", "fds"], "a message");
  checkMessageName(message.name);
}
