/*
 * Until its input ends, takes objects from "pool", signs them, looks whether anybody else has signed
 * meanwhile, and gives them back, some by way of "ring". Exits with 2 if anybody has.
 */
#include <poll.h>
#include <stdio.h>

#include <rte_eal.h>
#include <rte_mempool.h>
#include <rte_random.h>
#include <rte_ring.h>

#define MOST 48

/* Whether the input goes on. */
static int more(void)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	return poll(&in, 1, 0) == 0;
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);
	struct rte_mempool *pool;
	struct rte_ring *ring;
	void *objects[MOST];
	unsigned int foreign = 0;

	if (used < 0)
		return 1;
	pool = rte_mempool_lookup("pool");
	ring = rte_ring_lookup("ring");
	if (pool == NULL || ring == NULL)
		return 1;
	puts("ready");
	fflush(stdout);
	for (unsigned long round = 0; round % 1024 != 0 || more(); round++) {
		unsigned int n = 1 + rte_rand() % MOST;
		uint32_t sign = rte_rand();
		unsigned int i, sent;

		if (rte_mempool_get_bulk(pool, objects, n) < 0)
			continue;
		for (i = 0; i < n; i++)
			*(volatile uint32_t *)objects[i] = sign;
		for (i = 0; i < n; i++)
			foreign += *(volatile uint32_t *)objects[i] != sign;
		sent = sign % 4 == 0 ? rte_ring_enqueue_burst(ring, objects, n, NULL) : 0;
		rte_mempool_put_bulk(pool, objects + sent, n - sent);
		n = rte_ring_dequeue_burst(ring, objects, sent, NULL);
		rte_mempool_put_bulk(pool, objects, n);
	}
	printf("%u foreign\n", foreign);
	rte_eal_cleanup();
	return foreign == 0 ? 0 : 2;
}
