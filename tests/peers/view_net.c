/*
 * Looks at packets as C does. Each line of stdin is a command and its arguments; the answer is a line.
 * Needs no EAL. Bytes are hexadecimal; "-" is none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#define ALLOW_EXPERIMENTAL_API

#include <rte_arp.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_mbuf.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#define ROOM (1 << 18)

static char line[2 * ROOM + 64];
static uint8_t bytes[ROOM];

static unsigned long long mac(const struct rte_ether_addr *a)
{
	unsigned long long value = 0;

	for (int i = 0; i < RTE_ETHER_ADDR_LEN; i++)
		value = value << 8 | a->addr_bytes[i];
	return value;
}

static unsigned be16(rte_be16_t value) { return rte_be_to_cpu_16(value); }
static unsigned be32(rte_be32_t value) { return rte_be_to_cpu_32(value); }

static void ether(void)
{
	const struct rte_ether_hdr *h = (void *)bytes;

	printf("%llu %llu %u", mac(&h->dst_addr), mac(&h->src_addr), be16(h->ether_type));
}

static void vlan(void)
{
	const struct rte_vlan_hdr *h = (void *)bytes;
	unsigned tci = be16(h->vlan_tci);

	printf("%u %u %u %u %u", tci, RTE_VLAN_TCI_PRI(tci), RTE_VLAN_TCI_DEI(tci),
	       RTE_VLAN_TCI_ID(tci), be16(h->eth_proto));
}

static void arp(void)
{
	const struct rte_arp_hdr *h = (void *)bytes;

	printf("%u %u %u %u %u %llu %u %llu %u", be16(h->arp_hardware), be16(h->arp_protocol),
	       h->arp_hlen, h->arp_plen, be16(h->arp_opcode), mac(&h->arp_data.arp_sha),
	       be32(h->arp_data.arp_sip), mac(&h->arp_data.arp_tha), be32(h->arp_data.arp_tip));
}

static void ipv4(void)
{
	const struct rte_ipv4_hdr *h = (void *)bytes;
	unsigned fragment = be16(h->fragment_offset);

	printf("%u %u %u %u ", h->version_ihl, h->version, h->ihl, rte_ipv4_hdr_len(h));
	printf("%u %u %u ", h->type_of_service, (h->type_of_service & RTE_IPV4_HDR_DSCP_MASK) >> 2,
	       h->type_of_service & RTE_IPV4_HDR_ECN_MASK);
	printf("%u %u ", be16(h->total_length), be16(h->packet_id));
	printf("%u %u %u %u ", (fragment & RTE_IPV4_HDR_OFFSET_MASK) * RTE_IPV4_HDR_OFFSET_UNITS,
	       (fragment & RTE_IPV4_HDR_DF_FLAG) != 0, (fragment & RTE_IPV4_HDR_MF_FLAG) != 0,
	       (fragment & (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)) != 0);
	printf("%u %u %u %u %u", h->time_to_live, h->next_proto_id, be16(h->hdr_checksum),
	       be32(h->src_addr), be32(h->dst_addr));
}

/* A text of an address; before 24.11 one is an array, later a struct. */
static void address6(const void *address)
{
	char text[INET6_ADDRSTRLEN];

	printf(" %s", inet_ntop(AF_INET6, address, text, sizeof(text)));
}

static void ipv6(void)
{
	const struct rte_ipv6_hdr *h = (void *)bytes;
	unsigned vtc = be32(h->vtc_flow);

	printf("%u %u %u ", vtc, vtc >> 28,
	       (unsigned)(vtc & RTE_IPV6_HDR_TC_MASK) >> RTE_IPV6_HDR_TC_SHIFT);
	printf("%u %u %u ", (unsigned)(vtc & RTE_IPV6_HDR_DSCP_MASK) >> (RTE_IPV6_HDR_TC_SHIFT + 2),
	       (unsigned)(vtc & RTE_IPV6_HDR_ECN_MASK) >> RTE_IPV6_HDR_TC_SHIFT,
	       vtc & RTE_IPV6_HDR_FL_MASK);
	printf("%u %u %u", be16(h->payload_len), h->proto, h->hop_limits);
	address6(&h->src_addr);
	address6(&h->dst_addr);
}

static void udp(void)
{
	const struct rte_udp_hdr *h = (void *)bytes;

	printf("%u %u %u %u", be16(h->src_port), be16(h->dst_port), be16(h->dgram_len),
	       be16(h->dgram_cksum));
}

static void tcp(void)
{
	const struct rte_tcp_hdr *h = (void *)bytes;

	printf("%u %u %u %u %u %u ", be16(h->src_port), be16(h->dst_port), be32(h->sent_seq),
	       be32(h->recv_ack), h->data_off, (h->data_off >> 4) * 4);
	printf("%u %u %u %u", h->tcp_flags, be16(h->rx_win), be16(h->cksum), be16(h->tcp_urp));
}

static void icmp(void)
{
	const struct rte_icmp_hdr *h = (void *)bytes;

	printf("%u %u %u %u %u", h->icmp_type, h->icmp_code, be16(h->icmp_cksum), be16(h->icmp_ident),
	       be16(h->icmp_seq_nb));
}

/* Checksums are printed as the field that holds them, which is big-endian. */
static void raw(size_t length)
{
	printf("%u", be16(rte_raw_cksum(bytes, length)));
}

/* Zeroes the checksum of UDP, TCP or ICMPv6 in the payload. */
static void no_checksum(int proto, uint8_t *payload, size_t length)
{
	size_t at = proto == IPPROTO_UDP ? 6 : proto == IPPROTO_TCP ? 16 : proto == IPPROTO_ICMPV6 ? 2 : 0;

	if (at != 0 && length >= at + 2)
		memset(payload + at, 0, 2);
}

