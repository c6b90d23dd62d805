/*
 * One of the processes of a share-nothing stack, after F-Stack: it has a queue of every port, leaves
 * flows to their queues' rings, copies ARP and NDP into all of them, learns neighbours from ARP, and
 * answers datagrams to UDP port 7. Arguments: EAL's -- --num-procs N --proc-id N, and --address A, an
 * address for each port from port 0 on. --kernel P hands to the primary, by kni_ring_PORT, what is ICMP, or
 * for TCP port P, or for other addresses than A.
 *
 * It says "Process ID of N serves on lcore L", tells of each neighbour, and at its end of each port
 *   Port ID: received N, from the ring N, ...
 * It ends on SIGINT, SIGTERM and the end of stdin.
 */
#include <arpa/inet.h>
#include <getopt.h>

#include "fstack.h"

#define ECHO 7

struct neighbour {
	uint32_t address;
	struct rte_ether_addr mac;
};

struct lane {
	uint16_t port;
	bool receives;
	uint32_t address;
	struct rte_ether_addr mac;
	struct rte_ring *rings[FSTACK_PROCESSES];
	struct rte_ring *kernel;
	struct neighbour neighbours[FSTACK_NEIGHBOURS];
	unsigned int known;
	unsigned int received, from_ring, dispatched, copied, not_copied, dropped, answered;
	unsigned int unresolved, not_sent, for_kernel;
};

static struct lane lanes[RTE_MAX_ETHPORTS];
static unsigned int lane_count, processes, self, kernel_port;

static void tell(void)
{
	for (unsigned int i = 0; i < lane_count; i++) {
		const struct lane *l = &lanes[i];

		printf("Port %u: received %u, from the ring %u, dispatched %u, copied %u, "
		       "not copied %u, dropped %u, transmitted 0, freed 0, answered %u, "
		       "unresolved %u, not sent %u, left 0, for the kernel %u\n",
		       l->port, l->received, l->from_ring, l->dispatched, l->copied, l->not_copied,
		       l->dropped, l->answered, l->unresolved, l->not_sent, l->for_kernel);
	}
}

static void put(struct lane *l, struct rte_ring *ring, struct rte_mbuf *m)
{
	if (rte_ring_enqueue(ring, m) == 0)
		return;
	l->dropped++;
	rte_pktmbuf_free(m);
}

static void send_out(struct lane *l, struct rte_mbuf *m)
{
	if (rte_eth_tx_burst(l->port, self, &m, 1) == 1)
		return;
	l->not_sent++;
	rte_pktmbuf_free(m);
}

static const struct neighbour *find(const struct lane *l, uint32_t address)
{
	for (unsigned int i = 0; i < l->known; i++)
		if (l->neighbours[i].address == address)
			return &l->neighbours[i];
	return NULL;
}

static void learn(struct lane *l, const struct rte_arp_hdr *arp, bool from_ring)
{
	const struct rte_arp_ipv4 *data = &arp->arp_data;
	const struct neighbour *n = find(l, data->arp_sip);
	char address[INET_ADDRSTRLEN], mac[RTE_ETHER_ADDR_FMT_SIZE];

	if (data->arp_sip == 0 || data->arp_sip == l->address)
		return;
	if (n == NULL) {
		if (l->known == FSTACK_NEIGHBOURS)
			return;
		n = &l->neighbours[l->known++];
	} else if (rte_is_same_ether_addr(&n->mac, &data->arp_sha)) {
		return;
	}
	l->neighbours[n - l->neighbours] = (struct neighbour){data->arp_sip, data->arp_sha};
	inet_ntop(AF_INET, &data->arp_sip, address, sizeof(address));
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x:%02x:%02x:%02x",
		 RTE_ETHER_ADDR_BYTES(&data->arp_sha));
	printf("Port %u: %s is at %s, says %s\n", l->port, address, mac,
	       from_ring ? "another process" : "the port");
}

