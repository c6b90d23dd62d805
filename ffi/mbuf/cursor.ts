/**
 * The cursor over packets.
 *
 * @module
 */

import { checkInteger, DpdkError, PointerBuffer, printed } from "../core/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { olFlagNames, packetTypeName } from "./names.ts";
import { MbufBytes } from "./bytes.ts";
import { attach, chain, detach, lastOf, reset, segmentsOf, updateRefcnt } from "./inline.ts";
import { rte_mbuf, RTE_MBUF_MAX_NB_SEGS, RTE_PKTMBUF_HEADROOM } from "./layout.ts";
import { mbufLibrary } from "./library.ts";
import { requirePacket } from "./check.ts";
import type { PktmbufPool } from "./pool.ts";
import { freeBulk } from "./free.ts";

const F = rte_mbuf.fields;

/**
 * Looks at one packet at a time, in place: `struct rte_mbuf` and its data. Make one and move it;
 * moving it and reading and writing packet bytes allocates nothing. Every access is checked against
 * the data of the segment it is at. `be16` and the like are in network order.
 *
 * A cursor knows where the data is and how long as of its last move: move it again when a packet was
 * changed through another one.
 *
 * What changes a packet's size gives `false` when there is no room, as DPDK's functions give NULL
 * or -1. A packet's address, as pools and other cursors take it, is {@linkcode MbufCursor.address}.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, PointerBuffer } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const burst = new PointerBuffer(32);
 * const packets = new MbufCursor(); // one is enough: it moves
 * const n = pool.allocBulk(burst, 8);
 * for (let i = 0; i < n; i++) packets.at(burst, i).fill(new Uint8Array(60));
 * for (let i = 0; i < n; i++) packets.at(burst, i).setBe16(12, 0x0800);
 * packets.freeBulk(burst, n);
 * ```
 */
export class MbufCursor extends MbufBytes {
  #segment: MbufCursor | undefined;
  #one: PointerBuffer | undefined;
  /** Where the walk over segments is, and how many steps it took. */
  #walk = { at: 0, steps: 0 };

  /**
   * Copies bytes of the packet, from as many segments as they lie in: `rte_pktmbuf_read`.
   *
   * @param offset from the packet's first byte
   * @param length default all that follow
   * @param into where they go; default a new array
   * @returns the bytes: those of the buffer that was handed in, or a copy
   * @throws {RangeError} when the packet has fewer, or they do not fit
   */
  read(
    offset: number = 0,
    length: number = this.pktLen - offset,
    into: Uint8Array = new Uint8Array(Math.max(0, length)),
  ): Uint8Array {
    const { pktLen } = this;
    checkInteger(offset, "a packet offset", 0, pktLen);
    checkInteger(length, "a number of packet bytes", 0, pktLen - offset);
    if (into.length < length) {
      throw new RangeError(`Cannot read ${length} bytes into ${into.length}`);
    }
    this.#copy(offset, length, (bytes, at) => into.set(bytes, at));
    return into;
  }

