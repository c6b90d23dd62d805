/*
 * An application that F-Stack's tools can ask, of two processes of which it is the first: it answers
 * sysctl of a few names, top and traffic, until its input ends.
 *
 * Names: kern.ostype (1.1), a text; test.int (256.257), a number that can be set; test.text (256.258), a
 * text that can be set, of up to 20000 bytes.
 */
#include <poll.h>
#include <unistd.h>

#include <rte_eal.h>

#include "fstack_msg.h"

#define PROCESSES 2
#define MAX_TEXT 20000

static struct rte_mempool *pool;
static unsigned long loops;

enum kind { NODE, INT, TEXT };

static struct name {
	const char *name;
	enum kind kind;
	int settable, oid[2], len;
	int number;
	char text[MAX_TEXT];
} names[] = {
	{.name = "kern", .kind = NODE, .oid = {1}, .len = 1},
	{.name = "kern.ostype", .kind = TEXT, .oid = {1, 1}, .len = 2, .text = "C"},
	{.name = "test", .kind = NODE, .oid = {256}, .len = 1},
	{.name = "test.int", .kind = INT, .settable = 1, .oid = {256, 257}, .len = 2, .number = -5},
	{.name = "test.text", .kind = TEXT, .settable = 1, .oid = {256, 258}, .len = 2},
};

static struct name *by_oid(const int *oid, int len)
{
	for (size_t i = 0; i < RTE_DIM(names); i++)
		if (names[i].len == len && memcmp(names[i].oid, oid, len * sizeof(int)) == 0)
			return &names[i];
	return NULL;
}

/* The first name with a value behind a number. They are in order. */
static struct name *behind(const int *oid, int len)
{
	for (size_t i = 0; i < RTE_DIM(names); i++) {
		int j = 0;

		while (j < len && j < names[i].len && names[i].oid[j] == oid[j])
			j++;
		if (names[i].kind != NODE &&
		    (j == len ? names[i].len > len : j < names[i].len && names[i].oid[j] > oid[j]))
			return &names[i];
	}
	return NULL;
}

/* Answers with bytes: 0, or an errno. */
static int give(struct ff_sysctl_args *args, const void *value, size_t length)
{
	if (args->oldlenp == NULL)
		return 0;
	if (args->old != NULL) {
		size_t room = *args->oldlenp;

		memcpy(args->old, value, RTE_MIN(room, length));
		if (room < length)
			return ENOMEM;
	}
	*args->oldlenp = length;
	return 0;
}

static int tell(struct ff_sysctl_args *args)
{
	const int *oid = args->name + 2, len = args->namelen - 2;
	static const unsigned int kinds[] = {[NODE] = 1, [INT] = 2, [TEXT] = 3};
	static const char *const formats[] = {[NODE] = "N", [INT] = "I", [TEXT] = "A"};
	struct name *name = NULL;
	char format[8];

	switch (args->name[1]) {
	case 1:
		name = by_oid(oid, len);
		return name == NULL ? ENOENT : give(args, name->name, strlen(name->name) + 1);
	case 2:
		name = behind(oid, len);
		return name == NULL ? ENOENT : give(args, name->oid, name->len * sizeof(int));
	case 3:
		for (size_t i = 0; i < RTE_DIM(names); i++)
			if (strlen(names[i].name) == args->newlen &&
			    memcmp(names[i].name, args->new, args->newlen) == 0)
				return give(args, names[i].oid, names[i].len * sizeof(int));
		return ENOENT;
	case 4:
		name = by_oid(oid, len);
		if (name == NULL)
			return ENOENT;
		unsigned int kind = 0x80000000 | (name->settable ? 0x40000000 : 0) | kinds[name->kind];
		memcpy(format, &kind, 4);
		strcpy(format + 4, formats[name->kind]);
		return give(args, format, 6);
	}
	return ENOENT;
}

