/**
 * The mbuf operations that rte_mbuf.h inlines, ported; the same in DPDK 22.11, 24.11 and 25.11.
 *
 * They work on the {@linkcode Place} of an mbuf. An mbuf belongs to one process at a time; only its
 * reference count is shared, and is changed atomically.
 *
 * @module
 */

import { DpdkError, Errno, peek, PointerBuffer } from "../core/mod.ts";
import { rte_mempool_objhdr } from "../mempool/mod.ts";
import { OlFlag } from "./flags.ts";
import {
  rte_mbuf,
  rte_mbuf_ext_shared_info,
  RTE_MBUF_MAX_NB_SEGS,
  RTE_MBUF_PORT_INVALID,
  RTE_PKTMBUF_HEADROOM,
  RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF,
} from "./layout.ts";
import { mbufLibrary } from "./library.ts";
import { type Piece, type Place, requirePlace } from "./memory.ts";
import { runtime } from "../runtime/mod.ts";

const TWO_32 = 2 ** 32;
const F = rte_mbuf.fields;
const DIRECT_MASK = OlFlag.INDIRECT | OlFlag.EXTERNAL;

/** The upper word of `ol_flags` with what a reset keeps: `RTE_MBUF_F_EXTERNAL`. */
const EXTERNAL_HIGH = Number(OlFlag.EXTERNAL >> 32n);

/** `nb_segs` of 1 and no port, in one word. */
export const ONE_SEGMENT = (1 | (RTE_MBUF_PORT_INVALID << 16)) | 0;

/** What stands in `data_off` of an mbuf that this script freed: no data fits behind it. */
export const FREED_OFF = 0xffff;

/** What stands in `pkt_len` of an mbuf that this script freed: no packet is as long. */
const FREED_LEN = 0xffff_dead | 0;

const REARM = F.data_off.offset / 4; // data_off below, refcnt above
const SEGMENTS = F.nb_segs.offset / 4; // and port
const PKT_LEN = F.pkt_len.offset / 4;
const DATA_LEN = F.data_len.offset / 4; // and vlan_tci
const POOL = F.pool.offset / 4;

/**
 * Whether this script freed the mbuf, and nobody has taken it out of its pool since: who does sets
 * both fields, as `rte_pktmbuf_reset` does and every driver that receives.
 */
export function isFreed({ words }: Piece, at: number): boolean {
  const word = at >> 2;
  return words[word + PKT_LEN] === FREED_LEN && (words[word + REARM]! & 0xffff) === FREED_OFF;
}

/**
 * Marks packets of one segment as freed that nobody else holds, as long as they are of one piece and
 * were not.
 *
 * @param replaced gets, from 0 on, what {@linkcode unmarkFreed} wants to know
 * @returns the index of the first that is not marked, `end` when all are
 */
export function markFreed(
  piece: Piece,
  mbufs: Uint32Array,
  start: number,
  end: number,
  replaced: Int32Array,
): number {
  const { words, low, high, length, poolLow } = piece;
  for (let i = start; i < end; i++) {
    const offset = (mbufs[2 * i]! - low) | 0;
    const word = offset >>> 2;
    if ((mbufs[2 * i + 1]! | 0) !== high || (offset >>> 0) >= length) return i;
    if (words[word + POOL] !== poolLow || (words[word + SEGMENTS]! & 0xffff) !== 1) return i;
    const rearm = words[word + REARM]!;
    if ((rearm & 0xffff) === FREED_OFF && words[word + PKT_LEN] === FREED_LEN) return i;
    replaced[i - start] = rearm;
    // Somebody else's references go on: only who holds the last one ends the packet.
    if (rearm >>> 16 !== 1) continue;
    words[word + REARM] = rearm | FREED_OFF;
    words[word + PKT_LEN] = FREED_LEN;
  }
  return end;
}

/** Takes the mark of a packet of one segment back: its length is its data's. */
export function unmarkFreed({ words }: Piece, at: number, rearm: number): void {
  const word = at >> 2;
  words[word + REARM] = rearm;
  words[word + PKT_LEN] = words[word + DATA_LEN]! & 0xffff;
}

