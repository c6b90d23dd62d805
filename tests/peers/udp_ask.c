/*
 * Asks an echo service over UDP, from so many ports: udp_ask ADDRESS PORT FIRST_PORT PORTS ROUNDS. A
 * datagram that is not answered is sent again, some times at most. Prints "echoed N again N".
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TRIES 40
#define WAIT_MS 500
#define BYTES 400

static int open_from(const struct sockaddr_in *to, int port)
{
	const struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0 ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0) {
		perror("Cannot open a socket");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char sent[BYTES], got[BYTES + 1];
	int first, ports, rounds, echoed = 0, again = 0;

	if (argc != 6)
		return 1;
	to.sin_addr.s_addr = inet_addr(argv[1]);
	to.sin_port = htons(atoi(argv[2]));
	first = atoi(argv[3]);
	ports = atoi(argv[4]);
	rounds = atoi(argv[5]);
	for (int port = first; port < first + ports; port++) {
		const int fd = open_from(&to, port);

		for (int round = 0; round < rounds; round++) {
			int tries = 0, done = 0;

			memset(sent, 'a' + round % 26, sizeof(sent));
			snprintf(sent, sizeof(sent), "port %d round %d", port, round);
			while (!done && tries++ < TRIES) {
				struct pollfd input = {.fd = fd, .events = POLLIN};

				again += tries > 1;
				if (send(fd, sent, sizeof(sent), 0) < 0)
					continue;
				while (!done && poll(&input, 1, WAIT_MS) > 0) {
					/* One that was sent again may have two answers. */
					const ssize_t n = recv(fd, got, sizeof(got), 0);

					done = n == BYTES && memcmp(got, sent, BYTES) == 0;
					if (n < 0)
						break;
				}
			}
			echoed += done;
		}
	}
	printf("echoed %d again %d\n", echoed, again);
	return echoed == ports * rounds ? 0 : 1;
}
