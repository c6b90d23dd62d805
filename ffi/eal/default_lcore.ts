/**
 * The lcore of a process that names none.
 *
 * @module
 */

/**
 * Chooses an lcore id.
 *
 * @param filePrefix the group that the process joins
 * @param cpu the CPU that it will run on
 */
export type LcoreChooser = (filePrefix: string, cpu: number) => number;

let choose: LcoreChooser = (_filePrefix, cpu) => cpu;

/** Has the ids of secondaries that name none chosen by somebody who knows which are free. */
export function chooseLcoresBy(chooser: LcoreChooser): void {
  choose = chooser;
}

/** The lcore of a secondary that names none, as `--lcores` takes it. */
export function freeLcore(filePrefix: string, cpu: number): string {
  return `${choose(filePrefix, cpu)}@${cpu}`;
}
