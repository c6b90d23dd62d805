/*
 * Looks at ports as C does, and controls them: see answer() for the commands. Numbers of 64 bits are
 * printed as unsigned. See dialog.h.
 */
#define ALLOW_EXPERIMENTAL_API
#define WORDS 160
#include "dialog.h"

#include <inttypes.h>
#include <stddef.h>

#include <rte_bus.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#define MAX 512

static void thresholds(const struct rte_eth_thresh *t)
{
	printf(" %u %u %u", t->pthresh, t->hthresh, t->wthresh);
}

static void rxconf(const struct rte_eth_rxconf *c)
{
	thresholds(&c->rx_thresh);
	printf(" %u %u %u %" PRIu64, c->rx_free_thresh, c->rx_drop_en, c->rx_deferred_start,
	       c->offloads);
}

static void txconf(const struct rte_eth_txconf *c)
{
	thresholds(&c->tx_thresh);
	printf(" %u %u %u %" PRIu64, c->tx_rs_thresh, c->tx_free_thresh, c->tx_deferred_start,
	       c->offloads);
}

static void limits(const struct rte_eth_desc_lim *l)
{
	printf(" %u %u %u %u %u", l->nb_min, l->nb_max, l->nb_align, l->nb_seg_max,
	       l->nb_mtu_seg_max);
}

static void preferred(const struct rte_eth_dev_portconf *p)
{
	printf(" %u %u %u", p->burst_size, p->ring_size, p->nb_queues);
}

static int info(uint16_t port)
{
	struct rte_eth_dev_info i;
	int status = rte_eth_dev_info_get(port, &i);

	if (status < 0)
		return status;
	printf("%s %s %s %u %u %u", i.driver_name, rte_dev_name(i.device),
	       rte_bus_name(rte_dev_bus(i.device)), i.if_index, i.min_mtu, i.max_mtu);
	printf(" %u %u %u %u %u %u %u", i.min_rx_bufsize, i.max_rx_pktlen, i.max_lro_pkt_size,
	       i.max_rx_queues, i.max_tx_queues, i.max_mac_addrs, i.max_vfs);
	printf(" %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, i.rx_offload_capa,
	       i.tx_offload_capa, i.rx_queue_offload_capa, i.tx_queue_offload_capa);
	printf(" %u %u %" PRIu64, i.reta_size, i.hash_key_size, i.flow_type_rss_offloads);
	limits(&i.rx_desc_lim);
	limits(&i.tx_desc_lim);
	rxconf(&i.default_rxconf);
	txconf(&i.default_txconf);
	preferred(&i.default_rxportconf);
	preferred(&i.default_txportconf);
	printf(" %u %u", i.nb_rx_queues, i.nb_tx_queues);
	printf(" %d %d", (*i.dev_flags & RTE_ETH_DEV_INTR_LSC) != 0,
	       (*i.dev_flags & RTE_ETH_DEV_INTR_RMV) != 0);
	printf(" %d %d\n", (i.dev_capa & RTE_ETH_DEV_CAPA_RUNTIME_RX_QUEUE_SETUP) != 0,
	       (i.dev_capa & RTE_ETH_DEV_CAPA_RUNTIME_TX_QUEUE_SETUP) != 0);
	return 0;
}

static int conf(uint16_t port)
{
	struct rte_eth_conf c;
	int status = rte_eth_dev_conf_get(port, &c);
	unsigned int i;

	if (status < 0)
		return status;
	printf("%u %u %" PRIu64 " %" PRIu64 " %d %" PRIu64 " %d %d %d %u", c.rxmode.mtu,
	       c.rxmode.max_lro_pkt_size, c.rxmode.offloads, c.txmode.offloads, c.rxmode.mq_mode,
	       c.rx_adv_conf.rss_conf.rss_hf, c.intr_conf.lsc, c.intr_conf.rxq, c.intr_conf.rmv,
	       c.lpbk_mode);
	/* The key lies in the memory of the process that configured the port. */
	if (rte_eal_process_type() == RTE_PROC_PRIMARY && c.rx_adv_conf.rss_conf.rss_key != NULL)
		for (i = 0; i < c.rx_adv_conf.rss_conf.rss_key_len; i++)
			printf(" %u", c.rx_adv_conf.rss_conf.rss_key[i]);
	else
		printf(" key %u", c.rx_adv_conf.rss_conf.rss_key_len);
	printf("\n");
	return 0;
}

static int stats(uint16_t port)
{
	struct rte_eth_stats s;
	int status = rte_eth_stats_get(port, &s);

	if (status == 0)
		printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		       " %" PRIu64 " %" PRIu64 "\n", s.ipackets, s.opackets, s.ibytes, s.obytes,
		       s.imissed, s.ierrors, s.oerrors, s.rx_nombuf);
	return status;
}

