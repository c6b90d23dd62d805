/**
 * What to do when there is no memory left.
 *
 * @module
 */

/**
 * The advice for `ENOMEM` of what lies in shared memory. A group's memory grows by hugepages as long as
 * there are free ones and its limit allows it.
 *
 * @param less what else would help: `make a smaller ring`
 */
export function noMemory(less: string): string {
  return `there is not enough memory left: no free hugepages, or the group's limit is reached; free ` +
    `what is not needed, set up more hugepages, start the primary with more (-m) or a higher limit ` +
    `(--socket-limit), or ${less}`;
}
