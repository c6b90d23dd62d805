/*
 * A primary with a ring of numbers that secondaries take: EAL-ARGS. Prints READY, and a line for each
 * number that came back; ends when its input does.
 */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_eal.h>
#include <rte_ring.h>

int main(int argc, char **argv)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	struct rte_ring *forth, *back;
	uintptr_t number = 1;
	void *came;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	forth = rte_ring_create("FORTH", 64, SOCKET_ID_ANY, 0);
	back = rte_ring_create("BACK", 64, SOCKET_ID_ANY, 0);
	if (forth == NULL || back == NULL)
		return 2;
	printf("READY\n");
	fflush(stdout);
	while (poll(&input, 1, 1) == 0) {
		while (rte_ring_enqueue(forth, (void *)number) == 0)
			number++;
		while (rte_ring_dequeue(back, &came) == 0)
			printf("%ju\n", (uintmax_t)(uintptr_t)came);
		fflush(stdout);
	}
	rte_eal_cleanup();
	return 0;
}
