/* The same exchange in C, to compare with: EAL-ARGS -- COUNT; see exchange.ts and process.ts. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_pause.h>
#include <rte_ring.h>

#define BURST 32

struct message {
	uint32_t number;
	uint32_t sender;
	uint32_t sum;
	uint8_t padding[52];
};

static uint32_t checksum(uint32_t number, uint32_t sender)
{
	return (number ^ (sender << 24)) * 0x9e3779b1u;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void exchange(struct rte_ring *out, struct rte_ring *back, struct rte_mempool *pool,
		     uint32_t me, uint32_t other, uint32_t count, bool primary, uint32_t *done)
{
	struct message *outgoing[BURST], *incoming[BURST];
	uint32_t filled = 0, made = 0, sent = 0, received = 0, wrong = 0;
	double start = 0;

	while (sent < count || received < count) {
		if (filled == 0 && made < count) {
			uint32_t wanted = RTE_MIN((uint32_t)BURST, count - made);

			if (rte_mempool_get_bulk(pool, (void **)outgoing, wanted) == 0)
				filled = wanted;
			for (uint32_t i = 0; i < filled; i++, made++) {
				outgoing[i]->number = made;
				outgoing[i]->sender = me;
				outgoing[i]->sum = checksum(made, me);
			}
		}
		uint32_t gone = rte_ring_enqueue_burst(out, (void **)outgoing, filled, NULL);

		memmove(outgoing, outgoing + gone, (filled - gone) * sizeof(outgoing[0]));
		filled -= gone;
		sent += gone;

		uint32_t came = rte_ring_dequeue_burst(back, (void **)incoming, BURST, NULL);

		if (received == 0 && came > 0)
			start = now();
		for (uint32_t i = 0; i < came; i++, received++)
			if (incoming[i]->number != received || incoming[i]->sender != other ||
			    incoming[i]->sum != checksum(received, other))
				wrong++;
		if (came > 0)
			rte_mempool_put_bulk(pool, (void **)incoming, came);
		if (gone + came == 0)
			rte_pause();
	}
	double seconds = now() - start;

	rte_mempool_cache_flush(NULL, pool);
	if (!primary) {
		__atomic_store_n(done, 1, __ATOMIC_SEQ_CST);
	} else {
		while (__atomic_load_n(done, __ATOMIC_SEQ_CST) == 0)
			rte_pause();
	}
	printf("{\"sent\":%u,\"received\":%u,\"wrong\":%u,\"seconds\":%.6f,"
	       "\"available\":%u,\"size\":%u}\n",
	       sent, received, wrong, seconds, rte_mempool_avail_count(pool), pool->size);
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (used < 0 || argc - used < 2)
		return 1;
	uint32_t count = strtoul(argv[used + 1], NULL, 10);

	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		const struct rte_memzone *done = rte_memzone_reserve("DEMO_DONE", 64,
								     SOCKET_ID_ANY, 0);
		struct rte_mempool *pool = rte_mempool_create("MSG_POOL", 8191, 64, 256, 0, NULL,
							      NULL, NULL, NULL, SOCKET_ID_ANY, 0);
		struct rte_ring *out = rte_ring_create("PRI_2_SEC", 1024, SOCKET_ID_ANY, 0);
		struct rte_ring *back = rte_ring_create("SEC_2_PRI", 1024, SOCKET_ID_ANY, 0);

		if (done == NULL || pool == NULL || out == NULL || back == NULL)
			return 2;
		printf("ready\n");
		fflush(stdout);
		exchange(out, back, pool, 1, 2, count, true, done->addr);
	} else {
		const struct rte_memzone *done = rte_memzone_lookup("DEMO_DONE");
		struct rte_mempool *pool = rte_mempool_lookup("MSG_POOL");
		struct rte_ring *out = rte_ring_lookup("SEC_2_PRI");
		struct rte_ring *back = rte_ring_lookup("PRI_2_SEC");

		if (done == NULL || pool == NULL || out == NULL || back == NULL)
			return 2;
		exchange(out, back, pool, 2, 1, count, false, done->addr);
	}
	rte_eal_cleanup();
	return 0;
}
