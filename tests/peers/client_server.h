/* What DPDK's mp_server and mp_client share: names, sizes, and the memzone of their counts. */
#ifndef CLIENT_SERVER_H
#define CLIENT_SERVER_H

#include "forward.h"

#define MOST_CLIENTS 16
#define ZONE "MProc_port_info"
#define POOL "MProc_pktmbuf_pool"
#define RING_FORMAT "MProc_Client_%u_RX"

struct __rte_cache_aligned rx_stats {
	uint64_t rx[RTE_MAX_ETHPORTS]; /* by the port's place in id */
};

struct __rte_cache_aligned tx_stats {
	uint64_t tx[RTE_MAX_ETHPORTS]; /* by the port's id */
	uint64_t tx_drop[RTE_MAX_ETHPORTS];
};

struct port_info {
	uint16_t num_ports;
	uint16_t id[RTE_MAX_ETHPORTS];
	volatile struct rx_stats rx_stats; /* the server writes */
	volatile struct tx_stats tx_stats[MOST_CLIENTS]; /* each client writes its own */
};

static inline const char *ring_name(unsigned int client)
{
	static char name[32];

	snprintf(name, sizeof(name), RING_FORMAT, client);
	return name;
}

#endif
