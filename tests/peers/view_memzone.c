/* Looks at memzones as C does: look, reserve, free, add, count. See dialog.h. */
#include "dialog.h"

#include <rte_memzone.h>

static void print(const struct rte_memzone *mz)
{
	printf("%s %lu %lu %lu %lu %d %u\n", mz->name, (unsigned long)mz->addr_64,
	       (unsigned long)mz->len, (unsigned long)mz->iova, (unsigned long)mz->hugepage_sz,
	       mz->socket_id, mz->flags);
}

static void visit(const struct rte_memzone *mz, void *arg)
{
	(void)arg;
	print(mz);
}

static void answer(int n, char **word)
{
	const struct rte_memzone *mz = n > 1 ? rte_memzone_lookup(word[1]) : NULL;

	if (is(word[0], "walk"))
		rte_memzone_walk(visit, NULL);
	else if (is(word[0], "reserve"))
		print(rte_memzone_reserve_bounded(word[1], number(word[2]), SOCKET_ID_ANY,
						  number(word[3]), number(word[4]), number(word[5])));
	else if (mz == NULL)
		printf("none %s\n", rte_strerror(rte_errno));
	else if (is(word[0], "look"))
		print(mz);
	else if (is(word[0], "free"))
		printf("%d\n", rte_memzone_free(mz));
	else if (is(word[0], "add32"))
		printf("%u\n", __atomic_fetch_add((uint32_t *)((char *)mz->addr + number(word[2])),
						  (uint32_t)number(word[3]), __ATOMIC_SEQ_CST));
	else if (is(word[0], "add64"))
		printf("%lu\n", __atomic_fetch_add((uint64_t *)((char *)mz->addr + number(word[2])),
						   number(word[3]), __ATOMIC_SEQ_CST));
	else if (is(word[0], "text"))
		printf("%s\n", (char *)mz->addr + number(word[2]));
}
