/*
 * Sends, receives, asks and answers rte_mp messages on command, as a primary or a secondary. See dialog.h.
 *
 * register NAME MODE [MS]          ok, or error ERRNO. The modes are at `modes` below
 * unregister NAME                  ok
 * collected NAME                   count N inorder 0|1 last TEXT fds F: what came under that name
 * waitcount NAME N MS              the same, when N have come or MS passed
 * reset NAME                       ok; counts from 0 again
 * send NAME TEXT [COUNT]           sent N, or error ERRNO after N; with COUNT, the texts are 0, 1, 2, ...
 * sendfds NAME TEXT N              sent 1, or error ERRNO after 0; N eventfds of the values 1 to N go along
 * readfds                          fds VALUE...: what all kept eventfds say, which are 0 from then on
 * closefds                         closed N: those that sendfds and requestfds have kept
 * request NAME TEXT MS [COUNT]     sent S received R and the replies, or error ERRNO sent S; with COUNT,
 *                                  ok N bad M median_us X, and a TEXT of # is 0, 1, 2, ..., to be echoed
 * requestfds NAME TEXT MS N        the same as request, with N eventfds
 * async NAME TEXT MS               ok, or error ERRNO
 * result [MS]                      sent S received R ms T and the replies, of the request that ended first
 *                                  of those not told yet; none, when none ended in MS (10,000)
 * stall, unstall                   ok; shuts and opens what messages to a name of mode stall wait at
 * pid, openfds, disable            a number
 * quit                             none: the process ends at once, and leaves its socket behind
 *
 * A reply is a line "reply NAME LEN TEXT FDS"; its eventfds get 1 written into them, then are closed.
 * TEXT is - for no bytes, and \xNN for a byte that is no visible character, both ways; a NUL at the end
 * is not shown. ERRNO is 0 where DPDK failed and set none.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <rte_common.h>

#include "dialog.h"

#define NAMES 64
#define RESULTS 64
#define KEPT 1024
#define RESULT_MS 10000

/* What is done with a message; msg is a copy, to be changed at will. Its descriptors must be closed. */
typedef void (*mode_run)(struct rte_mp_msg *msg, const char *peer, unsigned int ms);

/* A name that is or was registered, and what has come under it. */
struct action {
	char name[RTE_MP_MAX_NAME_LEN];
	bool registered;
	mode_run run;
	unsigned int ms;
	unsigned long count, next, fds;
	bool disordered;
	struct rte_mp_msg last;
};

/* An asynchronous request's name, and when it was last sent. */
struct start {
	char name[RTE_MP_MAX_NAME_LEN];
	uint64_t ns;
};

/* How an asynchronous request ended. */
struct result {
	int nb_sent, nb_received;
	double ms;
	struct rte_mp_msg *msgs;
};

/* Guards all that follows it, but nothing that waits: cleanup cancels the thread of the messages. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed;
static struct action actions[NAMES];
static struct start starts[NAMES];
static struct result results[RESULTS];
static unsigned long results_in, results_out;

static bool stalled;
static int kept[KEPT];
static unsigned int nb_kept;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

static void sleep_ms(unsigned int ms)
{
	const struct timespec ts = timespec_of(ms * UINT64_C(1000000));

	nanosleep(&ts, NULL);
}

__attribute__((constructor)) static void set_up(void)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&changed, &attr);
	pthread_condattr_destroy(&attr);
	/* Cleanup may log while it holds a lock that others need to end. */
	signal(SIGPIPE, SIG_IGN);
}

/* Waits for a change, with the lock held; false when the time has come. */
static bool await_change(uint64_t until_ns)
{
	const struct timespec ts = timespec_of(until_ns);

	return pthread_cond_timedwait(&changed, &lock, &ts) != ETIMEDOUT;
}

/* Messages. */

