/*
 * Times the round trip of an rte_mp request, in microseconds.
 *
 * mp_bench EAL... -- echo             answers "bench" with what it was sent; prints "ready", ends with stdin
 * mp_bench EAL... -- request COUNT    asks so often with rte_mp_request_sync, and prints a line of JSON
 * mp_bench EAL... -- async COUNT      the same with rte_mp_request_async, one request after another
 */
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>

#define NAME "bench"

static const struct timespec timeout = {.tv_sec = 5};

static sem_t answered;
static bool good;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static void fill(struct rte_mp_msg *msg, uint64_t number)
{
	memset(msg, 0, sizeof(*msg));
	strcpy(msg->name, NAME);
	msg->len_param = sizeof(number);
	memcpy(msg->param, &number, sizeof(number));
}

/* Whether all who were asked have answered with what they were sent. */
static bool echoed(const struct rte_mp_msg *msg, const struct rte_mp_reply *reply)
{
	for (int i = 0; i < reply->nb_received; i++)
		if (reply->msgs[i].len_param != msg->len_param ||
		    memcmp(reply->msgs[i].param, msg->param, msg->len_param) != 0)
			return false;
	return reply->nb_sent > 0 && reply->nb_received == reply->nb_sent;
}

static int echo(const struct rte_mp_msg *msg, const void *peer)
{
	struct rte_mp_msg reply = *msg;

	return rte_mp_reply(&reply, peer);
}

static bool request_sync(struct rte_mp_msg *msg)
{
	struct rte_mp_reply reply = {0};
	const bool ok = rte_mp_request_sync(msg, &reply, &timeout) == 0 && echoed(msg, &reply);

	free(reply.msgs);
	return ok;
}

static int on_reply(const struct rte_mp_msg *msg, const struct rte_mp_reply *reply)
{
	good = echoed(msg, reply);
	sem_post(&answered);
	return 0;
}

static bool request_async(struct rte_mp_msg *msg)
{
	if (rte_mp_request_async(msg, &timeout, on_reply) < 0)
		return false;
	while (sem_wait(&answered) < 0)
		;
	return good;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int measure(const char *name, bool (*request)(struct rte_mp_msg *msg), unsigned long count)
{
	uint64_t *took = calloc(count, sizeof(*took));
	struct rte_mp_msg msg;

	if (count == 0 || took == NULL) {
		fprintf(stderr, "Cannot ask %lu times\n", count);
		return 1;
	}
	for (unsigned long i = 0; i < count; i++) {
		fill(&msg, i);
		took[i] = now_ns();
		if (!request(&msg)) {
			fprintf(stderr, "Request %lu has no good answer: %s\n", i, rte_strerror(rte_errno));
			free(took);
			return 1;
		}
		took[i] = now_ns() - took[i];
	}
	qsort(took, count, sizeof(*took), compare);
	printf("{\"name\":\"%s\",\"value\":%.3f}\n", name, took[count / 2] / 1e3);
	free(took);
	return 0;
}

static int serve(void)
{
	if (rte_mp_action_register(NAME, echo) < 0) {
		fprintf(stderr, "Cannot register %s: %s\n", NAME, rte_strerror(rte_errno));
		return 1;
	}
	printf("ready\n");
	while (getchar() != EOF)
		;
	rte_mp_action_unregister(NAME);
	return 0;
}

int main(int argc, char **argv)
{
	int used, status = 1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_init(&answered, 0, 0);
	used = rte_eal_init(argc, argv);
	if (used < 0)
		return 1;
	argc -= used;
	argv += used;
	if (argc == 2 && strcmp(argv[1], "echo") == 0)
		status = serve();
	else if (argc == 3 && strcmp(argv[1], "request") == 0)
		status = measure("mp request_sync", request_sync, strtoul(argv[2], NULL, 10));
	else if (argc == 3 && strcmp(argv[1], "async") == 0)
		status = measure("mp request_async", request_async, strtoul(argv[2], NULL, 10));
	else
		fprintf(stderr, "What is asked is echo, request COUNT or async COUNT\n");
	rte_eal_cleanup();
	return status;
}
