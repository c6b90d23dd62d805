/*
 * Asks a web server from so many ports: tcp_fetch ADDRESS PORT FIRST_PORT PORTS WAIT_MS. For each it
 * prints "PORT LENGTH HASH" of what came behind the header (FNV-1a, 32 bits), or "PORT no connection"
 * when there was none in so long.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MS 20000
#define ROOM (1 << 24)

static const char request[] = "GET / HTTP/1.0\r\nHost: test\r\nConnection: close\r\n\r\n";
static char answer[ROOM];

static int ready(int fd, short events, int wait)
{
	struct pollfd one = {.fd = fd, .events = events};

	return poll(&one, 1, wait) == 1;
}

static int connected(int fd, const struct sockaddr_in *to, int wait)
{
	int error = 0;
	socklen_t size = sizeof(error);

	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0 && errno != EINPROGRESS)
		return 0;
	return ready(fd, POLLOUT, wait) &&
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

static void fetch(const struct sockaddr_in *to, int port, int wait)
{
	const struct sockaddr_in from = {.sin_family = AF_INET, .sin_port = htons(port)};
	const int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
	size_t length = 0;
	uint32_t hash = 0x811c9dc5;
	const char *body;
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (const struct sockaddr *)&from, sizeof(from)) < 0) {
		perror("Cannot bind");
		exit(1);
	}
	if (!connected(fd, to, wait)) {
		printf("%d no connection\n", port);
		close(fd);
		return;
	}
	if (write(fd, request, sizeof(request) - 1) != sizeof(request) - 1)
		exit(1);
	while (ready(fd, POLLIN, ANSWER_MS) && (n = read(fd, answer + length, ROOM - length)) > 0)
		length += n;
	close(fd);
	body = memmem(answer, length, "\r\n\r\n", 4);
	if (body == NULL)
		exit(1);
	body += 4;
	for (const char *at = body; at < answer + length; at++)
		hash = (hash ^ (uint8_t)*at) * 0x01000193;
	printf("%d %zu %u\n", port, (size_t)(answer + length - body), hash);
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	if (argc != 6)
		return 1;
	to.sin_addr.s_addr = inet_addr(argv[1]);
	to.sin_port = htons(atoi(argv[2]));
	for (int i = 0; i < atoi(argv[4]); i++)
		fetch(&to, atoi(argv[3]) + i, atoi(argv[5]));
	return 0;
}
