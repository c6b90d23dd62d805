/*
 * Sends and receives frames on a network interface, as a packet socket does. Argument: the interface.
 * It says "."; then each line of stdin is answered with some lines and a ".":
 *   send HEX [COUNT [AT [PAUSE [FIRST]]]]
 *                                  "sent N": the frame COUNT times; with an offset AT, a sequence number
 *                                  from FIRST or 0 is put there, 4 bytes, big endian; AT - puts none;
 *                                  with a PAUSE in microseconds after each 32
 *   type HEX                       only frames of this EtherType are received from now on; 0: all
 *   wait COUNT MS                  "got N": waits until COUNT frames have come in all, or MS have passed
 *   count                          "got N bytes N lost N": lost are those that the kernel had no room for
 *   frames [FROM [COUNT]]          the frames that have come, a line of hex each
 *   sequence AT                    "got N distinct N first N last N disorder N short N": of the sequence
 *                                  numbers in what has come; disorder counts those below the one before
 *   clear                          forgets what has come
 * What the interface sends is not received. VLAN tags are where they were on the wire.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WORDS 8
#define LONGEST 16384
#define MOST (1 << 17)
#define ROOM (64 * 1024 * 1024)
#define GROUP 32

struct frame {
	unsigned int length;
	unsigned char *bytes;
};

static int fd;
static struct frame frames[MOST];
static unsigned int count, lost;
static unsigned long bytes;
static unsigned int only;

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Puts the VLAN tag back, which the kernel has taken out; the length then. */
static size_t restore_tag(unsigned char *data, size_t length, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		struct tpacket_auxdata aux;
		uint16_t tag[2];

		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0)
			continue;
		tag[0] = htons((aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ?
			       aux.tp_vlan_tpid : ETH_P_8021Q);
		tag[1] = htons(aux.tp_vlan_tci);
		memmove(data + 16, data + 12, length - 12);
		memcpy(data + 12, tag, sizeof(tag));
		return length + sizeof(tag);
	}
	return length;
}

/* Takes in all frames that have come. */
static void receive(void)
{
	static unsigned char data[LONGEST + 4];
	char control[256];

	for (;;) {
		struct iovec part = {.iov_base = data, .iov_len = LONGEST};
		struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
					 .msg_controllen = sizeof(control)};
		ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);

		if (length < 14)
			break;
		length = restore_tag(data, length, &message);
		if (only != 0 && (unsigned int)(data[12] << 8 | data[13]) != only)
			continue;
		if (count == MOST) {
			lost++;
			continue;
		}
		frames[count].length = length;
		frames[count].bytes = malloc(length);
		memcpy(frames[count].bytes, data, length);
		count++;
		bytes += length;
	}
}

static void await(unsigned int wanted, long ms)
{
	const long end = now_ms() + ms;

	for (receive(); count < wanted && now_ms() < end; receive()) {
		struct pollfd input = {.fd = fd, .events = POLLIN};

		poll(&input, 1, end - now_ms());
	}
	printf("got %u\n", count);
}

static void clear(void)
{
	for (unsigned int i = 0; i < count; i++)
		free(frames[i].bytes);
	count = 0;
	bytes = 0;
	lost = 0;
}

static void tell(void)
{
	struct tpacket_stats stats;
	socklen_t length = sizeof(stats);

	receive();
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) == 0)
		lost += stats.tp_drops;
	printf("got %u bytes %lu lost %u\n", count, bytes, lost);
}

static void print(unsigned int from, unsigned int many)
{
	receive();
	for (unsigned int i = from; i < count && i - from < many; i++) {
		for (unsigned int b = 0; b < frames[i].length; b++)
			printf("%02x", frames[i].bytes[b]);
		putchar('\n');
	}
}

static uint32_t number_at(const struct frame *frame, unsigned int at)
{
	uint32_t value;

	memcpy(&value, frame->bytes + at, sizeof(value));
	return ntohl(value);
}

