/*
 * A process that is watched: many rings and pools, and one lcore that works on one of each without a
 * pause. For each line of its input, a number of milliseconds, it works so long and prints how many
 * million objects went through in a second.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#define RINGS 900 /* and one for each pool */
#define POOLS 100
#define BURST 32
#define BETWEEN 1000

int main(int argc, char **argv)
{
	struct rte_mempool *mp = NULL;
	struct rte_ring *r = NULL;
	void *objects[BURST];
	char line[32], name[32];
	int i;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	for (i = 0; i < POOLS; i++) {
		snprintf(name, sizeof(name), "pool_%d", i);
		mp = rte_mempool_create(name, 255, 64, 32, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	}
	for (i = 0; i < RINGS; i++) {
		snprintf(name, sizeof(name), "ring_%d", i);
		r = rte_ring_create(name, 64, SOCKET_ID_ANY, 0);
		rte_ring_enqueue_burst(r, (void **)name, i % 4, NULL);
	}
	if (mp == NULL || r == NULL)
		return 1;
	printf("ready\n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		uint64_t start = rte_rdtsc(), end = start + rte_get_tsc_hz() / 1000 * atoi(line), now;
		uint64_t moved = 0;

		do {
			for (i = 0; i < BETWEEN; i++) {
				if (rte_mempool_get_bulk(mp, objects, BURST) != 0)
					return 1;
				rte_ring_enqueue_burst(r, objects, BURST, NULL);
				moved += rte_ring_dequeue_burst(r, objects, BURST, NULL);
				rte_mempool_put_bulk(mp, objects, BURST);
			}
			now = rte_rdtsc();
		} while (now < end);
		printf("%f\n", moved / 1e6 * rte_get_tsc_hz() / (now - start));
		fflush(stdout);
	}
	rte_eal_cleanup();
	return 0;
}
