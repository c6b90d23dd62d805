/* Starts EAL with its arguments and prints what it is, one fact a line; ends when its input does. */
#include <stdio.h>

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <rte_version.h>

int main(int argc, char **argv)
{
	unsigned int lcore;
	int used = rte_eal_init(argc, argv);

	if (used < 0)
		return 1;
	printf("processType %s\n", rte_eal_process_type() == RTE_PROC_PRIMARY ? "primary" : "secondary");
	printf("version %s\n", rte_version());
	printf("runtimeDirectory %s\n", rte_eal_get_runtime_dir());
	printf("mainLcore %u\n", rte_get_main_lcore());
	printf("lcoreId %u\n", rte_lcore_id());
	printf("socketId %u\n", rte_socket_id());
	printf("logLevel %u\n", rte_log_get_global_level());
	printf("hasHugepages %s\n", rte_eal_has_hugepages() ? "true" : "false");
	printf("args %d\n", argc - used - 1);
	printf("lcores");
	RTE_LCORE_FOREACH(lcore)
		printf(" %u", lcore);
	printf("\nREADY\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
