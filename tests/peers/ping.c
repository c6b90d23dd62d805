/*
 * Pings: ping ADDRESS COUNT BYTES. A request of BYTES follows each answer, or some milliseconds without
 * one; then it waits for what is late, which ping(8) does for two of the longest round trips alone.
 * Prints a line for each answer and how many came; exits with 0 when each request had one, like itself.
 */
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define APART_MS 10
#define LATE_MS 5000
#define MOST 1500
#define HEAD sizeof(struct icmphdr)

static long now_ms(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum & 0xffff);
}

/* A request, or the answer to it: they differ in their type and checksum. */
static void message(uint8_t *out, size_t bytes, int type, int number)
{
	struct icmphdr head = {.type = type};

	head.un.echo.id = htons(getpid() & 0xffff);
	head.un.echo.sequence = htons(number);
	for (size_t i = 0; i < bytes; i++)
		out[HEAD + i] = 'a' + (i + number) % 26;
	memcpy(out, &head, HEAD);
	head.checksum = checksum(out, HEAD + bytes);
	memcpy(out, &head, HEAD);
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	uint8_t wanted[HEAD + MOST], got[sizeof(struct iphdr) + HEAD + MOST + 1];
	static uint8_t seen[UINT16_MAX + 1];
	int count, number, sent = 0, received = 0, wrong = 0, fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	size_t bytes;
	long until = 0;

	if (argc != 4 || fd < 0)
		return 1;
	to.sin_addr.s_addr = inet_addr(argv[1]);
	count = atoi(argv[2]);
	bytes = atoi(argv[3]);
	if (bytes > MOST)
		return 1;
	while (received < count && (sent < count || now_ms() < until)) {
		struct pollfd input = {.fd = fd, .events = POLLIN};
		const struct icmphdr *head;
		const struct iphdr *ip = (const struct iphdr *)got;
		ssize_t n;

		if (sent < count) {
			message(wanted, bytes, ICMP_ECHO, ++sent);
			if (sendto(fd, wanted, HEAD + bytes, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
				perror("Cannot send");
			until = now_ms() + LATE_MS;
		}
		if (poll(&input, 1, APART_MS) <= 0)
			continue;
		n = recv(fd, got, sizeof(got), 0);
		if (n < (ssize_t)sizeof(*ip))
			continue;
		n -= ip->ihl * 4;
		head = (const struct icmphdr *)(got + ip->ihl * 4);
		if (n < (ssize_t)HEAD || head->type != ICMP_ECHOREPLY ||
		    ntohs(head->un.echo.id) != (getpid() & 0xffff))
			continue;
		number = ntohs(head->un.echo.sequence);
		message(wanted, bytes, ICMP_ECHOREPLY, number);
		if (n != (ssize_t)(HEAD + bytes) || memcmp(head, wanted, n) != 0 || seen[number]++)
			wrong++;
		else
			received++;
		printf("%zd bytes from %s: icmp_seq=%d ttl=%d\n", n, argv[1], number, ip->ttl);
	}
	printf("%d sent, %d received, %d wrong\n", sent, received, wrong);
	return received == count && wrong == 0 ? 0 : 1;
}
