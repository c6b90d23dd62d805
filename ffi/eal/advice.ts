/**
 * What to do about the reasons for which EAL refuses to start.
 *
 * @module
 */

const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [
    /invalid (core|lcore|coremask|corelist)|invalid parameter for --lcores|lcore \d+ unavailable|main lcore is not|check specified cores/i,
    "the lcores do not exist here; see which CPUs this process may use with nproc and taskset -p $$",
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
    /Cannot get hugepage information|No free .* hugepages|no mounted hugetlbfs|hugetlbfs/i,
    "there are no free hugepages to use; as root: echo 512 > /proc/sys/vm/nr_hugepages; " +
    "mkdir -p /dev/hugepages; mount -t hugetlbfs nodev /dev/hugepages; " +
    "or run in one process with noHuge: true (--no-huge)",
  ],
  [
    /Cannot get a virtual area at requested address|please use '--base-virtaddr'/i,
    "addresses of the primary's memory are taken in this process; start it again " +
    '(onClash: "restart" does), or start the primary with --base-virtaddr=0x600000000000, where ' +
    "they never are",
  ],
  [
    /Cannot (reserve|allocate) memory|Could not mmap|not enough memory|Cannot init memory/i,
    "the memory asked for is not free; ask for less (memory, -m) or set up more hugepages",
  ],
];

/** The advice for what EAL logged, `undefined` when its words must do. */
export function adviceFor(log: readonly string[], errno: number): string | undefined {
  const text = log.join("\n");
  const known = ADVICE.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  return errno === 0 && log.length === 0 ? "EAL gave no reason" : undefined;
}