/* Makes a message; what does not fit is DPDK's to refuse. */
static void msg_fill(struct rte_mp_msg *msg, const char *name, const char *text)
{
	memset(msg, 0, sizeof(*msg));
	memcpy(msg->name, name, RTE_MIN(strlen(name) + 1, sizeof(msg->name)));
	if (is(text, "-"))
		return;
	while (*text != '\0') {
		unsigned int byte = (unsigned char)*text;

		if (text[0] == '\\' && text[1] == 'x' && isxdigit((unsigned char)text[2]) &&
		    sscanf(text + 2, "%2x", &byte) == 1)
			text += isxdigit((unsigned char)text[3]) ? 3 : 2;
		text++;
		if (msg->len_param < RTE_MP_MAX_PARAM_LEN)
			msg->param[msg->len_param] = byte;
		msg->len_param++;
	}
}

static void print_text(const struct rte_mp_msg *msg)
{
	int length = RTE_MIN(msg->len_param, RTE_MP_MAX_PARAM_LEN);

	if (length > 0 && msg->param[length - 1] == '\0')
		length--;
	if (length <= 0)
		putchar('-');
	for (int i = 0; i < length; i++) {
		if (isgraph(msg->param[i]) && msg->param[i] != '\\')
			putchar(msg->param[i]);
		else
			printf("\\x%02x", msg->param[i]);
	}
}

/* The number that a message's text is, or -1. */
static long msg_number(const struct rte_mp_msg *msg)
{
	long value = 0;

	for (int i = 0; i < msg->len_param; i++) {
		if (i > 0 && msg->param[i] == '\0' && i == msg->len_param - 1)
			break;
		if (i > 17 || !isdigit(msg->param[i]))
			return -1;
		value = value * 10 + (msg->param[i] - '0');
	}
	return msg->len_param > 0 ? value : -1;
}

static void close_fds(struct rte_mp_msg *msg)
{
	for (int i = 0; i < msg->num_fds; i++)
		close(msg->fds[i]);
	msg->num_fds = 0;
}

/* Writes 1 into those of a message's descriptors that are eventfds. */
static int signal_fds(const struct rte_mp_msg *msg)
{
	const uint64_t one = 1;
	int written = 0;

	for (int i = 0; i < msg->num_fds; i++) {
		char link[64], target[64] = "";

		snprintf(link, sizeof(link), "/proc/self/fd/%d", msg->fds[i]);
		if (readlink(link, target, sizeof(target) - 1) > 0 &&
		    strstr(target, "[eventfd]") != NULL)
			written += write(msg->fds[i], &one, sizeof(one)) == sizeof(one);
	}
	return written;
}

/* Gives a message n eventfds, which are kept. */
static bool attach_fds(struct rte_mp_msg *msg, unsigned long n)
{
	if (n > INT32_MAX || nb_kept + RTE_MIN(n, (unsigned long)RTE_MP_MAX_FD_NUM) > KEPT) {
		printf("error too many descriptors\n");
		return false;
	}
	msg->num_fds = n;
	for (unsigned long i = 0; i < n && i < RTE_MP_MAX_FD_NUM; i++) {
		msg->fds[i] = eventfd(i + 1, EFD_NONBLOCK | EFD_CLOEXEC);
		kept[nb_kept++] = msg->fds[i];
	}
	return true;
}

/* Closes the eventfds of a message that was not sent. */
static void drop_fds(const struct rte_mp_msg *msg)
{
	for (int i = 0; i < msg->num_fds && i < RTE_MP_MAX_FD_NUM; i++)
		close(kept[--nb_kept]);
}

/* Modes. */

static void run_echo(struct rte_mp_msg *msg, const char *peer, __rte_unused unsigned int ms)
{
	rte_mp_reply(msg, peer);
	close_fds(msg);
}

static void run_upper(struct rte_mp_msg *msg, const char *peer, __rte_unused unsigned int ms)
{
	close_fds(msg);
	for (int i = 0; i < msg->len_param; i++)
		msg->param[i] = toupper(msg->param[i]);
	rte_mp_reply(msg, peer);
}

