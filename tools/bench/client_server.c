/*
 * DPDK's client_server_mp as it polls, without a rest: what examples/client_server_mp is held against.
 *
 * EAL-ARGS -- server      receives from all ports, deals the packets out to one client through a ring
 * EAL-ARGS -- client      sends the packets of its ring, each from the port beside the one it came from
 *
 * Both say "Finished Process Init." and end on SIGTERM and SIGINT. Of DPDK's sample they have the ring
 * (128, SP/SC), the bursts (32), the server's round robin and bulk enqueue, the client's tx buffers,
 * and the memzone of the counts. A server may have several clients: -- server NUMBER, -- client ID.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_ring.h>

#define BURST 32
#define CACHE 512
#define DESCRIPTORS 1024
#define RING_SIZE 128
#define MOST_CLIENTS 16

struct __rte_cache_aligned rx_stats {
	uint64_t rx[RTE_MAX_ETHPORTS];
};

struct __rte_cache_aligned tx_stats {
	uint64_t tx[RTE_MAX_ETHPORTS];
	uint64_t tx_drop[RTE_MAX_ETHPORTS];
};

struct port_info {
	uint16_t num_ports;
	uint16_t id[RTE_MAX_ETHPORTS];
	volatile struct rx_stats rx_stats;
	volatile struct tx_stats tx_stats[MOST_CLIENTS];
};

struct client {
	struct rte_ring *ring;
	struct {
		uint64_t rx, rx_drop;
	} stats;
};

static volatile sig_atomic_t ending;
static struct port_info *info;

static struct client clients[MOST_CLIENTS];
static unsigned int client_count = 1;

static struct rte_mbuf *pending[MOST_CLIENTS][BURST];
static uint16_t pending_count[MOST_CLIENTS];

static struct rte_eth_dev_tx_buffer *buffers[RTE_MAX_ETHPORTS];
static uint16_t beside[RTE_MAX_ETHPORTS];

static void end(int signal)
{
	ending = signal;
}

static __rte_noreturn void fail(const char *what)
{
	fprintf(stderr, "Cannot %s: %s\n", what, rte_strerror(rte_errno));
	rte_eal_cleanup();
	exit(1);
}

static const char *ring_name(unsigned int client)
{
	static char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "MProc_Client_%u_RX", client);
	return name;
}

static void start(uint16_t id, struct rte_mempool *pool)
{
	const struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_RSS}};
	uint16_t rx = DESCRIPTORS, tx = DESCRIPTORS;
	int result = rte_eth_dev_configure(id, 1, client_count, &conf);

	if (result == 0)
		result = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx, &tx);
	if (result == 0)
		result = rte_eth_rx_queue_setup(id, 0, rx, rte_eth_dev_socket_id(id), NULL, pool);
	for (uint16_t q = 0; result == 0 && q < client_count; q++)
		result = rte_eth_tx_queue_setup(id, q, tx, rte_eth_dev_socket_id(id), NULL);
	if (result == 0)
		result = rte_eth_promiscuous_enable(id);
	if (result == 0)
		result = rte_eth_dev_start(id);
	if (result < 0) {
		rte_errno = -result;
		fail("start a port");
	}
}

/* Hands a client all that is its own, or nothing. */
static void flush_rx_queue(unsigned int c)
{
	struct client *client = &clients[c];

	if (pending_count[c] == 0)
		return;
	if (rte_ring_enqueue_bulk(client->ring, (void **)pending[c], pending_count[c], NULL) == 0) {
		for (uint16_t i = 0; i < pending_count[c]; i++)
			rte_pktmbuf_free(pending[c][i]);
		client->stats.rx_drop += pending_count[c];
	} else {
		client->stats.rx += pending_count[c];
	}
	pending_count[c] = 0;
}

static void deal(struct rte_mbuf **packets, uint16_t count)
{
	static unsigned int turn;

	for (uint16_t i = 0; i < count; i++) {
		pending[turn][pending_count[turn]++] = packets[i];
		if (++turn == client_count)
			turn = 0;
	}
	for (unsigned int c = 0; c < client_count; c++)
		flush_rx_queue(c);
}

