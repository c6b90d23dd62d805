/**
 * What no virtual driver of DPDK has, in C: functions that tell of descriptors, callbacks on queues,
 * events from a thread. And C's own inline functions, to compare with.
 *
 * @module
 */

import { type Calls, type EthDev, installation, runtime } from "../../mod.ts";
import { compileC } from "../kit.ts";

const SOURCE = `
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

/* Exported for drivers; their headers are not installed. */
struct rte_eth_dev *rte_eth_dev_allocated(const char *name);
int rte_eth_dev_callback_process(struct rte_eth_dev *dev, enum rte_eth_event_type event, void *ret);

static uint32_t waiting(void *queue)
{
	(void)queue;
	return 4321;
}

static int rx_status(void *queue, uint16_t offset)
{
	(void)queue;
	return offset < 300 ? offset / 100 : -EINVAL;
}

static int tx_status(void *queue, uint16_t offset)
{
	(void)queue;
	return offset < 600 ? offset / 200 : -EINVAL;
}

/* Takes packets up to the first that is longer than 100 bytes. */
static uint16_t prepare(void *queue, struct rte_mbuf **pkts, uint16_t n)
{
	(void)queue;
	for (uint16_t i = 0; i < n; i++)
		if (pkts[i]->pkt_len > 100) {
			rte_errno = EMSGSIZE;
			return i;
		}
	return n;
}

void stub_install(uint16_t port)
{
	rte_eth_fp_ops[port].rx_queue_count = (eth_rx_queue_count_t)waiting;
	rte_eth_fp_ops[port].rx_descriptor_status = rx_status;
	rte_eth_fp_ops[port].tx_descriptor_status = tx_status;
	rte_eth_fp_ops[port].tx_pkt_prepare = prepare;
}

int c_queue_count(uint16_t port, uint16_t queue)
{
	return rte_eth_rx_queue_count(port, queue);
}

int c_rx_status(uint16_t port, uint16_t queue, uint16_t offset)
{
	return rte_eth_rx_descriptor_status(port, queue, offset);
}

int c_tx_status(uint16_t port, uint16_t queue, uint16_t offset)
{
	return rte_eth_tx_descriptor_status(port, queue, offset);
}

/* Callbacks that leave every other packet, counting what they saw. */
static const struct rte_eth_rxtx_callback *on_rx, *on_tx;
static uint32_t seen[2];

static uint16_t thin(struct rte_mbuf **pkts, uint16_t n)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < n; i++)
		if (i % 2 == 0)
			pkts[kept++] = pkts[i];
		else
			rte_pktmbuf_free(pkts[i]);
	return kept;
}

static uint16_t thin_rx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n,
			uint16_t most, void *arg)
{
	(void)port; (void)queue; (void)most; (void)arg;
	seen[0] += n;
	return thin(pkts, n);
}

static uint16_t thin_tx(uint16_t port, uint16_t queue, struct rte_mbuf **pkts, uint16_t n, void *arg)
{
	(void)port; (void)queue; (void)arg;
	seen[1] += n;
	return thin(pkts, n);
}

int stub_callbacks(uint16_t port, uint16_t queue, int on)
{
	if (on) {
		seen[0] = seen[1] = 0;
		on_rx = rte_eth_add_rx_callback(port, queue, thin_rx, NULL);
		on_tx = rte_eth_add_tx_callback(port, queue, thin_tx, NULL);
		return on_rx != NULL && on_tx != NULL ? 0 : -1;
	}
	return rte_eth_remove_rx_callback(port, queue, on_rx) |
	       rte_eth_remove_tx_callback(port, queue, on_tx);
}

uint32_t stub_seen(int tx)
{
	return seen[tx];
}

/* Whether callbacks are on a queue, for reception and for transmission. */
int stub_captured(uint16_t port, uint16_t queue)
{
	return (rte_eth_fp_ops[port].rxq.clbk[queue] != NULL) +
	       2 * (rte_eth_fp_ops[port].txq.clbk[queue] != NULL);
}

/* Event i of a flood: the same row in TypeScript. */
static int event_of(uint32_t i)
{
	return 1 + (i * 7 + i / 14) % 14;
}

struct flood {
	uint16_t ports[2];
	uint32_t n, pause;
};

static void *flooding(void *arg)
{
	struct flood *flood = arg;
	char name[RTE_ETH_NAME_MAX_LEN];
	struct rte_eth_dev *devs[2];
	cpu_set_t all;

	/* Not bound to the script's CPU, as DPDK's own threads are not. */
	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);

	for (int i = 0; i < 2; i++) {
		rte_eth_dev_get_name_by_port(flood->ports[i], name);
		devs[i] = rte_eth_dev_allocated(name);
	}
	for (uint32_t i = 0; i < flood->n; i++) {
		rte_eth_dev_callback_process(devs[i % 3 == 2], event_of(i), NULL);
		if (flood->pause > 0)
			usleep(flood->pause);
	}
	free(flood);
	return NULL;
}

static pthread_t thread;

int stub_flood(uint16_t one, uint16_t other, uint32_t n, uint32_t pause)
{
	struct flood *flood = malloc(sizeof(*flood));

	*flood = (struct flood){.ports = {one, other}, .n = n, .pause = pause};
	return pthread_create(&thread, NULL, flooding, flood);
}

int stub_flooded(void)
{
	return pthread_join(thread, NULL);
}

/* One event, told by the calling thread. */
int stub_event(uint16_t port, int event)
{
	char name[RTE_ETH_NAME_MAX_LEN];

	rte_eth_dev_get_name_by_port(port, name);
	return rte_eth_dev_callback_process(rte_eth_dev_allocated(name), event, NULL);
}
`;

const FUNCTIONS = {
  stub_install: "void (uint16_t port)",
  c_queue_count: "int (uint16_t port, uint16_t queue)",
  c_rx_status: "int (uint16_t port, uint16_t queue, uint16_t offset)",
  c_tx_status: "int (uint16_t port, uint16_t queue, uint16_t offset)",
  stub_callbacks: "int (uint16_t port, uint16_t queue, int on)",
  stub_seen: "uint32_t (int tx)",
  stub_captured: "int (uint16_t port, uint16_t queue)",
  stub_flood: "int (uint16_t one, uint16_t other, uint32_t n, uint32_t pause)",
  stub_flooded: "int (void)",
  stub_event: "int (uint16_t port, int event)",
} as const;

/** The C functions. After EAL has started. */
export function openStub(): Calls<typeof FUNCTIONS> {
  void installation(); // the libraries that this one is linked with are those of the script
  // Deno closes its libraries at the end; a thread may be in this one.
  return runtime.open(compileC(SOURCE, ["-shared", "-fPIC", "-Wl,-z,nodelete"]), FUNCTIONS);
}

/** Port and number of event `i` of a flood. */
export function floodEvent(i: number, one: EthDev, other: EthDev): [number, number] {
  return [i % 3 === 2 ? other.portId : one.portId, 1 + (i * 7 + Math.floor(i / 14)) % 14];
}
