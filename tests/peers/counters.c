/*
 * Named counters on a tailq, as a library of DPDK's keeps its objects there, and as examples/tailq.ts
 * does: add, count, look, all, drop, fill. See dialog.h.
 */
#include "dialog.h"

#include <unistd.h>

#include <rte_eal_memconfig.h>
#include <rte_malloc.h>
#include <rte_tailq.h>

struct counter {
	char name[32];
	uint32_t pid;
	uint64_t value;
};

TAILQ_HEAD(counter_list, rte_tailq_entry);

static struct rte_tailq_elem counters = {
	.name = "COUNTERS",
};
EAL_REGISTER_TAILQ(counters)

static struct rte_tailq_entry *find(struct counter_list *list, const char *name)
{
	struct rte_tailq_entry *te;

	TAILQ_FOREACH(te, list, next)
		if (is(((struct counter *)te->data)->name, name))
			return te;
	return NULL;
}

/* 0, or a negative error. */
static int add(struct counter_list *list, const char *name)
{
	struct rte_tailq_entry *te = rte_zmalloc("COUNTER_ENTRY", sizeof(*te), 0);
	struct counter *c = rte_zmalloc("COUNTER", sizeof(*c), 0);
	int status = te == NULL || c == NULL ? -ENOMEM : 0;

	if (status == 0) {
		snprintf(c->name, sizeof(c->name), "%s", name);
		c->pid = getpid();
		te->data = c;
		rte_mcfg_tailq_write_lock();
		if (find(list, name) != NULL)
			status = -EEXIST;
		else
			TAILQ_INSERT_TAIL(list, te, next);
		rte_mcfg_tailq_write_unlock();
	}
	if (status < 0) {
		rte_free(te);
		rte_free(c);
	}
	return status;
}

static int drop(struct counter_list *list, const char *name)
{
	struct rte_tailq_entry *te;

	rte_mcfg_tailq_write_lock();
	te = find(list, name);
	if (te != NULL)
		TAILQ_REMOVE(list, te, next);
	rte_mcfg_tailq_write_unlock();
	if (te == NULL)
		return -ENOENT;
	rte_free(te->data);
	rte_free(te);
	return 0;
}

/* all: each counter, and whether the links back are right. */
static void all(struct counter_list *list)
{
	struct rte_tailq_entry *te, **at = &list->tqh_first;

	rte_mcfg_tailq_read_lock();
	TAILQ_FOREACH(te, list, next) {
		struct counter *c = te->data;

		printf("%s %u %lu%s\n", c->name, c->pid, (unsigned long)c->value,
		       te->next.tqe_prev == at ? "" : " BROKEN");
		at = &te->next.tqe_next;
	}
	if (list->tqh_last != at)
		puts("BROKEN END");
	rte_mcfg_tailq_read_unlock();
}

static void answer(int n, char **word)
{
	struct counter_list *list = RTE_TAILQ_CAST(counters.head, counter_list);
	struct rte_tailq_entry *te;
	char name[32];

	if (is(word[0], "add") && n == 2)
		printf("%d\n", add(list, word[1]));
	else if (is(word[0], "drop") && n == 2)
		printf("%d\n", drop(list, word[1]));
	else if (is(word[0], "all"))
		all(list);
	else if (is(word[0], "fill") && n == 3) { /* fill PREFIX N */
		int failed = 0;

		for (unsigned long i = 0; i < number(word[2]); i++) {
			snprintf(name, sizeof(name), "%s-%lu", word[1], i);
			failed += add(list, name) < 0;
		}
		printf("%d\n", failed);
	} else if (is(word[0], "count") && n == 3) { /* count NAME N: adds, and says what it was */
		rte_mcfg_tailq_read_lock();
		te = find(list, word[1]);
		if (te == NULL)
			puts("none");
		else
			printf("%lu\n", __atomic_fetch_add(&((struct counter *)te->data)->value,
							   number(word[2]), __ATOMIC_SEQ_CST));
		rte_mcfg_tailq_read_unlock();
	} else
		puts("what?");
}
