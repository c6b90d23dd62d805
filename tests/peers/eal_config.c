/*
 * Pretends to be a primary: writes a config file of a given size, magic, version and mp_status, and
 * holds the lock on it that a living primary holds.
 *
 * eal_config FILE SIZE MAGIC VERSION MP_STATUS_OFFSET MP_STATUS DELAY_MS
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	uint32_t magic, version;
	uint8_t mp_status;
	int fd;

	if (argc != 8)
		return 2;
	magic = strtoul(argv[3], NULL, 0);
	version = strtoul(argv[4], NULL, 0);
	mp_status = atoi(argv[6]);
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	if (fd < 0 || ftruncate(fd, atol(argv[2])) < 0 || fcntl(fd, F_SETLK, &lock) < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("READY\n");
	fflush(stdout);
	usleep(atoi(argv[7]) * 1000);
	if (atol(argv[2]) > 8 && (pwrite(fd, &version, 4, 4) < 0 ||
	    pwrite(fd, &mp_status, 1, atol(argv[5])) < 0 || pwrite(fd, &magic, 4, 0) < 0))
		return 1;
	while (getchar() != EOF)
		;
	return 0;
}
