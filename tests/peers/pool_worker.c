/*
 * Sends messages that are objects of a pool through rings, on command: the C side of
 * tests/interop/scripts/pool_worker.ts, which says what the commands are.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_memzone.h>
#include <rte_pause.h>
#include <rte_ring.h>

#define WORDS 8
#define MOST 32
#define SPINS 1000
#define PATIENCE_SECONDS 60

/* One round's line of the board that all workers share. */
struct line {
	uint32_t arrived;
	uint32_t pad[15];
};

static struct line *board;

/* Lets others run; false when nothing has come for too long. */
static bool idle(unsigned int turns, time_t since)
{
	if (turns < SPINS)
		rte_pause();
	else
		usleep(20);
	return turns % 1024 != 1023 || time(NULL) - since < PATIENCE_SECONDS;
}

static void message_write(uint32_t *words, uint32_t sender, uint32_t seq)
{
	uint32_t check = 0;

	words[0] = seq;
	words[1] = sender;
	for (uint32_t i = 2; i < WORDS - 1; i++)
		words[i] = (seq + i) * 0x9e3779b1u ^ sender;
	for (uint32_t i = 0; i < WORDS - 1; i++)
		check = check * 31 + words[i];
	words[WORDS - 1] = check;
}

static bool message_ok(const uint32_t *words, uint32_t sender)
{
	uint32_t check = 0;

	for (uint32_t i = 0; i < WORDS - 1; i++)
		check = check * 31 + words[i];
	if (words[WORDS - 1] != check || words[1] != sender)
		return false;
	return words[2] == ((words[0] + 2) * 0x9e3779b1u ^ sender);
}

static void exchange(const char *arguments)
{
	char pool_name[RTE_MEMPOOL_NAMESIZE], out_name[RTE_RING_NAMESIZE], in_name[RTE_RING_NAMESIZE];
	unsigned int slot, self, other, count, turns = 0, pending = 0, from = 0;
	unsigned int sent = 0, got = 0, faults = 0, starved = 0, full = 0, empty = 0;
	void *out[MOST], *in[MOST];
	time_t since = time(NULL);

	if (sscanf(arguments, "%u %25s %28s %28s %u %u %u", &slot, pool_name, out_name, in_name,
		   &self, &other, &count) != 7) {
		printf("error cannot read \"%s\"\n", arguments);
		return;
	}
	struct rte_mempool *pool = rte_mempool_lookup(pool_name);
	struct rte_ring *to = rte_ring_lookup(out_name), *back = rte_ring_lookup(in_name);
	if (pool == NULL || to == NULL || back == NULL) {
		printf("error there is no %s, %s or %s\n", pool_name, out_name, in_name);
		return;
	}
	__atomic_fetch_add(&board[slot].arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&board[slot].arrived, __ATOMIC_SEQ_CST) < 2) {
		if (!idle(turns++, since)) {
			printf("error the other worker has not come\n");
			return;
		}
	}
	turns = 0;
	while (sent < count || got < count) {
		unsigned int n, moved = 0;

		/* Sends until it cannot, then receives until it cannot: so rings fill and pools run empty. */
		while (sent < count) {
			if (pending == 0) {
				unsigned int want = RTE_MIN((unsigned int)MOST, count - sent);

				if (rte_mempool_get_bulk(pool, out, want) < 0) {
					starved++;
					break;
				}
				for (unsigned int i = 0; i < want; i++)
					message_write(out[i], self, sent + i);
				pending = want;
				from = 0;
			}
			n = rte_ring_enqueue_burst(to, out + from, pending, NULL);
			from += n;
			pending -= n;
			sent += n;
			moved += n;
			if (pending > 0) {
				full++;
				break;
			}
		}
		while ((n = rte_ring_dequeue_burst(back, in, MOST, NULL)) > 0) {
			for (unsigned int i = 0; i < n; i++) {
				const uint32_t *words = in[i];

				if (!message_ok(words, other) || words[0] != got)
					faults++;
				got++;
			}
			rte_mempool_put_bulk(pool, in, n);
			moved += n;
		}
		empty++;
		if (moved > 0) {
			turns = 0;
			continue;
		}
		if (turns == 0)
			since = time(NULL);
		if (!idle(turns++, since)) {
			printf("error stuck: %u sent and %u received of %u\n", sent, got, count);
			return;
		}
	}
	printf("exchange %u sent %u got %u faults %u starved %u full %u empty %u\n", slot, sent, got,
	       faults, starved, full, empty);
}

static int compare(const void *a, const void *b)
{
	const uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return (x > y) - (x < y);
}