static void fill_arp(struct lane *l, struct rte_mbuf *m, uint16_t opcode, uint32_t target,
		     const struct rte_ether_addr *target_mac)
{
	struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	struct rte_arp_hdr *arp = (struct rte_arp_hdr *)(ether + 1);

	memset(&ether->dst_addr, 0xff, sizeof(ether->dst_addr));
	if (target_mac != NULL)
		ether->dst_addr = *target_mac;
	ether->src_addr = l->mac;
	ether->ether_type = htons(RTE_ETHER_TYPE_ARP);
	*arp = (struct rte_arp_hdr){
		.arp_hardware = htons(RTE_ARP_HRD_ETHER),
		.arp_protocol = htons(RTE_ETHER_TYPE_IPV4),
		.arp_hlen = RTE_ETHER_ADDR_LEN,
		.arp_plen = sizeof(uint32_t),
		.arp_opcode = htons(opcode),
		.arp_data = {.arp_sha = l->mac, .arp_sip = l->address, .arp_tip = target},
	};
	if (target_mac != NULL)
		arp->arp_data.arp_tha = *target_mac;
}

static void ask(struct lane *l, uint32_t whom)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(mbuf_pool(rte_socket_id()));

	if (m == NULL)
		return;
	rte_pktmbuf_append(m, sizeof(struct rte_ether_hdr) + sizeof(struct rte_arp_hdr));
	fill_arp(l, m, RTE_ARP_OP_REQUEST, whom, NULL);
	send_out(l, m);
}

/* Makes an answer of a packet; false when there is none. */
static bool answer(struct lane *l, struct rte_mbuf *m, bool from_ring)
{
	struct rte_ether_hdr *ether = rte_pktmbuf_mtod(m, struct rte_ether_hdr *);
	const struct rte_arp_hdr *arp = arp_of(m);
	struct rte_ipv4_hdr *ip4 = ipv4_of(m);
	const struct neighbour *n;
	struct rte_udp_hdr *udp;

	if (arp != NULL) {
		const struct rte_ether_addr who = arp->arp_data.arp_sha;

		learn(l, arp, from_ring);
		if (from_ring || l->kernel != NULL || arp->arp_opcode != htons(RTE_ARP_OP_REQUEST) ||
		    arp->arp_data.arp_tip != l->address)
			return false;
		fill_arp(l, m, RTE_ARP_OP_REPLY, arp->arp_data.arp_sip, &who);
		return true;
	}
	if (ip4 == NULL || ip4->dst_addr != l->address || ip4->next_proto_id != IPPROTO_UDP)
		return false;
	udp = ports_in(m, ip4);
	if (udp == NULL || udp->dst_port != htons(ECHO))
		return false;
	n = find(l, ip4->src_addr);
	if (n == NULL) {
		l->unresolved++;
		ask(l, ip4->src_addr);
		return false;
	}
	ether->dst_addr = n->mac;
	ether->src_addr = l->mac;
	ip4->dst_addr = ip4->src_addr;
	ip4->src_addr = l->address;
	ip4->hdr_checksum = 0;
	ip4->hdr_checksum = rte_ipv4_cksum(ip4);
	udp->dst_port = udp->src_port;
	udp->src_port = htons(ECHO);
	l->answered++;
	return true;
}

static bool for_kernel(const struct lane *l, struct rte_mbuf *m)
{
	const struct rte_ipv4_hdr *ip4 = ipv4_of(m);
	const struct rte_udp_hdr *ports;

	if (l->kernel == NULL || ip4 == NULL)
		return false;
	if (ip4->next_proto_id == IPPROTO_ICMP || ip4->dst_addr != l->address)
		return true;
	ports = ports_in(m, ip4);
	return ip4->next_proto_id == IPPROTO_TCP && ports != NULL &&
		ports->dst_port == htons(kernel_port);
}

static void input(struct lane *l, struct rte_mbuf *m, bool from_ring)
{
	if (for_kernel(l, m)) {
		l->for_kernel++;
		put(l, l->kernel, m);
	} else if (answer(l, m, from_ring)) {
		send_out(l, m);
	} else {
		rte_pktmbuf_free(m);
	}
}

static void tell_all(struct lane *l, struct rte_mbuf *m)
{
	for (unsigned int q = 0; q < processes; q++) {
		struct rte_mbuf *copy;

		if (q == self)
			continue;
		copy = rte_pktmbuf_copy(m, mbuf_pool(l->rings[q]->memzone->socket_id), 0, UINT32_MAX);
		if (copy == NULL) {
			l->not_copied++;
			continue;
		}
		l->copied++;
		put(l, l->rings[q], copy);
	}
}

