/**
 * The soak's packets, each of which has a number.
 *
 * @module
 */

import {
  ArpHeader,
  EthernetHeader,
  IPPROTO_UDP,
  Ipv4Header,
  MbufCursor,
  parseIpv4,
  RTE_ARP_HRD_ETHER,
  RTE_ARP_OP_REQUEST,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV4,
  UdpHeader,
} from "../../../mod.ts";

/** The address that is served. */
export const ADDRESS: number = parseIpv4("10.9.0.1");

/** What the kernel is to have, as kni.ts is told. */
export const KERNEL_PORT = 9;
const ECHO_PORT = 7;

/** Those who send: some neighbours, whose packets spread over all queues. */
const NEIGHBOURS = 8;
const FIRST_NEIGHBOUR: number = parseIpv4("10.9.0.10");
const MAC = 0x020000000000;
const BROADCAST = 0xffffffffffff;
const FIRST_PORT = 1024;
const PORTS = 60_000;

/** Bytes of each, and where its number is, behind the headers of either kind; and who has it. */
export const FRAME = 60;
const NUMBER = 42;
const HOLDER = 46, NEXT = 47;

/** Who gets a packet that is copied for all. */
export const ALL = 0xff;

const ETHER = 14, IP4 = 20;

/**
 * What a packet is for. In an hour a thousand a second are datagrams, which belong to some process, not
 * to the one that they come by in two cases of three; two hundred are the kernel's, and a hundred are
 * ARP, which everybody is to have.
 */
export const PER_SECOND = { datagram: 1000, kernel: 200, arp: 100 } as const;
export type Kind = keyof typeof PER_SECOND;

const PATTERN: readonly Kind[] = (["datagram", "kernel", "arp"] as const)
  .flatMap((kind) => Array<Kind>(PER_SECOND[kind] / 100).fill(kind));

/** What a number's packet is for. */
export const kindOf = (number: number): Kind => PATTERN[number % PATTERN.length]!;

/** Makes packets, and reads their numbers. */
export class Packets {
  readonly #packet = new MbufCursor();
  readonly #ether = new EthernetHeader(this.#packet);
  readonly #arp = new ArpHeader(this.#packet);
  readonly #ip4 = new Ipv4Header(this.#packet);
  readonly #udp = new UdpHeader(this.#packet);

  /**
   * Makes a packet of an empty mbuf.
   *
   * @param by which process does
   * @param to the port's MAC address
   */
  make(mbuf: number, number: number, by: number, to: number): void {
    const [packet, ether] = [this.#packet.moveTo(mbuf), this.#ether];
    if (!packet.append(FRAME)) throw new Error("Cannot soak: an mbuf has no room for a packet");
    const kind = kindOf(number);
    const neighbour = Math.floor(number / PATTERN.length) % NEIGHBOURS;
    ether.srcAddr = MAC + neighbour;
    ether.dstAddr = kind === "arp" ? BROADCAST : to;
    ether.etherType = kind === "arp" ? RTE_ETHER_TYPE_ARP : RTE_ETHER_TYPE_IPV4;
    if (kind === "arp") this.#ask(neighbour);
    else this.#datagram(neighbour, number, kind === "kernel" ? KERNEL_PORT : ECHO_PORT);
    packet.setBe32(NUMBER, number);
    note(packet, by, by);
  }

  #ask(neighbour: number): void {
    const arp = this.#arp;
    arp.at(ETHER);
    arp.hardware = RTE_ARP_HRD_ETHER;
    arp.protocol = RTE_ETHER_TYPE_IPV4;
    arp.hlen = 6;
    arp.plen = 4;
    arp.opcode = RTE_ARP_OP_REQUEST;
    arp.senderMac = MAC + neighbour;
    arp.senderIpv4 = FIRST_NEIGHBOUR + neighbour;
    arp.targetMac = 0;
    arp.targetIpv4 = ADDRESS;
  }

  #datagram(neighbour: number, number: number, port: number): void {
    const [ip4, udp] = [this.#ip4, this.#udp];
    this.#packet.setU8(ETHER, 0x45); // version and length, without which no header is there
    ip4.at(ETHER);
    ip4.typeOfService = 0;
    ip4.totalLength = FRAME - ETHER;
    ip4.packetId = 0;
    ip4.dontFragment = true;
    ip4.moreFragments = false;
    ip4.fragmentOffset = 0;
    ip4.timeToLive = 64;
    ip4.nextProtoId = IPPROTO_UDP;
    ip4.srcAddr = FIRST_NEIGHBOUR + neighbour;
    ip4.dstAddr = ADDRESS;
    ip4.updateChecksum();
    udp.at(ETHER + IP4);
    udp.srcPort = FIRST_PORT + number % PORTS;
    udp.dstPort = port;
    udp.dgramLen = FRAME - ETHER - IP4;
    udp.dgramCksum = 0; // none
  }

  /** Frees an mbuf. */
  free(mbuf: number): void {
    this.#packet.moveTo(mbuf).free();
  }

  /** What an mbuf holds that was found in somebody's hands. */
  held(mbuf: number): Held {
    const packet = this.#packet.moveTo(mbuf);
    const number = numberOf(packet);
    if (number < 0) return { number, holder: ALL, next: ALL };
    return { number, holder: packet.u8(HOLDER), next: packet.u8(NEXT) };
  }
}

/** What was in somebody's hands. */
export interface Held {
  /** The packet's number; -1 of an mbuf that holds none of the soak's. */
  readonly number: number;
  /** Which process had it last, as far as it had looked at it, and whom it was for then. */
  readonly holder: number;
  readonly next: number;
}

/** Notes in the packet at a cursor who has it, and who gets it. */
export function note(packet: MbufCursor, holder: number, next: number): void {
  packet.setU8(HOLDER, holder);
  packet.setU8(NEXT, next);
}

/** The number of the packet at a cursor; -1 when it is none of the soak's. */
export function numberOf(packet: MbufCursor): number {
  return packet.dataLen === FRAME ? packet.be32(NUMBER) : -1;
}