/* Checksums of an IPv4 packet: as it is, then with its checksum fields zeroed. */
static void sums4(void)
{
	struct rte_ipv4_hdr *h = (void *)bytes;
	size_t header = rte_ipv4_hdr_len(h);
	uint8_t *payload = bytes + header;

	printf("%d %d ", rte_ipv4_cksum(h) == 0, rte_ipv4_udptcp_cksum_verify(h, payload) == 0);
	printf("%u %u ", be16(rte_ipv4_phdr_cksum(h, 0)),
	       be16(rte_ipv4_phdr_cksum(h, RTE_MBUF_F_TX_TCP_SEG)));
	h->hdr_checksum = 0;
	no_checksum(h->next_proto_id, payload, be16(h->total_length) - header);
	printf("%u %u", be16(rte_ipv4_cksum(h)), be16(rte_ipv4_udptcp_cksum(h, payload)));
}

/* Checksums of an IPv6 packet without extension headers. */
static void sums6(void)
{
	struct rte_ipv6_hdr *h = (void *)bytes;
	uint8_t *payload = bytes + sizeof(*h);

	printf("%d ", rte_ipv6_udptcp_cksum_verify(h, payload) == 0);
	printf("%u %u ", be16(rte_ipv6_phdr_cksum(h, 0)),
	       be16(rte_ipv6_phdr_cksum(h, RTE_MBUF_F_TX_TCP_SEG)));
	no_checksum(h->proto, payload, be16(h->payload_len));
	printf("%u", be16(rte_ipv6_udptcp_cksum(h, payload)));
}

/* Where the payload of an IPv6 packet begins, what it is, and whether the packet is a fragment. */
static void walk6(size_t length)
{
	const struct rte_ipv6_hdr *h = (void *)bytes;
	size_t at = sizeof(*h);
	int proto = h->proto;
	int fragment = 0;

	for (int n = 0; n < 8 && at + 8 <= length; n++) {
		const struct rte_ipv6_fragment_ext *f = (void *)(bytes + at);
		unsigned data = proto == IPPROTO_FRAGMENT ? be16(f->frag_data) : 0;
		size_t extension;
		int next = rte_ipv6_get_next_ext(bytes + at, proto, &extension);

		if (data & RTE_IPV6_FRAG_USED_MASK)
			fragment = 1;
		if (next < 0 || at + extension > length)
			break;
		at += extension;
		proto = next;
		if (RTE_IPV6_GET_FO(data) != 0)
			break;
	}
	printf("%zu %d %d", at, proto, fragment);
}

static void checksum_of_icmp(size_t length)
{
	struct rte_icmp_hdr *h = (void *)bytes;

	h->icmp_cksum = 0;
	printf("%u", be16((uint16_t)~rte_raw_cksum(bytes, length)));
}

static void text(const char *command, const char *given)
{
	uint8_t address[16];
	struct rte_ether_addr hardware;
	char written[RTE_ETHER_ADDR_FMT_SIZE];

	if (strcmp(command, "mac") == 0) {
		memcpy(&hardware, bytes, sizeof(hardware));
		rte_ether_format_addr(written, sizeof(written), &hardware);
		printf("%s", written);
	} else if (strcmp(command, "unmac") == 0) {
		if (rte_ether_unformat_addr(given, &hardware) == 0)
			printf("%llu", mac(&hardware));
		else
			printf("no");
	} else if (strcmp(command, "pton4") == 0) {
		if (inet_pton(AF_INET, given, address) == 1)
			printf("%u", be32(*(uint32_t *)address));
		else
			printf("no");
	} else if (strcmp(command, "pton6") == 0) {
		if (inet_pton(AF_INET6, given, address) == 1)
			for (int i = 0; i < 16; i++)
				printf("%02x", address[i]);
		else
			printf("no");
	} else if (strcmp(command, "ntop6") == 0) {
		address6(bytes);
	} else {
		exit(2);
	}
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t unhex(const char *hex)
{
	size_t n = 0;

	memset(bytes, 0, sizeof(bytes));
	for (; n < ROOM && digit(hex[2 * n]) >= 0 && digit(hex[2 * n + 1]) >= 0; n++)
		bytes[n] = digit(hex[2 * n]) << 4 | digit(hex[2 * n + 1]);
	return n;
}

int main(void)
{
	while (fgets(line, sizeof(line), stdin) != NULL) {
		const char *command = strtok(line, " \n");
		const char *given = strtok(NULL, " \n");
		size_t length;

		if (command == NULL || given == NULL)
			return 3;
		length = unhex(given);
		if (strcmp(command, "ether") == 0)
			ether();
		else if (strcmp(command, "vlan") == 0)
			vlan();
		else if (strcmp(command, "arp") == 0)
			arp();
		else if (strcmp(command, "ipv4") == 0)
			ipv4();
		else if (strcmp(command, "ipv6") == 0)
			ipv6();
		else if (strcmp(command, "udp") == 0)
			udp();
		else if (strcmp(command, "tcp") == 0)
			tcp();
		else if (strcmp(command, "icmp") == 0)
			icmp();
		else if (strcmp(command, "raw") == 0)
			raw(length);
		else if (strcmp(command, "sums4") == 0)
			sums4();
		else if (strcmp(command, "sums6") == 0)
			sums6();
		else if (strcmp(command, "walk6") == 0)
			walk6(length);
		else if (strcmp(command, "icmpsum") == 0)
			checksum_of_icmp(length);
		else
			text(command, given);
		putchar('\n');
	}
	return 0;
}
