/*
 * Does what DPDK's mp_server does, on one lcore: receives on all ports, deals the packets out to the
 * clients in turn, and keeps the counts in a memzone. Arguments: EAL's -- -p PORTMASK -n CLIENTS.
 *
 * It says "ready", and tells its counts on a line of stdin and at its end:
 *   port ID rx N tx N drop N          what came from it; what all clients sent to it and could not
 *   client N rx N rx_drop N tx N tx_drop N
 * It ends on SIGINT, SIGTERM and the end of stdin, by when its clients must have ended; the last line
 * is "pool SIZE avail N".
 */
#include <getopt.h>

#include <rte_malloc.h>
#include <rte_ring.h>

#include "client_server.h"

#define CACHE 512
#define DESCRIPTORS 1024
#define RING_SIZE 128

struct client {
	struct rte_ring *ring;
	uint64_t rx;
	uint64_t rx_drop;
	struct rte_mbuf *pending[BURST];
	unsigned int count;
};

static struct client clients[MOST_CLIENTS];
static unsigned int client_count;
static struct port_info *info;
static struct rte_mempool *pool;

static void tell(void)
{
	for (unsigned int i = 0; i < info->num_ports; i++) {
		const uint16_t id = info->id[i];
		uint64_t tx = 0, drop = 0;

		for (unsigned int c = 0; c < client_count; c++) {
			tx += info->tx_stats[c].tx[id];
			drop += info->tx_stats[c].tx_drop[id];
		}
		printf("port %u rx %" PRIu64 " tx %" PRIu64 " drop %" PRIu64 "\n", id,
		       info->rx_stats.rx[i], tx, drop);
	}
	for (unsigned int c = 0; c < client_count; c++) {
		uint64_t tx = 0, drop = 0;

		for (unsigned int i = 0; i < info->num_ports; i++) {
			tx += info->tx_stats[c].tx[info->id[i]];
			drop += info->tx_stats[c].tx_drop[info->id[i]];
		}
		printf("client %u rx %" PRIu64 " rx_drop %" PRIu64 " tx %" PRIu64 " tx_drop %" PRIu64
		       "\n", c, clients[c].rx, clients[c].rx_drop, tx, drop);
	}
}

static void create_all(void)
{
	const struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_RSS}};
	const unsigned int size = DESCRIPTORS * info->num_ports +
		client_count * (RING_SIZE + DESCRIPTORS * info->num_ports) +
		(client_count + 1) * CACHE;

	pool = rte_pktmbuf_pool_create(POOL, size, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
				       rte_socket_id());
	if (pool == NULL)
		fail("create the pool");
	for (unsigned int i = 0; i < info->num_ports; i++)
		if (port_start(info->id[i], 1, client_count, &conf, pool) < 0)
			fail("start a port");
	links_wait(info->id, info->num_ports);
	for (unsigned int c = 0; c < client_count; c++) {
		clients[c].ring = rte_ring_create(ring_name(c), RING_SIZE, rte_socket_id(),
						  RING_F_SP_ENQ | RING_F_SC_DEQ);
		if (clients[c].ring == NULL)
			fail("create a client's ring");
	}
}

/* Hands a client all that is its own, or nothing. */
static void deliver(struct client *client)
{
	const unsigned int count = client->count;

	client->count = 0;
	if (count == 0)
		return;
	if (rte_ring_enqueue_bulk(client->ring, (void **)client->pending, count, NULL) > 0) {
		client->rx += count;
		return;
	}
	rte_pktmbuf_free_bulk(client->pending, count);
	client->rx_drop += count;
}

static void deal(struct rte_mbuf **packets, unsigned int count)
{
	static unsigned int turn;

	for (unsigned int i = 0; i < count; i++) {
		clients[turn].pending[clients[turn].count++] = packets[i];
		turn = (turn + 1) % client_count;
	}
	for (unsigned int c = 0; c < client_count; c++)
		deliver(&clients[c]);
}

static void serve(void)
{
	struct rte_mbuf *packets[BURST];

	while (going()) {
		unsigned int all = 0;

		for (unsigned int i = 0; i < info->num_ports; i++) {
			const unsigned int count = rte_eth_rx_burst(info->id[i], 0, packets, BURST);

			info->rx_stats.rx[i] += count;
			if (count > 0)
				deal(packets, count);
			all += count;
		}
		rest(all);
	}
}

static void end_all(void)
{
	void *packet = NULL;

	ports_stop(info->id, info->num_ports);
	for (unsigned int c = 0; c < client_count; c++)
		while (rte_ring_dequeue(clients[c].ring, &packet) == 0)
			rte_pktmbuf_free(packet);
	cache_flush(pool);
	printf("pool %u avail %u\n", pool->size, rte_mempool_avail_count(pool));
}

int main(int argc, char **argv)
{
	const struct rte_memzone *zone;
	int used = rte_eal_init(argc, argv), option;

	if (used < 0)
		return 1;
	end_on_signals();
	argc -= used;
	argv += used;
	zone = rte_memzone_reserve(ZONE, sizeof(*info), rte_socket_id(), 0);
	if (zone == NULL)
		fail("reserve " ZONE);
	info = zone->addr;
	memset(info, 0, sizeof(*info));
	while ((option = getopt(argc, argv, "p:n:")) != -1) {
		if (option == 'p')
			info->num_ports = ports_of(optarg, info->id);
		else if (option == 'n')
			client_count = strtoul(optarg, NULL, 10);
	}
	if (info->num_ports == 0 || info->num_ports % 2 != 0 || client_count == 0 ||
	    client_count > MOST_CLIENTS) {
		fprintf(stderr, "-p PORTMASK, of an even number of ports that are there; "
			"-n CLIENTS, 1 to %u\n", MOST_CLIENTS);
		rte_eal_cleanup();
		return 1;
	}
	create_all();
	printf("ready\n");
	serve();
	tell();
	end_all();
	rte_eal_cleanup();
	return 0;
}
