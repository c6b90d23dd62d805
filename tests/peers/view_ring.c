/* Looks at rings as C does, and works on them: look, make, enqueue, dequeue. See dialog.h. */
#include "dialog.h"

#include <rte_memzone.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#define ELEMENTS 4096

static uint32_t table[ELEMENTS * 16];

static void look(const struct rte_ring *r)
{
	printf("%s %lu %d %u %u %u %u %u %d %d %d %d\n", r->name, (unsigned long)(uintptr_t)r, r->flags,
	       rte_ring_get_size(r), r->mask, rte_ring_get_capacity(r), rte_ring_count(r),
	       rte_ring_free_count(r), rte_ring_full(r), rte_ring_empty(r),
	       rte_ring_get_prod_sync_type(r), rte_ring_get_cons_sync_type(r));
}

/* enqueue RING ESIZE N BULK START: words START, START+1, ... */
static void enqueue(struct rte_ring *r, char **word)
{
	unsigned int esize = number(word[2]), n = number(word[3]), space, i, done;

	for (i = 0; i < n * esize / 4; i++)
		table[i] = number(word[5]) + i;
	if (number(word[4]))
		done = rte_ring_enqueue_bulk_elem(r, table, esize, n, &space);
	else
		done = rte_ring_enqueue_burst_elem(r, table, esize, n, &space);
	printf("%u %u\n", done, space);
}

/* dequeue RING ESIZE N BULK: how many, how many are left, their words */
static void dequeue(struct rte_ring *r, char **word)
{
	unsigned int esize = number(word[2]), n = number(word[3]), left, i, done;

	if (number(word[4]))
		done = rte_ring_dequeue_bulk_elem(r, table, esize, n, &left);
	else
		done = rte_ring_dequeue_burst_elem(r, table, esize, n, &left);
	printf("%u %u", done, left);
	for (i = 0; i < done * esize / 4; i++)
		printf(" %u", table[i]);
	printf("\n");
}

/* A ring by its name, or "@ZONE" for the one in a memzone. */
static struct rte_ring *find(const char *name)
{
	if (name[0] == '@') {
		const struct rte_memzone *mz = rte_memzone_lookup(name + 1);

		return mz == NULL ? NULL : mz->addr;
	}
	return rte_ring_lookup(name);
}

static void answer(int n, char **word)
{
	struct rte_ring *r = n > 1 ? find(word[1]) : NULL;

	if (is(word[0], "make"))
		r = rte_ring_create_elem(word[1], number(word[2]), number(word[3]), SOCKET_ID_ANY,
					 number(word[4]));
	else if (is(word[0], "init"))
		printf("%d\n", rte_ring_init(r, word[2], number(word[3]), number(word[4])));
	if (r == NULL)
		printf("none %s\n", rte_strerror(rte_errno));
	else if (is(word[0], "look") || is(word[0], "make"))
		look(r);
	else if (is(word[0], "enqueue"))
		enqueue(r, word);
	else if (is(word[0], "dequeue"))
		dequeue(r, word);
	else if (is(word[0], "free"))
		rte_ring_free(r);
}