  /**
   * Stores bytes in the packet, into as many segments as they lie in; its length stays.
   *
   * @param offset bytes from the packet's beginning
   * @param from the bytes
   * @throws {RangeError} when the packet is shorter
   */
  write(offset: number, from: Uint8Array): void {
    checkInteger(offset, "a packet offset", 0, this.pktLen);
    checkInteger(from.length, "a number of packet bytes", 0, this.pktLen - offset);
    this.#copy(offset, from.length, (bytes, at) => {
      bytes.set(from.subarray(at, at + bytes.length));
    });
  }

  /** Hands over the bytes of each segment that has some of those asked for. */
  #copy(offset: number, length: number, take: (bytes: Uint8Array, at: number) => void): void {
    const segment = this.#segment ??= new MbufCursor();
    let skip = offset;
    let done = 0;
    for (const { piece, at } of segmentsOf(this.place())) {
      if (done === length) return;
      segment.moveTo(piece.address + at);
      const n = Math.min(segment.dataLen - skip, length - done);
      if (n > 0) {
        take(segment.bytes(skip, n), done);
        done += n;
      }
      skip = Math.max(0, skip - segment.dataLen);
    }
    if (done < length) throw new RangeError(`Cannot reach ${length} bytes: the chain is shorter`);
  }

  /**
   * Makes it a packet of one segment without data: `rte_pktmbuf_reset`. An attached mbuf gets its own
   * buffer back first, which C leaves to the caller.
   */
  reset(): this {
    this.look();
    if (this.isCloned) this.detach();
    const { piece, at } = this.place();
    reset(piece, at);
    this.look();
    return this;
  }

  /**
   * Adds bytes at the end: `rte_pktmbuf_append`. What they hold is not set. To be called at the
   * packet's first segment, as all that changes its size.
   *
   * @param length bytes
   * @returns false when the last segment has no room for them
   */
  append(length: number): boolean {
    return this.#resizeLast(checkInteger(length, "a number of bytes", 0, 65535));
  }

  /**
   * Takes bytes off the end: `rte_pktmbuf_trim`.
   *
   * @param length bytes
   * @returns false when the last segment has fewer
   */
  trim(length: number): boolean {
    return this.#resizeLast(-checkInteger(length, "a number of bytes", 0, 65535));
  }

  #resizeLast(by: number): boolean {
    this.look();
    const first = this.place();
    const last = this.next === 0 ? first : lastOf(first);
    const { view } = last.piece;
    const u16 = (field: { offset: number }) => view.getUint16(last.at + field.offset, true);
    const length = u16(F.data_len) + by;
    if (length < 0 || u16(F.data_off) + length > u16(F.buf_len)) return false;
    view.setUint16(last.at + F.data_len.offset, length, true);
    this.#setPktLen(this.pktLen + by);
    this.look();
    return true;
  }

  /**
   * Adds bytes in front: `rte_pktmbuf_prepend`. What they hold is not set.
   *
   * @param length bytes
   * @returns false when the headroom is too small
   */
  prepend(length: number): boolean {
    return this.#moveStart(-checkInteger(length, "a number of bytes", 0, 65535));
  }

  /**
   * Takes bytes off the front: `rte_pktmbuf_adj`.
   *
   * @param length bytes
   * @returns false when the first segment has fewer
   */
  adj(length: number): boolean {
    return this.#moveStart(checkInteger(length, "a number of bytes", 0, 65535));
  }

  #moveStart(by: number): boolean {
    this.look();
    const { dataOff, dataLen } = this;
    if (by > dataLen || dataOff + by < 0) return false;
    this.memory.setUint16(this.field(F.data_off.offset), dataOff + by, true);
    this.memory.setUint16(this.field(F.data_len.offset), dataLen - by, true);
    this.#setPktLen(this.pktLen - by);
    this.look();
    return true;
  }

  #setPktLen(length: number): void {
    this.memory.setUint32(this.field(F.pkt_len.offset), length, true);
  }

  /**
   * Makes it a packet with these bytes: reset, append, write.
   *
   * @param bytes the packet's bytes, as many as its segment has room for
   * @throws {RangeError} when they do not fit into the buffer; the packet is as it was then
   */
  fill(bytes: Uint8Array): this {
    const { piece } = this.place();
    const bufLen = this.isCloned ? piece.room : this.bufLen;
    const room = bufLen - Math.min(bufLen, RTE_PKTMBUF_HEADROOM);
    if (bytes.length > room) {
      throw new RangeError(`Cannot fill a packet with ${bytes.length} bytes: ${room} fit`);
    }
    this.reset().append(bytes.length);
    this.bytes().set(bytes);
    return this;
  }

  /**
   * Moves on to the packet's next segment.
   *
   * @returns false after the last; the cursor stays there
   * @throws {DpdkError} when there are more than a packet can have, as in a chain with a loop
   */
  nextSegment(): boolean {
    const { next } = this;
    if (next === 0) return false;
    const walk = this.#walk;
    walk.steps = walk.at === this.address ? walk.steps + 1 : 1;
    if (walk.steps >= RTE_MBUF_MAX_NB_SEGS) {
      throw new DpdkError({ what: "follow a packet", advice: "its chain has a loop" });
    }
    this.moveTo(next);
    walk.at = next;
    return true;
  }

  /**
   * Puts another packet behind this one: `rte_pktmbuf_chain`. It belongs to this one from then on.
   *
   * @param tail the address of the other packet
   * @throws {DpdkError} when there are too many segments (`EOVERFLOW`)
   */
  chain(tail: number): void {
    chain(this.place(), requirePacket(tail, "chain a packet"));
    this.look();
  }

  /**
   * Brings all segments into the first: `rte_pktmbuf_linearize`.
   *
   * @returns false when its tailroom is too small
   */
  linearize(): boolean {
    this.#segments();
    if (this.isContiguous) return true;
    const done = mbufLibrary().__rte_pktmbuf_linearize(this.pointer()) === 0;
    this.look();
    return done;
  }

  /**
   * Makes a packet that shares this one's data: `rte_pktmbuf_clone`.
   *
   * @param pool where the new mbufs come from, one for each segment
   * @returns the new packet's address, `undefined` when the pool has too few mbufs
   */
  clone(pool: PktmbufPool): number | undefined {
    this.#segments();
    const copy = mbufLibrary().rte_pktmbuf_clone(this.pointer(), poolPointer(pool));
    return copy === null ? undefined : runtime.address(copy);
  }

  /**
   * Makes a packet with a copy of this one's data: `rte_pktmbuf_copy`.
   *
   * @param pool where the new mbufs come from, as many as it takes
   * @param offset first byte that is copied
   * @param length how many; default all that follow
   * @returns the new packet's address, `undefined` when the pool has too few mbufs
   */
  copy(
    pool: PktmbufPool,
    offset: number = 0,
    length: number = this.pktLen - offset,
  ): number | undefined {
    this.#segments();
    checkInteger(offset, "a packet offset", 0, this.pktLen);
    checkInteger(length, "a number of packet bytes", 0, this.pktLen - offset);
    if (pool.dataRoomSize === 0) throw new RangeError("Cannot copy into a pool without data room");
    const made = mbufLibrary().rte_pktmbuf_copy(this.pointer(), poolPointer(pool), offset, length);
    return made === null ? undefined : runtime.address(made);
  }

  /** Refuses a packet that C would follow out of the pools' memory. */
  #segments(): void {
    this.look();
    const segment = this.#segment ??= new MbufCursor();
    let length = 0;
    for (const { piece, at } of segmentsOf(this.place())) {
      length += segment.moveTo(piece.address + at).dataLen; // throws at one that is broken
    }
    if (length === this.pktLen) return;
    throw new DpdkError({
      what: `use the packet at 0x${this.address.toString(16)}`,
      advice: `it is broken: its pkt_len is ${this.pktLen}, and its segments have ${length} bytes`,
    });
  }

  /**
   * Lets this mbuf share another's data: `rte_pktmbuf_attach`. Its own buffer is not used meanwhile.
   *
   * @param to the other mbuf
   * @throws {DpdkError} when this one is attached already, or others hold references to it
   */
  attach(to: number): void {
    attach(this.place(), requirePacket(to, "attach an mbuf"));
    this.look();
  }

  /**
   * Gives this mbuf its own buffer back: `rte_pktmbuf_detach`.
   *
   * @throws {DpdkError} when it is attached to none
   */
  detach(): void {
    detach(this.place());
    this.look();
  }

  /**
   * Adds to the reference count: `rte_mbuf_refcnt_update`.
   *
   * @param by what to add, negative to take away
   * @returns the new count
   * @throws {RangeError} when it would not be from 1 to 65,534; {@linkcode MbufCursor.free} drops one
   */
  refcntUpdate(by: number): number {
    checkInteger(this.refcnt + checkInteger(by, "a change", -65535, 65535), "a count", 1, 65534);
    return updateRefcnt(this.place(), by);
  }

  /**
   * Gives the packet back, all its segments: `rte_pktmbuf_free`. The cursor is nowhere then.
   *
   * @throws {DpdkError} when this script freed it before
   */
  free(): void {
    const one = this.#one ??= new PointerBuffer(1);
    one.set(0, this.address);
    if (this.next !== 0) { for (const _segment of segmentsOf(this.place())); }
    this.freeBulk(one, 1);
  }

  /**
   * Gives packets back to the pools that they came from: `rte_pktmbuf_free_bulk`.
   *
   * @param mbufs their addresses
   * @param n how many; default the buffer's capacity
   * @param from the first
   * @throws {RangeError} when the buffer has fewer
   * @throws {DpdkError} when one is no mbuf, or was freed by this script; none is freed then
   */
  freeBulk(mbufs: PointerBuffer, n: number = mbufs.capacity, from: number = 0): void {
    this.leave();
    freeBulk(mbufs, n, from);
  }

  /**
   * The names of the offload flags that are set: `rte_get_rx_ol_flag_list`,
   * `rte_get_tx_ol_flag_list`.
   *
   * @returns names as DPDK writes them: `RTE_MBUF_F_RX_VLAN`
   */
  olFlagNames(): string[] {
    return olFlagNames(this.olFlags);
  }

  /**
   * The packet type in words: `rte_get_ptype_name`.
   *
   * @returns layer by layer: `L2_ETHER L3_IPV4 L4_UDP`
   */
  packetTypeName(): string {
    return packetTypeName(this.packetType);
  }

  /**
   * What is wrong with the packet: `rte_mbuf_check`.
   *
   * @returns DPDK's words, `undefined` when nothing is
   */
  check(): string | undefined {
    this.look();
    for (const _segment of segmentsOf(this.place()));
    const reason = new BigUint64Array(new ArrayBuffer(8));
    const status = mbufLibrary().rte_mbuf_check(
      this.pointer(),
      1,
      runtime.pointerTo(reason.buffer),
    );
    return status === 0 ? undefined : runtime.string(Number(reason[0]));
  }

  /**
   * What `rte_pktmbuf_dump` prints of it.
   *
   * @param length how many bytes of data of it; default all
   * @returns its text, lines with fields and bytes
   */
  dump(length: number = this.pktLen): string {
    this.#segments();
    checkInteger(length, "a number of packet bytes", 0, 0xffffffff);
    return printed((stream) => mbufLibrary().rte_pktmbuf_dump(stream, this.pointer(), length));
  }

  /**
   * The mbuf for a call.
   *
   * @internal
   */
  protected pointer(): Pointer<"struct rte_mbuf"> {
    return runtime.pointer(this.address)!;
  }
}

/** The pool for a call. */
function poolPointer(pool: PktmbufPool): Pointer<"struct rte_mempool"> {
  if (!pool.mempool.alive) pool.mempool.flush(); // throws, and says why
  return runtime.pointer(pool.address)!;
}
