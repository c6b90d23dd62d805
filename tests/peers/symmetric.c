/*
 * Does what DPDK's symmetric_mp does, on one lcore: each process receives on its own queue of each
 * port, and sends from its queue of the port beside it. Arguments: EAL's -- -p PORTMASK --num-procs N
 * --proc-id N, and for the primary, to save memory, --mbufs N (65536 unless given).
 *
 * It says "lcore L using queue Q of each port", and tells its counts on a line of stdin and at its end:
 *   Port ID: RX - N, TX - N, Drop - N
 * It ends on SIGINT, SIGTERM and the end of stdin; the primary must be the last, and its last line is
 * "pool SIZE avail N".
 */
#include <getopt.h>

#include "forward.h"

#define POOL "SMP_MBUF_POOL"
#define CACHE 256

struct counts {
	unsigned int rx;
	unsigned int tx;
	unsigned int drop;
};

static uint16_t ports[RTE_MAX_ETHPORTS];
static struct counts counts[RTE_MAX_ETHPORTS];
static unsigned int port_count;

static void tell(void)
{
	for (unsigned int i = 0; i < port_count; i++) {
		const struct counts *c = &counts[ports[i]];

		printf("Port %u: RX - %u, TX - %u, Drop - %u\n", ports[i], c->rx, c->tx, c->drop);
	}
}

/* Starts a port with what it can do of the checksums and of RSS over IP. */
static void start(uint16_t id, uint16_t queues, struct rte_mempool *pool)
{
	struct rte_eth_conf conf = {.rxmode = {.mq_mode = RTE_ETH_MQ_RX_RSS}};
	struct rte_eth_dev_info info;

	if (rte_eth_dev_info_get(id, &info) < 0)
		fail("get a port's facts");
	conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_CHECKSUM;
	conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & RTE_ETH_RSS_IP;
	if (port_start(id, queues, queues, &conf, pool) == 0)
		return;
	conf.rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	if (port_start(id, queues, queues, &conf, pool) < 0)
		fail("start a port");
}

static void work(uint16_t queue)
{
	struct rte_mbuf *packets[BURST];

	while (going()) {
		unsigned int all = 0;

		for (unsigned int i = 0; i < port_count; i++) {
			const uint16_t from = ports[i], to = ports[i ^ 1];
			const uint16_t got = rte_eth_rx_burst(from, queue, packets, BURST);

			if (got == 0)
				continue;
			const uint16_t sent = rte_eth_tx_burst(to, queue, packets, got);
			rte_pktmbuf_free_bulk(packets + sent, got - sent);
			counts[from].rx += got;
			counts[to].tx += sent;
			counts[to].drop += got - sent;
			all += got;
		}
		rest(all);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"num-procs", required_argument, NULL, 'n'},
		{"proc-id", required_argument, NULL, 'i'},
		{"mbufs", required_argument, NULL, 'm'},
		{NULL, 0, NULL, 0},
	};
	unsigned int processes = 0, mbufs = 65536;
	int used = rte_eal_init(argc, argv), option, self = -1;
	struct rte_mempool *pool;
	bool primary;

	if (used < 0)
		return 1;
	end_on_signals();
	argc -= used;
	argv += used;
	primary = rte_eal_process_type() == RTE_PROC_PRIMARY;
	while ((option = getopt_long(argc, argv, "p:", options, NULL)) != -1) {
		if (option == 'p')
			port_count = ports_of(optarg, ports);
		else if (option == 'n')
			processes = strtoul(optarg, NULL, 10);
		else if (option == 'i')
			self = strtol(optarg, NULL, 10);
		else if (option == 'm')
			mbufs = strtoul(optarg, NULL, 10);
	}
	if (self < 0 || (primary && processes == 0) || port_count == 0 || port_count % 2 != 0) {
		fprintf(stderr, "-p PORTMASK, of an even number of ports that are there; "
			"--num-procs N; --proc-id N\n");
		rte_eal_cleanup();
		return 1;
	}
	pool = !primary ? rte_mempool_lookup(POOL) :
		rte_pktmbuf_pool_create(POOL, mbufs, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					rte_socket_id());
	if (pool == NULL)
		fail(primary ? "create the pool" : "look the pool up");
	if (primary) {
		for (unsigned int i = 0; i < port_count; i++)
			start(ports[i], processes, pool);
		links_wait(ports, port_count);
	}
	printf("lcore %u using queue %d of each port\n", rte_lcore_id(), self);
	work(self);
	if (ending != 0)
		printf("Exiting on signal %d\n", (int)ending);
	tell();
	if (primary)
		ports_stop(ports, port_count);
	cache_flush(pool);
	if (primary)
		printf("pool %u avail %u\n", pool->size, rte_mempool_avail_count(pool));
	rte_eal_cleanup();
	return 0;
}
