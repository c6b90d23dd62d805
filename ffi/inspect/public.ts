/**
 * Looking into a running group without being a DPDK process, or into a dead one.
 *
 * This is what scripts import; `mod.ts` beside it is the door for the other folders.
 *
 * @module
 */

export type {
  Flow,
  Leak,
  Link,
  MempoolFlow,
  PortFlow,
  RingFlow,
  StuckEnd,
  Suspect,
} from "./flow.ts";
export { type InspectOptions, Inspector } from "./inspector.ts";
export { Links, type LinksOptions } from "./links.ts";
export type { QueuedMessage } from "./message.ts";
export type { MessageOptions } from "./messages.ts";
export type {
  CacheState,
  HeldObjects,
  MemoryListState,
  MempoolState,
  MemzoneState,
  PortState,
  ProcessState,
  RingEndState,
  RingState,
  RingSyncName,
  SegmentRange,
  Snapshot,
  TailqEntryState,
  TailqState,
} from "./snapshot.ts";
export { findSuspects } from "./suspects.ts";
export { type SuspectFinder, Watch, type WatchOptions } from "./watch.ts";
