/*
 * Puts elements into rings and takes them out, on command: the C side of
 * tests/interop/scripts/ring_worker.ts, which says what the commands are.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_memzone.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#define MARK 0xfff40000u
#define PRODUCERS 3
#define MOST 32
#define PHASE 64
#define SPINS 1000
#define PATIENCE_SECONDS 60

/* One round's line of the board that all workers share. */
struct line {
	uint32_t arrived;
	uint32_t consumed;
	uint32_t pad[14];
};

static struct line *board;

/* What was sent, or what came from one producer. */
struct tally {
	uint64_t count;
	uint64_t sum;
	uint32_t hash;
};

static uint32_t mixed(uint32_t seq)
{
	return (seq ^ (seq >> 15)) * 0x9e3779b1u;
}

static void tally_add(struct tally *tally, uint32_t seq)
{
	tally->count++;
	tally->sum += seq;
	tally->hash += mixed(seq);
}

static void element_write(uint32_t *words, unsigned int esize, uint32_t producer, uint32_t seq)
{
	words[0] = seq;
	words[1] = MARK | producer;
	if (esize == 16) {
		words[2] = ~seq;
		words[3] = mixed(seq) + producer;
	}
}

static bool element_ok(const uint32_t *words, unsigned int esize)
{
	uint32_t producer = words[1] & 0xffff;

	if ((words[1] & 0xffff0000u) != MARK || producer >= PRODUCERS)
		return false;
	return esize != 16 || (words[2] == ~words[0] && words[3] == mixed(words[0]) + producer);
}

/* Lets others run; false when nothing has come for too long. */
static bool idle(unsigned int turns, time_t since)
{
	if (turns < SPINS)
		rte_pause();
	else
		usleep(20);
	return turns % 1024 != 1023 || time(NULL) - since < PATIENCE_SECONDS;
}

static void print_tally(const struct tally *tally)
{
	printf(" %" PRIu64 ":%" PRIu64 ":%" PRIu32, tally->count, tally->sum, tally->hash);
}

static void round_run(const char *arguments)
{
	struct tally sent = {0}, got[PRODUCERS] = {0};
	uint32_t out[MOST * 4], in[MOST * 4];
	int64_t last[PRODUCERS] = {-1, -1, -1};
	char name[RTE_RING_NAMESIZE], path[16];
	unsigned int slot, esize, workers, consumes, total, count, turns = 0;
	unsigned int from = 0, pending = 0, unreported = 0, faults = 0;
	uint32_t next = 0, random;
	unsigned int left = PHASE;
	bool bulk = false, producing;
	time_t since = time(NULL);
	int producer;

	if (sscanf(arguments, "%u %28s %u %15s %u %d %u %u %u", &slot, name, &esize, path,
		   &workers, &producer, &count, &consumes, &total) != 9) {
		printf("error cannot read \"%s\"\n", arguments);
		return;
	}
	struct rte_ring *ring = rte_ring_lookup(name);
	if (ring == NULL) {
		printf("error there is no ring %s\n", name);
		return;
	}
	struct line *line = &board[slot];
	__atomic_fetch_add(&line->arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&line->arrived, __ATOMIC_SEQ_CST) < workers) {
		if (!idle(turns++, since)) {
			printf("error the other workers have not come\n");
			return;
		}
	}
	turns = 0;
	producing = count > 0;
	random = slot * 2654435761u + getpid();
	while (sent.count < count || consumes) {
		unsigned int n;

		if (producing) {
			if (pending == 0) {
				random = random * 1664525u + 1013904223u;
				pending = RTE_MIN(1 + (random >> 27), (unsigned int)(count - sent.count));
				bulk = (random >> 20) & 1;
				from = 0;
				for (unsigned int i = 0; i < pending; i++)
					element_write((uint32_t *)((char *)out + i * esize), esize,
						      producer, next + i);
				next += pending;
			}
			const void *first = (char *)out + from * esize;
			n = bulk ? rte_ring_enqueue_bulk_elem(ring, first, esize, pending, NULL)
				 : rte_ring_enqueue_burst_elem(ring, first, esize, pending, NULL);
			for (unsigned int i = 0; i < n; i++)
				tally_add(&sent, next - pending + i);
			from += n;
			pending -= n;
		} else {
			random = random * 1664525u + 1013904223u;
			n = 1 + (random >> 27);
			n = (random >> 20) & 1
				? rte_ring_dequeue_bulk_elem(ring, in, esize, n, NULL)
				: rte_ring_dequeue_burst_elem(ring, in, esize, n, NULL);
			for (unsigned int i = 0; i < n; i++) {
				const uint32_t *words = (uint32_t *)((char *)in + i * esize);
				uint32_t who = words[1] & 0xffff;

				if (!element_ok(words, esize) || (int64_t)words[0] <= last[who]) {
					faults++;
					continue;
				}
				last[who] = words[0];
				tally_add(&got[who], words[0]);
			}
			unreported += n;
			if (n == 0) {
				uint32_t all = __atomic_add_fetch(&line->consumed, unreported,
								  __ATOMIC_SEQ_CST);
				unreported = 0;
				consumes = all < total;
			}
		}
		if (n > 0) {
			turns = 0;
		} else {
			if (turns == 0)
				since = time(NULL);
			if (turns++ > 0 && !idle(turns, since)) {
				printf("error stuck: %" PRIu64 " sent, %u consumed of %u\n", sent.count,
				       line->consumed, total);
				return;
			}
		}
		/* Who does both does them by turns of many bursts: others get what it puts in. */
		if (n == 0 || --left == 0) {
			producing = !producing;
			left = PHASE;
		}
		if (sent.count == count)
			producing = false;
		else if (!consumes)
			producing = true;
	}
	printf("round %u faults %u sent", slot, faults);
	print_tally(&sent);
	printf(" got");
	for (int i = 0; i < PRODUCERS; i++)
		print_tally(&got[i]);
	printf("\n");
}

static void create(const char *arguments)
{
	char name[RTE_RING_NAMESIZE];
	unsigned int esize, count, flags;

	if (sscanf(arguments, "%28s %u %u %u", name, &esize, &count, &flags) != 4)
		printf("error cannot read \"%s\"\n", arguments);
	else if (rte_ring_create_elem(name, esize, count, SOCKET_ID_ANY, flags) == NULL)
		printf("error cannot create ring %s: %s\n", name, rte_strerror(rte_errno));
	else
		printf("created %s\n", name);
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
		if (strncmp(text, "round ", 6) == 0) {
			round_run(text + 6);
		} else if (strncmp(text, "create ", 7) == 0) {
			create(text + 7);
		} else if (strncmp(text, "free ", 5) == 0) {
			rte_ring_free(rte_ring_lookup(text + 5));
			printf("freed\n");
		} else {
			printf("error what is \"%s\"?\n", text);
		}
	}
	rte_eal_cleanup();
	return 0;
}
