/**
 * Sends messages that are objects of a pool through rings, on command; tests/peers/pool_worker.c does
 * the same. The arguments are EAL's. The commands:
 *
 * - `pool NAME SIZE CACHE` creates a pool, `ring NAME COUNT` a ring
 * - `exchange SLOT POOL OUT IN SELF OTHER COUNT`: two processes do it at the same time. Takes objects,
 *   writes messages with sender number SELF, puts them into OUT; takes messages from IN, checks that
 *   they are OTHER's, whole and in order, and gives the objects back; until COUNT went each way. The
 *   answer: `exchange SLOT sent N got N faults N starved N full N empty N`: how often the pool was
 *   empty, OUT full and IN empty
 * - `collect POOL OUT IN COUNT`: keeps messages in OUT, until COUNT came back from IN, one from each
 *   visitor: `collected N distinct N faults N`
 * - `flush POOL`: gives the objects in this process's cache back to the pool
 * - `drain POOL`: takes all objects at once and gives them back: `drained size N unique N more 0 avail N`
 *
 * @module
 */

import process from "node:process";
import { Eal, Mempool, PointerBuffer, Ring } from "../../../mod.ts";
import { Board, integer, Patience, serve, word } from "./commands.ts";
import { COLLECTOR, readMessage, VISITOR, writeMessage } from "./messages.ts";

/** Bytes of an object. */
const OBJECT_SIZE = 64;

const MOST = 32;

const eal = Eal.init(process.argv.slice(2));
const board = new Board(eal);

function exchange(args: readonly string[]): string {
  const [slot, self, other, count] = [0, 4, 5, 6].map((at) => integer(args, at)) as [
    number,
    number,
    number,
    number,
  ];
  const pool = Mempool.lookup(word(args, 1));
  const to = Ring.lookup(word(args, 2));
  const back = Ring.lookup(word(args, 3));
  const message = pool.cursor();
  const out = new PointerBuffer(MOST);
  const into = new PointerBuffer(MOST);
  const patience = new Patience();
  let [sent, got, faults, starved, full, empty, pending, from] = [0, 0, 0, 0, 0, 0, 0, 0];

  board.meet(slot, 2);
  while (sent < count || got < count) {
    let moved = 0;
    // Sends until it cannot, then receives until it cannot: so rings fill and pools run empty.
    while (sent < count) {
      if (pending === 0) {
        const want = Math.min(MOST, count - sent);
        if (pool.getBulk(out, want) === 0) {
          starved++;
          break;
        }
        for (let i = 0; i < want; i++) writeMessage(message.at(out, i), self, sent + i);
        pending = want;
        from = 0;
      }
      const n = to.enqueueBurst(out, pending, from);
      from += n;
      pending -= n;
      sent += n;
      moved += n;
      if (pending > 0) {
        full++;
        break;
      }
    }
    for (;;) {
      const n = back.dequeueBurst(into);
      if (n === 0) break;
      for (let i = 0; i < n; i++) {
        if (readMessage(message.at(into, i), other) !== got) faults++;
        got++;
      }
      pool.putBulk(into, n);
      moved += n;
    }
    empty++;
    if (moved > 0) patience.reset();
    else patience.wait();
  }
  return `exchange ${slot} sent ${sent} got ${got} faults ${faults} starved ${starved} ` +
    `full ${full} empty ${empty}`;
}

function collect(args: readonly string[]): string {
  const count = integer(args, 3);
  const pool = Mempool.lookup(word(args, 0));
  const to = Ring.lookup(word(args, 1));
  const back = Ring.lookup(word(args, 2));
  const message = pool.cursor();
  // Visitors need the CPUs more than this process does.
  const patience = new Patience(1);
  const seen = new Set<number>();
  let [given, got, faults] = [0, 0, 0];
  while (got < count) {
    while (given < count && !to.full) {
      const object = pool.get();
      if (object === undefined) break;
      writeMessage(message.moveTo(object), COLLECTOR, given++);
      to.enqueue(object);
    }
    const object = back.dequeue();
    if (object === undefined) {
      patience.wait();
      continue;
    }
    const seq = readMessage(message.moveTo(object), VISITOR);
    if (seq >= 0 && seq < count) seen.add(seq);
    else faults++;
    pool.put(object);
    got++;
    patience.reset();
  }
  return `collected ${got} distinct ${seen.size} faults ${faults}`;
}

function drain(args: readonly string[]): string {
  const pool = Mempool.lookup(word(args, 0));
  const all = new PointerBuffer(pool.size);
  if (pool.getBulk(all) !== pool.size) {
    throw new Error(`cannot take all ${pool.size} objects: ${pool.availCount} are there`);
  }
  const more = pool.empty ? 0 : 1;
  const known = new Set(pool.objects());
  const unique = new Set(all.toArray().filter((address) => known.has(address)));
  pool.putBulk(all);
  return `drained size ${pool.size} unique ${unique.size} more ${more} avail ${pool.availCount}`;
}

serve(eal, {
  pool: (args) => {
    const cacheSize = integer(args, 2);
    Mempool.create(word(args, 0), integer(args, 1), OBJECT_SIZE, { cacheSize });
    return `created ${word(args, 0)}`;
  },
  ring: (args) => {
    Ring.create(word(args, 0), integer(args, 1));
    return `created ${word(args, 0)}`;
  },
  exchange,
  collect,
  flush: (args) => {
    Mempool.lookup(word(args, 0)).flush();
    return "flushed";
  },
  drain,
});
