/*
 * What the forwarding peers share: how they end, how they rest, and ports. They end on SIGINT, SIGTERM
 * and the end of stdin; on each line of stdin they tell their counts.
 */
#ifndef FORWARD_H
#define FORWARD_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#define BURST 32
#define SPINS 200
#define REST_US 50
#define LINK_WAIT_MS 9000

static volatile sig_atomic_t ending;

/* Prints the counts. */
static void tell(void);

static void end(int signal)
{
	ending = signal;
}

static void end_on_signals(void)
{
	const struct sigaction action = {.sa_handler = end};

	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* Looks at stdin, some hundred times a second; false when it is time to end. */
static bool going(void)
{
	static uint64_t next;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	const uint64_t now = rte_get_tsc_cycles();
	char text[256];

	if (ending != 0 || now < next)
		return ending == 0;
	next = now + rte_get_tsc_hz() / 200;
	if (poll(&input, 1, 0) <= 0)
		return true;
	ssize_t length = read(STDIN_FILENO, text, sizeof(text));
	if (length <= 0)
		return false;
	for (ssize_t i = 0; i < length; i++)
		if (text[i] == '\n')
			tell();
	return true;
}

/* Leaves the CPU to others when nothing has come for a while. */
static inline void rest(unsigned int worked)
{
	static unsigned int idle;

	if (worked > 0)
		idle = 0;
	else if (++idle > SPINS)
		usleep(REST_US);
}

static __rte_noreturn void fail(const char *what)
{
	fprintf(stderr, "Cannot %s: %s\n", what, rte_strerror(rte_errno));
	rte_eal_cleanup();
	exit(1);
}

/* The ports that are there and in a hexadecimal mask; how many. */
static inline unsigned int ports_of(const char *mask, uint16_t *ids)
{
	const unsigned long long wanted = strtoull(mask, NULL, 16);
	unsigned int count = 0;
	uint16_t id;

	RTE_ETH_FOREACH_DEV(id)
		if (id < 64 && (wanted >> id & 1) != 0)
			ids[count++] = id;
	return count;
}

/* Configures a port and starts it; a negative errno when that fails. */
static inline int port_start(uint16_t id, uint16_t rx_queues, uint16_t tx_queues,
			     const struct rte_eth_conf *conf, struct rte_mempool *pool)
{
	uint16_t rx_room = 1024, tx_room = 1024;
	const int socket = rte_eth_dev_socket_id(id);
	int result = rte_eth_dev_configure(id, rx_queues, tx_queues, conf);

	if (result == 0)
		result = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx_room, &tx_room);
	for (uint16_t q = 0; result == 0 && q < rx_queues; q++)
		result = rte_eth_rx_queue_setup(id, q, rx_room, socket, NULL, pool);
	for (uint16_t q = 0; result == 0 && q < tx_queues; q++)
		result = rte_eth_tx_queue_setup(id, q, tx_room, socket, NULL);
	if (result == 0)
		result = rte_eth_promiscuous_enable(id);
	if (result == 0)
		result = rte_eth_dev_start(id);
	if (result < 0)
		rte_errno = -result;
	return result;
}

/* Waits until the links are up, and prints how they are. */
static inline void links_wait(const uint16_t *ids, unsigned int count)
{
	unsigned int waited = 0;

	for (unsigned int i = 0; i < count; i++) {
		struct rte_eth_link link;

		memset(&link, 0, sizeof(link));
		while (rte_eth_link_get_nowait(ids[i], &link) == 0 &&
		       link.link_status == RTE_ETH_LINK_DOWN && waited < LINK_WAIT_MS && ending == 0) {
			rte_delay_us_sleep(100 * 1000);
			waited += 100;
		}
		printf("Port %u Link %s\n", ids[i],
		       link.link_status == RTE_ETH_LINK_DOWN ? "down" : "up");
	}
}

static inline void ports_stop(const uint16_t *ids, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		/* A driver that fails to stop has nothing more to be asked. */
		if (rte_eth_dev_stop(ids[i]) == 0)
			rte_eth_dev_close(ids[i]);
	}
}

/* Gives back what the lcore's cache holds. */
static inline void cache_flush(struct rte_mempool *pool)
{
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());

	if (cache != NULL)
		rte_mempool_cache_flush(cache, pool);
}

#endif