static unsigned int turn(struct lane *l)
{
	struct rte_mbuf *packets[BURST];
	unsigned int got = l->receives ? rte_eth_rx_burst(l->port, self, packets, BURST) : 0, taken;

	l->received += got;
	for (unsigned int i = 0; i < got; i++) {
		const unsigned int to = flow_queue(packets[i], self, processes);

		if (to != self) {
			l->dispatched++;
			put(l, l->rings[to], packets[i]);
			continue;
		}
		if (arp_of(packets[i]) != NULL || is_ndp(packets[i]))
			tell_all(l, packets[i]);
		input(l, packets[i], false);
	}
	taken = rte_ring_dequeue_burst(l->rings[self], (void **)packets, BURST, NULL);
	l->from_ring += taken;
	for (unsigned int i = 0; i < taken; i++)
		input(l, packets[i], true);
	return got + taken;
}

static void start(uint16_t port, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_NONE}};
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(port, &info) < 0)
		fail("get a port's facts");
	if (port_start(port, RTE_MIN(info.max_rx_queues, processes), processes, &conf, pool) < 0)
		fail("start a port");
}

static void begin(struct lane *l)
{
	struct rte_eth_dev_info info;
	char name[RTE_RING_NAMESIZE];

	if (rte_eth_dev_info_get(l->port, &info) < 0 || rte_eth_macaddr_get(l->port, &l->mac) < 0)
		fail("get a port's facts");
	printf("Port %u: serves %s at %02x:%02x:%02x:%02x:%02x:%02x\n", l->port,
	       inet_ntoa((struct in_addr){l->address}), RTE_ETHER_ADDR_BYTES(&l->mac));
	l->receives = self < info.nb_rx_queues;
	for (unsigned int q = 0; q < processes; q++)
		l->rings[q] = dispatch_ring(l->port, q);
	if (kernel_port == 0)
		return;
	snprintf(name, sizeof(name), "kni_ring_%u", l->port);
	l->kernel = rte_ring_lookup(name);
	if (l->kernel == NULL)
		fail(name);
	if (l->kernel->size != FSTACK_RING_SIZE || l->kernel->flags != RING_F_SC_DEQ)
		fail("use a ring of another shape");
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"num-procs", required_argument, NULL, 'n'},
		{"proc-id", required_argument, NULL, 'i'},
		{"address", required_argument, NULL, 'a'},
		{"kernel", required_argument, NULL, 'k'},
		{NULL, 0, NULL, 0},
	};
	struct rte_mempool *pool = NULL;
	bool primary;
	int used = rte_eal_init(argc, argv), option;
	char name[RTE_MEMPOOL_NAMESIZE];

	if (used < 0)
		return 1;
	end_on_signals();
	argc -= used;
	argv += used;
	primary = rte_eal_process_type() == RTE_PROC_PRIMARY;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'n')
			processes = strtoul(optarg, NULL, 10);
		else if (option == 'i')
			self = strtoul(optarg, NULL, 10);
		else if (option == 'k')
			kernel_port = strtoul(optarg, NULL, 10);
		else if (option == 'a')
			lanes[lane_count].port = lane_count,
			lanes[lane_count++].address = inet_addr(optarg);
	}
	if (processes == 0 || processes > FSTACK_PROCESSES || self >= processes || lane_count == 0) {
		fprintf(stderr, "--num-procs N, --proc-id N, --address A...\n");
		return 1;
	}
	if (primary) {
		snprintf(name, sizeof(name), "mbuf_pool_%u", rte_socket_id());
		pool = rte_pktmbuf_pool_create(name, 16383, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					       rte_socket_id());
		if (pool == NULL)
			fail("create the pool");
		for (unsigned int i = 0; i < lane_count; i++)
			start(i, pool);
	}
	for (unsigned int i = 0; i < lane_count; i++)
		begin(&lanes[i]);
	printf("Process %u of %u serves on lcore %u\n", self, processes, rte_lcore_id());
	while (going()) {
		unsigned int all = 0;

		for (unsigned int i = 0; i < lane_count; i++)
			all += turn(&lanes[i]);
		rest(all);
	}
	tell();
	cache_flush(mbuf_pool(rte_socket_id()));
	if (primary) {
		uint16_t ids[RTE_MAX_ETHPORTS];

		for (unsigned int i = 0; i < lane_count; i++)
			ids[i] = lanes[i].port;
		ports_stop(ids, lane_count);
	}
	rte_eal_cleanup();
	return 0;
}