static int compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void sequence(unsigned int at)
{
	uint32_t *all;
	unsigned int have = 0, distinct = 0, disorder = 0, tiny = 0;

	receive();
	all = calloc(count + 1, sizeof(*all));
	for (unsigned int i = 0; i < count; i++) {
		if (frames[i].length < at + sizeof(*all)) {
			tiny++;
			continue;
		}
		all[have] = number_at(&frames[i], at);
		disorder += have > 0 && all[have] < all[have - 1];
		have++;
	}
	qsort(all, have, sizeof(*all), compare);
	for (unsigned int i = 0; i < have; i++)
		distinct += i == 0 || all[i] != all[i - 1];
	printf("got %u distinct %u first %d last %d disorder %u short %u\n", count, distinct,
	       have > 0 ? (int)all[0] : -1, have > 0 ? (int)all[have - 1] : -1, disorder, tiny);
	free(all);
}

static void send_frames(const char *hex, unsigned int many, int at, unsigned int pause,
			uint32_t first)
{
	static unsigned char data[LONGEST];
	size_t length = 0;
	unsigned int sent = 0;

	for (; length < LONGEST && sscanf(hex + 2 * length, "%2hhx", &data[length]) == 1; length++)
		if (hex[2 * length + 1] == '\0')
			break;
	for (; sent < many; sent++) {
		const uint32_t number = htonl(first + sent);

		if (at >= 0 && at + sizeof(number) <= length)
			memcpy(data + at, &number, sizeof(number));
		while (send(fd, data, length, 0) < 0) {
			if (errno != ENOBUFS && errno != EAGAIN) {
				printf("error %s\n", strerror(errno));
				return;
			}
			usleep(100);
		}
		if (sent % GROUP == GROUP - 1) {
			receive();
			if (pause > 0)
				usleep(pause);
		}
	}
	printf("sent %u\n", sent);
}

static bool is(const char *word, const char *command)
{
	return strcmp(word, command) == 0;
}

static void answer(int n, char **word)
{
	const unsigned long one = n > 1 ? strtoul(word[1], NULL, 0) : 0;

	if (is(word[0], "send") && n > 1)
		send_frames(word[1], n > 2 ? strtoul(word[2], NULL, 0) : 1,
			    n > 3 && word[3][0] != '-' ? atoi(word[3]) : -1, n > 4 ? atoi(word[4]) : 0,
			    n > 5 ? strtoul(word[5], NULL, 0) : 0);
	else if (is(word[0], "type") && n > 1)
		only = strtoul(word[1], NULL, 16);
	else if (is(word[0], "wait") && n > 2)
		await(one, atol(word[2]));
	else if (is(word[0], "count"))
		tell();
	else if (is(word[0], "frames"))
		print(one, n > 2 ? strtoul(word[2], NULL, 0) : MOST);
	else if (is(word[0], "sequence") && n > 1)
		sequence(one);
	else if (is(word[0], "clear")) {
		receive();
		clear();
	} else
		printf("error what is \"%s\"?\n", word[0]);
}

/* A packet socket on the interface, for both ways. */
static int open_on(const char *name)
{
	const int yes = 1, room = ROOM;
	struct packet_mreq all = {.mr_type = PACKET_MR_PROMISC};
	struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};

	fd = socket(AF_PACKET, SOCK_RAW, 0);
	all.mr_ifindex = place.sll_ifindex = if_nametoindex(name);
	if (fd < 0 || place.sll_ifindex == 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) < 0)
		return -1;
	return bind(fd, (struct sockaddr *)&place, sizeof(place));
}

int main(int argc, char **argv)
{
	static char line[1 << 16];
	char *word[WORDS];

	if (argc != 2 || open_on(argv[1]) < 0) {
		fprintf(stderr, "Cannot open a packet socket on %s: %s\n",
			argc > 1 ? argv[1] : "no interface", strerror(errno));
		return 1;
	}
	puts(".");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int n = 0;

		for (char *at = strtok(line, " \n"); at != NULL && n < WORDS; at = strtok(NULL, " \n"))
			word[n++] = at;
		if (n > 0)
			answer(n, word);
		puts(".");
		fflush(stdout);
	}
	return 0;
}