/**
 * Marks a packet of any number of segments as freed, unless one of them was.
 *
 * @returns takes the marks back; `undefined` when nothing was marked
 * @throws {DpdkError} when its chain is broken; nothing is marked then
 */
export function markChain(packet: Place): (() => void) | undefined {
  const segments = [...segmentsOf(packet)];
  if (segments.some(({ piece, at }) => isFreed(piece, at))) return undefined;
  const undo: (() => void)[] = [];
  for (const { piece: { words }, at } of segments) {
    const word = at >> 2;
    const [rearm, length] = [words[word + REARM]!, words[word + PKT_LEN]!];
    // A reference that goes on keeps the rest of the chain, too.
    if (rearm >>> 16 !== 1) break;
    words[word + REARM] = rearm | FREED_OFF;
    words[word + PKT_LEN] = FREED_LEN;
    undo.push(() => {
      words[word + REARM] = rearm;
      words[word + PKT_LEN] = length;
    });
  }
  return () => {
    for (const action of undo) action();
  };
}

/** `rte_pktmbuf_reset`: one segment without data, with headroom. */
export function reset(piece: Piece, at: number): void {
  const { words, doubles, view } = piece;
  const word = at >> 2;
  doubles[(at + F.next.offset) >> 3] = 0;
  doubles[(at + F.tx_offload.offset) >> 3] = 0;
  doubles[(at + F.packet_type.offset) >> 3] = 0; // and pkt_len
  words[word + F.data_len.offset / 4] = 0; // and vlan_tci
  view.setUint16(at + F.vlan_tci_outer.offset, 0, true);
  words[word + F.nb_segs.offset / 4] = ONE_SEGMENT; // and port
  words[word + F.ol_flags.offset / 4] = 0;
  words[word + F.ol_flags.offset / 4 + 1]! &= EXTERNAL_HIGH;
  resetHeadroom(view, at);
}

/** `rte_pktmbuf_reset_headroom`. */
function resetHeadroom(view: DataView, at: number): void {
  const length = view.getUint16(at + F.buf_len.offset, true);
  const headroom = length < RTE_PKTMBUF_HEADROOM ? length : RTE_PKTMBUF_HEADROOM;
  view.setUint16(at + F.data_off.offset, headroom, true);
}

/** A pointer field. */
export function pointerField(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32;
}

function setPointerField(view: DataView, at: number, address: number): void {
  view.setUint32(at, address % TWO_32, true);
  view.setUint32(at + 4, Math.floor(address / TWO_32), true);
}

/** Copies a field of 8 bytes. */
function copy8(to: Place, from: Place, field: { readonly offset: number }): void {
  const value = from.piece.view.getBigUint64(from.at + field.offset, true);
  to.piece.view.setBigUint64(to.at + field.offset, value, true);
}

function copy2(to: Place, from: Place, field: { readonly offset: number }): void {
  const value = from.piece.view.getUint16(from.at + field.offset, true);
  to.piece.view.setUint16(to.at + field.offset, value, true);
}

/** The address of a place. */
export function addressOf({ piece, at }: Place): number {
  return piece.address + at;
}

const olFlags = ({ piece, at }: Place) => piece.view.getBigUint64(at + F.ol_flags.offset, true);

/** The next segment of a chain. */
export function nextOf({ piece, at }: Place): Place | undefined {
  const next = pointerField(piece.view, at + F.next.offset);
  return next === 0 ? undefined : requirePlace(next, "follow a chain of mbufs");
}

/**
 * The segments of a packet, the first at its place.
 *
 * @throws {DpdkError} when the chain has more than `nb_segs` says, as one with a loop has
 */
export function* segmentsOf(place: Place): Generator<Place> {
  let left = place.piece.view.getUint16(place.at + F.nb_segs.offset, true);
  for (let segment: Place | undefined = place; segment !== undefined; segment = nextOf(segment)) {
    if (left-- <= 0) {
      throw new DpdkError({
        what: `follow the packet at 0x${addressOf(place).toString(16)}`,
        advice: "its chain has more segments than its nb_segs says",
      });
    }
    yield segment;
  }
}

