/**
 * Where every message and every mbuf is.
 *
 * @module
 */

import {
  inspectLocks,
  inspectMempool,
  livingProcesses,
  Mempool,
  PktmbufPool,
  recoverCaches,
  recoverObjects,
} from "../../../mod.ts";
import { FF_MSG_POOL } from "../../../examples/fstack/ff_msg.ts";
import { MessagePool } from "../../../examples/fstack/message_pool.ts";
import { mbufPool } from "../../../examples/fstack/names.ts";
import { type Held, Packets } from "./packets.ts";

/** How often a dead one's cache is looked at that seems to be half written. */
const TRIES = 50;

/** The pools of the group. */
export class Pools {
  readonly #messages = Mempool.lookup(FF_MSG_POOL);
  readonly #mbufs = PktmbufPool.lookup(mbufPool(0));
  readonly #all = [this.#messages, this.#mbufs] as const;

  /** How many objects there are in all, in words. */
  get sizes(): string {
    return `${this.#messages.size} messages, ${this.#mbufs.size} mbufs`;
  }

  /**
   * Gives back what killed processes have in the caches of their lcores. Others need not stop for it.
   *
   * @returns how many objects those were
   * @throws {Error} when a cache was left half written
   */
  emptyCaches(): number {
    let given = 0;
    for (const pool of this.#all) {
      for (let tries = 1;; tries++) {
        const { left, given: now } = recoverCaches(pool);
        given += now;
        if (left.length === 0) break;
        // A ring that moves while it is looked at may show what was in it before.
        if (tries < TRIES) continue;
        const lcores = left.map(({ lcoreId }) => lcoreId).join(", ");
        throw new Error(`Cannot soak on: the cache of lcore ${lcores} in "${pool.name}" is torn`);
      }
    }
    return given;
  }

  /**
   * Gives back what killed processes had in hand. Nobody else may have any of it: all who live must have
   * come to rest.
   *
   * @returns how many messages, and what in mbufs, those were
   */
  emptyHands(): { messages: number; mbufs: readonly Held[] } {
    const vouchFor = livingProcesses();
    const [messages, mbufs] = this.#all.map((pool) =>
      (inspectMempool(pool).missing ?? []).map(({ address }) => address)
    ) as [number[], number[]];
    const packets = new Packets();
    const held = mbufs.map((address) => packets.held(address));
    using pool = MessagePool.lookup();
    for (const address of messages) pool.at(address)!.reset(); // it may have a buffer besides its own
    recoverObjects(this.#messages, messages, { vouchFor });
    recoverObjects(this.#mbufs, mbufs, { vouchFor });
    return { messages: messages.length, mbufs: held };
  }

  /** What is wrong with where the objects are, when all who live have come to rest; empty when nothing is. */
  async faults(): Promise<string[]> {
    const locks = (await inspectLocks()).map(({ name }) => `lock ${name} is held for good`);
    return [...this.#all.flatMap(faultsOf), ...locks];
  }
}

function faultsOf(of: Mempool | PktmbufPool): string[] {
  const { name, size, driver, driverBusy, caches, inRings, missing } = inspectMempool(of);
  const faults: string[] = [];
  const held = missing?.length ?? NaN;
  if (held !== 0) faults.push(`${held} of "${name}" are nowhere, and no killed process had them`);
  if (inRings !== 0) faults.push(`${inRings} of "${name}" are in rings that were drained`);
  if (driverBusy) faults.push(`the ring of "${name}" is open at its producers' end`);
  let cached = 0;
  for (const { lcoreId, owner, length, doubtful } of caches) {
    cached += length;
    if (doubtful !== 0) {
      faults.push(`${doubtful} of "${name}" in the cache of lcore ${lcoreId} are elsewhere, too`);
    }
    if (owner.state !== "living") {
      faults.push(`lcore ${lcoreId} has ${length} of "${name}", and nobody has it`);
    }
  }
  const sum = driver + cached + inRings + held;
  if (sum !== size) faults.push(`${sum} of "${name}" were found, of ${size}`);
  return faults;
}
