/**
 * Where a cursor is: the mbuf, and the data of its segment.
 *
 * @module
 */

import { type ByteWindow, DpdkError, type PointerBuffer, Region } from "../core/mod.ts";
import { OlFlag } from "./flags.ts";
import { isFreed, pointerField } from "./inline.ts";
import { rte_mbuf } from "./layout.ts";
import { bufferPlace, type Piece, pieceOf, type Place, watch } from "./memory.ts";

const TWO_32 = 2 ** 32;
const F = rte_mbuf.fields;

// Word indexes of what a move looks at, from the mbuf's first.
const BUF_ADDR = F.buf_addr.offset / 4;
const REARM = F.data_off.offset / 4; // data_off below, refcnt above
const DATA_LEN = F.data_len.offset / 4; // data_len below, vlan_tci above

/** The upper word of `ol_flags` with `RTE_MBUF_F_EXTERNAL`. */
const EXTERNAL_HIGH = Number(OlFlag.EXTERNAL >> 32n);

const NOWHERE = new DataView(new ArrayBuffer(0));

/** External buffers that were met, by address; a bounded number. */
const externals = new Map<number, Region>();
const MOST_EXTERNALS = 1024;

function externalView(address: number, length: number): DataView<ArrayBuffer> {
  let region = externals.get(address);
  if (region === undefined || region.buffer.byteLength < length) {
    if (externals.size >= MOST_EXTERNALS) externals.clear();
    externals.set(address, region = new Region(address, length));
  }
  return new DataView(region.buffer);
}

/**
 * A place in the memory of mbufs that moves, and allocates nothing when it does. It is a window on
 * the data of the segment it is at, so that header views read through it. In C it is a `struct
 * rte_mbuf *`.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, type MbufPlace, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const place: MbufPlace = packet;
 * console.log(place.dataLen, place.address !== 0); // 64 true
 * packet.free();
 * ```
 */
export abstract class MbufPlace implements ByteWindow {
  #at = -1;
  #view: DataView<ArrayBuffer> = NOWHERE;
  #dataStart = 0;
  #dataLen = 0;
  // Of the piece that the cursor is in, at hand: each step through the object costs a load.
  #piece: Piece | undefined;
  #memory: DataView<ArrayBuffer> = NOWHERE;
  #words: Int32Array<ArrayBuffer> = new Int32Array(0);
  #low = 0;
  #high = 0;
  #length = 0;
  #head = 0;
  #room = 0;

  /** A cursor that is nowhere yet. */
  constructor() {
    watch(this);
  }

  /** The memory that the segment's data lies in. */
  get view(): DataView<ArrayBuffer> {
    return this.#view;
  }

  /** Where in {@linkcode MbufPlace.view} the segment's data starts. */
  get dataStart(): number {
    return this.#dataStart;
  }

  /**
   * Bytes of data in the segment, as of the last move or change through this cursor: `data_len`,
   * `rte_pktmbuf_data_len`.
   */
  get dataLen(): number {
    return this.#dataLen;
  }

