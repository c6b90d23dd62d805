/*
 * Holds ends of rings open on worker lcores, and knows rings, for what is looked at from outside. See
 * dialog.h.
 */
#include "dialog.h"

#include <stdbool.h>
#include <unistd.h>
#include <sys/syscall.h>

#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_ring_peek_zc.h>

#define MAX 16

static char name[RTE_RING_NAMESIZE];
static bool producer, spins;
static unsigned int count;
static volatile bool leave;
static volatile int tid;
static void **known;

/* Reserves elements as rte_ring_peek_zc.h does, and finishes when it is told to. */
static int hold(void *arg)
{
	struct rte_ring *r = rte_ring_lookup(name);
	struct rte_ring_zc_data zcd;
	unsigned int n;

	(void)arg;
	n = producer ? rte_ring_enqueue_zc_bulk_start(r, count, &zcd, NULL)
		     : rte_ring_dequeue_zc_bulk_start(r, count, &zcd, NULL);
	tid = syscall(SYS_gettid);
	while (!leave) {
		if (spins)
			rte_pause();
		else
			usleep(1000);
	}
	if (producer)
		rte_ring_enqueue_zc_finish(r, n);
	else
		rte_ring_dequeue_zc_finish(r, n);
	return 0;
}

static void answer(int n, char **word)
{
	if (is(word[0], "make") && n == 3) { /* make RING FLAGS */
		struct rte_ring *r = rte_ring_create(word[1], 64, -1, number(word[2]));
		if (r == NULL)
			printf("error %s\n", rte_strerror(rte_errno));
		else
			rte_ring_enqueue_bulk(r, (void *[8]){0}, 8, NULL);
	} else if (is(word[0], "hold") && n == 6) { /* hold LCORE RING prod|cons N spin|wait */
		snprintf(name, sizeof(name), "%s", word[2]);
		producer = is(word[3], "prod");
		count = number(word[4]);
		spins = is(word[5], "spin");
		leave = false;
		tid = 0;
		if (number(word[1]) == rte_get_main_lcore()) { /* it answers, and is not heard of again */
			printf("%d\n.\n", getpid());
			fflush(stdout);
			hold(NULL);
		}
		rte_eal_remote_launch(hold, NULL, number(word[1]));
		while (tid == 0)
			usleep(100);
		printf("%d\n", tid);
	} else if (is(word[0], "finish")) { /* what is held is finished */
		leave = true;
		rte_eal_mp_wait_lcore();
	} else if (is(word[0], "know") && n == 2) { /* know RING: from now on */
		static unsigned int many;

		if (known == NULL)
			known = calloc(MAX, sizeof(*known));
		known[many++ % MAX] = rte_ring_lookup(word[1]);
	} else if (is(word[0], "forget")) { /* none is known any more */
		memset(known, 0, MAX * sizeof(*known));
	} else {
		printf("error unknown command\n");
	}
}
