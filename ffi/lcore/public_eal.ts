/**
 * EAL as scripts import it by itself: with the claims and warnings by which no two processes of a group
 * use one lcore id.
 *
 * @module
 */

export * from "../eal/public.ts";
export * from "./public.ts";
