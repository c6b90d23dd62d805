/**
 * What all packet headers have in common: a place in a packet, and a check of every access.
 *
 * @module
 */

import { type ByteWindow, checkInteger } from "../core/mod.ts";

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
const MAC_MAX = 2 ** 48 - 1;

/**
 * The offset of a header that is nowhere: no packet reaches it. A small integer as all offsets are,
 * so that one comparison tells both.
 */
const NOWHERE = 0x3fffffff;

/**
 * A header in a packet, read and written in place.
 *
 * It is made once, over the cursor that moves from packet to packet, and reads the packet that the
 * cursor is at. Nothing is allocated, but by what gives or takes a text. Every access is checked
 * against the packet as it is then, also when the packet is a shorter one than `at` saw.
 *
 * @example
 * ```ts
 * import {
 *   Eal,
 *   EthernetHeader,
 *   IPPROTO_UDP,
 *   Ipv4Header,
 *   MbufCursor,
 *   PktmbufPool,
 *   RTE_ETHER_TYPE_IPV4,
 *   UdpHeader,
 * } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64 });
 * using pool = PktmbufPool.create("packets", 255);
 * const packet = new MbufCursor().moveTo(pool.alloc()!);
 * packet.append(60);
 *
 * const ether = new EthernetHeader(packet); // over a cursor that moves from packet to packet
 * const ip4 = new Ipv4Header(packet);
 * const udp = new UdpHeader(packet);
 * if (ether.payloadType === RTE_ETHER_TYPE_IPV4 && ip4.at(ether.payloadOffset)) {
 *   if (ip4.nextProtoId === IPPROTO_UDP && udp.at(ip4.payloadOffset)) console.log(udp.dstPort);
 * }
 * packet.free();
 * ```
 */
export abstract class Header {
  readonly #window: ByteWindow;
  readonly #length: number;
  readonly #name: string;
  #start = 0;

  /**
   * For the classes of headers.
   *
   * @param packets the packet, or a cursor over packets
   * @param length bytes of the shortest such header
   * @param name for error messages: `Ethernet`
   */
  constructor(packets: ByteWindow, length: number, name: string) {
    if (typeof packets !== "object" || packets === null || !("dataLen" in packets)) {
      throw new TypeError(`Cannot read ${name} headers: ${String(packets)} is no packet`);
    }
    this.#window = packets;
    this.#length = length;
    this.#name = name;
  }

  /** Where in the packet the header is, in bytes; 0 at first, -1 when it is nowhere. */
  get offset(): number {
    return this.#start === NOWHERE ? -1 : this.#start;
  }

  /**
   * Moves the header to an offset in the packet. Where there is no whole header it is nowhere, and
   * every access throws.
   *
   * @param offset bytes from the packet's beginning
   * @returns whether a whole header is there
   * @throws {RangeError} when the offset is no integer from 0 on
   */
  at(offset: number): boolean {
    if ((offset >>> 0) !== offset) {
      throw new RangeError(
        `Cannot read the ${this.#name} header at ${String(offset)}: ` +
          `the offset must be an integer from 0 on`,
      );
    }
    if (offset + this.#length <= this.#window.dataLen) {
      this.#start = offset;
      return true;
    }
    return this.leave();
  }

  /**
   * Is nowhere from now on.
   *
   * @returns false, for `at` to return
   */
  protected leave(): false {
    this.#start = NOWHERE;
    return false;
  }

  /** The packet's memory, for what `place` has checked. */
  protected get view(): DataView<ArrayBuffer> {
    return this.#window.view;
  }

  /** How many bytes the packet has. */
  protected get packetLength(): number {
    return this.#window.dataLen;
  }

  /**
   * Where in `view` bytes of the header are.
   *
   * @param at from the header's beginning
   * @param width how many bytes are accessed there, at least 0
   * @returns an offset in `view`
   * @throws {RangeError} when the packet does not hold them
   */
  protected place(at: number, width: number): number {
    const window = this.#window;
    const from = this.#start + at;
    if (from + width <= window.dataLen) return window.dataStart + from;
    return this.#refuse(at, width);
  }

  /**
   * The offset in the packet of what follows so many bytes from the header's beginning.
   *
   * @param length bytes from the header's beginning
   * @returns bytes from the packet's beginning
   * @throws {RangeError} when the packet does not hold them
   */
  protected past(length: number): number {
    const end = this.#start + length;
    return end <= this.#window.dataLen ? end : this.#refuse(0, length);
  }

  /**
   * Whether the packet holds so many bytes from the header's beginning on.
   *
   * @param length bytes from the header's beginning
   * @returns whether they are all there
   */
  protected holds(length: number): boolean {
    return this.#start + length <= this.#window.dataLen;
  }

  /**
   * Reads a MAC address: 48 bits.
   *
   * @param at bytes from the header's beginning
   * @returns 48 bits
   */
  protected readMac(at: number): number {
    const from = this.place(at, 6);
    const { view } = this.#window;
    return view.getUint16(from) * TWO_32 + view.getUint32(from + 2);
  }

  /**
   * Stores a MAC address; `name` is the field's, for the error message.
   *
   * @param at bytes from the header's beginning
   * @param value 48 bits
   * @param name the field's, for the error message
   */
  protected writeMac(at: number, value: number, name: string): void {
    const from = this.place(at, 6);
    // Parts that are small integers, as engines convert larger numbers slowly.
    const high = (value / TWO_32) | 0;
    const rest = value - high * TWO_32;
    const middle = (rest / TWO_16) | 0;
    const low = (rest - middle * TWO_16) | 0;
    const whole = high * TWO_32 + middle * TWO_16 + low;
    if (whole !== value || value < 0 || value > MAC_MAX) checkInteger(value, name, 0, MAC_MAX);
    const { view } = this.#window;
    view.setUint16(from, high);
    view.setUint32(from + 2, (middle << 16) | low);
  }

  #refuse(at: number, width: number): never {
    const what = `Cannot read or write ${width} bytes at ${at} of the ${this.#name} header`;
    throw new RangeError(
      this.#start === NOWHERE
        ? `${what}: it is nowhere; call at() with an offset where a whole one is`
        : `${what}: it is at ${this.#start}, and the packet has ${this.#window.dataLen} bytes`,
    );
  }
}