static int answer_sysctl(struct ff_sysctl_args *args)
{
	struct name *name;
	int status;

	if (args->namelen >= 2 && args->name[0] == 0)
		return tell(args);
	name = by_oid(args->name, args->namelen);
	if (name == NULL)
		return ENOENT;
	if (name->kind == NODE)
		return EISDIR;
	status = name->kind == INT ? give(args, &name->number, sizeof(int)) :
				     give(args, name->text, strlen(name->text) + 1);
	if (status != 0 || args->new == NULL)
		return status;
	if (!name->settable)
		return EPERM;
	if (name->kind == INT && args->newlen == sizeof(int))
		memcpy(&name->number, args->new, sizeof(int));
	else if (name->kind == TEXT && args->newlen < MAX_TEXT)
		memcpy(name->text, args->new, args->newlen);
	else
		return EINVAL;
	return 0;
}

static void answer_message(struct ff_msg *msg)
{
	switch (msg->msg_type) {
	case FF_SYSCTL:
		msg->result = answer_sysctl(&msg->sysctl);
		break;
	case FF_TOP:
		/* 60 % idle, 30 % sys, 10 % usr, of all times. */
		msg->top = (struct ff_top_args){loops, loops * 6, loops * 10, loops * 3, loops};
		msg->result = 0;
		break;
	case FF_TRAFFIC:
		msg->traffic = (struct ff_traffic_args){1, 64, 1UL << 60, 4, 5, 6};
		msg->result = 0;
		break;
	default:
		msg->result = ENOTSUP;
	}
	if (msg->msg_type < FF_SYSCTL || msg->msg_type >= FF_MSG_NUM ||
	    rte_ring_enqueue(ring_out(0, msg->msg_type), msg) < 0)
		msg_free(pool, msg);
}

static void init_message(struct rte_mempool *mp, void *arg, void *object, unsigned int index)
{
	struct ff_msg *msg = object;

	RTE_SET_USED(arg);
	RTE_SET_USED(index);
	msg->msg_type = FF_UNKNOWN;
	msg->buf_addr = (char *)msg + sizeof(*msg);
	msg->buf_len = mp->elt_size - sizeof(*msg);
	msg->original_buf = NULL;
	msg->original_buf_len = 0;
}

int main(int argc, char **argv)
{
	const unsigned int flags = RING_F_SP_ENQ | RING_F_SC_DEQ;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	void *got[MSG_RING_SIZE];
	char name[RTE_RING_NAMESIZE];
	struct rte_ring *in;

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	pool = rte_mempool_create(FF_MSG_POOL, MSG_RING_SIZE * 2 * PROCESSES, MAX_MSG_BUF_SIZE,
				  MSG_RING_SIZE / 2, 0, NULL, NULL, init_message, NULL, SOCKET_ID_ANY, 0);
	for (int i = 0; i < PROCESSES; i++) {
		snprintf(name, sizeof(name), FF_MSG_RING_IN "%d", i);
		rte_ring_create(name, MSG_RING_SIZE, SOCKET_ID_ANY, flags);
		for (int type = FF_SYSCTL; type < FF_MSG_NUM; type++) {
			snprintf(name, sizeof(name), FF_MSG_RING_OUT "%d_%d", i, type);
			rte_ring_create(name, MSG_RING_SIZE, SOCKET_ID_ANY, flags);
		}
	}
	in = ring_in(0);
	if (pool == NULL || in == NULL)
		return 2;
	puts("READY");
	fflush(stdout);
	while (poll(&input, 1, 0) == 0) {
		unsigned int n = rte_ring_dequeue_burst(in, got, MSG_RING_SIZE, NULL);

		for (unsigned int i = 0; i < n; i++)
			answer_message(got[i]);
		loops++;
		if (n == 0)
			usleep(200);
	}
	printf("in use %u\n", rte_mempool_in_use_count(pool));
	rte_eal_cleanup();
	return 0;
}