static void run_take(struct rte_mp_msg *msg, __rte_unused const char *peer,
		     __rte_unused unsigned int ms)
{
	close_fds(msg);
}

static void run_slow(struct rte_mp_msg *msg, const char *peer, unsigned int ms)
{
	sleep_ms(ms);
	run_echo(msg, peer, 0);
}

static void run_fdwrite(struct rte_mp_msg *msg, const char *peer, __rte_unused unsigned int ms)
{
	const char *text = signal_fds(msg) > 0 ? "written" : "none";

	close_fds(msg);
	msg->len_param = strlen(text);
	memcpy(msg->param, text, msg->len_param);
	rte_mp_reply(msg, peer);
}

static void run_othername(struct rte_mp_msg *msg, const char *peer, __rte_unused unsigned int ms)
{
	strcpy(msg->name, "othername");
	run_echo(msg, peer, 0);
}

static void run_stall(struct rte_mp_msg *msg, __rte_unused const char *peer,
		      __rte_unused unsigned int ms)
{
	while (__atomic_load_n(&stalled, __ATOMIC_ACQUIRE))
		sleep_ms(1);
	close_fds(msg);
}

/* A reply that is given later. */
struct late {
	struct rte_mp_msg msg;
	char peer[256];
	unsigned int ms;
};

static void *late_thread(void *arg)
{
	struct late *late = arg;

	run_slow(&late->msg, late->peer, late->ms);
	free(late);
	return NULL;
}

static void run_late(struct rte_mp_msg *msg, const char *peer, unsigned int ms)
{
	struct late *late = malloc(sizeof(*late));
	pthread_t thread;

	if (late == NULL)
		return;
	late->msg = *msg;
	snprintf(late->peer, sizeof(late->peer), "%s", peer);
	late->ms = ms;
	if (pthread_create(&thread, NULL, late_thread, late) == 0)
		pthread_detach(thread);
}

static const struct {
	const char *word;
	mode_run run;
} modes[] = {
	{"echo", run_echo},           /* replies the same, descriptors too */
	{"upper", run_upper},         /* replies in capitals, without descriptors */
	{"collect", run_take},        /* counts, as all modes do, and no more */
	{"silent", run_take},         /* never answers */
	{"slow", run_slow},           /* as echo, MS later */
	{"late", run_late},           /* as echo, MS later and from another thread */
	{"fdwrite", run_fdwrite},     /* writes 1 into the eventfds and replies "written", or "none" */
	{"othername", run_othername}, /* as echo, under the name "othername" */
	{"stall", run_stall},         /* never answers, and does not return before unstall */
};

/* The action of a name, with the lock held; NULL when there is none. */
static struct action *action_of(const char *name)
{
	for (int i = 0; i < NAMES; i++)
		if (actions[i].run != NULL && is(actions[i].name, name))
			return &actions[i];
	return NULL;
}

/* What DPDK calls for every name, in its own thread. */
static int act(const struct rte_mp_msg *received, const void *peer)
{
	struct rte_mp_msg msg = *received;
	const long value = msg_number(&msg);
	struct action *action;
	mode_run run = run_take;
	unsigned int ms = 0;

	pthread_mutex_lock(&lock);
	action = action_of(msg.name);
	if (action != NULL) {
		if (value >= 0) {
			action->disordered |= (unsigned long)value != action->next;
			action->next = value + 1;
		}
		action->count++;
		action->fds += msg.num_fds;
		action->last = msg;
		run = action->run;
		ms = action->ms;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&lock);
	run(&msg, peer, ms);
	return 0;
}

/* Commands about actions; the words that were not given are NULL. */

