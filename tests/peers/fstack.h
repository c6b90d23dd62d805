/*
 * Names, sizes and headers of a share-nothing stack after F-Stack, as C has them.
 */
#ifndef FSTACK_H
#define FSTACK_H

#include <inttypes.h>

#include <netinet/in.h>

#include <rte_arp.h>
#include <rte_ether.h>
#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_mempool.h>
#include <rte_ring.h>
#include <rte_udp.h>

#include "forward.h"

#define FSTACK_RING_SIZE 2048
#define FSTACK_PROCESSES 16
#define FSTACK_NEIGHBOURS 16

static inline struct rte_ring *dispatch_ring(uint16_t port, unsigned int queue)
{
	char name[RTE_RING_NAMESIZE];
	struct rte_ring *ring;

	snprintf(name, sizeof(name), "dispatch_ring_p%u_q%u", port, queue);
	ring = rte_eal_process_type() != RTE_PROC_PRIMARY ? rte_ring_lookup(name) :
		rte_ring_create(name, FSTACK_RING_SIZE, rte_socket_id(), RING_F_SC_DEQ);
	if (ring == NULL)
		fail(name);
	if (ring->size != FSTACK_RING_SIZE || ring->flags != RING_F_SC_DEQ) {
		fprintf(stderr, "%s has %u slots and flags %x\n", name, ring->size, ring->flags);
		exit(1);
	}
	return ring;
}

/* The pool of a socket. */
static inline struct rte_mempool *mbuf_pool(int socket)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	struct rte_mempool *pool;

	snprintf(name, sizeof(name), "mbuf_pool_%d", socket);
	pool = rte_mempool_lookup(name);
	if (pool == NULL)
		fail(name);
	return pool;
}

/* The first byte of a header in a packet's first segment, or NULL. */
static inline void *header(struct rte_mbuf *m, uint32_t offset, uint32_t length)
{
	return offset + length <= m->data_len ? rte_pktmbuf_mtod_offset(m, void *, offset) : NULL;
}

static inline struct rte_ipv4_hdr *ipv4_of(struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = header(m, 0, sizeof(*ether));

	if (ether == NULL || ether->ether_type != htons(RTE_ETHER_TYPE_IPV4))
		return NULL;
	return header(m, sizeof(*ether), sizeof(struct rte_ipv4_hdr));
}

static inline struct rte_arp_hdr *arp_of(struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = header(m, 0, sizeof(*ether));

	if (ether == NULL || ether->ether_type != htons(RTE_ETHER_TYPE_ARP))
		return NULL;
	return header(m, sizeof(*ether), sizeof(struct rte_arp_hdr));
}

static inline bool is_ndp(struct rte_mbuf *m)
{
	const struct rte_ether_hdr *ether = header(m, 0, sizeof(*ether));
	const struct rte_ipv6_hdr *ip6 = header(m, sizeof(*ether), sizeof(*ip6));
	const uint8_t *type = header(m, sizeof(*ether) + sizeof(*ip6), 1);

	return type != NULL && ether->ether_type == htons(RTE_ETHER_TYPE_IPV6) &&
		ip6->proto == IPPROTO_ICMPV6 && *type >= 133 && *type <= 137;
}

/* Ports of UDP or TCP; NULL for all else. */
static inline struct rte_udp_hdr *ports_in(struct rte_mbuf *m, const struct rte_ipv4_hdr *ip4)
{
	if (ip4->next_proto_id != IPPROTO_UDP && ip4->next_proto_id != IPPROTO_TCP)
		return NULL;
	return header(m, sizeof(struct rte_ether_hdr) + rte_ipv4_hdr_len(ip4),
		      sizeof(struct rte_udp_hdr));
}

/* The queue of a packet's flow: the sum of addresses and ports; all but IPv4 stays where it is. */
static inline unsigned int flow_queue(struct rte_mbuf *m, unsigned int queue, unsigned int queues)
{
	const struct rte_ipv4_hdr *ip4 = ipv4_of(m);
	const struct rte_udp_hdr *udp;
	uint64_t sum;

	if (ip4 == NULL)
		return queue;
	sum = (uint64_t)ntohl(ip4->src_addr) + ntohl(ip4->dst_addr);
	udp = ports_in(m, ip4);
	if (udp != NULL)
		sum += ntohs(udp->src_port) + ntohs(udp->dst_port);
	return sum % queues;
}

#endif
