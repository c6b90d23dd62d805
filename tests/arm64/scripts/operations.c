/*
 * The inline functions of rings and mempools as C has them, to be called by a script of the same
 * process.
 */
#include <rte_mempool.h>
#include <rte_ring.h>

unsigned int c_enqueue(struct rte_ring *ring, void *const *objects, unsigned int n)
{
	return rte_ring_enqueue_burst(ring, objects, n, NULL);
}

unsigned int c_dequeue(struct rte_ring *ring, void **objects, unsigned int n)
{
	return rte_ring_dequeue_burst(ring, objects, n, NULL);
}

unsigned int c_count(const struct rte_ring *ring)
{
	return rte_ring_count(ring);
}

int c_get(struct rte_mempool *pool, void **objects, unsigned int n)
{
	return rte_mempool_get_bulk(pool, objects, n);
}

void c_put(struct rte_mempool *pool, void *const *objects, unsigned int n)
{
	rte_mempool_put_bulk(pool, objects, n);
}

/* The pool of an object, as its header says. */
struct rte_mempool *c_pool_of(void *object)
{
	return rte_mempool_from_obj(object);
}

/* How many objects this lcore's cache holds. */
unsigned int c_cached(struct rte_mempool *pool)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());

	return cache == NULL ? 0 : cache->len;
}
