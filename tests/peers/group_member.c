/*
 * A member of a group whose objects have the names that those of every other group have:
 * tests/group/fixtures/member.ts in C.
 *
 * group_member EAL-ARGUMENTS -- TAG
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

static void create(uint32_t tag)
{
	const struct rte_memzone *zone = rte_memzone_reserve("ZONE", 4096, SOCKET_ID_ANY, 0);
	struct rte_ring *ring = rte_ring_create("RING", 64, SOCKET_ID_ANY, 0);
	struct rte_mempool *pool = rte_mempool_create("POOL", 63, 64, 0, 0, NULL, NULL, NULL, NULL,
		SOCKET_ID_ANY, 0);
	void *object;
	char name[16];
	uint32_t i;

	if (zone == NULL || ring == NULL || pool == NULL)
		exit(1);
	*(uint32_t *)zone->addr = tag;
	for (i = 0; i < tag; i++) {
		if (rte_mempool_get(pool, &object) < 0 || rte_ring_enqueue(ring, object) < 0)
			exit(1);
		*(uint32_t *)object = tag;
	}
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "MORE%u", i);
		if (rte_memzone_reserve(name, 4 << 20, SOCKET_ID_ANY, 0) == NULL)
			break;
	}
	printf("TOOK %u %s\n", i, rte_errno == ENOMEM ? "ENOMEM" : "?");
}

static void look(void)
{
	const struct rte_memzone *zone = rte_memzone_lookup("ZONE");
	struct rte_ring *ring = rte_ring_lookup("RING");
	void *objects[64];
	uint32_t n, i, sum = 0;

	if (zone == NULL || ring == NULL || rte_mempool_lookup("POOL") == NULL)
		exit(1);
	n = rte_ring_dequeue_burst(ring, objects, 64, NULL);
	for (i = 0; i < n; i++)
		sum += *(uint32_t *)objects[i];
	if (rte_ring_enqueue_burst(ring, objects, n, NULL) != n)
		exit(1);
	printf("FOUND %u %u %u\n", *(uint32_t *)zone->addr, n, sum);
}

int main(int argc, char **argv)
{
	int used = rte_eal_init(argc, argv);

	if (used < 0 || argc - used != 2)
		return 1;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		create(atoi(argv[used + 1]));
	else
		look();
	printf("READY\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
