/**
 * What to do about the reasons for which EAL refuses to start.
 *
 * @module
 */

const RUNTIME_DIRECTORY = "RUNTIME_DIRECTORY, else /var/run for root, else XDG_RUNTIME_DIR, else " +
  "/tmp, must be a directory that this user can write";

const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /invalid (core|lcore|coremask|corelist)|invalid parameter for --lcores|lcore \d+ unavailable|main lcore is not|check specified cores/i,
    "the lcores do not exist here; see which CPUs this process may use with nproc and taskset -p $$; " +
    "they are written 0-3,5 or 0@(0,1),1@2, and the main lcore is one of them",
  ],
  [
    /Cannot create lock on|Is another primary process running/i,
    "another primary is running under this file prefix; choose another or start as a secondary",
  ],
  [
    /Permission denied|not enough permission/i,
    "this user may not use the hugepages or the runtime directory; run as root, or give the user " +
    "the hugetlbfs mount and a runtime directory (RUNTIME_DIRECTORY, XDG_RUNTIME_DIR)",
  ],
  [
    /Cannot create runtime directory/i,
    `the runtime directory cannot be made; ${RUNTIME_DIRECTORY}`,
  ],
  [
    /Cannot open '.*' for rte_mem_config/i,
    `the runtime directory cannot be written; ${RUNTIME_DIRECTORY}`,
  ],
  [
    /Cannot init plugins/i,
    "a driver cannot be loaded; -d takes the path of a library of this DPDK, in a directory that " +
    "others cannot write",
  ],
  [
    /Unable to parse device/i,
    "there is no driver for a device; a virtual one is named after its driver (net_null0), a PCI " +
    "device by its address (0000:01:00.0), and a driver that DPDK does not load by itself needs -d",
  ],
  [
    /Cannot initialize tailq|Cannot init tail queues/i,
    "this process has loaded a library that the primary has not (fib, hash, lpm, ...), with a list " +
    "of its own; load the same (-d) in the primary",
  ],
  [
    /Option -+\w+ is ignored, because|Options '(coremask|corelist|lcores)' and '\w+' can't be used/i,
    "the lcores are named twice; use one of -l, -c and --lcores",
  ],
  [
    /Cannot get hugepage information|No free .* hugepages|no mounted hugetlbfs|hugetlbfs/i,
    "there are no free hugepages to use; as root: echo 512 > /proc/sys/vm/nr_hugepages; " +
    "mkdir -p /dev/hugepages; mount -t hugetlbfs nodev /dev/hugepages; " +
    "hugeDir (--huge-dir), if given, must lie in such a mount; " +
    "or run in one process with noHuge: true (--no-huge)",
  ],
  [
    /Cannot get a virtual area at requested address|please use '--base-virtaddr'/i,
    "addresses of the primary's memory are taken in this process; start it again " +
    '(onClash: "restart" does), or start the primary with --base-virtaddr=0x600000000000, where ' +
    "they never are",
  ],
  [
    /Cannot initialize local memory map/i,
    "another process of the group started at this very moment and took this one's lists of pages for " +
    "left ones, or there was no room for them in the runtime directory; start this process again " +
    '(onClash: "restart" does)',
  ],
  [
    /Cannot (reserve|allocate) memory|Could not mmap|not enough memory|Cannot init memory/i,
    "the memory asked for is not free; ask for less (memory, -m) or set up more hugepages",
  ],
  [
    /Invalid '?command line'? arguments|Error parsing command line arguments/i,
    "EAL does not take a value among the arguments; it names it below",
  ],
];

/** The advice for what EAL logged, `undefined` when its words must do. */
export function adviceFor(log: readonly string[], errno: number): string | undefined {
  const text = log.join("\n");
  const known = ADVICE.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  return errno === 0 && log.length === 0 ? "EAL gave no reason" : undefined;
}
