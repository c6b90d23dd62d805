/*
 * Does what DPDK's mp_client does: takes the packets of its ring, and sends each from the port beside
 * the one that it came from. Arguments: EAL's -- -n CLIENT.
 *
 * It says "Client process N handling packets", and tells its counts on a line of stdin and at its end:
 *   client N rx N
 *   port ID tx N drop N
 * It ends on SIGINT, SIGTERM and the end of stdin; what it has by then it sends or frees.
 */
#include <getopt.h>

#include <rte_malloc.h>
#include <rte_ring.h>

#include "client_server.h"

static unsigned int self;
static uint64_t received;
static struct port_info *info;
static volatile struct tx_stats *stats;
static uint16_t beside[RTE_MAX_ETHPORTS];
static struct rte_eth_dev_tx_buffer *buffers[RTE_MAX_ETHPORTS];

static void tell(void)
{
	printf("client %u rx %" PRIu64 "\n", self, received);
	for (unsigned int i = 0; i < info->num_ports; i++) {
		const uint16_t id = info->id[i];

		printf("port %u tx %" PRIu64 " drop %" PRIu64 "\n", id, stats->tx[id],
		       stats->tx_drop[id]);
	}
}

static void drop(struct rte_mbuf **packets, uint16_t count, void *port)
{
	stats->tx_drop[(uintptr_t)port] += count;
	rte_pktmbuf_free_bulk(packets, count);
}

static void prepare(uint16_t id, uint16_t other)
{
	beside[id] = other;
	buffers[id] = rte_zmalloc_socket("tx_buffer", RTE_ETH_TX_BUFFER_SIZE(BURST), 0,
					 rte_eth_dev_socket_id(id));
	if (buffers[id] == NULL)
		fail("allocate a tx buffer");
	rte_eth_tx_buffer_init(buffers[id], BURST);
	rte_eth_tx_buffer_set_err_callback(buffers[id], drop, (void *)(uintptr_t)id);
}

static void flush(void)
{
	for (unsigned int i = 0; i < info->num_ports; i++) {
		const uint16_t id = info->id[i];

		stats->tx[id] += rte_eth_tx_buffer_flush(id, self, buffers[id]);
	}
}

static void work(struct rte_ring *ring)
{
	struct rte_mbuf *packets[BURST];
	bool unsent = false;

	while (going()) {
		const unsigned int count =
			rte_ring_dequeue_burst(ring, (void **)packets, BURST, NULL);

		received += count;
		for (unsigned int i = 0; i < count; i++) {
			const uint16_t out = beside[packets[i]->port];

			stats->tx[out] += rte_eth_tx_buffer(out, self, buffers[out], packets[i]);
		}
		if (count == 0 && unsent)
			flush();
		unsent = count > 0;
		rest(count);
	}
	flush();
}

int main(int argc, char **argv)
{
	const struct rte_memzone *zone;
	struct rte_mempool *pool;
	struct rte_ring *ring;
	int used = rte_eal_init(argc, argv), option;

	if (used < 0)
		return 1;
	end_on_signals();
	argc -= used;
	argv += used;
	while ((option = getopt(argc, argv, "n:")) != -1)
		if (option == 'n')
			self = strtoul(optarg, NULL, 10);
	ring = rte_ring_lookup(ring_name(self));
	if (ring == NULL)
		fail("look the ring up");
	pool = rte_mempool_lookup(POOL);
	if (pool == NULL)
		fail("look the pool up");
	zone = rte_memzone_lookup(ZONE);
	if (zone == NULL || self >= MOST_CLIENTS)
		fail("look " ZONE " up");
	info = zone->addr;
	stats = &info->tx_stats[self];
	for (unsigned int i = 0; i + 1 < info->num_ports; i += 2) {
		prepare(info->id[i], info->id[i + 1]);
		prepare(info->id[i + 1], info->id[i]);
	}
	printf("Client process %u handling packets\n", self);
	work(ring);
	tell();
	for (unsigned int i = 0; i < info->num_ports; i++)
		rte_free(buffers[info->id[i]]);
	cache_flush(pool);
	rte_eal_cleanup();
	return 0;
}
