/*
 * Looks at mempools as C does, and works on them: look, make, get, put, flush, with the cache of the
 * lcore or (own SIZE) with one of its own. A pool can be made in steps, too: empty NAME N, and
 * grow NAME BYTES, which adds the objects of so much memory. See dialog.h.
 */
#include "dialog.h"

#include <rte_lcore.h>
#include <rte_mempool.h>

#define MAX 8192

static void *objects[MAX]; /* all of the pool, in the order of the pool */
static unsigned int count;
static void *held[MAX]; /* what was got and not put back */
static unsigned int holding;
static struct rte_mempool_cache *own;

static void collect(struct rte_mempool *mp, void *arg, void *object, unsigned int index)
{
	(void)mp;
	(void)arg;
	(void)index;
	if (count < MAX)
		objects[count++] = object;
}

static int place(const void *object)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (objects[i] == object)
			return i;
	return -1;
}

static void look(struct rte_mempool *mp)
{
	long sum = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (rte_mempool_from_obj(objects[i]) == mp)
			sum += (char *)objects[i] - (char *)mp;
	printf("%s %lu %u %u %u %u %d %u %s %u %u %d %d %lu %u %ld\n", mp->name,
	       (unsigned long)(uintptr_t)mp, mp->size, mp->elt_size, mp->cache_size, mp->flags,
	       mp->socket_id, mp->private_data_size, rte_mempool_get_ops(mp->ops_index)->name,
	       rte_mempool_avail_count(mp), rte_mempool_in_use_count(mp), rte_mempool_full(mp),
	       rte_mempool_empty(mp),
	       (unsigned long)((char *)rte_mempool_get_priv(mp) - (char *)mp), count, sum);
}

/* How it went, the cache's header and the places of its objects, and of those that are held. */
static void state(struct rte_mempool *mp, int result, struct rte_mempool_cache *cache)
{
	unsigned int i;

	/* What is counted as available is with the driver and in the lcores' caches. */
	printf("%d %u", result, rte_mempool_avail_count(mp) - (own == NULL && cache != NULL ? cache->len : 0));
	if (cache != NULL) {
		printf(" cache %u %u %u", cache->size, cache->flushthresh, cache->len);
		for (i = 0; i < cache->len; i++)
			printf(" %d", place(cache->objs[i]));
	}
	printf(" held");
	for (i = 0; i < holding; i++)
		printf(" %d", place(held[i]));
	printf("\n");
}

/* Adds the objects that fit in memory of their own; how many. */
static void grow(struct rte_mempool *mp, unsigned int bytes)
{
	static unsigned int zones;
	char name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *mz;

	snprintf(name, sizeof(name), "grown_%u", zones++);
	mz = rte_memzone_reserve(name, bytes, SOCKET_ID_ANY, 0);
	printf("%d\n", mz == NULL ? -1 : rte_mempool_populate_iova(mp, mz->addr, mz->iova, mz->len, NULL, NULL));
}

static void answer(int n, char **word)
{
	struct rte_mempool *mp = n > 1 ? rte_mempool_lookup(word[1]) : NULL;
	struct rte_mempool_cache *cache;
	unsigned int many = n > 2 ? number(word[2]) : 0;
	int result = 0;

	if (is(word[0], "own")) {
		own = rte_mempool_cache_create(number(word[1]), SOCKET_ID_ANY);
		return;
	}
	if (is(word[0], "make"))
		mp = rte_mempool_create(word[1], many, number(word[3]), number(word[4]),
					number(word[5]), NULL, NULL, NULL, NULL, SOCKET_ID_ANY,
					number(word[6]));
	if (is(word[0], "empty")) {
		mp = rte_mempool_create_empty(word[1], many, 64, 0, 0, SOCKET_ID_ANY, 0);
		if (mp != NULL && rte_mempool_set_ops_byname(mp, "ring_mp_mc", NULL) == 0)
			return;
	}
	if (mp == NULL) {
		printf("none %s\n", rte_strerror(rte_errno));
		return;
	}
	if (is(word[0], "grow")) {
		grow(mp, many);
		return;
	}
	cache = own != NULL ? own : rte_mempool_default_cache(mp, rte_lcore_id());
	count = 0;
	rte_mempool_obj_iter(mp, collect, NULL);
	if (is(word[0], "look") || is(word[0], "make")) {
		look(mp);
		return;
	}
	if (is(word[0], "get")) {
		result = rte_mempool_generic_get(mp, held + holding, many, cache);
		if (many == 0) /* none of none: -ENOBUFS from the driver */
			result = 0;
		if (result == 0)
			holding += many;
	} else if (is(word[0], "put")) {
		holding -= many;
		rte_mempool_generic_put(mp, held + holding, many, cache);
	} else if (is(word[0], "flush")) {
		rte_mempool_cache_flush(cache, mp);
	} else if (is(word[0], "text")) {
		printf("%s\n", (char *)objects[many]);
		return;
	} else if (is(word[0], "free")) {
		rte_mempool_free(mp);
		return;
	}
	state(mp, result == 0 ? 0 : -1, cache);
}
