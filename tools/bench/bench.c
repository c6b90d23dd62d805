/* The same measurements as script.ts, in C: see tools/bench.ts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_pause.h>
#include <rte_ring.h>

#define SIZE 1024
#define MAX 512
#define REPEATS 60

static void *objects[MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void report(const char *name, double value)
{
	printf("{\"name\":\"%s\",\"value\":%.3f}\n", name, value);
	fflush(stdout);
}

static struct rte_ring *ring(const char *name, unsigned int flags)
{
	struct rte_ring *r = rte_ring_create(name, SIZE, SOCKET_ID_ANY, flags);

	if (r == NULL)
		exit(1);
	return r;
}

static unsigned int rounds(unsigned int n)
{
	return n >= 256 ? 10000 : 50000;
}

/* The best of several repetitions of a loop over some rings, in ns for each pair. */
static double burst_pairs(struct rte_ring **rings, unsigned int count, unsigned int n)
{
	double best = 1e18;

	for (int repeat = 0; repeat < REPEATS; repeat++) {
		unsigned int loops = rounds(n) / count;
		double start = now();

		for (unsigned int i = 0; i < loops; i++)
			for (unsigned int k = 0; k < count; k++) {
				if (rte_ring_enqueue_burst(rings[k], objects, n, NULL) != n)
					exit(2);
				if (rte_ring_dequeue_burst(rings[k], objects, n, NULL) != n)
					exit(2);
			}
		double each = (now() - start) / ((double)loops * count);
		if (each < best)
			best = each;
	}
	return best;
}

static double bulk_pairs(struct rte_ring *r, unsigned int n)
{
	double best = 1e18;

	for (int repeat = 0; repeat < REPEATS; repeat++) {
		unsigned int loops = rounds(n);
		double start = now();

		for (unsigned int i = 0; i < loops; i++) {
			if (rte_ring_enqueue_bulk(r, objects, n, NULL) != n)
				exit(2);
			if (rte_ring_dequeue_bulk(r, objects, n, NULL) != n)
				exit(2);
		}
		double each = (now() - start) / loops;
		if (each < best)
			best = each;
	}
	return best;
}

static double pool_pairs(struct rte_mempool *pool, unsigned int n)
{
	double best = 1e18;

	for (int repeat = 0; repeat < REPEATS; repeat++) {
		unsigned int loops = rounds(n);
		double start = now();

		for (unsigned int i = 0; i < loops; i++) {
			if (rte_mempool_get_bulk(pool, objects, n) < 0)
				exit(3);
			rte_mempool_put_bulk(pool, objects, n);
		}
		double each = (now() - start) / loops;
		if (each < best)
			best = each;
	}
	return best;
}

static void one_process(void)
{
	static const unsigned int sizes[] = { 1, 32, 256 };
	struct rte_ring *rings[] = {
		ring("mp_mc", 0),
		ring("sp_sc", RING_F_SP_ENQ | RING_F_SC_DEQ),
		ring("rts", RING_F_MP_RTS_ENQ | RING_F_MC_RTS_DEQ),
		ring("hts", RING_F_MP_HTS_ENQ | RING_F_MC_HTS_DEQ),
	};
	char name[64];

	for (unsigned int i = 0; i < MAX; i++)
		objects[i] = &objects[i];
	for (unsigned int s = 0; s < RTE_DIM(sizes); s++) {
		for (unsigned int k = 0; k < RTE_DIM(rings); k++) {
			snprintf(name, sizeof(name), "ring %s burst %u", rings[k]->name, sizes[s]);
			report(name, burst_pairs(&rings[k], 1, sizes[s]));
			snprintf(name, sizeof(name), "ring %s bulk %u", rings[k]->name, sizes[s]);
			report(name, bulk_pairs(rings[k], sizes[s]));
		}
		snprintf(name, sizeof(name), "ring four modes burst %u", sizes[s]);
		report(name, burst_pairs(rings, RTE_DIM(rings), sizes[s]));
	}

	struct rte_mempool *pool = rte_mempool_create("bench", 2047, 64, 256, 0, NULL, NULL, NULL,
						      NULL, SOCKET_ID_ANY, 0);
	if (pool == NULL)
		exit(1);
	report("mempool get+put 1", pool_pairs(pool, 1));
	report("mempool get+put 32", pool_pairs(pool, 32));
	report("mempool get+put 256", pool_pairs(pool, 256));
}

/* Two processes: the objects are numbers that count up, and the consumer checks them. */
static void producer(unsigned long total)
{
	struct rte_ring *r = ring("stream", RING_F_SP_ENQ | RING_F_SC_DEQ);
	struct rte_ring *end = ring("end", 0);
	unsigned long sent = 0;
	void *done;

	printf("ready\n");
	fflush(stdout);
	for (unsigned int i = 0; i < 32; i++)
		objects[i] = (void *)(uintptr_t)(i + 1);
	while (sent < total) {
		unsigned int n = rte_ring_enqueue_burst(r, objects, 32, NULL);

		if (n == 0)
			rte_pause();
		sent += n;
	}
	while (rte_ring_dequeue(end, &done) != 0)
		rte_pause();
}

static void consumer(unsigned long total)
{
	struct rte_ring *r = rte_ring_lookup("stream");
	struct rte_ring *end = rte_ring_lookup("end");
	unsigned long got = 0;
	double start = 0;

	if (r == NULL || end == NULL)
		exit(1);
	while (got < total) {
		unsigned int n = rte_ring_dequeue_burst(r, objects, 32, NULL);

		if (n == 0) {
			rte_pause();
			continue;
		}
		if (got == 0)
			start = now();
		got += n;
	}
	report("two processes burst 32", total / (now() - start) * 1e3);
	rte_ring_enqueue(end, objects);
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (used < 0)
		return 1;
	argc -= used;
	argv += used;
	if (argc > 2 && strcmp(argv[1], "producer") == 0)
		producer(strtoul(argv[2], NULL, 10));
	else if (argc > 2 && strcmp(argv[1], "consumer") == 0)
		consumer(strtoul(argv[2], NULL, 10));
	else
		one_process();
	rte_eal_cleanup();
	return 0;
}
