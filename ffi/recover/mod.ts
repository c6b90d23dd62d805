/**
 * What a dead process leaves in the group's memory: found, told, and repaired at the caller's word.
 *
 * @module
 */

export * from "./public.ts";
