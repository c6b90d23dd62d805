/**
 * What is queued in a ring, seen while others use it.
 *
 * @module
 */

import { checkInteger, checkKeys, DpdkError, libc, quoted } from "../core/mod.ts";
import { GroupMemory } from "../eal/mod.ts";
import { readMempool } from "./mempools.ts";
import type { QueuedMessage } from "./message.ts";
import { type MessageOptions, readMessages } from "./messages.ts";
import { readMemzones } from "./memzones.ts";
import { readRing, type ZoneOf } from "./rings.ts";
import type { MempoolState, RingState } from "./snapshot.ts";
import { walkTailqs } from "./tailqs.ts";

/** How often a ring is looked at whose messages go while they are read. */
const ATTEMPTS = 10;
const PAUSE_US = 100;

/** What a look at one ring needs. */
interface Scene {
  readonly rings: ReadonlyMap<string, RingState>;
  readonly pools: readonly MempoolState[];
  readonly zoneOf: ZoneOf;
}

const NO_DRIVERS = { ring: () => undefined, isStack: () => false };

function look(memory: GroupMemory): Scene {
  const zones = readMemzones(memory);
  const zoneOf: ZoneOf = (address) => zones?.byAddress.get(address);
  const walked = walkTailqs(memory);
  const nodes = (name: string) => walked.find((tailq) => tailq.name === name)?.nodes ?? [];
  const rings = nodes("RTE_RING").flatMap(({ data }) => readRing(memory, data, zoneOf) ?? []);
  const pools = nodes("RTE_MEMPOOL").flatMap(({ data }) =>
    readMempool(memory, data, NO_DRIVERS, [])?.pool ?? []
  );
  return { rings: new Map(rings.map((ring) => [ring.name, ring])), pools, zoneOf };
}

/** What of a list is in the ring still. */
function left(messages: readonly QueuedMessage[], { cons, count }: RingState): QueuedMessage[] {
  return messages.filter(({ position }) => (position - cons.tail) >>> 0 < count);
}

/**
 * Looks at what is queued in a ring. What was taken out while it was looked at is left out, as it may
 * have been changed by then; of a ring that is emptied faster than it is read nothing may remain.
 *
 * @param place the group's
 * @param name the ring's
 * @throws {DpdkError} when there is no such ring, or the group cannot be read
 * @throws {RangeError} on a limit or a number of bytes that is none
 */
export function queuedIn(
  place: { readonly filePrefix: string; readonly directory: string },
  name: string,
  options: MessageOptions,
): QueuedMessage[] {
  checkKeys(options, ["limit", "bytes"], "Inspector.messages");
  checkInteger(options.limit ?? 0, "limit", 0, 1_000_000);
  checkInteger(options.bytes ?? 0, "bytes", 0, 65_536);
  for (let i = 0;; i++) {
    using memory = new GroupMemory(place);
    const { rings, pools, zoneOf } = look(memory);
    const ring = rings.get(name);
    if (ring === undefined) throw noSuchRing(name, [...rings.keys()]);
    const messages = readMessages(memory, ring, pools, options);
    const after = readRing(memory, ring.address, zoneOf);
    const there = after?.name === name && after.size === ring.size ? left(messages, after) : [];
    if (there.length > 0 || messages.length === 0 || i === ATTEMPTS) return there;
    libc().usleep(PAUSE_US);
  }
}

/** How many names a message lists. */
const NAMED = 8;

function noSuchRing(name: string, names: readonly string[]): DpdkError {
  const some = names.filter((one) => !one.startsWith("MP_"));
  const more = some.length > NAMED ? ` and ${some.length - NAMED} more` : "";
  const advice = some.length === 0
    ? "this group has no rings but those of pools"
    : `there is none of that name; there are ${some.slice(0, NAMED).map(quoted).join(", ")}${more}`;
  return new DpdkError({ what: `look into ring ${quoted(name)}`, advice });
}
