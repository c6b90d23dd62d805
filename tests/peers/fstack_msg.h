/*
 * What F-Stack's processes and tools tell each other by: names, numbers and struct ff_msg, as its C
 * programs have them, with every offset that others rely on.
 */
#ifndef FSTACK_MSG_H
#define FSTACK_MSG_H

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_malloc.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#define FF_MSG_POOL "ff_msg_pool"
#define FF_MSG_RING_IN "ff_msg_ring_in_"
#define FF_MSG_RING_OUT "ff_msg_ring_out_"
#define MSG_RING_SIZE 32
#define MAX_MSG_BUF_SIZE 10240

enum ff_msg_type {
	FF_UNKNOWN,
	FF_SYSCTL,
	FF_IOCTL,
	FF_IOCTL6,
	FF_ROUTE,
	FF_TOP,
	FF_NGCTL,
	FF_IPFW_CTL,
	FF_TRAFFIC,
	FF_KNICTL,
	FF_MSG_NUM,
};

struct ff_sysctl_args {
	int *name;
	unsigned int namelen;
	void *old;
	size_t *oldlenp;
	void *new;
	size_t newlen;
};

struct ff_top_args {
	unsigned long loops, idle_tsc, work_tsc, sys_tsc, usr_tsc;
};

struct ff_traffic_args {
	uint64_t rx_packets, rx_bytes, tx_packets, tx_bytes, rx_dropped, tx_dropped;
};

struct ff_msg {
	uint32_t msg_type;
	int32_t result;
	size_t buf_len;
	char *buf_addr;
	char *original_buf;
	size_t original_buf_len;
	union {
		struct ff_sysctl_args sysctl;
		struct ff_top_args top;
		struct ff_traffic_args traffic;
	};
} __attribute__((__packed__)) __rte_cache_aligned;

#define AT(type, field, offset) static_assert(offsetof(struct type, field) == (offset), #field)

static_assert(sizeof(struct ff_msg) == 128, "size");
static_assert(_Alignof(struct ff_msg) == 64, "alignment");
AT(ff_msg, msg_type, 0);
AT(ff_msg, result, 4);
AT(ff_msg, buf_len, 8);
AT(ff_msg, buf_addr, 16);
AT(ff_msg, original_buf, 24);
AT(ff_msg, original_buf_len, 32);
AT(ff_msg, sysctl, 40);
AT(ff_msg, top, 40);
AT(ff_msg, traffic, 40);
static_assert(sizeof(struct ff_sysctl_args) == 48, "size");
AT(ff_sysctl_args, name, 0);
AT(ff_sysctl_args, namelen, 8);
AT(ff_sysctl_args, old, 16);
AT(ff_sysctl_args, oldlenp, 24);
AT(ff_sysctl_args, new, 32);
AT(ff_sysctl_args, newlen, 40);
static_assert(sizeof(struct ff_top_args) == 40, "size");
AT(ff_top_args, usr_tsc, 32);
static_assert(sizeof(struct ff_traffic_args) == 48, "size");
AT(ff_traffic_args, tx_dropped, 40);
static_assert(FF_KNICTL == 9, "types");

static struct rte_ring *ring_in(unsigned int process)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), FF_MSG_RING_IN "%u", process);
	return rte_ring_lookup(name);
}

static struct rte_ring *ring_out(unsigned int process, unsigned int type)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), FF_MSG_RING_OUT "%u_%u", process, type);
	return rte_ring_lookup(name);
}

/* Frees the buffer in the place of a message's own, and gives the message back. */
static void msg_free(struct rte_mempool *pool, struct ff_msg *msg)
{
	if (msg->original_buf != NULL) {
		rte_free(msg->buf_addr);
		msg->buf_addr = msg->original_buf;
		msg->buf_len = msg->original_buf_len;
		msg->original_buf = NULL;
	}
	rte_mempool_put(pool, msg);
}

#endif
