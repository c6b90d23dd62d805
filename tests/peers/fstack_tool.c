/*
 * A tool that asks an application as F-Stack's do, and does what a tool should not. See dialog.h.
 *
 *   sysctl NAME [VALUE]  the value of a text or a number by its name; or sets it
 *   large NAME VALUE N   sets a text with room for N bytes of the old one, so that its buffer is replaced
 *   top, traffic         what the application counted
 *   type N               asks for type N, whatever that is
 *   leave N COUNT [SIZE] sends so many messages of type N and does not wait, with buffers of SIZE bytes
 *   lead ADDRESS ROOM    sysctl with the old value's pointer leading there; 0 for where it should
 *   bytes ADDRESS        sends what is no message
 *   astray               a message whose buffer is no memory of the group
 *   pool, rings, inuse, allocs, cached LCORE, count RING
 */
#define WORDS 5
#include "dialog.h"

#include <unistd.h>

#include "fstack_msg.h"

/* Turns of a millisecond that an answer is waited for. */
#define TRIES 1000

static struct rte_mempool *messages(void)
{
	static struct rte_mempool *pool;

	if (pool == NULL)
		pool = rte_mempool_lookup(FF_MSG_POOL);
	return pool;
}

static struct ff_msg *msg_new(unsigned int type)
{
	void *msg;

	if (rte_mempool_get(messages(), &msg) < 0)
		return NULL;
	((struct ff_msg *)msg)->msg_type = type;
	return msg;
}

/* Gives a message a buffer of so many bytes, where its own is too small. */
static void replace(struct ff_msg *msg, size_t bytes)
{
	if (bytes <= msg->buf_len)
		return;
	msg->original_buf = msg->buf_addr;
	msg->original_buf_len = msg->buf_len;
	msg->buf_addr = rte_malloc(NULL, bytes, 0);
	msg->buf_len = bytes;
}

/* Sends, and waits until the message is back; 0 when it did not come. */
static int asked(struct ff_msg *msg)
{
	const unsigned int type = msg->msg_type;
	void *back;

	if (rte_ring_enqueue(ring_in(0), msg) < 0) {
		msg_free(messages(), msg);
		return 0;
	}
	for (int i = 0; i < TRIES; i++) {
		while (rte_ring_dequeue(ring_out(0, type), &back) == 0) {
			if (back == msg)
				return 1;
			msg_free(messages(), back);
		}
		usleep(1000);
	}
	return 0;
}

/* sysctl(3); the buffer has the name, the new value, the old one's length, and the old one. */
static int ask_sysctl(const int *name, unsigned int namelen, void *old, size_t *oldlen, const void *new,
		      size_t newlen)
{
	struct ff_msg *msg = msg_new(FF_SYSCTL);
	const size_t room = old == NULL ? 0 : *oldlen;
	char *at;
	int status;

	if (msg == NULL)
		return ENOMEM;
	replace(msg, namelen * sizeof(int) + newlen + sizeof(size_t) + room);
	at = msg->buf_addr;
	memset(&msg->sysctl, 0, sizeof(msg->sysctl));
	msg->sysctl.name = memcpy(at, name, namelen * sizeof(int));
	msg->sysctl.namelen = namelen;
	at += namelen * sizeof(int);
	if (new != NULL) {
		msg->sysctl.new = memcpy(at, new, newlen);
		msg->sysctl.newlen = newlen;
		at += newlen;
	}
	if (oldlen != NULL) {
		msg->sysctl.oldlenp = memcpy(at, oldlen, sizeof(size_t));
		if (old != NULL)
			msg->sysctl.old = at + sizeof(size_t);
	}
	if (!asked(msg))
		return ETIMEDOUT;
	status = msg->result;
	if (oldlen != NULL)
		memcpy(oldlen, msg->sysctl.oldlenp, sizeof(size_t));
	if (status == 0 && old != NULL)
		memcpy(old, msg->sysctl.old, *oldlen);
	msg_free(messages(), msg);
	return status;
}

static void do_sysctl(const char *name, const char *value, size_t room)
{
	static char old[1 << 17];
	int oid[24], status, number;
	size_t oidlen = sizeof(oid), oldlen = room;
	char format[64];
	size_t formatlen = sizeof(format);
	const void *new = value;
	size_t newlen = value == NULL ? 0 : strlen(value) + 1;
	int question[26] = {0, 3};

	status = ask_sysctl(question, 2, oid, &oidlen, name, strlen(name));
	if (status == 0) {
		question[1] = 4;
		memcpy(question + 2, oid, oidlen);
		status = ask_sysctl(question, 2 + oidlen / sizeof(int), format, &formatlen, NULL, 0);
	}
	if (status == 0 && value != NULL && strcmp(format + 4, "I") == 0) {
		number = atoi(value);
		new = &number;
		newlen = sizeof(number);
	}
	if (status == 0)
		status = ask_sysctl(oid, oidlen / sizeof(int), old, &oldlen, new, newlen);
	if (status != 0)
		printf("error %d\n", status);
	else if (strcmp(format + 4, "I") == 0)
		printf("%d\n", *(int *)old);
	else if (strcmp(format + 4, "QU") == 0)
		printf("%lu\n", *(uint64_t *)old);
	else
		printf("%zu %.60s\n", oldlen, old);
}

static void send_many(unsigned int type, unsigned long count, size_t bytes)
{
	for (unsigned long i = 0; i < count; i++) {
		struct ff_msg *msg = msg_new(type);

		if (msg == NULL)
			return;
		replace(msg, bytes);
		while (rte_ring_enqueue(ring_in(0), msg) < 0)
			usleep(1000);
	}
	printf("sent %lu\n", count);
}

