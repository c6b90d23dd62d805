/**
 * What is queued in a ring, as plain data.
 *
 * @module
 */

/** An element of a ring, looked at where it lies. */
export interface QueuedMessage {
  /** Its place in the ring's sequence: elements since the ring was made, modulo 2^32. */
  readonly position: number;
  /** The element as a pointer; `undefined` when elements are not 8 bytes. */
  readonly address: number | undefined;
  /** The pool that the object belongs to, `undefined` when it is none's. */
  readonly mempool: string | undefined;
  /** Whether the object is a packet (`struct rte_mbuf`). */
  readonly packet: boolean;
  /** How many bytes the object or packet has. */
  readonly length: number;
  /** The first of them; a packet's data, an object's, or the element's own. */
  readonly bytes: Uint8Array;
  /** In words: a packet's addresses and protocol, or a text where it is one; else empty. */
  readonly summary: string;
}
