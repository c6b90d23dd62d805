/**
 * Dispatchers.
 *
 * @module
 */

import {
  EthernetHeader,
  IcmpHeader,
  IPPROTO_ICMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  Ipv4Header,
  type MbufCursor,
  RTE_ETHER_TYPE_IPV4,
  RTE_IP_ICMP_ECHO_REPLY,
  RTE_IP_ICMP_ECHO_REQUEST,
  UdpHeader,
} from "../../mod.ts";
import { type Dispatcher, FREE, TRANSMIT } from "./queue.ts";

/**
 * Each flow of IPv4 has one queue: the sum of its addresses and ports, which is the same in both
 * directions, tells which. What says that it is IPv4 and is not is freed. All else stays where it is.
 */
export function flowDispatcher(packets: MbufCursor): Dispatcher {
  const ether = new EthernetHeader(packets);
  const ip4 = new Ipv4Header(packets);
  const ports = new UdpHeader(packets); // TCP has its ports at the same place
  return (queue, queues) => {
    if (!ether.at(0)) return FREE;
    if (ether.payloadType !== RTE_ETHER_TYPE_IPV4) return queue;
    if (!ip4.at(ether.payloadOffset) || ip4.version !== 4 || !ip4.checksumValid) return FREE;
    let sum = ip4.srcAddr + ip4.dstAddr;
    const proto = ip4.nextProtoId;
    // Fragments have no ports, but the first, which is to go where the others go.
    if ((proto === IPPROTO_UDP || proto === IPPROTO_TCP) && !ip4.isFragment) {
      if (!ports.at(ip4.payloadOffset)) return FREE;
      sum += ports.srcPort + ports.dstPort;
    }
    return sum % queues;
  };
}

/** Answers echo requests for an address at once, and leaves all else to another dispatcher. */
export function echoDispatcher(
  packets: MbufCursor,
  address: number,
  others: Dispatcher,
): Dispatcher {
  const ether = new EthernetHeader(packets);
  const ip4 = new Ipv4Header(packets);
  const icmp = new IcmpHeader(packets);
  /** Whether it is one to answer. */
  const asks = (): boolean =>
    ether.at(0) && ether.payloadType === RTE_ETHER_TYPE_IPV4 && ip4.at(ether.payloadOffset) &&
    ip4.dstAddr === address && ip4.nextProtoId === IPPROTO_ICMP && !ip4.isFragment &&
    ip4.checksumValid && icmp.at(ip4.payloadOffset) && icmp.type === RTE_IP_ICMP_ECHO_REQUEST &&
    icmp.checksumValid(ip4.payloadLength);
  return (queue, queues) => {
    if (!asks()) return others(queue, queues);
    ether.swapAddresses();
    ip4.dstAddr = ip4.srcAddr;
    ip4.srcAddr = address;
    icmp.type = RTE_IP_ICMP_ECHO_REPLY;
    icmp.updateChecksum(ip4.payloadLength);
    return TRANSMIT;
  };
}