/* A sysctl whose old value is to go where a pointer leads. */
static void lead(void *old, size_t room)
{
	struct ff_msg *msg = msg_new(FF_SYSCTL);
	int *name = (int *)msg->buf_addr;
	size_t *oldlen = (size_t *)(msg->buf_addr + 64);

	name[0] = 1;
	name[1] = 1;
	*oldlen = room;
	msg->sysctl = (struct ff_sysctl_args){
		.name = name, .namelen = 2, .oldlenp = oldlen, .old = old == NULL ? msg->buf_addr + 128 : old};
	if (asked(msg)) {
		printf("result %d\n", msg->result);
		msg_free(messages(), msg);
	}
}

/* A message whose buffer, which is to be freed with it, is nowhere. */
static void lose_buffer(void)
{
	struct ff_msg *msg = msg_new(FF_SYSCTL);

	msg->original_buf = msg->buf_addr;
	msg->original_buf_len = msg->buf_len;
	msg->buf_addr = (char *)0x10000;
	msg->sysctl = (struct ff_sysctl_args){.name = (int *)0x10000, .namelen = 2};
	if (!asked(msg))
		return;
	printf("result %d\n", msg->result);
	msg->buf_addr = msg->original_buf;
	msg->buf_len = msg->original_buf_len;
	msg->original_buf = NULL;
	msg_free(messages(), msg);
}

/* All that is allocated on the first socket: blocks. */
static unsigned int allocations(void)
{
	struct rte_malloc_socket_stats stats;

	rte_malloc_get_socket_stats(0, &stats);
	return stats.alloc_count;
}

/* Each message of the pool as it is to be there. */
static void check_message(struct rte_mempool *mp, void *wrong, void *object, unsigned int index)
{
	struct ff_msg *msg = object;

	RTE_SET_USED(index);
	if (msg->buf_addr != (char *)msg + sizeof(*msg) || msg->buf_len != mp->elt_size - sizeof(*msg) ||
	    msg->original_buf != NULL)
		++*(unsigned int *)wrong;
}

static void look_at_pool(void)
{
	struct rte_mempool *mp = messages();
	unsigned int wrong = 0;

	rte_mempool_obj_iter(mp, check_message, &wrong);
	printf("size %u element %u cache %u wrong %u\n", mp->size, mp->elt_size, mp->cache_size, wrong);
}

static void look_at_rings(void)
{
	struct rte_ring *r;
	unsigned int processes = 0, type, well = 0;

	for (; (r = ring_in(processes)) != NULL; processes++)
		for (type = FF_UNKNOWN; type < FF_MSG_NUM; type++) {
			if (type != FF_UNKNOWN)
				r = ring_out(processes, type);
			well += r != NULL && rte_ring_get_size(r) == MSG_RING_SIZE &&
				rte_ring_is_prod_single(r) && rte_ring_is_cons_single(r);
		}
	printf("processes %u rings %u\n", processes, well);
}

static void answer(int n, char **word)
{
	if (is(word[0], "sysctl"))
		do_sysctl(word[1], n > 2 ? word[2] : NULL, 4096);
	else if (is(word[0], "large"))
		do_sysctl(word[1], word[2], number(word[3]));
	else if (is(word[0], "top")) {
		struct ff_msg *msg = msg_new(FF_TOP);

		if (!asked(msg)) {
			puts("no answer");
			return;
		}
		printf("result %d loops %lu left %ld\n", msg->result, msg->top.loops,
		       (long)(msg->top.work_tsc - msg->top.idle_tsc - msg->top.sys_tsc - msg->top.usr_tsc));
		msg_free(messages(), msg);
	} else if (is(word[0], "traffic")) {
		struct ff_msg *msg = msg_new(FF_TRAFFIC);

		if (!asked(msg)) {
			puts("no answer");
			return;
		}
		printf("%lu %lu %lu %lu %lu %lu\n", msg->traffic.rx_packets, msg->traffic.rx_bytes,
		       msg->traffic.tx_packets, msg->traffic.tx_bytes, msg->traffic.rx_dropped,
		       msg->traffic.tx_dropped);
		msg_free(messages(), msg);
	} else if (is(word[0], "type")) {
		struct ff_msg *msg = msg_new(number(word[1]));

		if (asked(msg)) {
			printf("result %d\n", msg->result);
			msg_free(messages(), msg);
		}
	} else if (is(word[0], "leave"))
		send_many(number(word[1]), number(word[2]), n > 3 ? number(word[3]) : 0);
	else if (is(word[0], "lead"))
		lead((void *)number(word[1]), number(word[2]));
	else if (is(word[0], "bytes"))
		printf("sent %d\n", rte_ring_enqueue(ring_in(0), (void *)number(word[1])) == 0);
	else if (is(word[0], "astray"))
		lose_buffer();
	else if (is(word[0], "pool"))
		look_at_pool();
	else if (is(word[0], "rings"))
		look_at_rings();
	else if (is(word[0], "inuse"))
		printf("%u\n", rte_mempool_in_use_count(messages()));
	else if (is(word[0], "allocs"))
		printf("%u\n", allocations());
	else if (is(word[0], "cached"))
		printf("%u\n", messages()->local_cache[number(word[1])].len);
	else if (is(word[0], "count"))
		printf("%u\n", rte_ring_count(rte_ring_lookup(word[1])));
	else
		puts("unknown");
}