/** `rte_pktmbuf_lastseg`. */
export function lastOf(place: Place): Place {
  let last = place;
  for (const segment of segmentsOf(place)) last = segment;
  return last;
}

/** `rte_mbuf_refcnt_update`: adds to the reference count, and gives the new one. */
export function updateRefcnt({ piece, at }: Place, by: number): number {
  // Acquire and release, as C's __atomic_add_fetch(__ATOMIC_ACQ_REL): whoever frees the last
  // reference must see what the others wrote. Atomics are sequentially consistent, which is more.
  const counts = new Uint16Array(piece.view.buffer, at + F.refcnt.offset, 1);
  return (Atomics.add(counts, 0, by) + by) & 0xffff;
}

/** `rte_pktmbuf_chain`: puts the packet `tail` behind the packet `head`. */
export function chain(head: Place, tail: Place): void {
  const segments = (place: Place) => place.piece.view.getUint16(place.at + F.nb_segs.offset, true);
  const total = segments(head) + segments(tail);
  const what = `chain 0x${addressOf(tail).toString(16)} to 0x${addressOf(head).toString(16)}`;
  if (total > RTE_MBUF_MAX_NB_SEGS) {
    throw new DpdkError({
      what,
      call: "rte_pktmbuf_chain",
      errno: Errno.EOVERFLOW,
      advice: `a packet has at most ${RTE_MBUF_MAX_NB_SEGS} segments`,
    });
  }
  const first = addressOf(tail);
  for (const [of, is] of [[head, first], [tail, addressOf(head)]] as const) {
    for (const segment of segmentsOf(of)) {
      if (addressOf(segment) !== is) continue;
      throw new DpdkError({ what, advice: "one is a segment of the other already" });
    }
  }
  const last = lastOf(head);
  setPointerField(last.piece.view, last.at + F.next.offset, first);
  const length = (place: Place) => place.piece.view.getUint32(place.at + F.pkt_len.offset, true);
  head.piece.view.setUint16(head.at + F.nb_segs.offset, total, true);
  head.piece.view.setUint32(head.at + F.pkt_len.offset, length(head) + length(tail), true);
  const tailLength = tail.piece.view.getUint16(tail.at + F.data_len.offset, true);
  tail.piece.view.setUint32(tail.at + F.pkt_len.offset, tailLength, true);
}

/** The mbuf in which an indirect one's data lies: `rte_mbuf_from_indirect`. */
function ownerOf({ piece, at }: Place): Place {
  const buffer = pointerField(piece.view, at + F.buf_addr.offset);
  const privSize = piece.view.getUint16(at + F.priv_size.offset, true);
  return requirePlace(
    buffer - privSize - rte_mbuf.size,
    "find the mbuf that another is attached to",
  );
}

function refuseAttach(what: string, advice: string): never {
  throw new DpdkError({ what, errno: Errno.EINVAL, advice });
}

/** `rte_pktmbuf_attach`: lets an mbuf share another's data. */
export function attach(to: Place, from: Place): void {
  const what = `attach 0x${addressOf(to).toString(16)} to 0x${addressOf(from).toString(16)}`;
  if (addressOf(to) === addressOf(from)) refuseAttach(what, "it is the same mbuf");
  if ((olFlags(to) & DIRECT_MASK) !== 0n) refuseAttach(what, "it is attached; detach it first");
  if (to.piece.view.getUint16(to.at + F.refcnt.offset, true) !== 1) {
    refuseAttach(what, "others hold references to it");
  }
  const flags = olFlags(from);
  if ((flags & OlFlag.EXTERNAL) !== 0n) {
    updateExternal(from, 1);
    copy8(to, from, F.shinfo);
    to.piece.view.setBigUint64(to.at + F.ol_flags.offset, flags, true);
  } else {
    const owner = (flags & OlFlag.INDIRECT) === 0n ? from : ownerOf(from);
    updateRefcnt(owner, 1);
    copy2(to, from, F.priv_size);
    to.piece.view.setBigUint64(to.at + F.ol_flags.offset, flags | OlFlag.INDIRECT, true);
  }
  copyHeader(to, from);
  copy2(to, from, F.data_off);
  copy2(to, from, F.data_len);
  copy8(to, from, F.buf_iova);
  copy8(to, from, F.buf_addr);
  copy2(to, from, F.buf_len);
  const { view } = to.piece;
  setPointerField(view, to.at + F.next.offset, 0);
  view.setUint32(to.at + F.pkt_len.offset, view.getUint16(to.at + F.data_len.offset, true), true);
  view.setUint16(to.at + F.nb_segs.offset, 1, true);
}

