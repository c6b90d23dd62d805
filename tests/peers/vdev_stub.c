/*
 * A driver of a virtual device, a shared object to be loaded before EAL starts: what drivers of real devices may do when a
 * process removes their device, whichever it is. It counts that in the memzone "vdev_stub": probes in
 * the first word, removals in the second.
 */
#include <stdint.h>
#include <sys/queue.h>

#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_memzone.h>

/* What the headers for drivers say, which are not installed. */
struct rte_vdev_device;

struct rte_vdev_driver {
	TAILQ_ENTRY(rte_vdev_driver) next;
	struct {
		TAILQ_ENTRY(rte_driver) next;
		const char *name;
		const char *alias;
	} driver;
	int (*probe)(struct rte_vdev_device *dev);
	int (*remove)(struct rte_vdev_device *dev);
	void *dma_map;
	void *dma_unmap;
	uint32_t drv_flags;
};

void rte_vdev_register(struct rte_vdev_driver *driver);

static uint32_t *counts(void)
{
	const struct rte_memzone *zone = rte_memzone_lookup("vdev_stub");

	if (zone == NULL && rte_eal_process_type() == RTE_PROC_PRIMARY)
		zone = rte_memzone_reserve("vdev_stub", 64, SOCKET_ID_ANY, 0);
	return zone == NULL ? NULL : zone->addr;
}

static int count(unsigned int which)
{
	uint32_t *words = counts();

	if (words == NULL)
		return -1;
	words[which]++;
	return 0;
}

static int stub_probe(struct rte_vdev_device *dev)
{
	(void)dev;
	return count(0);
}

static int stub_remove(struct rte_vdev_device *dev)
{
	(void)dev;
	return count(1);
}

static struct rte_vdev_driver stub = {
	.driver = {.name = "vdev_stub"},
	.probe = stub_probe,
	.remove = stub_remove,
};

__attribute__((constructor)) static void stub_register(void)
{
	rte_vdev_register(&stub);
}

/* For who opens the object by this name. */
int stub_there(void)
{
	return 1;
}
