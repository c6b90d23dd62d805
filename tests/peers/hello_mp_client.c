/*
 * Sends hello_request and hello_async_req to a server: what examples/hello_mp/client.ts does, in C.
 *
 * hello_mp_client EAL... -- [--count N] [--interval-ms MS] [--async-interval-ms MS]
 *
 * It ends after N synchronous requests (never, unless given) and the answers to all asynchronous ones
 * that were due by then, when the server sets force_quit, and by SIGINT and SIGTERM. It exits with 1
 * when one of N was not answered.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_memzone.h>

#define ZONE "MZ_SHARED_INFO"
#define SYNC_NAME "hello_request"
#define ASYNC_NAME "hello_async_req"
#define TIMEOUT_SECONDS 5
#define ZONE_TRIES 100

struct __rte_cache_aligned shared_info {
	uint32_t force_quit;
	uint64_t request_count;
	uint64_t async_request_count;
};

static uint64_t count, interval_ms = 3000, async_interval_ms = 5000;
static const struct timespec timeout = {.tv_sec = TIMEOUT_SECONDS};

static const struct shared_info *info;
static volatile sig_atomic_t interrupted;
/* Whether an asynchronous request is under way; and how many requests had no answer. */
static bool pending;
static unsigned int failures;

static void interrupt(__rte_unused int signal)
{
	interrupted = 1;
}

static bool must_quit(void)
{
	return interrupted || __atomic_load_n(&info->force_quit, __ATOMIC_ACQUIRE) != 0;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000) + ts.tv_nsec / 1000000;
}

static void sleep_ms(uint64_t ms)
{
	const struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&ts, NULL);
}

static void fill(struct rte_mp_msg *msg, const char *name, const char *kind, uint64_t number)
{
	memset(msg, 0, sizeof(*msg));
	snprintf(msg->name, sizeof(msg->name), "%s", name);
	msg->len_param = 1 + snprintf((char *)msg->param, sizeof(msg->param),
				      "%s Hello %lu from Client", kind, (unsigned long)number);
}

static void fail(const char *kind, const char *reason)
{
	printf("[%s] No reply: %s\n", kind, reason);
	__atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
}

static void tell(const struct rte_mp_reply *reply, const char *kind)
{
	if (reply->nb_received == 0)
		fail(kind, "timed out");
	for (int i = 0; i < reply->nb_received; i++) {
		const struct rte_mp_msg *msg = &reply->msgs[i];
		/* The text comes with its NUL or without. */
		const int length = strnlen((const char *)msg->param,
					   RTE_MIN(msg->len_param, RTE_MP_MAX_PARAM_LEN));

		printf("[%s] Reply: %.*s\n", kind, length, (const char *)msg->param);
	}
}

static void send_sync(uint64_t number)
{
	struct rte_mp_reply reply = {0};
	struct rte_mp_msg msg;

	fill(&msg, SYNC_NAME, "SYNC", number);
	if (rte_mp_request_sync(&msg, &reply, &timeout) < 0)
		fail("SYNC", rte_strerror(rte_errno));
	else
		tell(&reply, "SYNC");
	free(reply.msgs);
}

/* DPDK's own thread calls this, when the reply has come or the time is over. */
static int on_reply(__rte_unused const struct rte_mp_msg *msg, const struct rte_mp_reply *reply)
{
	tell(reply, "ASYNC");
	__atomic_store_n(&pending, false, __ATOMIC_RELEASE);
	return 0;
}

static void send_async(uint64_t number)
{
	struct rte_mp_msg msg;

	fill(&msg, ASYNC_NAME, "ASYNC", number);
	__atomic_store_n(&pending, true, __ATOMIC_RELEASE);
	if (rte_mp_request_async(&msg, &timeout, on_reply) < 0) {
		fail("ASYNC", rte_strerror(rte_errno));
		__atomic_store_n(&pending, false, __ATOMIC_RELEASE);
	}
}

/* Sends when it is time to. One name can have one request under way, so an early one waits. */
static void talk(void)
{
	uint64_t number = 0, async_number = 0;
	uint64_t due = now_ms(), async_due = due, last_due = due;

	while (!must_quit()) {
		const bool asking = count == 0 || number < count;
		const bool async_asking = asking || async_due <= last_due;
		const bool busy = __atomic_load_n(&pending, __ATOMIC_ACQUIRE);
		const uint64_t now = now_ms();

		if (asking && due <= now) {
			send_sync(++number);
			last_due = due;
			due += interval_ms;
		} else if (async_asking && !busy && async_due <= now) {
			send_async(++async_number);
			async_due += async_interval_ms;
		} else if (!asking && !async_asking && !busy) {
			break;
		} else {
			uint64_t next = now + (busy ? 1 : 20);

			if (asking)
				next = RTE_MIN(next, due);
			if (async_asking && !busy)
				next = RTE_MIN(next, async_due);
			sleep_ms(next - now);
		}
	}
}

static bool read_options(int argc, char **argv)
{
	bool async_given = false;

	for (int i = 1; i < argc; i += 2) {
		const uint64_t value = i + 1 < argc ? strtoull(argv[i + 1], NULL, 10) : 0;

		if (value == 0) {
			return false;
		} else if (strcmp(argv[i], "--count") == 0) {
			count = value;
		} else if (strcmp(argv[i], "--interval-ms") == 0) {
			interval_ms = value;
			if (!async_given)
				async_interval_ms = value;
		} else if (strcmp(argv[i], "--async-interval-ms") == 0) {
			async_interval_ms = value;
			async_given = true;
		} else {
			return false;
		}
	}
	return true;
}

/* The server's memzone; a server that has only just started may yet have to reserve it. */
static const struct shared_info *find_info(void)
{
	const struct rte_memzone *zone = NULL;

	for (int i = 0; i < ZONE_TRIES && !interrupted; i++) {
		zone = rte_memzone_lookup(ZONE);
		if (zone != NULL)
			return zone->addr;
		sleep_ms(20);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
	const char *wrong = NULL;
	bool quitting = false;
	int used;

	setvbuf(stdout, NULL, _IOLBF, 0);
	used = rte_eal_init(argc, argv);
	if (used < 0)
		return 1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (!read_options(argc - used, argv + used))
		wrong = "the options are --count N, --interval-ms MS, --async-interval-ms MS";
	else if (rte_eal_process_type() != RTE_PROC_SECONDARY)
		wrong = "the client must be a secondary process";
	else if ((info = find_info()) == NULL)
		wrong = interrupted ? "interrupted" : "there is no memzone " ZONE;
	if (wrong == NULL) {
		talk();
		quitting = must_quit();
		printf("[Client] The server handled %lu sync requests, %lu async requests\n",
		       (unsigned long)__atomic_load_n(&info->request_count, __ATOMIC_SEQ_CST),
		       (unsigned long)__atomic_load_n(&info->async_request_count, __ATOMIC_SEQ_CST));
	} else {
		fprintf(stderr, "Cannot talk: %s\n", wrong);
	}
	rte_eal_cleanup();
	return wrong != NULL || (!quitting && __atomic_load_n(&failures, __ATOMIC_SEQ_CST) > 0);
}
