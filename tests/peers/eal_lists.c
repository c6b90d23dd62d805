/*
 * A primary with external memory, that prints what its group's processes map, a line each:
 *   list NUMBER ADDRESS LENGTH EXTERNAL
 *   table NUMBER ADDRESS
 *   zone ADDRESS
 * and READY; ends when its input does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_malloc.h>
#include <rte_memory.h>
#include <rte_memzone.h>

#define PAGE (1 << 21)

static int print_list(const struct rte_memseg_list *list, void *arg)
{
	int number = (*(int *)arg)++;

	printf("list %d %llu %llu %d\n", number, (unsigned long long)(uintptr_t)list->base_va,
	       (unsigned long long)list->len, list->external != 0);
	printf("table %d %llu\n", number, (unsigned long long)(uintptr_t)list->memseg_arr.data);
	return 0;
}

int main(int argc, char **argv)
{
	const struct rte_memzone *zone;
	int number = 0;
	void *memory;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	memory = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memory = (void *)(((uintptr_t)memory + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
	if (rte_malloc_heap_create("external") < 0 ||
	    rte_malloc_heap_memory_add("external", memory, PAGE, NULL, 1, PAGE) < 0)
		return 2;
	zone = rte_memzone_reserve("a_zone", 64, SOCKET_ID_ANY, 0);
	if (zone == NULL)
		return 3;
	if (rte_memseg_list_walk(print_list, &number) < 0)
		return 4;
	printf("zone %llu\n", (unsigned long long)(uintptr_t)zone);
	printf("READY\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