static void drain(const char *name)
{
	struct rte_mempool *pool = rte_mempool_lookup(name);

	if (pool == NULL) {
		printf("error there is no pool %s\n", name);
		return;
	}
	void **all = calloc(pool->size, sizeof(*all));
	unsigned int unique = 0;
	int status = rte_mempool_get_bulk(pool, all, pool->size);
	if (status == 0) {
		bool more = rte_mempool_avail_count(pool) > 0;

		qsort(all, pool->size, sizeof(*all), compare);
		for (unsigned int i = 0; i < pool->size; i++)
			unique += i == 0 || all[i] != all[i - 1];
		rte_mempool_put_bulk(pool, all, pool->size);
		printf("drained size %u unique %u more %d avail %u\n", pool->size, unique, more,
		       rte_mempool_avail_count(pool));
	} else {
		printf("error cannot take all %u objects: %u are there\n", pool->size,
		       rte_mempool_avail_count(pool));
	}
	free(all);
}

static void flush(const char *name)
{
	struct rte_mempool *pool = rte_mempool_lookup(name);
	struct rte_mempool_cache *cache = rte_mempool_default_cache(pool, rte_lcore_id());

	if (cache != NULL)
		rte_mempool_cache_flush(cache, pool);
	printf("flushed\n");
}

static void collect(const char *arguments)
{
	char pool_name[RTE_MEMPOOL_NAMESIZE], out_name[RTE_RING_NAMESIZE], in_name[RTE_RING_NAMESIZE];
	unsigned int count, got = 0, distinct = 0, faults = 0, given = 0, turns = 0;
	time_t since = time(NULL);
	void *object;

	if (sscanf(arguments, "%25s %28s %28s %u", pool_name, out_name, in_name, &count) != 4) {
		printf("error cannot read \"%s\"\n", arguments);
		return;
	}
	struct rte_mempool *pool = rte_mempool_lookup(pool_name);
	struct rte_ring *to = rte_ring_lookup(out_name), *back = rte_ring_lookup(in_name);
	if (pool == NULL || to == NULL || back == NULL) {
		printf("error there is no %s, %s or %s\n", pool_name, out_name, in_name);
		return;
	}
	uint8_t *seen = calloc(count, 1);
	while (got < count) {
		while (given < count && !rte_ring_full(to) && rte_mempool_get(pool, &object) == 0) {
			message_write(object, 1000, given++);
			rte_ring_enqueue(to, object);
		}
		if (rte_ring_dequeue(back, &object) < 0) {
			if (turns++ == 0)
				since = time(NULL);
			/* Visitors need the CPUs more than this process does. */
			usleep(1000);
			if (time(NULL) - since > PATIENCE_SECONDS) {
				printf("error stuck: %u of %u came\n", got, count);
				break;
			}
			continue;
		}
		const uint32_t *words = object;
		if (!message_ok(words, 2000) || words[0] >= count)
			faults++;
		else
			distinct += seen[words[0]]++ == 0;
		rte_mempool_put(pool, object);
		got++;
		turns = 0;
	}
	if (got == count)
		printf("collected %u distinct %u faults %u\n", got, distinct, faults);
	free(seen);
}

static void create_pool(const char *arguments)
{
	char name[RTE_MEMPOOL_NAMESIZE];
	unsigned int n, cache;

	if (sscanf(arguments, "%25s %u %u", name, &n, &cache) != 3)
		printf("error cannot read \"%s\"\n", arguments);
	else if (rte_mempool_create(name, n, 64, cache, 0, NULL, NULL, NULL, NULL, SOCKET_ID_ANY,
				    0) == NULL)
		printf("error cannot create pool %s: %s\n", name, rte_strerror(rte_errno));
	else
		printf("created %s\n", name);
}

static void create_ring(const char *arguments)
{
	char name[RTE_RING_NAMESIZE];
	unsigned int count;

	if (sscanf(arguments, "%28s %u", name, &count) != 2)
		printf("error cannot read \"%s\"\n", arguments);
	else if (rte_ring_create(name, count, SOCKET_ID_ANY, 0) == NULL)
		printf("error cannot create ring %s: %s\n", name, rte_strerror(rte_errno));
	else
		printf("created %s\n", name);
}

static const struct {
	const char *word;
	void (*run)(const char *arguments);
} commands[] = {
	{"pool", create_pool}, {"ring", create_ring}, {"exchange", exchange},
	{"flush", flush},      {"drain", drain},      {"collect", collect},
};

static void obey(const char *text)
{
	const size_t length = strcspn(text, " ");

	for (size_t i = 0; i < RTE_DIM(commands); i++) {
		if (strlen(commands[i].word) == length && memcmp(text, commands[i].word, length) == 0) {
			commands[i].run(text + length + (text[length] == ' '));
			return;
		}
	}
	printf("error what is \"%s\"?\n", text);
}

int main(int argc, char **argv)
{
	const struct rte_memzone *zone;
	char text[256];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		zone = rte_memzone_reserve("BOARD", 256 * sizeof(*board), SOCKET_ID_ANY, 0);
		if (zone != NULL)
			memset(zone->addr, 0, zone->len);
	} else {
		zone = rte_memzone_lookup("BOARD");
	}
	if (zone == NULL)
		return 2;
	board = zone->addr;
	printf("ready\n");
	while (fgets(text, sizeof(text), stdin) != NULL) {
		text[strcspn(text, "\n")] = '\0';
		obey(text);
	}
	rte_eal_cleanup();
	return 0;
}
