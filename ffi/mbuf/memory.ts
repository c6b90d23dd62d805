/**
 * The memory that mbufs lie in: that of every pool of mbufs in the group.
 *
 * A packet may come from any of them, another process's too. So a pointer is taken for an mbuf only
 * where such a pool has its objects, and only if what is there names that pool.
 *
 * @module
 */

import { DpdkError, enrol, type Mortal, peek, Region } from "../core/mod.ts";
import { requireEal } from "../eal/mod.ts";
import {
  allPools,
  chunkPlaces,
  RTE_MAX_LCORE,
  rte_mempool,
  rte_mempool_cache,
} from "../mempool/mod.ts";
import { type Pointer, runtime } from "../runtime/mod.ts";
import { rte_mbuf, rte_pktmbuf_pool_private } from "./layout.ts";

const TWO_32 = 2 ** 32;
const P = rte_mempool.fields;
const V = rte_pktmbuf_pool_private.fields;
const F = rte_mbuf.fields;

/** Index of the words of `pool`, from an mbuf's first. */
const POOL_LOW = F.pool.offset / 4;

/** The most bytes in which the mbufs of one piece start. */
const PIECE = 2 ** 30;

/** What is to be known of a pool of mbufs. */
export interface PoolShape {
  /** Where its `struct rte_mempool` is. */
  readonly address: number;
  readonly name: string;
  /** Bytes of an object: mbuf, private area, buffer. */
  readonly elementSize: number;
  /** Bytes of the private area: `mbuf_priv_size`. */
  readonly privSize: number;
  /** Bytes of the buffer: `mbuf_data_room_size`. */
  readonly dataRoomSize: number;
  /** `RTE_PKTMBUF_POOL_F_*`. */
  readonly flags: number;
}

/** What a pool's private data says, `undefined` when it is none of mbufs. */
export function poolShape(pool: Pointer<"struct rte_mempool">): PoolShape | undefined {
  const address = runtime.address(pool);
  const view = peek(address, rte_mempool.size);
  const u32 = (field: { offset: number }) => view.getUint32(field.offset, true);
  const elementSize = u32(P.elt_size);
  if (u32(P.private_data_size) < rte_pktmbuf_pool_private.size) return undefined;
  const caches = u32(P.cache_size) === 0 ? 0 : RTE_MAX_LCORE * rte_mempool_cache.size;
  const own = peek(address + rte_mempool.size + caches, rte_pktmbuf_pool_private.size);
  const dataRoomSize = own.getUint16(V.mbuf_data_room_size.offset, true);
  const privSize = own.getUint16(V.mbuf_priv_size.offset, true);
  const flags = own.getUint32(V.flags.offset, true);
  // Buffers outside (pinned external ones) need no room in the object.
  const room = flags === 0 ? dataRoomSize : 0;
  if (elementSize < rte_mbuf.size + privSize + room) return undefined;
  return { address, name: runtime.string(address), elementSize, privSize, dataRoomSize, flags };
}

/**
 * A stretch of a pool's memory that crosses no multiple of 4 GiB, so that the lower half of an
 * address tells where in it that is.
 */
export class Piece {
  readonly pool: PoolShape;
  /** The halves of its address, as 32-bit integers. */
  readonly low: number;
  readonly high: number;
  /** The pool's address, likewise. */
  readonly poolLow: number;
  readonly poolHigh: number;
  /** From an mbuf to its own buffer, in bytes. */
  readonly head: number;
  /** Bytes of an mbuf's own buffer. */
  readonly room: number;
  /** Up to here mbufs start; 0 once the pool is gone. */
  length: number;
  /** The bytes, not copied, and some more: those of the last mbuf that starts in this piece. */
  readonly view: DataView<ArrayBuffer>;
  readonly words: Int32Array<ArrayBuffer>;
  readonly doubles: Float64Array<ArrayBuffer>;
  readonly #region: Region;

