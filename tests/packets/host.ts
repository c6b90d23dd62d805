/**
 * A host of TypeScript: it answers ARP and ICMP echo for its address.
 *
 * @module
 */

import {
  ArpHeader,
  EthernetHeader,
  formatIpv4,
  IcmpHeader,
  IPPROTO_ICMP,
  Ipv4Header,
  MbufCursor,
  parseIpv4,
  parseMac,
  RTE_ARP_OP_REPLY,
  RTE_ARP_OP_REQUEST,
  RTE_ETHER_TYPE_ARP,
  RTE_ETHER_TYPE_IPV4,
  RTE_IP_ICMP_ECHO_REPLY,
  RTE_IP_ICMP_ECHO_REQUEST,
} from "../../mod.ts";
import type { Change } from "./ports.ts";

/**
 * Answers ARP and ICMP echo for an address, as a host would; frees all else.
 *
 * @param seen gets what it answered
 */
export function host(mac: string, address: string, seen: string[]): Change {
  const [own, ip] = [parseMac(mac), parseIpv4(address)];
  const packets = new MbufCursor();
  const ether = new EthernetHeader(packets);
  const arp = new ArpHeader(packets);
  const ip4 = new Ipv4Header(packets);
  const icmp = new IcmpHeader(packets);
  return (burst, n) => {
    let kept = 0;
    for (let i = 0; i < n; i++) {
      packets.at(burst, i);
      let answered = false;
      if (ether.payloadType === RTE_ETHER_TYPE_ARP && arp.at(ether.payloadOffset)) {
        if (arp.opcode === RTE_ARP_OP_REQUEST && arp.targetIpv4 === ip) {
          seen.push(`arp ${formatIpv4(arp.senderIpv4)}`);
          arp.opcode = RTE_ARP_OP_REPLY;
          arp.targetMac = arp.senderMac;
          arp.targetIpv4 = arp.senderIpv4;
          arp.senderMac = own;
          arp.senderIpv4 = ip;
          ether.dstAddr = ether.srcAddr;
          ether.srcAddr = own;
          answered = true;
        }
      } else if (
        ether.payloadType === RTE_ETHER_TYPE_IPV4 && ip4.at(ether.payloadOffset) &&
        ip4.dstAddr === ip && ip4.nextProtoId === IPPROTO_ICMP && ip4.checksumValid &&
        icmp.at(ip4.payloadOffset) && icmp.type === RTE_IP_ICMP_ECHO_REQUEST &&
        icmp.checksumValid(ip4.payloadLength)
      ) {
        seen.push(`echo ${icmp.seqNb}`);
        ether.swapAddresses();
        ip4.dstAddr = ip4.srcAddr;
        ip4.srcAddr = ip;
        ip4.timeToLive = 77;
        ip4.updateChecksum();
        icmp.type = RTE_IP_ICMP_ECHO_REPLY;
        icmp.updateChecksum(ip4.payloadLength);
        answered = true;
      }
      if (answered) burst.set(kept++, burst.get(i));
      else packets.free();
    }
    return kept;
  };
}
