/*
 * Has messages of two types: struct shared_message, whose header TypeScript prints, comes before this
 * text; of struct sensor_report TypeScript knows what the debug information says. See dialog.h.
 */
#include "dialog.h"

#include <inttypes.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_ring.h>

enum sensor_kind { SENSOR_OFF, SENSOR_HEAT = 7, SENSOR_LIGHT };

struct sensor_reading {
	int16_t celsius;
	uint8_t unit;
};

struct sensor_report {
	enum sensor_kind kind;
	char name[12];
	const struct sensor_report *previous;
	union {
		double ratio;
		struct {
			uint32_t low;
			uint32_t high;
		};
	};
	struct sensor_reading readings[3];
	union {
		uint64_t whole;
		uint8_t bytes[8];
	} raw;
	volatile uint64_t sequence __rte_cache_aligned;
};

/* Puts n reports into a ring. */
static void report(struct rte_ring *ring, struct rte_mempool *pool, unsigned int n)
{
	struct sensor_report *previous = NULL;

	for (unsigned int i = 0; i < n; i++) {
		struct sensor_report *r;

		if (rte_mempool_get(pool, (void **)&r) != 0)
			return;
		memset(r, 0xee, sizeof(*r));
		r->kind = i % 2 == 0 ? SENSOR_HEAT : SENSOR_LIGHT;
		snprintf(r->name, sizeof(r->name), "sensor %u", i);
		r->previous = previous;
		r->low = i;
		r->high = 0x3ff00000;
		for (int k = 0; k < 3; k++)
			r->readings[k] = (struct sensor_reading){ (int16_t)(k - (int)i), (uint8_t)k };
		r->raw.whole = 0x0807060504030201 + i;
		r->sequence = UINT64_MAX - i;
		printf("%p\n", (void *)r);
		rte_ring_enqueue(ring, r);
		previous = r;
	}
}

/* Prints a message, and answers in it. */
static void serve(struct shared_message *m)
{
	printf("%u %d %zu %s %" PRIu64 " %u %u %u %u %" PRIu64 "\n", m->kind, m->result, m->length,
	       m->body.name, m->body.total, m->ports[0], m->ports[3], m->low, m->high, m->stamp);
	m->kind++;
	m->result = -m->result;
	strcpy(m->body.name, "from C");
	m->ports[2] = 65535;
	m->whole = 1ULL << 63;
	m->stamp = m->length;
}

static void ask(const char *name)
{
	struct rte_mp_msg msg;
	struct rte_mp_reply reply;
	struct timespec patience = { .tv_sec = 5 };
	struct shared_message *m = (struct shared_message *)msg.param;

	memset(&msg, 0, sizeof(msg));
	snprintf(msg.name, sizeof(msg.name), "%s", name);
	msg.len_param = sizeof(*m);
	m->kind = 20;
	m->result = -3;
	strcpy(m->body.name, "question");
	m->stamp = 1;
	if (rte_mp_request_sync(&msg, &reply, &patience) != 0 || reply.nb_received != 1) {
		puts("no answer");
		return;
	}
	memcpy(msg.param, reply.msgs[0].param, sizeof(*m));
	free(reply.msgs);
	serve(m);
}

static void answer(int n, char **word)
{
	struct rte_ring *ring = n > 1 ? rte_ring_lookup(word[1]) : NULL;
	void *object = NULL;

	if (is(word[0], "report"))
		report(ring, rte_mempool_lookup(word[2]), (unsigned int)number(word[3]));
	else if (is(word[0], "object") && rte_ring_dequeue(ring, &object) == 0)
		serve(object);
	else if (is(word[0], "mbuf") && rte_ring_dequeue(ring, &object) == 0)
		serve(rte_pktmbuf_mtod((struct rte_mbuf *)object, struct shared_message *));
	else if (is(word[0], "zone"))
		serve((struct shared_message *)((char *)rte_memzone_lookup(word[1])->addr + number(word[2])));
	else if (is(word[0], "ask"))
		ask(word[1]);
}
