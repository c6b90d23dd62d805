/**
 * Looking into a group without being a process of it.
 *
 * @module
 */

export { type ArrayBytes, type ArrayPlace, arrayPlace, readArray, usedIn } from "./array.ts";
export { GroupMemory } from "./memory.ts";
export type { MemoryList } from "./lists.ts";
