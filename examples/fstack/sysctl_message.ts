/**
 * sysctl(3) in a message: its parameters lie in the message's buffer, and pointers tell where. In C an
 * application follows them wherever they lead; here only within the buffer.
 *
 * @module
 */

import { constants } from "node:os";
import { FfMsgType, FfSysctlArgs } from "./ff_msg.ts";
import type { Message } from "./message.ts";
import { MAX_NAME, SysctlError, type SysctlTree } from "./sysctl_tree.ts";
import type { Question } from "./asker.ts";

const { EFAULT, EINVAL, ENOMEM } = constants.errno;

const INT = 4;
const SIZE_T = 8;

/** What is asked for. */
export interface SysctlQuestion {
  /** The name, in numbers. */
  readonly oid: readonly number[];
  /** How long a value may be; without it, only how long it is is asked. */
  readonly room?: number;
  /** The new value. */
  readonly value?: Uint8Array;
}

/** What is answered. */
export interface SysctlAnswer {
  /** 0, or an errno. */
  readonly errno: number;
  /** Bytes of the value. */
  readonly length: number;
  /** The value; empty where none was asked for. */
  readonly value: Uint8Array;
}

/** The question for an asker. */
export function sysctlQuestion({ oid, room, value }: SysctlQuestion): Question<SysctlAnswer> {
  const given = value?.length ?? 0;
  const nameAt = SIZE_T;
  const newAt = nameAt + INT * oid.length;
  const oldAt = newAt + given;
  return {
    type: FfMsgType.FF_SYSCTL,
    fill(message) {
      const buffer = message.reserve(oldAt + (room ?? 0));
      const at = message.bufferAddress;
      const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      view.setBigUint64(0, BigInt(room ?? 0), true);
      oid.forEach((number, i) => view.setInt32(nameAt + INT * i, number, true));
      if (value !== undefined) buffer.set(value, newAt);
      message.setArgs(FfSysctlArgs, {
        name: at + nameAt,
        namelen: oid.length,
        old: room === undefined ? 0 : at + oldAt,
        oldlenp: at,
        new: value === undefined ? 0 : at + newAt,
        newlen: given,
      });
    },
    read(message) {
      const buffer = message.buffer() ?? new Uint8Array();
      const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      const length = Number(view.getBigUint64(0, true));
      const errno = message.result;
      const fits = errno === 0 && room !== undefined;
      return {
        errno,
        length,
        value: fits ? buffer.slice(oldAt, oldAt + Math.min(length, room)) : new Uint8Array(),
      };
    },
  };
}

/** Answers a question in its message. What is wrong with it is its result. */
export function answerSysctl(tree: SysctlTree, message: Message): void {
  try {
    answer(tree, message);
    message.result = 0;
  } catch (error) {
    // A pointer may be beyond what is read exactly: it leads nowhere.
    if (error instanceof RangeError) message.result = EFAULT;
    else if (error instanceof SysctlError) message.result = error.errno;
    else throw error;
  }
}

function answer(tree: SysctlTree, message: Message): void {
  const args = message.args(FfSysctlArgs);
  const buffer = message.buffer();
  const within = (address: number, length: number): Uint8Array<ArrayBuffer> => {
    const at = address - message.bufferAddress;
    if (buffer === undefined || at < 0 || at + length > buffer.length) {
      throw new SysctlError(EFAULT);
    }
    return buffer.subarray(at, at + length);
  };
  const viewOf = (bytes: Uint8Array<ArrayBuffer>) =>
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (args.namelen < 1 || args.namelen > MAX_NAME) throw new SysctlError(EINVAL);
  const names = viewOf(within(args.name, INT * args.namelen));
  const oid = Array.from({ length: args.namelen }, (_, i) => names.getInt32(INT * i, true));
  const input = args.new === 0 ? undefined : within(args.new, args.newlen);
  const sizes = args.oldlenp === 0 ? undefined : viewOf(within(args.oldlenp, SIZE_T));
  const value = tree.read(oid, input);
  if (sizes !== undefined && args.old === 0) sizes.setBigUint64(0, BigInt(value.length), true);
  if (sizes !== undefined && args.old !== 0) {
    const room = Number(sizes.getBigUint64(0, true));
    const old = within(args.old, room);
    const fits = value.subarray(0, room);
    old.set(fits);
    sizes.setBigUint64(0, BigInt(fits.length), true);
    if (fits.length < value.length) throw new SysctlError(ENOMEM);
  }
  if (input !== undefined) tree.write(oid, input);
}
