/*
 * Mempools and drivers: `make NAME DRIVER` makes a pool of 64 objects of 128 bytes, `drivers` names the
 * mempool drivers of this process, by index, `look NAME` tells a pool's driver and how many objects
 * it has, `get NAME N` takes objects and gives them back. See dialog.h.
 */
#include "dialog.h"

#include <rte_mempool.h>

static void make(const char *name, const char *driver)
{
	struct rte_mempool *mp = rte_mempool_create_empty(name, 64, 128, 0, 0, SOCKET_ID_ANY, 0);

	if (mp == NULL || rte_mempool_set_ops_byname(mp, driver, NULL) != 0 ||
	    rte_mempool_populate_default(mp) < 0)
		printf("none %s\n", rte_strerror(rte_errno));
	else
		printf("made\n");
}

static void answer(int n, char **word)
{
	struct rte_mempool *mp = n > 1 ? rte_mempool_lookup(word[1]) : NULL;
	void *objects[64];
	unsigned int i;

	if (is(word[0], "make")) {
		make(word[1], word[2]);
	} else if (is(word[0], "drivers")) {
		for (i = 0; i < rte_mempool_ops_table.num_ops; i++)
			printf("%s\n", rte_mempool_ops_table.ops[i].name);
	} else if (is(word[0], "look")) {
		printf("%s %u\n", rte_mempool_get_ops(mp->ops_index)->name, rte_mempool_avail_count(mp));
	} else if (is(word[0], "get")) {
		i = number(word[2]);
		printf("%d\n", rte_mempool_get_bulk(mp, objects, i));
		rte_mempool_put_bulk(mp, objects, i);
	}
}
