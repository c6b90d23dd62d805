/*
 * A primary with the rings, pools and names of a share-nothing stack that has one process a queue: it is
 * there to be looked into. It waits until its input ends.
 */
#include <stdio.h>

#include <rte_eal.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#define PROCESSES 2

int main(int argc, char **argv)
{
	struct rte_mempool *messages;
	struct rte_ring *in;
	char name[32];
	void *message;
	int i, type;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	rte_pktmbuf_pool_create("mbuf_pool_0", 1023, 32, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	messages = rte_mempool_create("ff_msg_pool", PROCESSES * 64, 10240, 16, 0, NULL, NULL, NULL, NULL,
				      SOCKET_ID_ANY, 0);
	for (i = 0; i < PROCESSES; i++) {
		snprintf(name, sizeof(name), "dispatch_ring_p0_q%d", i);
		rte_ring_create(name, 2048, SOCKET_ID_ANY, RING_F_SC_DEQ);
		snprintf(name, sizeof(name), "ff_msg_ring_in_%d", i);
		rte_ring_create(name, 32, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		for (type = 1; type <= 9; type++) {
			snprintf(name, sizeof(name), "ff_msg_ring_out_%d_%d", i, type);
			rte_ring_create(name, 32, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
		}
	}
	rte_ring_create("kni_ring_0", 2048, SOCKET_ID_ANY, RING_F_SC_DEQ);
	in = rte_ring_lookup("ff_msg_ring_in_1");
	for (i = 0; i < 3 && rte_mempool_get(messages, &message) == 0; i++) {
		*(uint32_t *)message = i + 1; /* msg_type */
		rte_ring_enqueue(in, message);
	}
	puts("READY");
	fflush(stdout);
	while (getchar() != EOF)
		;
	rte_eal_cleanup();
	return 0;
}
