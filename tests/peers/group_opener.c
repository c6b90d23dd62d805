/*
 * Opens a config file as a primary that starts does, and stops there; tries to lock it after a line of
 * input; ends when its input does. With "new" it opens none but one that it makes, and waits for the
 * moment in which there is none.
 *
 * group_opener FILE [new]
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 136, .l_len = 17408};
	int fd;

	if (argc < 2)
		return 2;
	printf("STARTED\n");
	fflush(stdout);
	do
		fd = open(argv[1], O_RDWR | O_CREAT | (argc > 2 ? O_EXCL : 0), 0600);
	while (fd < 0 && argc > 2);
	if (fd < 0)
		return 1;
	printf("OPEN\n");
	fflush(stdout);
	if (getchar() == EOF)
		return 0;
	printf("%s\n", fcntl(fd, F_SETLK, &lock) < 0 ? "REFUSED" : "LOCKED");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
