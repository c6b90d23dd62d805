/* The C side of dialog.ts: starts EAL, then answers each line of stdin with some lines and a ".". */
#ifndef DIALOG_H
#define DIALOG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>

#ifndef WORDS
#define WORDS 8
#endif

/* Answers a line of n words. */
static void answer(int n, char **word);

int main(int argc, char **argv)
{
	static char line[1 << 16];
	char *word[WORDS];

	if (rte_eal_init(argc, argv) < 0)
		return 1;
	puts(".");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		int n = 0;
		char *at;

		for (at = strtok(line, " \n"); at != NULL && n < WORDS; at = strtok(NULL, " \n"))
			word[n++] = at;
		if (n > 0)
			answer(n, word);
		puts(".");
		fflush(stdout);
	}
	rte_eal_cleanup();
	return 0;
}

static inline int is(const char *word, const char *command)
{
	return strcmp(word, command) == 0;
}

static inline unsigned long number(const char *word)
{
	return strtoul(word, NULL, 0);
}

#endif
