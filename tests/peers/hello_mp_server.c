/*
 * Answers hello_request and hello_async_req, and counts them in a memzone that its clients see: what
 * examples/hello_mp/server.ts does, in C.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_memzone.h>

#define ZONE "MZ_SHARED_INFO"
#define SYNC_NAME "hello_request"
#define ASYNC_NAME "hello_async_req"
#define TELL_SECONDS 3

struct __rte_cache_aligned shared_info {
	uint32_t force_quit;
	uint64_t request_count;
	uint64_t async_request_count;
};

static struct shared_info *info;

static void quit(__rte_unused int signal)
{
	__atomic_store_n(&info->force_quit, 1, __ATOMIC_RELEASE);
}

/* Counts a request, tells of it and answers it; kind is SYNC or ASYNC. */
static int reply_to(const struct rte_mp_msg *request, const char *peer, const char *kind,
		    uint64_t *counter)
{
	const int room = RTE_MP_MAX_PARAM_LEN;
	/* The text comes with its NUL or without. */
	const int length = strnlen((const char *)request->param, RTE_MIN(request->len_param, room));
	struct rte_mp_msg reply;
	int used;

	__atomic_fetch_add(counter, 1, __ATOMIC_SEQ_CST);
	printf("[%s] Received: %.*s\n", kind, length, (const char *)request->param);
	memset(&reply, 0, sizeof(reply));
	memcpy(reply.name, request->name, sizeof(reply.name));
	used = snprintf((char *)reply.param, room, "Server %s reply: Got '%.*s'", kind, length,
			(const char *)request->param);
	reply.len_param = RTE_MIN(used + 1, room);
	return rte_mp_reply(&reply, peer);
}

static int on_sync(const struct rte_mp_msg *request, const void *peer)
{
	return reply_to(request, peer, "SYNC", &info->request_count);
}

static int on_async(const struct rte_mp_msg *request, const void *peer)
{
	return reply_to(request, peer, "ASYNC", &info->async_request_count);
}

static void serve(void)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	struct timespec now, told;

	clock_gettime(CLOCK_MONOTONIC, &told);
	while (__atomic_load_n(&info->force_quit, __ATOMIC_ACQUIRE) == 0) {
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - told.tv_sec - (now.tv_nsec < told.tv_nsec) < TELL_SECONDS)
			continue;
		told.tv_sec += TELL_SECONDS;
		printf("[Server] Handled %lu sync requests, %lu async requests\n",
		       (unsigned long)__atomic_load_n(&info->request_count, __ATOMIC_SEQ_CST),
		       (unsigned long)__atomic_load_n(&info->async_request_count, __ATOMIC_SEQ_CST));
	}
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = quit, .sa_flags = SA_RESTART};
	const struct rte_memzone *zone;
	bool ready;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	zone = rte_eal_process_type() != RTE_PROC_PRIMARY ? NULL :
		rte_memzone_reserve(ZONE, sizeof(*info), SOCKET_ID_ANY, 0);
	if (zone == NULL) {
		fprintf(stderr, "Cannot reserve %s: %s\n", ZONE,
			rte_eal_process_type() == RTE_PROC_PRIMARY ? rte_strerror(rte_errno) :
			"the server must be the primary process");
		rte_eal_cleanup();
		return 1;
	}
	info = zone->addr;
	memset(info, 0, sizeof(*info));
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	ready = rte_mp_action_register(SYNC_NAME, on_sync) == 0 &&
		rte_mp_action_register(ASYNC_NAME, on_async) == 0;
	if (ready) {
		printf("[Server] Ready\n");
		serve();
	} else {
		fprintf(stderr, "Cannot register the actions: %s\n", rte_strerror(rte_errno));
	}
	rte_mp_action_unregister(SYNC_NAME);
	rte_mp_action_unregister(ASYNC_NAME);
	/* The memzone stays: freeing it would clear it, and its clients have yet to see force_quit. */
	rte_eal_cleanup();
	return ready ? 0 : 1;
}
