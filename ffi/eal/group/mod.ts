/**
 * The groups of this host: who is in them, and cleaning up after those that are dead.
 *
 * @module
 */

export { Group, type GroupOptions, type GroupState } from "./group.ts";
export type { GroupCleaning } from "./clean.ts";
export { fileStatus } from "./posix.ts";
export { type GroupProcess, lockHolder as fileLockHolder } from "./processes.ts";
