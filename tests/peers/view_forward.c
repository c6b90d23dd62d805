/*
 * Looks, as a secondary, at what the processes of a forwarding group share. See dialog.h.
 *   look CLIENTS   of client_server_mp: "ports ID...", "rx N..." of each port, a line for each client:
 *                  "client N handed N taken N tx N... drop N...", of each port; "rings", then the
 *                  flags and the size of each client's; and the pool's line. What was handed to a
 *                  client and what it took is told by its ring
 *   pool NAME      "pool SIZE avail N"
 */
#include "client_server.h"
#include "dialog.h"

#include <rte_ring.h>

static void tell(void)
{
}

static void look_at_pool(const char *name)
{
	struct rte_mempool *pool = rte_mempool_lookup(name);

	if (pool == NULL)
		printf("none %s\n", rte_strerror(rte_errno));
	else
		printf("pool %u avail %u\n", pool->size, rte_mempool_avail_count(pool));
}

static void look(unsigned int clients)
{
	const struct rte_memzone *zone = rte_memzone_lookup(ZONE);

	if (zone == NULL || zone->len < sizeof(struct port_info)) {
		printf("none %s\n", rte_strerror(rte_errno));
		return;
	}
	const struct port_info *info = zone->addr;

	printf("ports");
	for (unsigned int i = 0; i < info->num_ports; i++)
		printf(" %u", info->id[i]);
	printf("\nrx");
	for (unsigned int i = 0; i < info->num_ports; i++)
		printf(" %" PRIu64, info->rx_stats.rx[i]);
	for (unsigned int c = 0; c < clients; c++) {
		const volatile struct tx_stats *stats = &info->tx_stats[c];
		const struct rte_ring *ring = rte_ring_lookup(ring_name(c));

		printf("\nclient %u handed %u taken %u tx", c, ring == NULL ? 0 : ring->prod.tail,
		       ring == NULL ? 0 : ring->cons.head);
		for (unsigned int i = 0; i < info->num_ports; i++)
			printf(" %" PRIu64, stats->tx[info->id[i]]);
		printf(" drop");
		for (unsigned int i = 0; i < info->num_ports; i++)
			printf(" %" PRIu64, stats->tx_drop[info->id[i]]);
	}
	printf("\nrings");
	for (unsigned int c = 0; c < clients; c++) {
		const struct rte_ring *ring = rte_ring_lookup(ring_name(c));

		printf(" %d %u", ring == NULL ? 0 : ring->flags, ring == NULL ? 0 : ring->size);
	}
	printf("\n");
	look_at_pool(POOL);
}

static void answer(int n, char **word)
{
	(void)tell;
	(void)going;
	(void)end_on_signals;
	(void)rest;
	(void)fail;
	if (n == 2 && is(word[0], "look"))
		look(number(word[1]));
	else if (n == 2 && is(word[0], "pool"))
		look_at_pool(word[1]);
	else
		printf("what?\n");
}