static void command_register(char **word)
{
	mode_run run = NULL;
	struct action *action;
	bool had = false;

	for (size_t i = 0; i < RTE_DIM(modes); i++)
		if (is(word[2], modes[i].word))
			run = modes[i].run;
	if (run == NULL) {
		printf("error there is no mode %s\n", word[2]);
		return;
	}
	/* All must be there before the first message is. What is registered already, DPDK refuses. */
	pthread_mutex_lock(&lock);
	action = action_of(word[1]);
	for (int i = 0; i < NAMES && action == NULL; i++)
		if (actions[i].run == NULL)
			action = &actions[i];
	if (action != NULL) {
		had = action->registered;
		if (!had) {
			memset(action, 0, sizeof(*action));
			snprintf(action->name, sizeof(action->name), "%s", word[1]);
			action->registered = true;
			action->run = run;
			action->ms = word[3] != NULL ? number(word[3]) : 0;
		}
	}
	pthread_mutex_unlock(&lock);
	if (action == NULL) {
		printf("error too many names\n");
		return;
	}
	if (run == run_stall && !had)
		__atomic_store_n(&stalled, true, __ATOMIC_RELEASE);
	rte_errno = 0;
	if (rte_mp_action_register(word[1], act) == 0) {
		printf("ok\n");
		return;
	}
	printf("error %d\n", rte_errno);
	if (!had) {
		pthread_mutex_lock(&lock);
		action->registered = false;
		action->run = NULL;
		pthread_mutex_unlock(&lock);
	}
}

static void command_unregister(char **word)
{
	struct action *action;

	rte_mp_action_unregister(word[1]);
	pthread_mutex_lock(&lock);
	action = action_of(word[1]);
	if (action != NULL)
		action->registered = false;
	pthread_mutex_unlock(&lock);
	printf("ok\n");
}

static void command_waitcount(char **word)
{
	const uint64_t until = word[2] == NULL ? 0 : now_ns() + number(word[3]) * 1000000;
	struct action *action;

	pthread_mutex_lock(&lock);
	action = action_of(word[1]);
	if (action == NULL) {
		printf("error there is no name %s\n", word[1]);
	} else {
		while (until > 0 && action->count < number(word[2]) && await_change(until))
			;
		printf("count %lu inorder %d last ", action->count, !action->disordered);
		print_text(&action->last);
		printf(" fds %lu\n", action->fds);
	}
	pthread_mutex_unlock(&lock);
}

static void command_reset(char **word)
{
	struct action *action;

	pthread_mutex_lock(&lock);
	action = action_of(word[1]);
	if (action != NULL) {
		action->count = action->next = action->fds = 0;
		action->disordered = false;
		memset(&action->last, 0, sizeof(action->last));
	}
	pthread_mutex_unlock(&lock);
	printf(action != NULL ? "ok\n" : "error there is no such name\n");
}

static void command_stall(char **word)
{
	__atomic_store_n(&stalled, is(word[0], "stall"), __ATOMIC_RELEASE);
	printf("ok\n");
}

/* Commands that send. */

static void command_send(char **word)
{
	const unsigned long count = word[3] != NULL ? number(word[3]) : 1;
	struct rte_mp_msg msg;
	char digits[32];

	for (unsigned long i = 0; i < count; i++) {
		snprintf(digits, sizeof(digits), "%lu", i);
		msg_fill(&msg, word[1], word[3] != NULL ? digits : word[2]);
		rte_errno = 0;
		if (rte_mp_sendmsg(&msg) < 0) {
			printf("error %d after %lu\n", rte_errno, i);
			return;
		}
	}
	printf("sent %lu\n", count);
}

static void command_sendfds(char **word)
{
	struct rte_mp_msg msg;

	msg_fill(&msg, word[1], word[2]);
	if (!attach_fds(&msg, number(word[3])))
		return;
	rte_errno = 0;
	if (rte_mp_sendmsg(&msg) == 0) {
		printf("sent 1\n");
		return;
	}
	printf("error %d after 0\n", rte_errno);
	drop_fds(&msg);
}

static void command_readfds(__rte_unused char **word)
{
	printf("fds");
	for (unsigned int i = 0; i < nb_kept; i++) {
		uint64_t value;

		if (read(kept[i], &value, sizeof(value)) != sizeof(value))
			value = 0;
		printf(" %" PRIu64, value);
	}
	printf("\n");
}

