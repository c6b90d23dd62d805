/* Prints the version of the DPDK that it was compiled against and linked with. */
#include <stdio.h>

#include <rte_version.h>

int main(void)
{
	printf("%s\n", rte_version());
	return 0;
}
