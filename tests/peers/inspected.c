/*
 * A process that is looked into: it makes, fills and frees objects as told, and lets threads of its own
 * do so all the time. See dialog.h.
 */
#include "dialog.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

#define MAX_OBJECTS 4096

static pthread_t thread;
static atomic_int going;
static unsigned long rounds;
static void *held[MAX_OBJECTS];
static unsigned int holding;
static void *grown[64];

static unsigned int pause_us;

/* One element in, one out: at any moment there are as many as at first, or one more. */
static void *waver(void *arg)
{
	struct rte_ring *r = arg;
	void *object;

	while (atomic_load(&going)) {
		rte_ring_enqueue(r, (void *)(rounds + 1));
		rte_ring_dequeue(r, &object);
		rounds++;
		if (pause_us > 0)
			usleep(pause_us);
	}
	return NULL;
}

/* Rings, pools and memzones that come and go. */
static void *churn(void *arg)
{
	(void)arg;
	while (atomic_load(&going)) {
		struct rte_ring *a = rte_ring_create("churn_a", 64, SOCKET_ID_ANY, 0);
		struct rte_ring *b = rte_ring_create("churn_b", 1024, SOCKET_ID_ANY, 0);
		const struct rte_memzone *mz = rte_memzone_reserve("churn_zone", 4096, SOCKET_ID_ANY, 0);
		struct rte_mempool *mp =
			rte_mempool_create("churn_pool", 63, 64, 16, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);

		rte_ring_free(a);
		rte_mempool_free(mp);
		rte_memzone_free(mz);
		rte_ring_free(b);
		rounds++;
	}
	return NULL;
}

static void begin(void *(*work)(void *), void *arg)
{
	atomic_store(&going, 1);
	if (pthread_create(&thread, NULL, work, arg) != 0)
		printf("no thread\n");
}

static void answer(int n, char **word)
{
	struct rte_ring *r = n > 1 ? rte_ring_lookup(word[1]) : NULL;
	struct rte_mempool *mp = n > 1 ? rte_mempool_lookup(word[1]) : NULL;
	unsigned int many = n > 2 ? number(word[2]) : 0, i;

	if (is(word[0], "ring")) { /* ring NAME COUNT FLAGS */
		r = rte_ring_create(word[1], many, SOCKET_ID_ANY, number(word[3]));
		printf("%lu\n", (unsigned long)(uintptr_t)r);
	} else if (is(word[0], "fill")) { /* fill RING N: as many elements, 1 and up */
		for (i = 0; i < many; i++)
			rte_ring_enqueue(r, (void *)(uintptr_t)(i + 1));
		printf("%u\n", rte_ring_count(r));
	} else if (is(word[0], "half")) { /* half RING N: a producer that has begun, and does not go on */
		r->prod.head += many;
		printf("%u %u\n", r->prod.head, r->prod.tail);
	} else if (is(word[0], "whole")) { /* and that goes on after all */
		r->prod.tail = r->prod.head;
	} else if (is(word[0], "pool")) { /* pool NAME N CACHE */
		mp = rte_mempool_create(word[1], many, 64, number(word[3]), 0, NULL, NULL, NULL, NULL,
					SOCKET_ID_ANY, 0);
		printf("%lu\n", (unsigned long)(uintptr_t)mp);
	} else if (is(word[0], "get")) { /* get POOL N */
		for (i = 0; i < many && rte_mempool_get(mp, &held[holding]) == 0; i++)
			holding++;
		printf("%u %u\n", i, rte_mempool_avail_count(mp));
	} else if (is(word[0], "send")) { /* send RING N: what was got, with a text in each */
		for (i = 0; i < many && holding > 0; i++) {
			holding--;
			snprintf(held[holding], 64, "message %u", i);
			rte_ring_enqueue(r, held[holding]);
		}
		printf("%u\n", rte_ring_count(r));
	} else if (is(word[0], "grow")) { /* grow SLOT MIB */
		grown[number(word[1])] = rte_malloc(NULL, (size_t)many << 20, 0);
		printf("%d\n", grown[number(word[1])] != NULL);
	} else if (is(word[0], "shrink")) {
		rte_free(grown[number(word[1])]);
		grown[number(word[1])] = NULL;
	} else if (is(word[0], "waver")) { /* waver RING [PAUSE_US] */
		pause_us = many;
		rounds = 0;
		begin(waver, r);
	} else if (is(word[0], "churn")) {
		begin(churn, NULL);
	} else if (is(word[0], "stop")) {
		atomic_store(&going, 0);
		pthread_join(thread, NULL);
		printf("%lu\n", rounds);
	}
}
