/**
 * Dynamic fields and flags of mbufs: room in every mbuf that libraries and applications ask for by
 * name. All processes of a group see the same.
 *
 * @module
 */

import { checkInteger, checkKeys, checkName, failed, printed } from "../core/mod.ts";
import { requireEal, rteErrno } from "../eal/mod.ts";
import { runtime } from "../runtime/mod.ts";
import type { MbufCursor } from "./cursor.ts";
import { RTE_MBUF_DYN_NAMESIZE, rte_mbuf_dynfield, rte_mbuf_dynflag } from "./layout.ts";
import { mbufLibrary } from "./library.ts";

const F = rte_mbuf_dynfield.fields;

/** The name of the field that holds the time of reception or of transmission. */
export const TIMESTAMP_FIELD = "rte_dynfield_timestamp";
/** The name of the flag that says that the field holds the time of reception. */
export const RX_TIMESTAMP_FLAG = "rte_dynflag_rx_timestamp";
/** The name of the flag that asks to send at the time in the field. */
export const TX_TIMESTAMP_FLAG = "rte_dynflag_tx_timestamp";

const ADVICE = {
  ENOENT: "nobody in this group has registered it",
  EEXIST: "it is registered with another size or alignment",
  EINVAL: "DPDK refused its size or alignment",
  EPERM: "only the primary registers new ones; register it there, or look it up here",
  ENOMEM: "there is not enough memory left",
};

/** The bytes of a name as DPDK takes it, in a struct of `size` bytes. */
function named(name: string, size: number): DataView<ArrayBuffer> {
  checkName(name, "dynamic field or flag", RTE_MBUF_DYN_NAMESIZE - 1);
  const view = new DataView(new ArrayBuffer(size));
  new TextEncoder().encodeInto(name, new Uint8Array(view.buffer));
  return view;
}

/** How large a dynamic field is. */
export interface MbufDynfieldOptions {
  /** Bytes: 1, 2, 4 or 8 for a number; any other for bytes. */
  readonly size: number;
  /** A power of two that its offset is a multiple of; default its size, if that is one. */
  readonly align?: number;
}

/**
 * A dynamic field: `struct rte_mbuf_dynfield`, and where it is.
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, MbufDynfield, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const mark = MbufDynfield.register("demo_mark", { size: 4 });
 * mark.set(packet, 42);
 * console.log(mark.get(packet)); // 42
 * packet.free();
 * ```
 */
export class MbufDynfield {
  /** Its name in the group. */
  readonly name: string;
  /** Where in an mbuf it is, in bytes. */
  readonly offset: number;
  /** How many bytes it has. */
  readonly size: number;

  private constructor(name: string, offset: number, size: number) {
    this.name = name;
    this.offset = offset;
    this.size = size;
  }

  /**
   * Asks for room in every mbuf: `rte_mbuf_dynfield_register`. If it is there with the same size and
   * alignment, that is the field.
   *
   * @param name at most 63 bytes
   * @param options size and alignment in bytes
   * @returns the field
   * @throws {DpdkError} when it is there with others (`EEXIST`), no room is left (`ENOENT`), or it is
   * new and this is a secondary (`EPERM`)
   */
  static register(name: string, options: MbufDynfieldOptions): MbufDynfield {
    checkKeys(options, ["size", "align"], "MbufDynfield.register");
    const size = checkInteger(options.size, "a field's size", 1, 128);
    const usual = (size & (size - 1)) === 0 ? size : 1;
    const align = checkInteger(options.align ?? usual, "a field's alignment", 1, 128);
    if ((align & (align - 1)) !== 0) {
      throw new RangeError(`Cannot use ${align} as a field's alignment: not a power of two`);
    }
    const params = named(name, rte_mbuf_dynfield.size);
    const what = `register dynamic field "${name}"`;
    requireEal(what);
    params.setBigUint64(F.fieldSize.offset, BigInt(size), true);
    params.setBigUint64(F.align.offset, BigInt(align), true);
    const offset = mbufLibrary().rte_mbuf_dynfield_register(runtime.pointerTo(params.buffer));
    if (offset >= 0) return new MbufDynfield(name, offset, size);
    throw failed(what, "rte_mbuf_dynfield_register", rteErrno(), {
      ...ADVICE,
      ENOENT: "no room is left in the mbuf for it",
    });
  }

