/* Looks at tailqs as C does, and fills those of DPDK's libraries: dump, walk, make. See dialog.h. */
#include "dialog.h"

#include <sys/mman.h>

#include <rte_acl.h>
#include <rte_distributor.h>
#include <rte_eal_memconfig.h>
#include <rte_efd.h>
#include <rte_fbk_hash.h>
#include <rte_fib.h>
#include <rte_hash.h>
#include <rte_lcore.h>
#include <rte_lpm.h>
#include <rte_lpm6.h>
#include <rte_malloc.h>
#include <rte_mbuf_dyn.h>
#include <rte_mempool.h>
#include <rte_reorder.h>
#include <rte_rib.h>
#include <rte_ring.h>
#include <rte_stack.h>
#include <rte_tailq.h>
#include <rte_thash.h>

TAILQ_HEAD(entries, rte_tailq_entry);

/* walk TAILQ: each entry's address and data. */
static void walk(const char *name)
{
	struct entries *list = RTE_TAILQ_LOOKUP(name, entries);
	struct rte_tailq_entry *te;

	if (list == NULL) {
		puts("none");
		return;
	}
	rte_mcfg_tailq_read_lock();
	TAILQ_FOREACH(te, list, next)
		printf("%lu %lu\n", (unsigned long)te, (unsigned long)te->data);
	rte_mcfg_tailq_read_unlock();
}

/* make KIND NAME: an object of a library; its address, or 0. */
static void *make(const char *kind, const char *name)
{
	if (is(kind, "RTE_RING"))
		return rte_ring_create(name, 64, SOCKET_ID_ANY, 0);
	if (is(kind, "RTE_MEMPOOL"))
		return rte_mempool_create(name, 63, 64, 0, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY, 0);
	if (is(kind, "RTE_HASH")) {
		struct rte_hash_parameters p = {.name = name, .entries = 64, .key_len = 4};
		return rte_hash_create(&p);
	}
	if (is(kind, "RTE_FBK_HASH")) {
		struct rte_fbk_hash_params p = {.name = name, .entries = 64, .entries_per_bucket = 4};
		return rte_fbk_hash_create(&p);
	}
	if (is(kind, "RTE_THASH"))
		return rte_thash_init_ctx(name, 40, 6, NULL, 0);
	if (is(kind, "RTE_LPM")) {
		struct rte_lpm_config c = {.max_rules = 16, .number_tbl8s = 16};
		return rte_lpm_create(name, SOCKET_ID_ANY, &c);
	}
	if (is(kind, "RTE_LPM6")) {
		struct rte_lpm6_config c = {.max_rules = 16, .number_tbl8s = 16};
		return rte_lpm6_create(name, SOCKET_ID_ANY, &c);
	}
	if (is(kind, "RTE_STACK"))
		return rte_stack_create(name, 64, SOCKET_ID_ANY, 0);
	if (is(kind, "RTE_REORDER"))
		return rte_reorder_create(name, SOCKET_ID_ANY, 64);
	if (is(kind, "RTE_ACL")) {
		struct rte_acl_param p = {.name = name, .socket_id = SOCKET_ID_ANY, .rule_size = RTE_ACL_RULE_SZ(1), .max_rule_num = 8};
		return rte_acl_create(&p);
	}
	if (is(kind, "RTE_RIB")) {
		struct rte_rib_conf c = {.max_nodes = 16};
		return rte_rib_create(name, SOCKET_ID_ANY, &c);
	}
	if (is(kind, "RTE_FIB")) {
		struct rte_fib_conf c = {.type = RTE_FIB_DUMMY, .max_routes = 16};
		return rte_fib_create(name, SOCKET_ID_ANY, &c);
	}
	if (is(kind, "RTE_EFD"))
		return rte_efd_create(name, 64, 4, 1, 0);
	if (is(kind, "RTE_DISTRIBUTOR"))
		return rte_distributor_create(name, rte_socket_id(), 1, RTE_DIST_ALG_SINGLE);
	if (is(kind, "RTE_DIST_BURST"))
		return rte_distributor_create(name, rte_socket_id(), 1, RTE_DIST_ALG_BURST);
	if (is(kind, "RTE_MBUF_DYNFIELD")) {
		struct rte_mbuf_dynfield p = {.size = 4, .align = 4};
		snprintf(p.name, sizeof(p.name), "%s", name);
		return (void *)(uintptr_t)(rte_mbuf_dynfield_register(&p) + 1);
	}
	if (is(kind, "RTE_MBUF_DYNFLAG")) {
		struct rte_mbuf_dynflag p = {.flags = 0};
		snprintf(p.name, sizeof(p.name), "%s", name);
		return (void *)(uintptr_t)(rte_mbuf_dynflag_register(&p) + 1);
	}
	return NULL;
}

/* external NAME: a ring in memory that the application brought, and that no other process has. */
static void *external(const char *name)
{
	size_t len = 1 << 21;
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || rte_malloc_heap_create("mine") < 0 ||
	    rte_malloc_heap_memory_add("mine", memory, len, NULL, 0, 4096) < 0)
		return NULL;
	return rte_ring_create(name, 64, rte_malloc_heap_get_socket("mine"), 0);
}

static void answer(int n, char **word)
{
	if (is(word[0], "dump"))
		rte_dump_tailq(stdout);
	else if (is(word[0], "walk") && n == 2)
		walk(word[1]);
	else if (is(word[0], "make") && n == 3)
		printf("%lu\n", (unsigned long)make(word[1], word[2]));
	else if (is(word[0], "external") && n == 2)
		printf("%lu\n", (unsigned long)external(word[1]));
	else if (is(word[0], "route") && n == 2) { /* route LPM: an entry of its table looks like text */
		struct rte_lpm *lpm = rte_lpm_find_existing(word[1]);
		printf("%d\n", rte_lpm_add(lpm, 0, 8, 0x414141));
	} else if (is(word[0], "lookup")) /* as DPDK does it, the empty name too */
		printf("%lu\n", (unsigned long)rte_eal_tailq_lookup(n > 1 ? word[1] : ""));
	else
		puts("what?");
}
