/**
 * One message, in place.
 *
 * @module
 */

import { constants } from "node:os";
import { DpdkError, rte, runtime, type Struct, type StructInput } from "../../mod.ts";
import { ARGS, BUFFER_SIZE, FfMsg } from "./ff_msg.ts";
import { sharedBytes } from "./shared_bytes.ts";

/** A `struct ff_msg` in the pool, and its buffer. Any process may have written any of it. */
export class Message {
  /** Where it is, in every process of the group. */
  readonly address: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView<ArrayBuffer>;

  /**
   * @param address where it is
   * @param bytes all of the object
   */
  constructor(address: number, bytes: Uint8Array<ArrayBuffer>) {
    this.address = address;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What it asks for: a value of `FfMsgType`, if its sender is well. */
  get type(): number {
    return FfMsg.get(this.#view, "msg_type");
  }

  set type(type: number) {
    FfMsg.set(this.#view, "msg_type", type);
  }

  /** 0, or the errno of what went wrong. */
  get result(): number {
    return FfMsg.get(this.#view, "result");
  }

  set result(errno: number) {
    FfMsg.set(this.#view, "result", errno);
  }

  /** Reads the union. */
  args<V extends object>(type: Struct<V>): V {
    return type.decode(this.#view, ARGS);
  }

  /** Stores the union. */
  setArgs<V extends object>(type: Struct<V>, value: StructInput<V>): void {
    type.write(this.#view, value, ARGS);
  }

  /** Where the buffer is. */
  get bufferAddress(): number {
    return this.#word("buf_addr");
  }

  /** Where the message's own buffer is. */
  get #ownBuffer(): number {
    return this.address + FfMsg.size;
  }

  /** Whether another buffer takes its own one's place, and is to be freed with the message. */
  get replaced(): boolean {
    return this.#word("original_buf") !== 0 && this.bufferAddress !== this.#ownBuffer;
  }

  /** The buffer's bytes, not copied; `undefined` when they are no memory of the group. */
  buffer(): Uint8Array<ArrayBuffer> | undefined {
    const length = this.#word("buf_len");
    if (this.bufferAddress !== this.#ownBuffer) return sharedBytes(this.bufferAddress, length);
    return length <= BUFFER_SIZE
      ? this.#bytes.subarray(FfMsg.size, FfMsg.size + length)
      : undefined;
  }

  /**
   * The buffer, with at least so many bytes: where its own is too small, another takes its place.
   *
   * @throws {DpdkError} when the memory is not there (`ENOMEM`)
   */
  reserve(length: number): Uint8Array<ArrayBuffer> {
    if (length > BUFFER_SIZE) {
      const memory = rte.rte_malloc("ff_msg", length, 0);
      if (memory === null) {
        throw new DpdkError({
          what: `give a message a buffer of ${length} bytes`,
          call: "rte_malloc",
          errno: constants.errno.ENOMEM,
          advice: "the group's memory is used up; start the application with more (-m)",
        });
      }
      FfMsg.write(this.#view, {
        buf_addr: runtime.address(memory),
        buf_len: length,
        original_buf: this.#ownBuffer,
        original_buf_len: BUFFER_SIZE,
      });
    }
    return this.buffer()!;
  }

  /** Makes it what it is to be in the pool. A buffer in its own one's place is let go. */
  initialise(): void {
    FfMsg.write(this.#view, {
      msg_type: 0,
      result: 0,
      buf_len: BUFFER_SIZE,
      buf_addr: this.#ownBuffer,
      original_buf: 0,
      original_buf_len: 0,
    });
  }

  /** Frees the buffer in its own one's place, if there is one, and initialises it. */
  reset(): void {
    const { bufferAddress } = this;
    // What is no memory of DPDK's was not its rte_malloc's; the element's header lies before it.
    const ours = this.replaced && sharedBytes(bufferAddress - 64, 128) !== undefined;
    this.initialise(); // first: who dies here loses a buffer, and nobody frees it twice
    if (ours) rte.rte_free(runtime.pointer(bufferAddress));
  }

  /** A pointer or a size as it is: what a stranger wrote may be beyond what is read exactly. */
  #word(field: "buf_addr" | "buf_len" | "original_buf"): number {
    return Number(this.#view.getBigUint64(FfMsg.fields[field].offset, true));
  }
}