  /**
   * Finds a field that somebody registered: `rte_mbuf_dynfield_lookup`.
   *
   * @param name as it was registered
   * @returns the field
   * @throws {DpdkError} when there is none of that name (`ENOENT`)
   */
  static lookup(name: string): MbufDynfield {
    const what = `look up dynamic field "${name}"`;
    checkName(name, "dynamic field", RTE_MBUF_DYN_NAMESIZE - 1);
    requireEal(what);
    const params = new DataView(new ArrayBuffer(rte_mbuf_dynfield.size));
    const pointer = runtime.pointerTo<"struct rte_mbuf_dynfield">(params.buffer);
    const offset = mbufLibrary().rte_mbuf_dynfield_lookup(name, pointer);
    if (offset < 0) throw failed(what, "rte_mbuf_dynfield_lookup", rteErrno(), ADVICE);
    return new MbufDynfield(name, offset, Number(params.getBigUint64(F.fieldSize.offset, true)));
  }

  /**
   * Its value in the packet that a cursor is at, for sizes of 1, 2, 4 and 8 bytes.
   *
   * @param packet a cursor at a packet
   * @returns the value, unsigned
   */
  get(packet: MbufCursor): bigint {
    const view = this.#view(packet);
    switch (this.size) {
      case 1:
        return BigInt(view.getUint8(0));
      case 2:
        return BigInt(view.getUint16(0, true));
      case 4:
        return BigInt(view.getUint32(0, true));
      case 8:
        return view.getBigUint64(0, true);
      default:
        throw this.#notANumber();
    }
  }

  /**
   * Sets its value, modulo its width, for sizes of 1, 2, 4 and 8 bytes.
   *
   * @param packet a cursor at a packet
   * @param value the value, an integer
   */
  set(packet: MbufCursor, value: number | bigint): void {
    const view = this.#view(packet);
    const bits = BigInt.asUintN(8 * this.size, BigInt(value));
    switch (this.size) {
      case 1:
        return view.setUint8(0, Number(bits));
      case 2:
        return view.setUint16(0, Number(bits), true);
      case 4:
        return view.setUint32(0, Number(bits), true);
      case 8:
        return view.setBigUint64(0, bits, true);
      default:
        throw this.#notANumber();
    }
  }

  /**
   * Its bytes, not copied.
   *
   * @param packet a cursor at a packet
   * @returns a view, good until the cursor moves
   */
  bytes(packet: MbufCursor): Uint8Array<ArrayBuffer> {
    const view = this.#view(packet);
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }

  #view(packet: MbufCursor): DataView<ArrayBuffer> {
    return packet.mbufBytes(this.offset, this.size);
  }

  #notANumber(): Error {
    return new TypeError(
      `Cannot read "${this.name}" as a number: it has ${this.size} bytes; use bytes()`,
    );
  }
}

/**
 * A dynamic flag: a bit of `ol_flags`. The class stands for `rte_mbuf_dynflag_register` and its like
 * (rte_mbuf_dyn.h).
 *
 * @example
 * ```ts
 * import { Eal, MbufCursor, MbufDynflag, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const seen = MbufDynflag.register("demo_seen");
 * seen.set(packet, true);
 * console.log(seen.get(packet)); // true
 * packet.free();
 * ```
 */
export class MbufDynflag {
  /** Its name in the group. */
  readonly name: string;
  /** Its bit's number. */
  readonly bit: number;
  /** Its bit in `olFlags`. */
  readonly mask: bigint;

  private constructor(name: string, bit: number) {
    this.name = name;
    this.bit = bit;
    this.mask = 1n << BigInt(bit);
  }

  /**
   * Asks for a bit in every mbuf's flags: `rte_mbuf_dynflag_register`. If it is there, that is it.
   *
   * @param name at most 63 bytes
   * @returns the flag
   * @throws {DpdkError} when no bit is left (`ENOENT`), or it is new and this is a secondary (`EPERM`)
   */
  static register(name: string): MbufDynflag {
    const params = named(name, rte_mbuf_dynflag.size);
    const what = `register dynamic flag "${name}"`;
    requireEal(what);
    const bit = mbufLibrary().rte_mbuf_dynflag_register(runtime.pointerTo(params.buffer));
    if (bit >= 0) return new MbufDynflag(name, bit);
    throw failed(what, "rte_mbuf_dynflag_register", rteErrno(), {
      ...ADVICE,
      ENOENT: "no bit is left for it",
    });
  }

