/**
 * What UDP, TCP and ICMPv6 share: a checksum that covers addresses of the IP header, too.
 *
 * @module
 */

import { addBytes } from "./checksum.ts";
import {
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  rte_icmp_hdr,
  rte_tcp_hdr,
  rte_udp_hdr,
} from "./layout.ts";

/** Where in a header of a protocol the checksum is; -1 when that is not known. */
function checksumField(proto: number): number {
  if (proto === IPPROTO_UDP) return rte_udp_hdr.fields.dgram_cksum.offset;
  if (proto === IPPROTO_TCP) return rte_tcp_hdr.fields.cksum.offset;
  if (proto === IPPROTO_ICMPV6) return rte_icmp_hdr.fields.icmp_cksum.offset;
  return -1;
}

/**
 * The checksum of header and payload at a place of the view that the caller has checked. The field
 * counts as 0. UDP's 0 becomes 0xffff, as 0 means none (RFC 768).
 *
 * @param sum the pseudo-header's
 */
export function transportChecksum(
  view: DataView<ArrayBuffer>,
  at: number,
  length: number,
  sum: number,
  proto: number,
): number {
  const field = checksumField(proto);
  const after = field + 2;
  const skips = field >= 0 && after <= length;
  const from = skips ? after : 0;
  const before = skips ? addBytes(view, at, field, sum) : sum;
  const checksum = ~addBytes(view, at + from, length - from, before) & 0xffff;
  return checksum === 0 && proto === IPPROTO_UDP ? 0xffff : checksum;
}

/** What of an IP header tells whether another is its payload. */
interface Payload {
  readonly payloadOffset: number;
  readonly payloadProto: number;
}

/** Whether the payload of an IP header is a header of a protocol at an offset. */
export function isBeneath(ip: Payload, offset: number, proto: number): boolean {
  return ip.payloadProto === proto && ip.payloadOffset === offset;
}

/**
 * Refuses an IP header whose payload is something else, or elsewhere.
 *
 * @param name of the protocol, for the message
 */
export function checkBeneath(ip: Payload, offset: number, proto: number, name: string): void {
  if (isBeneath(ip, offset, proto)) return;
  throw new RangeError(
    `Cannot compute the ${name} checksum: the IP header's payload is protocol ${ip.payloadProto} ` +
      `at ${ip.payloadOffset}, and this is the ${name} header at ${offset}`,
  );
}
