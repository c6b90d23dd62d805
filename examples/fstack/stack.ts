/**
 * The little of a network stack that shows that each process has all it needs for itself: a table of
 * neighbours that it learns from ARP, and an echo service (RFC 862) over UDP.
 *
 * @module
 */

import {
  ArpHeader,
  EthernetHeader,
  IPPROTO_UDP,
  Ipv4Header,
  MbufCursor,
  type PktmbufPool,
  RTE_ARP_HRD_ETHER,
  RTE_ARP_OP_REPLY,
  RTE_ARP_OP_REQUEST,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV4,
  UdpHeader,
} from "../../mod.ts";
import type { Outlet } from "./outlet.ts";
import type { Input } from "./queue.ts";

const ECHO_PORT = 7;
const TIME_TO_LIVE = 64;
const BROADCAST = 0xffffffffffff;
const ARP_PACKET = 14 + 28;

/** Neighbours that a table has at most: who floods the network must not fill memory. */
const NEIGHBOURS = 1024;

/** What a stack is made for. */
export interface StackOptions {
  /** The cursor that is at a packet when it comes in. */
  readonly packets: MbufCursor;
  /** The port's MAC address, and the IPv4 address that is served there. */
  readonly mac: number;
  readonly address: number;
  /** Whether ARP requests for the address are answered; another may own it. */
  readonly answersArp: boolean;
  /** Where answers go. */
  readonly tx: Outlet;
  /** Where the packets of questions come from. */
  readonly pool: PktmbufPool;
  /** Is told of each neighbour that is new, or has another MAC address. */
  readonly learned: (address: number, mac: number, fromRing: boolean) => void;
}

/** One process's stack on one port. */
export class Stack {
  /** Datagrams that were answered, and those that were not yet, as their sender was not known. */
  answered = 0;
  unresolved = 0;
  /** MAC addresses of neighbours by their IPv4 addresses. */
  readonly neighbours: Map<number, number> = new Map();
  readonly #options: StackOptions;
  readonly #ether: EthernetHeader;
  readonly #arp: ArpHeader;
  readonly #ip4: Ipv4Header;
  readonly #udp: UdpHeader;
  readonly #question = new MbufCursor();
  readonly #questionEther = new EthernetHeader(this.#question);
  readonly #questionArp = new ArpHeader(this.#question);

  constructor(options: StackOptions) {
    const { packets } = options;
    this.#options = options;
    this.#ether = new EthernetHeader(packets);
    this.#arp = new ArpHeader(packets);
    this.#ip4 = new Ipv4Header(packets);
    this.#udp = new UdpHeader(packets);
  }

  /** Takes a packet: it is answered, or freed. */
  readonly input: Input = (burst, index, fromRing) => {
    const { packets, tx } = this.#options;
    if (this.#answer(fromRing)) tx.give(burst, index);
    else packets.free();
  };

  /** Makes an answer of the packet; false when there is none. */
  #answer(fromRing: boolean): boolean {
    const ether = this.#ether;
    if (!ether.at(0)) return false;
    const type = ether.payloadType;
    if (type === RTE_ETHER_TYPE_ARP) return this.#arpIn(fromRing);
    return type === RTE_ETHER_TYPE_IPV4 && this.#ip4In();
  }

  #arpIn(fromRing: boolean): boolean {
    const { address, answersArp, mac } = this.#options;
    const [ether, arp] = [this.#ether, this.#arp];
    if (!arp.at(ether.payloadOffset) || !arp.isIpv4OverEthernet) return false;
    this.#learn(arp.senderIpv4, arp.senderMac, fromRing);
    // Everybody hears a request; only who received it answers.
    if (fromRing || !answersArp) return false;
    if (arp.opcode !== RTE_ARP_OP_REQUEST || arp.targetIpv4 !== address) return false;
    arp.opcode = RTE_ARP_OP_REPLY;
    arp.targetMac = arp.senderMac;
    arp.targetIpv4 = arp.senderIpv4;
    arp.senderMac = mac;
    arp.senderIpv4 = address;
    ether.dstAddr = arp.targetMac;
    ether.srcAddr = mac;
    return true;
  }

  #learn(address: number, mac: number, fromRing: boolean): void {
    if (address === 0 || address === this.#options.address) return; // a probe, or our own
    const { neighbours } = this;
    if (neighbours.get(address) === mac) return;
    if (!neighbours.has(address) && neighbours.size === NEIGHBOURS) {
      for (const oldest of neighbours.keys()) {
        neighbours.delete(oldest);
        break;
      }
    }
    neighbours.set(address, mac);
    this.#options.learned(address, mac, fromRing);
  }

  #ip4In(): boolean {
    const { address, mac } = this.#options;
    const [ether, ip4, udp] = [this.#ether, this.#ip4, this.#udp];
    if (!ip4.at(ether.payloadOffset) || ip4.dstAddr !== address || ip4.isFragment) return false;
    if (ip4.nextProtoId !== IPPROTO_UDP || !udp.at(ip4.payloadOffset)) return false;
    if (udp.dstPort !== ECHO_PORT || udp.srcPort === ECHO_PORT) return false; // echoes for ever
    const to = ip4.srcAddr;
    const known = this.neighbours.get(to);
    if (known === undefined) {
      this.unresolved++;
      this.#ask(to);
      return false;
    }
    ether.dstAddr = known;
    ether.srcAddr = mac;
    ip4.dstAddr = to;
    ip4.srcAddr = address;
    ip4.timeToLive = TIME_TO_LIVE;
    ip4.updateChecksum();
    udp.dstPort = udp.srcPort;
    udp.srcPort = ECHO_PORT; // UDP's checksum stays as it is: addresses and ports changed sides
    this.answered++;
    return true;
  }

  /** Asks who has an address. */
  #ask(whom: number): void {
    const { address, mac, pool, tx } = this.#options;
    const packet = pool.alloc();
    if (packet === undefined) return; // the next datagram asks again
    this.#question.moveTo(packet).append(ARP_PACKET);
    const [ether, arp] = [this.#questionEther, this.#questionArp];
    ether.dstAddr = BROADCAST;
    ether.srcAddr = mac;
    ether.etherType = RTE_ETHER_TYPE_ARP;
    arp.at(ether.payloadOffset);
    arp.hardware = RTE_ARP_HRD_ETHER;
    arp.protocol = RTE_ETHER_TYPE_IPV4;
    arp.hlen = 6;
    arp.plen = 4;
    arp.opcode = RTE_ARP_OP_REQUEST;
    arp.senderMac = mac;
    arp.senderIpv4 = address;
    arp.targetMac = 0;
    arp.targetIpv4 = whom;
    tx.giveOne(packet);
  }
}