static int xstats(uint16_t port)
{
	static struct rte_eth_xstat_name names[MAX];
	static struct rte_eth_xstat values[MAX];
	int n = rte_eth_xstats_get_names(port, names, MAX), i;

	if (n < 0 || rte_eth_xstats_get(port, values, MAX) != n)
		return -1;
	for (i = 0; i < n; i++)
		printf("%" PRIu64 " %s %" PRIu64 "\n", values[i].id, names[values[i].id].name,
		       values[i].value);
	return 0;
}

static void print_link(const struct rte_eth_link *l)
{
	printf("%d %u %d %d\n", l->link_status, l->link_speed, l->link_duplex, l->link_autoneg);
}

static int link(uint16_t port)
{
	struct rte_eth_link l;
	int status = rte_eth_link_get_nowait(port, &l);

	if (status == 0)
		print_link(&l);
	return status;
}

static void print_mac(const struct rte_ether_addr *a)
{
	printf(RTE_ETHER_ADDR_PRT_FMT "\n", RTE_ETHER_ADDR_BYTES(a));
}

static int macs(uint16_t port)
{
	struct rte_ether_addr all[128];
	int n, i;

	n = rte_eth_macaddr_get(port, &all[0]);
	if (n < 0)
		return n;
	print_mac(&all[0]);
	n = rte_eth_macaddrs_get(port, all, 128);
	for (i = 0; i < n; i++)
		if (i == 0 || !rte_is_zero_ether_addr(&all[i]))
			print_mac(&all[i]);
	return n;
}

/* What is on, and the MTU. */
static int modes(uint16_t port)
{
	uint16_t mtu;
	int status = rte_eth_dev_get_mtu(port, &mtu);

	if (status == 0)
		printf("%u %d %d %d\n", mtu, rte_eth_promiscuous_get(port),
		       rte_eth_allmulticast_get(port), rte_eth_dev_get_vlan_offload(port));
	return status;
}

static int owner(uint16_t port)
{
	struct rte_eth_dev_owner o;
	int status = rte_eth_dev_owner_get(port, &o);

	if (status == 0)
		printf("%" PRIu64 " %s\n", o.id, o.name);
	return status;
}

static int own(uint16_t port, const char *name)
{
	struct rte_eth_dev_owner o;

	rte_eth_dev_owner_new(&o.id);
	snprintf(o.name, sizeof(o.name), "%s", name);
	return rte_eth_dev_owner_set(port, &o);
}

static int reta(uint16_t port, int size)
{
	struct rte_eth_rss_reta_entry64 all[8];
	int i, status;

	memset(all, 0xff, sizeof(all));
	status = rte_eth_dev_rss_reta_query(port, all, size);
	for (i = 0; status == 0 && i < size; i++)
		printf("%u%c", all[i / 64].reta[i % 64], i == size - 1 ? '\n' : ' ');
	return status;
}

/* set_reta PORT ENTRY QUEUE ENTRY QUEUE ... */
static int set_reta(uint16_t port, int n, char **word)
{
	struct rte_eth_rss_reta_entry64 all[2];
	int i;

	memset(all, 0, sizeof(all));
	for (i = 2; i + 1 < n; i += 2) {
		all[number(word[i]) / 64].mask |= UINT64_C(1) << (number(word[i]) % 64);
		all[number(word[i]) / 64].reta[number(word[i]) % 64] = number(word[i + 1]);
	}
	return rte_eth_dev_rss_reta_update(port, all, 128);
}

static int rss(uint16_t port)
{
	uint8_t key[256];
	struct rte_eth_rss_conf c = { .rss_key = key, .rss_key_len = 40 };
	int i, status = rte_eth_dev_rss_hash_conf_get(port, &c);

	if (status < 0)
		return status;
	printf("%" PRIu64, c.rss_hf);
	for (i = 0; i < c.rss_key_len; i++)
		printf(" %u", key[i]);
	printf("\n");
	return 0;
}

/* What each bit is called, of reception and of transmission. */
static void offloads(void)
{
	for (int i = 0; i < 64; i++)
		printf("%d %s %s\n", i, rte_eth_dev_rx_offload_name(UINT64_C(1) << i),
		       rte_eth_dev_tx_offload_name(UINT64_C(1) << i));
}