static void command_closefds(__rte_unused char **word)
{
	for (unsigned int i = 0; i < nb_kept; i++)
		close(kept[i]);
	printf("closed %u\n", nb_kept);
	nb_kept = 0;
}

/* Commands that ask. */

/* Prints replies and is done with them. */
static void tell_replies(struct rte_mp_msg *msgs, int n)
{
	for (int i = 0; i < n; i++) {
		struct rte_mp_msg *msg = &msgs[i];

		printf("reply %.*s %d ", RTE_MP_MAX_NAME_LEN, msg->name, msg->len_param);
		print_text(msg);
		printf(" %d\n", msg->num_fds);
		signal_fds(msg);
		close_fds(msg);
	}
	free(msgs);
}

static int request(struct rte_mp_msg *msg, struct rte_mp_reply *reply, unsigned long ms)
{
	const struct timespec ts = timespec_of(ms * 1000000);

	memset(reply, 0, sizeof(*reply));
	rte_errno = 0;
	return rte_mp_request_sync(msg, reply, &ts);
}

static void request_once(struct rte_mp_msg *msg, unsigned long ms)
{
	struct rte_mp_reply reply;

	if (request(msg, &reply, ms) < 0) {
		printf("error %d sent %d\n", rte_errno, reply.nb_sent);
		if (reply.nb_sent == 0)
			drop_fds(msg);
		return;
	}
	printf("sent %d received %d\n", reply.nb_sent, reply.nb_received);
	tell_replies(reply.msgs, reply.nb_received);
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void request_often(const char *name, const char *text, unsigned long ms, unsigned long count)
{
	uint64_t *took = calloc(count + 1, sizeof(*took));
	unsigned long bad = 0;
	char digits[32];

	for (unsigned long i = 0; i < count && took != NULL; i++) {
		struct rte_mp_reply reply;
		struct rte_mp_msg msg;
		bool good;

		snprintf(digits, sizeof(digits), "%lu", i);
		msg_fill(&msg, name, is(text, "#") ? digits : text);
		took[i] = now_ns();
		good = request(&msg, &reply, ms) == 0;
		took[i] = now_ns() - took[i];
		good = good && reply.nb_sent > 0 && reply.nb_received == reply.nb_sent;
		for (int k = 0; k < reply.nb_received; k++) {
			if (is(text, "#") && msg_number(&reply.msgs[k]) != (long)i)
				good = false;
			close_fds(&reply.msgs[k]);
		}
		free(reply.msgs);
		bad += !good;
	}
	if (took != NULL)
		qsort(took, count, sizeof(*took), compare);
	printf("ok %lu bad %lu median_us %.1f\n", count - bad, bad,
	       took != NULL ? took[count / 2] / 1e3 : 0);
	free(took);
}

static void command_request(char **word)
{
	struct rte_mp_msg msg;

	if (word[4] != NULL) {
		request_often(word[1], word[2], number(word[3]), number(word[4]));
		return;
	}
	msg_fill(&msg, word[1], word[2]);
	request_once(&msg, number(word[3]));
}

static void command_requestfds(char **word)
{
	struct rte_mp_msg msg;

	msg_fill(&msg, word[1], word[2]);
	if (attach_fds(&msg, number(word[4])))
		request_once(&msg, number(word[3]));
}

/* The start of a name's request, with the lock held: there is no room for another when it is NULL. */
static struct start *start_of(const char *name)
{
	for (int i = 0; i < NAMES; i++)
		if (starts[i].ns == 0 || strncmp(starts[i].name, name, sizeof(starts[i].name)) == 0)
			return &starts[i];
	return NULL;
}

/* What DPDK calls when an asynchronous request has ended. */
static int answered(const struct rte_mp_msg *msg, const struct rte_mp_reply *reply)
{
	const uint64_t now = now_ns();
	const size_t size = reply->nb_received * sizeof(*reply->msgs);
	struct result result = {.nb_sent = reply->nb_sent, .nb_received = reply->nb_received};
	const struct start *start;

	if (size > 0) {
		result.msgs = malloc(size);
		memcpy(result.msgs, reply->msgs, size);
	}
	pthread_mutex_lock(&lock);
	start = start_of(msg->name);
	result.ms = start == NULL ? 0 : (now - start->ns) / 1e6;
	if (results_in - results_out == RESULTS)
		free(results[results_out++ % RESULTS].msgs);
	results[results_in++ % RESULTS] = result;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return 0;
}

static void command_async(char **word)
{
	const struct timespec ts = timespec_of(number(word[3]) * 1000000);
	struct start *start, before;
	struct rte_mp_msg msg;

	msg_fill(&msg, word[1], word[2]);
	pthread_mutex_lock(&lock);
	start = start_of(msg.name);
	if (start != NULL) {
		before = *start;
		memcpy(start->name, msg.name, sizeof(start->name));
		start->ns = now_ns();
	}
	pthread_mutex_unlock(&lock);
	rte_errno = 0;
	if (rte_mp_request_async(&msg, &ts, answered) == 0) {
		printf("ok\n");
		return;
	}
	printf("error %d\n", rte_errno);
	if (start != NULL) {
		pthread_mutex_lock(&lock);
		*start = before;
		pthread_mutex_unlock(&lock);
	}
}

static void command_result(char **word)
{
	const uint64_t until = now_ns() + (word[1] != NULL ? number(word[1]) : RESULT_MS) * 1000000;
	struct result result = {.nb_sent = -1};

	pthread_mutex_lock(&lock);
	while (results_in == results_out && await_change(until))
		;
	if (results_in != results_out)
		result = results[results_out++ % RESULTS];
	pthread_mutex_unlock(&lock);
	if (result.nb_sent < 0) {
		printf("none\n");
		return;
	}
	printf("sent %d received %d ms %.1f\n", result.nb_sent, result.nb_received, result.ms);
	tell_replies(result.msgs, result.nb_received);
}

/* Commands about the process. */

static void command_pid(__rte_unused char **word)
{
	printf("%d\n", getpid());
}

static void command_openfds(__rte_unused char **word)
{
	DIR *folder = opendir("/proc/self/fd");
	int count = 0;

	if (folder == NULL)
		return;
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	/* Without ".", ".." and the folder's own. */
	printf("%d\n", count - 3);
}

static void command_disable(__rte_unused char **word)
{
	printf("%d\n", rte_mp_disable());
}

static void command_quit(__rte_unused char **word)
{
	_exit(0);
}

static const struct {
	const char *word;
	int words;
	void (*run)(char **word);
} commands[] = {
	{"register", 3, command_register},
	{"unregister", 2, command_unregister},
	{"collected", 2, command_waitcount},
	{"waitcount", 4, command_waitcount},
	{"reset", 2, command_reset},
	{"send", 3, command_send},
	{"sendfds", 4, command_sendfds},
	{"readfds", 1, command_readfds},
	{"closefds", 1, command_closefds},
	{"request", 4, command_request},
	{"requestfds", 5, command_requestfds},
	{"async", 4, command_async},
	{"result", 1, command_result},
	{"stall", 1, command_stall},
	{"unstall", 1, command_stall},
	{"pid", 1, command_pid},
	{"openfds", 1, command_openfds},
	{"disable", 1, command_disable},
	{"quit", 1, command_quit},
};

static void answer(int n, char **word)
{
	for (int i = n; i < WORDS; i++)
		word[i] = NULL;
	for (size_t i = 0; i < RTE_DIM(commands); i++) {
		if (is(word[0], commands[i].word) && n >= commands[i].words) {
			commands[i].run(word);
			return;
		}
	}
	printf("error what is \"%s\" with %d words?\n", word[0], n);
}
