/**
 * A port's driver with some functions of its own, in C: what it is handed when queues are set up, what it
 * tells of them, a reset. Virtual drivers of DPDK have none of the latter.
 *
 * @module
 */

import { type Calls, installation, runtime } from "../../mod.ts";
import { compileC } from "../kit.ts";

const SOURCE = `
#define ALLOW_EXPERIMENTAL_API
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <rte_ethdev.h>
#include <rte_version.h>

/* Exported for drivers; their headers are not installed, so the places of functions stand here. */
struct rte_eth_dev *rte_eth_dev_allocated(const char *name);

#if RTE_VERSION < RTE_VERSION_NUM(24, 11, 0, 0)
enum { RESET = 6, INFO = 24, RXQ_INFO, TXQ_INFO, RX_SETUP = 41, TX_SETUP = 45, FUNCTIONS = 113 };
#elif RTE_VERSION < RTE_VERSION_NUM(25, 11, 0, 0)
enum { RESET = 6, INFO = 27, RXQ_INFO, TXQ_INFO, RX_SETUP = 45, TX_SETUP = 49, FUNCTIONS = 121 };
#else
enum { RESET = 6, INFO = 27, RXQ_INFO, TXQ_INFO, RX_SETUP = 45, TX_SETUP = 49, FUNCTIONS = 124 };
#endif

typedef int (*rx_setup_t)(void *, uint16_t, uint16_t, unsigned int, const struct rte_eth_rxconf *,
			  struct rte_mempool *);
typedef int (*info_t)(void *, struct rte_eth_dev_info *);
typedef int (*tx_setup_t)(void *, uint16_t, uint16_t, unsigned int, const struct rte_eth_txconf *);

static void *functions[FUNCTIONS];
static void **before;
static char text[2048];
static int answer, resets;

static void rx_text(const struct rte_eth_rxconf *c)
{
	const size_t n = strlen(text);

	snprintf(text + n, sizeof(text) - n, " %u %u %u %u %u %u %" PRIu64, c->rx_thresh.pthresh,
		 c->rx_thresh.hthresh, c->rx_thresh.wthresh, c->rx_free_thresh, c->rx_drop_en,
		 c->rx_deferred_start, c->offloads);
}

static void tx_text(const struct rte_eth_txconf *c)
{
	const size_t n = strlen(text);

	snprintf(text + n, sizeof(text) - n, " %u %u %u %u %u %u %" PRIu64, c->tx_thresh.pthresh,
		 c->tx_thresh.hthresh, c->tx_thresh.wthresh, c->tx_rs_thresh, c->tx_free_thresh,
		 c->tx_deferred_start, c->offloads);
}

static int rx_setup(void *dev, uint16_t queue, uint16_t descriptors, unsigned int socket,
		    const struct rte_eth_rxconf *conf, struct rte_mempool *mp)
{
	snprintf(text, sizeof(text), "rx %u %u %d %s", queue, descriptors, (int)socket, mp->name);
	rx_text(conf);
	return ((rx_setup_t)before[RX_SETUP])(dev, queue, descriptors, socket, conf, mp);
}

static int tx_setup(void *dev, uint16_t queue, uint16_t descriptors, unsigned int socket,
		    const struct rte_eth_txconf *conf)
{
	snprintf(text, sizeof(text), "tx %u %u %d", queue, descriptors, (int)socket);
	tx_text(conf);
	return ((tx_setup_t)before[TX_SETUP])(dev, queue, descriptors, socket, conf);
}

static void rxq_info(void *dev, uint16_t queue, struct rte_eth_rxq_info *i)
{
	(void)dev;
	*i = (struct rte_eth_rxq_info){
		.mp = (struct rte_mempool *)(uintptr_t)0x123456789a80,
		.conf = {
			.rx_thresh = {.pthresh = 11, .hthresh = 12, .wthresh = 13},
			.rx_free_thresh = 1400 + queue,
			.rx_drop_en = queue == 0,
			.rx_deferred_start = queue == 1,
			.offloads = RTE_ETH_RX_OFFLOAD_SCATTER | RTE_ETH_RX_OFFLOAD_VLAN_STRIP,
		},
		.scattered_rx = queue == 0,
		.nb_desc = 1500 + queue,
		.rx_buf_size = 1600 + queue,
	};
}

static void txq_info(void *dev, uint16_t queue, struct rte_eth_txq_info *i)
{
	(void)dev;
	*i = (struct rte_eth_txq_info){
		.conf = {
			.tx_thresh = {.pthresh = 21, .hthresh = 22, .wthresh = 23},
			.tx_rs_thresh = 2400 + queue,
			.tx_free_thresh = 2500 + queue,
			.tx_deferred_start = queue == 1,
			.offloads = RTE_ETH_TX_OFFLOAD_MULTI_SEGS | RTE_ETH_TX_OFFLOAD_TCP_TSO,
		},
		.nb_desc = 2600 + queue,
	};
}

/* A device of which it is known that it has pools of queues. */
static int info(void *dev, struct rte_eth_dev_info *i)
{
	const int result = ((info_t)before[INFO])(dev, i);

	i->max_vmdq_pools = 32;
	return result;
}

static int reset(void *dev)
{
	(void)dev;
	resets++;
	return answer;
}

/* Its functions are two words behind a port's data, which begin with its name. */
int driver_install(uint16_t port)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	void **word;

	rte_eth_dev_get_name_by_port(port, name);
	word = (void **)rte_eth_dev_allocated(name);
	for (int i = 0; i < 16; i++) {
		if (word[i] == NULL || strncmp(word[i], name, sizeof(name)) != 0)
			continue;
		before = word[i + 2];
		memcpy(functions, before, sizeof(functions));
		functions[RESET] = reset;
		functions[INFO] = info;
		functions[RXQ_INFO] = rxq_info;
		functions[TXQ_INFO] = txq_info;
		functions[RX_SETUP] = rx_setup;
		functions[TX_SETUP] = tx_setup;
		word[i + 2] = functions;
		return 0;
	}
	return -1;
}

/* What the last setup of a queue was handed. */
const char *driver_seen(void)
{
	return text;
}

/* What the next reset answers; how many there were. */
int driver_resets(int next)
{
	answer = next;
	return resets;
}

static void put(const char *name, const uint8_t *bytes, unsigned int n)
{
	size_t at = strlen(text);

	at += snprintf(text + at, sizeof(text) - at, " %s", name);
	for (unsigned int i = 0; i < n; i++)
		at += snprintf(text + at, sizeof(text) - at, " %u", bytes[i]);
}

/* How a port's queues are shared out, field by field, but for what is 0. */
const char *driver_multi_queue(uint16_t port)
{
	static const struct rte_eth_vmdq_dcb_conf no_pools_of_classes;
	static const struct rte_eth_vmdq_rx_conf no_pools;
	static const struct rte_eth_dcb_rx_conf no_classes;
	struct rte_eth_conf c;
	size_t n;

	if (rte_eth_dev_conf_get(port, &c) != 0)
		return "";
	snprintf(text, sizeof(text), "%u %u %u", c.rxmode.mq_mode, c.txmode.mq_mode,
		 c.dcb_capability_en);
	if (memcmp(&c.rx_adv_conf.dcb_rx_conf, &no_classes, sizeof(no_classes)) != 0) {
		n = strlen(text);
		snprintf(text + n, sizeof(text) - n, " dcb %u", c.rx_adv_conf.dcb_rx_conf.nb_tcs);
		put("of", c.rx_adv_conf.dcb_rx_conf.dcb_tc, 8);
	}
	if (memcmp(&c.rx_adv_conf.vmdq_rx_conf, &no_pools, sizeof(no_pools)) != 0) {
		const struct rte_eth_vmdq_rx_conf *v = &c.rx_adv_conf.vmdq_rx_conf;

		n = strlen(text);
		n += snprintf(text + n, sizeof(text) - n, " vmdq %u %u %u %u %x", v->nb_queue_pools,
			      v->enable_default_pool, v->default_pool, v->enable_loop_back,
			      v->rx_mode);
		for (int i = 0; i < v->nb_pool_maps; i++)
			n += snprintf(text + n, sizeof(text) - n, " %u:%" PRIx64,
				      v->pool_map[i].vlan_id, v->pool_map[i].pools);
	}
	if (memcmp(&c.rx_adv_conf.vmdq_dcb_conf, &no_pools_of_classes,
		   sizeof(no_pools_of_classes)) != 0) {
		const struct rte_eth_vmdq_dcb_conf *v = &c.rx_adv_conf.vmdq_dcb_conf;

		n = strlen(text);
		n += snprintf(text + n, sizeof(text) - n, " vmdq_dcb %u %u %u", v->nb_queue_pools,
			      v->enable_default_pool, v->default_pool);
		for (int i = 0; i < v->nb_pool_maps; i++)
			n += snprintf(text + n, sizeof(text) - n, " %u:%" PRIx64,
				      v->pool_map[i].vlan_id, v->pool_map[i].pools);
		put("of", v->dcb_tc, 8);
	}
	n = strlen(text);
	if (c.txmode.mq_mode == RTE_ETH_MQ_TX_DCB) {
		snprintf(text + n, sizeof(text) - n, " tx %u", c.tx_adv_conf.dcb_tx_conf.nb_tcs);
		put("of", c.tx_adv_conf.dcb_tx_conf.dcb_tc, 8);
	} else if (c.txmode.mq_mode == RTE_ETH_MQ_TX_VMDQ_DCB) {
		snprintf(text + n, sizeof(text) - n, " tx %u",
			 c.tx_adv_conf.vmdq_dcb_tx_conf.nb_queue_pools);
		put("of", c.tx_adv_conf.vmdq_dcb_tx_conf.dcb_tc, 8);
	} else if (c.txmode.mq_mode == RTE_ETH_MQ_TX_VMDQ_ONLY)
		snprintf(text + n, sizeof(text) - n, " tx %u",
			 c.tx_adv_conf.vmdq_tx_conf.nb_queue_pools);
	return text;
}

/* The key that a port was configured with, and its length. */
int driver_key(uint16_t port, uint8_t *key)
{
	struct rte_eth_conf conf;

	if (rte_eth_dev_conf_get(port, &conf) != 0)
		return -1;
	memcpy(key, conf.rx_adv_conf.rss_conf.rss_key, conf.rx_adv_conf.rss_conf.rss_key_len);
	return conf.rx_adv_conf.rss_conf.rss_key_len;
}
`;

const FUNCTIONS = {
  driver_install: "int (uint16_t port)",
  driver_seen: "const char *(void)",
  driver_resets: "int (int next)",
  driver_key: "int (uint16_t port, uint8_t *key)",
  driver_multi_queue: "const char *(uint16_t port)",
} as const;

/** The C functions. After EAL has started. */
export function openDriver(): Calls<typeof FUNCTIONS> {
  void installation(); // the libraries that this one is linked with are those of the script
  return runtime.open(compileC(SOURCE, ["-shared", "-fPIC", "-Wl,-z,nodelete"]), FUNCTIONS);
}