  constructor(pool: PoolShape, address: number, length: number, bytes: number) {
    this.pool = pool;
    this.low = address | 0;
    this.high = Math.floor(address / TWO_32) | 0;
    this.poolLow = pool.address | 0;
    this.poolHigh = Math.floor(pool.address / TWO_32) | 0;
    this.head = rte_mbuf.size + pool.privSize;
    this.room = pool.flags === 0 ? pool.dataRoomSize : 0;
    this.length = length;
    this.#region = new Region(address, bytes);
    this.view = new DataView(this.#region.buffer);
    this.words = new Int32Array(this.#region.buffer, 0, Math.floor(bytes / 4));
    this.doubles = new Float64Array(this.#region.buffer, 0, Math.floor(bytes / 8));
  }

  /** Where it starts. */
  get address(): number {
    return this.#region.address;
  }

  /**
   * The offset of the mbuf that a pointer points to, -1 when that is none of this piece's. Where
   * whole bursts go (alloc.ts, check.ts, inline.ts, place.ts) the comparisons are written out, with
   * the piece's fields at hand.
   *
   * @param low the pointer's lower half, signed or not
   * @param high its upper half
   */
  locate(low: number, high: number): number {
    const offset = (low - this.low) | 0;
    if (high !== this.high || offset < 0 || offset >= this.length || (low & 63) !== 0) return -1;
    const word = (offset >> 2) + POOL_LOW;
    const { words } = this;
    return words[word] === this.poolLow && words[word + 1] === this.poolHigh ? offset : -1;
  }

  /** Detaches the views from the memory. */
  release(): void {
    this.length = 0;
    this.#region.release();
  }
}

/** Cuts a chunk of a pool's memory into pieces. */
function piecesOf(pool: PoolShape, address: number, length: number): Piece[] {
  const end = address + length;
  const pieces: Piece[] = [];
  for (let at = address; at < end;) {
    const next = Math.min(end, (Math.floor(at / PIECE) + 1) * PIECE);
    const bytes = Math.min(end, next + pool.elementSize) - at;
    pieces.push(new Piece(pool, at, next - at, bytes));
    at = next;
  }
  return pieces;
}

/** Where an mbuf is. */
export interface Place {
  readonly piece: Piece;
  /** Its offset in the piece's views. */
  readonly at: number;
}

/** What is told when a piece of memory goes. */
interface Watcher {
  forget(piece: Piece): void;
}

const watchers = new Set<WeakRef<Watcher>>();
const collected = new FinalizationRegistry<WeakRef<Watcher>>((ref) => watchers.delete(ref));

/** Has a cursor told when memory goes that it may be in. */
export function watch(watcher: Watcher): void {
  const ref = new WeakRef(watcher);
  watchers.add(ref);
  collected.register(watcher, ref);
}

class PoolPieces implements Mortal {
  readonly shape: PoolShape;
  readonly pieces: readonly Piece[];

  constructor(shape: PoolShape, pieces: readonly Piece[]) {
    this.shape = shape;
    this.pieces = pieces;
  }

  die(): void {
    for (const piece of this.pieces) {
      for (const ref of watchers) ref.deref()?.forget(piece);
      piece.release();
    }
    forget(this);
  }
}

/** By a pool's address; kept here, as handles know them weakly. */
const pools = new Map<number, PoolPieces>();
let pieces: readonly Piece[] = [];

function gather(): void {
  pieces = [...pools.values()].flatMap((pool) => pool.pieces);
}

function forget(pool: PoolPieces): void {
  if (pools.get(pool.shape.address) === pool) pools.delete(pool.shape.address);
  gather();
}

function alike(a: PoolShape, b: PoolShape): boolean {
  return a.name === b.name && a.elementSize === b.elementSize && a.privSize === b.privSize &&
    a.dataRoomSize === b.dataRoomSize && a.flags === b.flags;
}

/** Looks anew at which pools of mbufs there are in the group, and where their memory is. */
export function refreshPools(): void {
  requireEal("look for pools of mbufs");
  const seen = new Set<number>();
  for (const pointer of allPools()) {
    const shape = poolShape(pointer);
    if (shape === undefined) continue;
    const { address } = shape;
    const places = chunkPlaces(pointer);
    const known = pools.get(address);
    const total = places.reduce((sum, { length }) => sum + length, 0);
    const had = known?.pieces.reduce((sum, piece) => sum + piece.length, 0);
    seen.add(address);
    if (known !== undefined && alike(known.shape, shape) && had === total) continue;
    known?.die();
    const parts = places.flatMap((place) => piecesOf(shape, place.address, place.length));
    const pool = new PoolPieces(shape, parts);
    pools.set(address, pool);
    enrol(address, pool);
  }
  for (const pool of [...pools.values()]) if (!seen.has(pool.shape.address)) pool.die();
  gather();
}

/** The piece that has an mbuf there, as far as pools of mbufs are known so far. */
export function knownPiece(low: number, high: number): Piece | undefined {
  for (const piece of pieces) if (piece.locate(low, high) >= 0) return piece;
  return undefined;
}

/**
 * The piece that has the mbuf to which a pointer points.
 *
 * @param low the pointer's lower half
 * @param high its upper half
 * @returns `undefined` when no pool of mbufs in this group has an mbuf there
 */
export function pieceOf(low: number, high: number): Piece | undefined {
  const found = knownPiece(low, high);
  if (found !== undefined) return found;
  refreshPools(); // it may be of a pool that is new
  return knownPiece(low, high);
}

/** The place of an mbuf, `undefined` when there is none at the address. */
export function placeOf(address: number): Place | undefined {
  const low = address % TWO_32;
  const high = Math.floor(address / TWO_32);
  const piece = pieceOf(low, high);
  return piece === undefined ? undefined : { piece, at: piece.locate(low, high) };
}

/**
 * The place of an mbuf.
 *
 * @param what what was tried
 * @throws {DpdkError} when there is none at the address
 */
export function requirePlace(address: number, what: string): Place {
  const place = Number.isSafeInteger(address) && address > 0 ? placeOf(address) : undefined;
  if (place !== undefined) return place;
  const at = typeof address === "number" && address >= 0 ? `0x${address.toString(16)}` : address;
  throw new DpdkError({ what, advice: `there is no mbuf of any pool of this group at ${at}` });
}

/**
 * The view and offset of the bytes at an address that lie in a pool of mbufs, as an indirect mbuf's
 * buffer does.
 */
export function bufferPlace(
  low: number,
  high: number,
): { readonly view: DataView<ArrayBuffer>; readonly at: number } | undefined {
  for (const piece of pieces) {
    const at = (low - piece.low) | 0;
    if (high === piece.high && at >= 0 && at < piece.length) return { view: piece.view, at };
  }
  return undefined;
}