static void serve(void)
{
	const struct rte_memzone *zone =
		rte_memzone_reserve("MProc_port_info", sizeof(*info), rte_socket_id(), 0);
	struct rte_mbuf *packets[BURST];
	struct rte_mempool *pool;
	unsigned int size;
	uint16_t id;

	if (zone == NULL)
		fail("reserve the memzone");
	info = zone->addr;
	memset(info, 0, sizeof(*info));
	RTE_ETH_FOREACH_DEV(id)
		info->id[info->num_ports++] = id;
	size = DESCRIPTORS * info->num_ports +
		client_count * (RING_SIZE + DESCRIPTORS * info->num_ports) + (client_count + 1) * CACHE;
	pool = rte_pktmbuf_pool_create("MProc_pktmbuf_pool", size, CACHE, 0,
				       RTE_MBUF_DEFAULT_BUF_SIZE, rte_socket_id());
	if (pool == NULL)
		fail("create the pool");
	for (uint16_t i = 0; i < info->num_ports; i++)
		start(info->id[i], pool);
	for (unsigned int c = 0; c < client_count; c++) {
		clients[c].ring = rte_ring_create(ring_name(c), RING_SIZE, rte_socket_id(),
						  RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (clients[c].ring == NULL)
			fail("create a ring");
	}
	printf("Finished Process Init.\n");
	for (uint16_t port = 0; ending == 0;) {
		const uint16_t count = rte_eth_rx_burst(info->id[port], 0, packets, BURST);

		info->rx_stats.rx[port] += count;
		if (count > 0)
			deal(packets, count);
		if (++port == info->num_ports)
			port = 0;
	}
	for (uint16_t i = 0; i < info->num_ports; i++)
		if (rte_eth_dev_stop(info->id[i]) == 0)
			rte_eth_dev_close(info->id[i]);
}

static void drop(struct rte_mbuf **packets, uint16_t count, void *drops)
{
	*(volatile uint64_t *)drops += count;
	rte_pktmbuf_free_bulk(packets, count);
}

static void pair(uint16_t id, uint16_t other, volatile struct tx_stats *stats)
{
	beside[id] = other;
	buffers[id] = rte_zmalloc_socket("tx_buffer", RTE_ETH_TX_BUFFER_SIZE(BURST), 0,
					 rte_eth_dev_socket_id(id));
	if (buffers[id] == NULL)
		fail("allocate a tx buffer");
	rte_eth_tx_buffer_init(buffers[id], BURST);
	rte_eth_tx_buffer_set_err_callback(buffers[id], drop, (void *)(uintptr_t)&stats->tx_drop[id]);
}

static void forward(unsigned int self)
{
	const struct rte_memzone *zone = rte_memzone_lookup("MProc_port_info");
	struct rte_ring *ring = rte_ring_lookup(ring_name(self));
	volatile struct tx_stats *stats;
	bool need_flush = false;
	void *packets[BURST];

	if (zone == NULL || ring == NULL || rte_mempool_lookup("MProc_pktmbuf_pool") == NULL)
		fail("find the server");
	info = zone->addr;
	stats = &info->tx_stats[self];
	for (uint16_t i = 0; i + 1 < info->num_ports; i += 2) {
		pair(info->id[i], info->id[i + 1], stats);
		pair(info->id[i + 1], info->id[i], stats);
	}
	printf("Finished Process Init.\n");
	while (ending == 0) {
		const unsigned int count = rte_ring_dequeue_burst(ring, packets, BURST, NULL);

		if (count == 0 && need_flush)
			for (uint16_t i = 0; i < info->num_ports; i++)
				stats->tx[info->id[i]] +=
					rte_eth_tx_buffer_flush(info->id[i], self, buffers[info->id[i]]);
		for (unsigned int i = 0; i < count; i++) {
			struct rte_mbuf *packet = packets[i];
			const uint16_t out = beside[packet->port];

			stats->tx[out] += rte_eth_tx_buffer(out, self, buffers[out], packet);
		}
		need_flush = count > 0;
	}
	for (uint16_t i = 0; i < info->num_ports; i++)
		rte_free(buffers[info->id[i]]);
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = end};
	unsigned int number;
	const char *role;
	int used;

	setvbuf(stdout, NULL, _IOLBF, 0);
	used = rte_eal_init(argc, argv);
	if (used < 0)
		return 1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	argc -= used;
	argv += used;
	role = argc > 1 ? argv[1] : "";
	number = argc > 2 ? strtoul(argv[2], NULL, 10) : strcmp(role, "server") == 0;
	if (strcmp(role, "server") == 0 && number > 0 && number <= MOST_CLIENTS) {
		client_count = number;
		serve();
	} else if (strcmp(role, "client") == 0 && number < MOST_CLIENTS) {
		forward(number);
	} else {
		fprintf(stderr, "What is asked is server [CLIENTS] or client [ID]\n");
	}
	rte_eal_cleanup();
	return 0;
}
