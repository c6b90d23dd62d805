/*
 * Speaks what DPDK's simple_mp speaks, on one lcore: the same rings, pool, commands and lines.
 *
 * Two things are its own, for the tests: `send` with no text sends an empty one, and a text may have
 * blanks. (A text that does not fit is cut, as there.)
 */
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_debug.h>
#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>
#include <rte_ring.h>
#include <rte_string_fns.h>

#define MESSAGE_SIZE 128

static struct rte_ring *out, *in;
static struct rte_mempool *pool;

static void receive_all(void)
{
	void *message;

	while (rte_ring_dequeue(in, &message) == 0) {
		printf("core %u: Received '%s'\n", rte_lcore_id(), (const char *)message);
		rte_mempool_put(pool, message);
	}
}

static void send_text(const char *text)
{
	void *message;

	if (rte_mempool_get(pool, &message) < 0)
		rte_panic("Failed to get message buffer\n");
	strlcpy(message, text, MESSAGE_SIZE);
	if (rte_ring_enqueue(out, message) < 0) {
		printf("Failed to send message - message discarded\n");
		rte_mempool_put(pool, message);
	}
}

/* Obeys a line; false to quit. */
static bool obey(const char *line)
{
	if (strcmp(line, "quit") == 0)
		return false;
	if (strcmp(line, "help") == 0)
		printf("send TEXT, help, quit\n");
	else if (strcmp(line, "send") == 0)
		send_text("");
	else if (strncmp(line, "send ", 5) == 0)
		send_text(line + 5);
	else if (line[0] != '\0')
		printf("Command not found\n");
	return true;
}

/* Obeys the lines that have come on stdin; false to quit, and when stdin has ended. */
static bool obey_all(void)
{
	static char text[4096];
	static size_t length;
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	char *newline;

	if (poll(&input, 1, 1) <= 0)
		return true;
	ssize_t got = read(STDIN_FILENO, text + length, sizeof(text) - length);
	if (got <= 0)
		return false;
	length += got;
	while ((newline = memchr(text, '\n', length)) != NULL) {
		const size_t line = newline - text + 1;

		*newline = '\0';
		if (!obey(text))
			return false;
		memmove(text, text + line, length - line);
		length -= line;
	}
	return length < sizeof(text);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (rte_eal_init(argc, argv) < 0)
		return 1;
	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		out = rte_ring_create("PRI_2_SEC", 64, rte_socket_id(), 0);
		in = rte_ring_create("SEC_2_PRI", 64, rte_socket_id(), 0);
		pool = rte_mempool_create("MSG_POOL", 1024, MESSAGE_SIZE, 32, 0, NULL, NULL, NULL, NULL,
					  rte_socket_id(), 0);
	} else {
		in = rte_ring_lookup("PRI_2_SEC");
		out = rte_ring_lookup("SEC_2_PRI");
		pool = rte_mempool_lookup("MSG_POOL");
	}
	if (out == NULL || in == NULL || pool == NULL)
		return 2;
	printf("Starting core %u\n", rte_lcore_id());
	do {
		receive_all();
	} while (obey_all());
	receive_all();
	rte_eal_cleanup();
	return 0;
}
