/**
 * Looking into a running group without being a DPDK process, or into a dead one.
 *
 * @module
 */

export type * from "./flow.ts";
export { type InspectOptions, Inspector } from "./inspector.ts";
export { Links, type LinksOptions } from "./links.ts";
export type * from "./message.ts";
export type { MessageOptions } from "./messages.ts";
export type * from "./snapshot.ts";
export { findSuspects } from "./suspects.ts";
export { type SuspectFinder, Watch, type WatchOptions } from "./watch.ts";
