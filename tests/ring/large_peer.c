/* Shares a ring with a script, at the same time: see large_peers.test.ts. */
#define _GNU_SOURCE
#include "dialog.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <rte_memzone.h>
#include <rte_pause.h>
#include <rte_ring.h>

#define MOST 300
#define PRODUCERS 2

static uint64_t out[MOST], in[MOST];

/* The script is on the first CPU: where there is another, both are at the ring at once. */
static void leave_first_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (long cpu = 1; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		CPU_SET(cpu, &set);
	if (CPU_COUNT(&set) > 0)
		sched_setaffinity(0, sizeof(set), &set);
}

/* Waits a little; now and then long enough for whoever has the same CPU. */
static void idle(unsigned int turn)
{
	if (turn % 1000 == 999)
		usleep(20);
	else
		rte_pause();
}

/*
 * share RING PRODUCER COUNT CONSUMES TOTAL: puts COUNT elements into the ring in bursts and bulks of
 * up to MOST, and takes elements out (CONSUMES is 1) until all together have taken TOTAL. An element
 * is its producer's number and a sequence number, from 1 on. The answer: faults, then count and sum
 * of what came from each producer.
 */
static void share(struct rte_ring *r, char **word)
{
	uint64_t producer = number(word[2]), count = number(word[3]), total = number(word[5]);
	uint64_t last[PRODUCERS] = {0}, got[PRODUCERS] = {0}, sum[PRODUCERS] = {0};
	uint64_t next = 1, *taken = rte_memzone_lookup("taken")->addr;
	unsigned int i, n, faults = 0, turn = 0, random = 12345;
	time_t start = time(NULL);
	int consumes = number(word[4]);

	while ((next <= count || consumes) && __atomic_load_n(taken, __ATOMIC_SEQ_CST) < total &&
	       time(NULL) - start < 60) {
		random = random * 1664525u + 1013904223u;
		unsigned int size = 1 + (random >> 8) % MOST, moved = 0;

		if (next <= count) {
			n = RTE_MIN(size, count - next + 1);
			for (i = 0; i < n; i++)
				out[i] = producer << 32 | (next + i);
			moved = random >> 31 ? rte_ring_enqueue_bulk(r, (void **)out, n, NULL)
					     : rte_ring_enqueue_burst(r, (void **)out, n, NULL);
			next += moved;
		}
		n = 0;
		if (consumes)
			n = random >> 30 & 1 ? rte_ring_dequeue_bulk(r, (void **)in, size, NULL)
					     : rte_ring_dequeue_burst(r, (void **)in, size, NULL);
		for (i = 0; i < n; i++) {
			uint64_t who = in[i] >> 32, seq = in[i] & 0xffffffff;

			if (who >= PRODUCERS || seq <= last[who]) {
				faults++;
				continue;
			}
			last[who] = seq;
			got[who]++;
			sum[who] += seq;
		}
		__atomic_fetch_add(taken, n, __ATOMIC_SEQ_CST);
		if (moved + n == 0)
			idle(turn++);
	}
	printf("%u", faults);
	for (i = 0; i < PRODUCERS; i++)
		printf(" %lu %lu", got[i], sum[i]);
	printf("\n");
}

/* late RING MS N: after MS milliseconds publishes N elements, or slots, for both ends. */
static void late(struct rte_ring *r, char **word)
{
	unsigned int n = number(word[3]);

	usleep(number(word[2]) * 1000);
	__atomic_store_n(&r->prod.tail, r->prod.tail + n, __ATOMIC_RELEASE);
	usleep(number(word[2]) * 1000);
	__atomic_store_n(&r->cons.tail, r->cons.tail + n, __ATOMIC_RELEASE);
	printf("done\n");
}

static void answer(int n, char **word)
{
	struct rte_ring *r = n > 1 ? rte_ring_lookup(word[1]) : NULL;

	leave_first_cpu();
	if (r == NULL)
		printf("none %s\n", rte_strerror(rte_errno));
	else if (is(word[0], "share"))
		share(r, word);
	else if (is(word[0], "late"))
		late(r, word);
}