  /**
   * Moves to the mbuf that a pointer of a buffer points to.
   *
   * @param mbufs where the pointers are
   * @param index which one, from 0 on
   * @throws {RangeError} when the buffer has no such pointer
   * @throws {DpdkError} when it is no mbuf of any pool of the group, or one that this script freed
   */
  at(mbufs: PointerBuffer, index: number): this {
    const { words } = mbufs;
    const low = words[2 * index]! | 0;
    const at = (low - this.#low) | 0;
    // The usual mbuf: of the same piece as the last one, not freed, its data in its own buffer. That
    // its buf_addr points right behind it also tells that it is one.
    if ((words[2 * index + 1]! | 0) === this.#high && (at >>> 0) < this.#length) {
      const memory = this.#words;
      const word = at >>> 2;
      const dataOff = memory[word + REARM]! & 0xffff;
      const dataLen = memory[word + DATA_LEN]! & 0xffff;
      if (memory[word + BUF_ADDR] === ((low + this.#head) | 0) && dataOff + dataLen <= this.#room) {
        this.#view = this.#memory;
        this.#at = at;
        this.#dataStart = at + this.#head + dataOff;
        this.#dataLen = dataLen;
        return this;
      }
    }
    return this.#goto(words[2 * index]!, words[2 * index + 1]!);
  }

  /**
   * Moves to the mbuf at an address.
   *
   * @param address where the `struct rte_mbuf` is
   * @throws {DpdkError} when there is none of any pool of the group, or one that this script freed
   */
  moveTo(address: number): this {
    return this.#goto(address % TWO_32, Math.floor(address / TWO_32));
  }

  /** Whether the cursor is at an mbuf. */
  get somewhere(): boolean {
    return this.#at >= 0;
  }

  /** The address of the mbuf: `struct rte_mbuf *`. */
  get address(): number {
    const { piece, at } = this.place();
    return piece.address + at;
  }

  /**
   * The mbuf's place.
   *
   * @internal
   */
  protected place(): Place {
    const piece = this.#piece;
    if (piece !== undefined && this.#at >= 0) {
      return { piece, at: this.#at };
    }
    throw new RangeError("Cannot use a packet: the cursor is at none; call at() or moveTo() first");
  }

  /**
   * Where the mbuf's fields are, in {@linkcode MbufPlace.memory}.
   *
   * @internal
   */
  protected field(offset: number): number {
    if (this.#at < 0) this.place(); // throws
    return this.#at + offset;
  }

  /** The memory that the mbuf lies in. */
  protected get memory(): DataView<ArrayBuffer> {
    return this.#memory;
  }

  /**
   * Looks at the mbuf anew: before and after a change of its data's place or length. Another cursor
   * may have changed it meanwhile.
   *
   * @internal
   * @throws {DpdkError} when it was freed, or is broken
   */
  protected look(): void {
    const { piece, at } = this.place();
    this.#enter(piece, at);
  }

  /**
   * Leaves the mbuf, which is no longer this script's.
   *
   * @internal
   */
  protected leave(): void {
    this.#at = -1;
    this.#view = NOWHERE;
    this.#dataStart = this.#dataLen = 0;
  }

  /**
   * For the library: a piece of memory is about to go.
   *
   * @internal
   */
  forget(piece: Piece): void {
    if (piece !== this.#piece) return;
    this.leave();
    this.#piece = undefined;
    this.#memory = NOWHERE;
    this.#words = new Int32Array(0);
    this.#length = 0;
  }

  #adopt(piece: Piece): void {
    this.#piece = piece;
    this.#memory = piece.view;
    this.#words = piece.words;
    this.#low = piece.low;
    this.#high = piece.high;
    this.#length = piece.length;
    this.#head = piece.head;
    this.#room = piece.room;
  }

  #goto(low: number, high: number): this {
    this.leave();
    if (!(low >= 0 && high >= 0)) {
      throw new RangeError("Cannot move to an mbuf: there is no such pointer or address");
    }
    const piece = pieceOf(low, high);
    if (piece === undefined) {
      throw new DpdkError({
        what: `move to an mbuf at 0x${(high * TWO_32 + low).toString(16)}`,
        advice: "there is none of any pool of mbufs in this group",
      });
    }
    if (piece !== this.#piece) this.#adopt(piece);
    this.#enter(piece, piece.locate(low, high));
    return this;
  }

  /** Any mbuf: freed, with another's buffer, or broken. */
  #enter(piece: Piece, at: number): void {
    const { view } = piece;
    const hex = () => `0x${(piece.address + at).toString(16)}`;
    if (isFreed(piece, at)) {
      this.leave();
      throw new DpdkError({
        what: `use the packet at ${hex()}`,
        advice: "this process freed it, and nobody has taken it out of its pool since",
      });
    }
    const dataOff = view.getUint16(at + F.data_off.offset, true);
    const dataLen = view.getUint16(at + F.data_len.offset, true);
    const bufLen = view.getUint16(at + F.buf_len.offset, true);
    if (dataOff + dataLen > bufLen) {
      this.leave();
      throw new DpdkError({
        what: `use the packet at ${hex()}`,
        advice: `it is broken: ${dataLen} bytes at ${dataOff} do not fit into its ${bufLen}`,
      });
    }
    const buffer = this.#buffer(piece, at, bufLen);
    this.#at = at;
    this.#view = buffer.view;
    this.#dataStart = buffer.at + dataOff;
    this.#dataLen = dataLen;
  }

  #buffer(piece: Piece, at: number, length: number): { view: DataView<ArrayBuffer>; at: number } {
    const { view } = piece;
    const address = pointerField(view, at + F.buf_addr.offset);
    const external = (view.getUint32(at + F.ol_flags.offset + 4, true) & EXTERNAL_HIGH) !== 0;
    const own = piece.address + at + piece.head === address;
    const place = bufferPlace(address % TWO_32, Math.floor(address / TWO_32));
    const fits = place !== undefined && place.at + length <= place.view.byteLength;
    if (fits && !external && (!own || length <= piece.room)) return place;
    if (external) return { view: externalView(address, length), at: 0 };
    this.leave();
    throw new DpdkError({
      what: `use the packet at 0x${(piece.address + at).toString(16)}`,
      advice: `it is broken: its buffer, 0x${address.toString(16)}, lies in no pool of mbufs`,
    });
  }
}