  /**
   * Finds a flag that somebody registered: `rte_mbuf_dynflag_lookup`.
   *
   * @param name as it was registered
   * @returns the flag
   * @throws {DpdkError} when there is none of that name (`ENOENT`)
   */
  static lookup(name: string): MbufDynflag {
    const what = `look up dynamic flag "${name}"`;
    checkName(name, "dynamic flag", RTE_MBUF_DYN_NAMESIZE - 1);
    requireEal(what);
    const params = new ArrayBuffer(rte_mbuf_dynflag.size);
    const bit = mbufLibrary().rte_mbuf_dynflag_lookup(name, runtime.pointerTo(params));
    if (bit < 0) throw failed(what, "rte_mbuf_dynflag_lookup", rteErrno(), ADVICE);
    return new MbufDynflag(name, bit);
  }

  /**
   * Whether it is set in the packet that a cursor is at.
   *
   * @param packet a cursor at a packet
   * @returns whether it is set
   */
  get(packet: MbufCursor): boolean {
    return (packet.olFlags & this.mask) !== 0n;
  }

  /**
   * Sets or clears it.
   *
   * @param packet a cursor at a packet
   * @param value whether it is to be set
   */
  set(packet: MbufCursor, value: boolean): void {
    packet.olFlags = value ? packet.olFlags | this.mask : packet.olFlags & ~this.mask;
  }
}

/** The field and the flag of timestamps. */
export interface MbufTimestamp {
  /** 8 bytes, in the unit of the port's clock. */
  readonly field: MbufDynfield;
  /** Whether the field counts. */
  readonly flag: MbufDynflag;
}

function timestamp(direction: "rx" | "tx"): MbufTimestamp {
  const what = `register the ${direction} timestamp`;
  requireEal(what);
  const call = `rte_mbuf_dyn_${direction}_timestamp_register` as const;
  const status = mbufLibrary()[call](null, null);
  if (status < 0) throw failed(what, call, rteErrno(), ADVICE);
  const flag = direction === "rx" ? RX_TIMESTAMP_FLAG : TX_TIMESTAMP_FLAG;
  return { field: MbufDynfield.lookup(TIMESTAMP_FIELD), flag: MbufDynflag.lookup(flag) };
}

/**
 * The timestamp of reception: `rte_mbuf_dyn_rx_timestamp_register`.
 *
 * @returns the field, in units that the driver chooses, and its flag
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, rxTimestamp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const { field, flag } = rxTimestamp();
 * if (flag.get(packet)) console.log(field.get(packet)); // in the driver's units
 * packet.free();
 * ```
 */
export function rxTimestamp(): MbufTimestamp {
  return timestamp("rx");
}

/**
 * The timestamp of transmission: `rte_mbuf_dyn_tx_timestamp_register`.
 *
 * @returns the field, in units that the driver chooses, and its flag
 * @example
 * ```ts
 * import { Eal, MbufCursor, PktmbufPool, txTimestamp } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(64);
 *
 * const { field, flag } = txTimestamp();
 * field.set(packet, 1_000_000n);
 * flag.set(packet, true);
 * packet.free();
 * ```
 */
export function txTimestamp(): MbufTimestamp {
  return timestamp("tx");
}

/**
 * What `rte_mbuf_dyn_dump` prints: all dynamic fields and flags of the group.
 *
 * @returns its text
 * @example
 * ```ts
 * import { dumpMbufDynfields, Eal, MbufDynfield } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * MbufDynfield.register("demo_mark", { size: 4 });
 * console.log(dumpMbufDynfields().includes("demo_mark")); // true
 * ```
 */
export function dumpMbufDynfields(): string {
  requireEal("dump the dynamic fields");
  return printed((stream) => mbufLibrary().rte_mbuf_dyn_dump(stream));
}
