/**
 * What to do when there is no memory left.
 *
 * @module
 */

/**
 * The advice for `ENOMEM` of what lies in shared memory. A group's memory grows by hugepages as long as
 * there are free ones, its limit allows it, and the primary lives: it alone gets them.
 *
 * @param less what else would help: `make a smaller ring`
 * @param socketId the NUMA socket that was named; -1 for none. A host has no memory at all on most
 */
export function noMemory(less: string, socketId: number): string {
  const other = socketId < 0 ? "" : `leave socketId ${socketId} out, `;
  return `there is not enough memory left: no free hugepages, the group's limit is reached, or its ` +
    `primary is gone, which alone gets more; free what is not needed, set up more hugepages, start ` +
    `the primary with more (memory, -m) or a higher limit (socketLimit, --socket-limit), ${other}or ${less}`;
}