/* setup PORT RXQ TXQ: configured, set up and started */
static int setup(uint16_t port, uint16_t rxq, uint16_t txq)
{
	static struct rte_mempool *mp;
	struct rte_eth_conf c;
	uint16_t i;
	int status;

	memset(&c, 0, sizeof(c));
	if (mp == NULL)
		mp = rte_pktmbuf_pool_create("c_pool", 1023, 32, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	status = rte_eth_dev_configure(port, rxq, txq, &c);
	for (i = 0; status == 0 && i < rxq; i++)
		status = rte_eth_rx_queue_setup(port, i, 128, 0, NULL, mp);
	for (i = 0; status == 0 && i < txq; i++)
		status = rte_eth_tx_queue_setup(port, i, 128, 0, NULL);
	return status == 0 ? rte_eth_dev_start(port) : status;
}

/* receive PORT TIMES: bursts of 32, sent again */
static int forward(uint16_t port, int times)
{
	struct rte_mbuf *m[32];

	while (times-- > 0) {
		uint16_t n = rte_eth_rx_burst(port, 0, m, 32);
		uint16_t sent = rte_eth_tx_burst(port, 0, m, n);

		rte_pktmbuf_free_bulk(m + sent, n - sent);
	}
	return 0;
}

static void ports(void)
{
	char name[RTE_ETH_NAME_MAX_LEN];
	uint16_t port;

	printf("%u %u\n", rte_eth_dev_count_avail(), rte_eth_dev_count_total());
	for (port = rte_eth_find_next(0); port < RTE_MAX_ETHPORTS; port = rte_eth_find_next(port + 1)) {
		rte_eth_dev_get_name_by_port(port, name);
		printf("%u %s %d\n", port, name, rte_eth_dev_socket_id(port));
	}
}

static int remove_port(uint16_t port)
{
	struct rte_eth_dev_info i;

	return rte_eth_dev_info_get(port, &i) < 0 ? -1 : rte_dev_remove(i.device);
}

/* Structs with bit-fields, as the compiler lays them out: the bytes of each. */
static void bits(char **word)
{
	struct rte_eth_link l;
	struct rte_eth_conf c;
	size_t i;

	memset(&l, 0, sizeof(l));
	memset(&c, 0, sizeof(c));
	l.link_speed = number(word[1]);
	l.link_duplex = c.intr_conf.lsc = number(word[2]);
	l.link_autoneg = c.intr_conf.rxq = number(word[3]);
	l.link_status = c.intr_conf.rmv = number(word[4]);
	for (i = 0; i < sizeof(l); i++)
		printf("%u ", ((uint8_t *)&l)[i]);
	printf("\n");
	for (i = 0; i < sizeof(c); i++)
		if (((uint8_t *)&c)[i] != 0)
			printf("%zu %u ", i - offsetof(struct rte_eth_conf, intr_conf),
			       ((uint8_t *)&c)[i]);
	printf("\n");
	print_link(&l);
}

static int control(int n, char **word)
{
	uint16_t port = n > 1 ? number(word[1]) : 0;

	if (is(word[0], "setup"))
		return setup(port, number(word[2]), number(word[3]));
	if (is(word[0], "forward"))
		return forward(port, number(word[2]));
	if (is(word[0], "stop"))
		return rte_eth_dev_stop(port);
	if (is(word[0], "close"))
		return rte_eth_dev_close(port);
	if (is(word[0], "probe"))
		return rte_dev_probe(word[1]);
	if (is(word[0], "remove"))
		return remove_port(port);
	if (is(word[0], "own"))
		return own(port, word[2]);
	if (is(word[0], "disown"))
		return rte_eth_dev_owner_unset(port, number(word[2]));
	if (is(word[0], "set_mtu"))
		return rte_eth_dev_set_mtu(port, number(word[2]));
	if (is(word[0], "set_reta"))
		return set_reta(port, n, word);
	if (is(word[0], "promiscuous"))
		return number(word[2]) ? rte_eth_promiscuous_enable(port)
				       : rte_eth_promiscuous_disable(port);
	printf("unknown %s\n", word[0]);
	return 0;
}

static int look(int n, char **word)
{
	uint16_t port = n > 1 ? number(word[1]) : 0;

	if (is(word[0], "info"))
		return info(port);
	if (is(word[0], "conf"))
		return conf(port);
	if (is(word[0], "stats"))
		return stats(port);
	if (is(word[0], "xstats"))
		return xstats(port);
	if (is(word[0], "link"))
		return link(port);
	if (is(word[0], "macs"))
		return macs(port);
	if (is(word[0], "modes"))
		return modes(port);
	if (is(word[0], "owner"))
		return owner(port);
	if (is(word[0], "reta"))
		return reta(port, number(word[2]));
	if (is(word[0], "rss"))
		return rss(port);
	return control(n, word);
}

static void answer(int n, char **word)
{
	int status = 0;

	if (is(word[0], "ports"))
		ports();
	else if (is(word[0], "bits"))
		bits(word);
	else if (is(word[0], "offloads"))
		offloads();
	else
		status = look(n, word);
	if (status < 0)
		printf("error %d\n", -status);
}
