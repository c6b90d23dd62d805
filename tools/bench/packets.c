/*
 * Times packets in C: EAL-ARGS -- pool. tools/bench/packets_script.ts does the same in TypeScript.
 *
 * Prints a line of JSON: the best of several repetitions, in ns for each pair of calls.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>

#define SIZE 8191
#define CACHE 256
#define BURST 32
#define PAIRS 50000
#define REPEATS 60

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int measure_pool(void)
{
	struct rte_mempool *pool =
		rte_pktmbuf_pool_create("bench", SIZE, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	struct rte_mbuf *burst[BURST];
	double best = INFINITY;

	if (pool == NULL) {
		fprintf(stderr, "Cannot create the pool: %s\n", rte_strerror(rte_errno));
		return 1;
	}
	for (int repeat = 0; repeat < REPEATS; repeat++) {
		const double start = now_ns();

		for (int i = 0; i < PAIRS; i++) {
			if (rte_pktmbuf_alloc_bulk(pool, burst, BURST) != 0) {
				fprintf(stderr, "Cannot allocate: the pool is empty\n");
				return 1;
			}
			rte_pktmbuf_free_bulk(burst, BURST);
		}
		best = fmin(best, (now_ns() - start) / PAIRS);
	}
	printf("{\"name\":\"packets: alloc + free bulk 32\",\"value\":%.3f}\n", best);
	return 0;
}

int main(int argc, char **argv)
{
	const int used = rte_eal_init(argc, argv);
	int status = 1;

	if (used < 0)
		return 1;
	if (argc - used == 2 && strcmp(argv[used + 1], "pool") == 0)
		status = measure_pool();
	else
		fprintf(stderr, "What is asked is pool\n");
	rte_eal_cleanup();
	return status;
}
