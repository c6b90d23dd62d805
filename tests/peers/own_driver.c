/*
 * A mempool driver of our own, "own_stack", for a process to load with -d: objects lie on a stack in
 * the memory behind the structure, which rte_zmalloc takes, so that all processes see it.
 */
#include <errno.h>
#include <string.h>

#include <rte_malloc.h>
#include <rte_mempool.h>

struct own_stack {
	unsigned int top;
	void *objects[];
};

static int own_alloc(struct rte_mempool *mp)
{
	mp->pool_data = rte_zmalloc("own_stack", sizeof(struct own_stack) + mp->size * sizeof(void *), 0);
	return mp->pool_data == NULL ? -ENOMEM : 0;
}

static void own_free(struct rte_mempool *mp)
{
	rte_free(mp->pool_data);
}

static int own_enqueue(struct rte_mempool *mp, void * const *objects, unsigned int n)
{
	struct own_stack *stack = mp->pool_data;

	memcpy(stack->objects + stack->top, objects, n * sizeof(void *));
	stack->top += n;
	return 0;
}

static int own_dequeue(struct rte_mempool *mp, void **objects, unsigned int n)
{
	struct own_stack *stack = mp->pool_data;

	if (stack->top < n)
		return -ENOBUFS;
	stack->top -= n;
	memcpy(objects, stack->objects + stack->top, n * sizeof(void *));
	return 0;
}

static unsigned int own_count(const struct rte_mempool *mp)
{
	return ((const struct own_stack *)mp->pool_data)->top;
}

static const struct rte_mempool_ops own = {
	.name = "own_stack",
	.alloc = own_alloc,
	.free = own_free,
	.enqueue = own_enqueue,
	.dequeue = own_dequeue,
	.get_count = own_count,
};

RTE_MEMPOOL_REGISTER_OPS(own);