/** What a copy of a packet's head takes over: port, VLANs, offloads, hash, type, dynamic fields. */
function copyHeader(to: Place, from: Place): void {
  copy2(to, from, F.port);
  copy2(to, from, F.vlan_tci);
  copy2(to, from, F.vlan_tci_outer);
  copy8(to, from, F.tx_offload);
  copy8(to, from, F.hash);
  const { offset, size } = F.dynfield1;
  const bytes = ({ piece, at }: Place, start: number, length: number) =>
    new Uint8Array(piece.view.buffer, at + start, length);
  bytes(to, offset, size).set(bytes(from, offset, size));
  const { offset: type } = F.packet_type;
  bytes(to, type, 4).set(bytes(from, type, 4));
}

/** `rte_mbuf_ext_refcnt_update`: adds to an external buffer's reference count. */
function updateExternal({ piece, at }: Place, by: number): number {
  const shared = pointerField(piece.view, at + F.shinfo.offset);
  const { offset, size } = rte_mbuf_ext_shared_info.fields.refcnt;
  const counts = new Uint16Array(runtime.memory(shared + offset, size));
  return (Atomics.add(counts, 0, by) + by) & 0xffff;
}

/** `rte_mempool_virt2iova`: the IO address that stands before an object. */
function iovaOf(address: number): bigint {
  const { size, fields } = rte_mempool_objhdr;
  return peek(address - size + fields.iova.offset, 8).getBigUint64(0, true);
}

/**
 * `rte_pktmbuf_detach`: gives an mbuf its own buffer back. The data of the other loses a reference,
 * and with the last one is freed.
 */
export function detach(place: Place): void {
  const { piece, at } = place;
  const { view } = piece;
  const flags = olFlags(place);
  if ((flags & OlFlag.EXTERNAL) !== 0n) {
    if ((piece.pool.flags & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) !== 0) return;
    throw new DpdkError({
      what: `detach 0x${addressOf(place).toString(16)}`,
      advice: "its buffer is an external one; free the mbuf, which frees that too",
    });
  }
  if ((flags & OlFlag.INDIRECT) === 0n) {
    throw new DpdkError({
      what: `detach 0x${addressOf(place).toString(16)}`,
      advice: "it is attached to none",
    });
  }
  const owner = ownerOf(place);
  const address = addressOf(place);
  view.setUint16(at + F.priv_size.offset, piece.pool.privSize, true);
  setPointerField(view, at + F.buf_addr.offset, address + piece.head);
  const iova = iovaOf(address) + BigInt(piece.head);
  view.setBigUint64(at + F.buf_iova.offset, iova, true);
  view.setUint16(at + F.buf_len.offset, piece.pool.dataRoomSize, true);
  resetHeadroom(view, at);
  view.setUint16(at + F.data_len.offset, 0, true);
  view.setBigUint64(at + F.ol_flags.offset, 0n, true);
  dropReference(owner);
}

/** Takes one off the reference count of an mbuf that another was attached to. */
function dropReference(owner: Place): void {
  if (updateRefcnt(owner, -1) !== 0) return;
  // Nobody is left: give it back as a single mbuf with the one reference that a free one has.
  const { view } = owner.piece;
  view.setBigUint64(owner.at + F.next.offset, 0n, true);
  view.setUint16(owner.at + F.nb_segs.offset, 1, true);
  view.setUint16(owner.at + F.refcnt.offset, 1, true);
  const burst = new PointerBuffer(1);
  burst.set(0, addressOf(owner));
  mbufLibrary().rte_pktmbuf_free_bulk(burst.pointer, 1);
}
