/*
 * Dies in the middle of what rte_ring.h and rte_mempool.h inline, by SIGKILL, with the memory as their
 * code has it at that point: ring, cache, lock. See dialog.h.
 */
#include "dialog.h"

#include <signal.h>
#include <unistd.h>

#include <rte_eal_memconfig.h>
#include <rte_lcore.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_memory.h>
#include <rte_ring.h>

#define MAX 1024

static void *held[MAX];

static void die(void)
{
	kill(getpid(), SIGKILL);
}

/* ring RING prod|cons N COPIED: the head is moved by N, and COPIED elements are; the tail is not. */
static void die_in_ring(struct rte_ring *r, int producer, unsigned int n, unsigned int copied)
{
	void **slots = (void **)&r[1];
	struct rte_ring_headtail *end = producer ? &r->prod : &r->cons;
	struct rte_ring_rts_headtail *rts = producer ? &r->rts_prod : &r->rts_cons;
	struct rte_ring_hts_headtail *hts = producer ? &r->hts_prod : &r->hts_cons;
	union __rte_ring_rts_poscnt head;
	uint32_t from, i;

	switch (end->sync_type) {
	case RTE_RING_SYNC_MT_RTS:
		head.raw = rts->head.raw;
		from = head.val.pos;
		head.val.pos += n;
		head.val.cnt++;
		__atomic_store_n(&rts->head.raw, head.raw, __ATOMIC_SEQ_CST);
		break;
	case RTE_RING_SYNC_MT_HTS:
		from = hts->ht.pos.head;
		__atomic_store_n(&hts->ht.pos.head, from + n, __ATOMIC_SEQ_CST);
		break;
	default:
		from = end->head;
		__atomic_store_n(&end->head, from + n, __ATOMIC_SEQ_CST);
	}
	for (i = 0; i < copied; i++) {
		if (producer)
			slots[(from + i) & r->mask] = (void *)(uintptr_t)(0xdead0000u + i);
		else
			held[i] = slots[(from + i) & r->mask];
	}
	die();
}

/* cache POOL WHERE N: dies in a get or put of N objects, or in a flush. */
static void die_in_cache(struct rte_mempool *mp, const char *where, unsigned int n)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(mp, rte_lcore_id());

	if (is(where, "get")) { /* the length is less already, nothing was copied */
		cache->len -= n;
	} else if (is(where, "refill")) { /* the driver has filled the cache, its length is 0 still */
		cache->len = 0;
		rte_mempool_ops_dequeue_bulk(mp, cache->objs, cache->size + n);
	} else if (is(where, "put")) { /* the length is more already, nothing was copied */
		cache->len += n;
	} else if (is(where, "flush")) { /* the driver has the objects, the length is the old one */
		rte_mempool_ops_enqueue_bulk(mp, cache->objs, cache->len);
	}
	die();
}

static void die_in_event(enum rte_mem_event type, const void *addr, size_t len, void *arg)
{
	(void)type;
	(void)addr;
	(void)len;
	(void)arg;
	die();
}

/* lock NAME read|write: dies with a lock of the group's config. */
static void die_with_lock(const char *name, int write)
{
	if (is(name, "memory_hotplug_lock")) {
		if (write)
			rte_mcfg_mem_write_lock();
		else
			rte_mcfg_mem_read_lock();
	} else if (is(name, "qlock")) {
		if (write)
			rte_mcfg_tailq_write_lock();
		else
			rte_mcfg_tailq_read_lock();
	} else if (is(name, "mplock")) {
		if (write)
			rte_mcfg_mempool_write_lock();
		else
			rte_mcfg_mempool_read_lock();
	} else if (is(name, "tlock")) {
		rte_mcfg_timer_lock();
	} else if (is(name, "heap")) { /* the heap grows, and calls back */
		rte_mem_event_callback_register("die", die_in_event, NULL);
		rte_malloc(NULL, 32 << 20, 0);
	}
	die();
}

static void answer(int n, char **word)
{
	struct rte_mempool *mp;
	unsigned int i;

	if (is(word[0], "ring") && n == 5) {
		die_in_ring(rte_ring_lookup(word[1]), is(word[2], "prod"), number(word[3]),
			    number(word[4]));
	} else if (is(word[0], "take") && n == 3) { /* take POOL N: and hold them */
		i = rte_mempool_get_bulk(rte_mempool_lookup(word[1]), held, number(word[2]));
		printf("%d\n", (int)i);
		for (i = 0; i < number(word[2]); i++)
			printf("%lu\n", (unsigned long)(uintptr_t)held[i]);
	} else if (is(word[0], "give") && n == 3) { /* give POOL N: the last N of those */
		mp = rte_mempool_lookup(word[1]);
		rte_mempool_put_bulk(mp, held, number(word[2]));
	} else if (is(word[0], "cache") && n == 4) {
		die_in_cache(rte_mempool_lookup(word[1]), word[2], number(word[3]));
	} else if (is(word[0], "lock") && n == 3) {
		die_with_lock(word[1], is(word[2], "write"));
	} else {
		printf("what?\n");
	}
}
