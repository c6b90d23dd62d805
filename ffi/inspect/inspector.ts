/**
 * Looking into a group again and again.
 *
 * @module
 */

import { checkKeys, DpdkError, exists, quoted } from "../core/mod.ts";
import { Group, GroupMemory, type GroupOptions, usualDirectory } from "../eal/mod.ts";
import { Kept, lookAt } from "./look.ts";
import type { QueuedMessage } from "./message.ts";
import type { MessageOptions } from "./messages.ts";
import { Processes } from "./processes.ts";
import { queuedIn } from "./queue.ts";
import type { Snapshot } from "./snapshot.ts";

/** Which group is looked into. */
export interface InspectOptions {
  /** `--file-prefix`; `rte`, EAL's default, unless given. */
  readonly filePrefix?: string;
  /**
   * The runtime directory that has the group's (`RUNTIME_DIRECTORY` of a service, say); unless given,
   * all are looked through.
   */
  readonly runtimeDirectory?: string;
}

function findGroup({ filePrefix = "rte", runtimeDirectory }: InspectOptions): Group {
  const where: GroupOptions = runtimeDirectory === undefined
    ? {}
    : { runtimeDirectories: [runtimeDirectory] };
  const refuse = (advice: string) =>
    new DpdkError({ what: `inspect file prefix ${quoted(filePrefix)}`, advice });
  const listed = Group.list({ ...where, filePrefix });
  const found = listed.filter(({ directory }) => directory !== "");
  const [first, ...others] = found.filter(({ state }) => state === "running").length > 0
    ? found.filter(({ state }) => state === "running")
    : found;
  if (first === undefined && listed.length > 0) {
    throw refuse(
      listed.some(({ state }) => state === "unreadable")
        ? "this user may not read its directory; be the user of its primary, or root"
        : "only its hugepage files are there: its directory is gone, or not for this user",
    );
  }
  if (first === undefined) {
    // A file that is none of DPDK's makes no group; it is told what is wrong with it.
    const directory = `${runtimeDirectory ?? usualDirectory()}/dpdk/${filePrefix}`;
    if (exists(`${directory}/config`)) new GroupMemory({ filePrefix, directory })[Symbol.dispose]();
    const names = Group.list(where).map((group) => group.filePrefix);
    throw refuse(
      names.length === 0
        ? "there is no group of DPDK processes here that this user can see"
        : `there is no such group; there are ${names.map(quoted).join(", ")}`,
    );
  }
  if (others.length > 0) {
    const places = [first, ...others].map(({ directory }) => directory).join(", ");
    throw refuse(`there are several: ${places}; say which by runtimeDirectory`);
  }
  if (first.state === "unreadable") throw refuse(`this user may not read ${first.directory}`);
  return first;
}

/**
 * Looks into a group of DPDK processes from outside: from its config, its arrays and its hugepage
 * files, which are opened read-only. This process need not be, and does not become, a DPDK process;
 * no library of DPDK is opened, and the group does not notice. It also works when the group is
 * dead, as long as its files are there. DPDK has no function for it: `rte_ring_dump`,
 * `rte_mempool_dump` and their like work in a process of the group.
 *
 * @example
 * ```ts
 * import { Inspector } from "@dpdk-ts/dpdk/inspect";
 *
 * const { rings } = Inspector.open({ filePrefix: "demo" }).snapshot();
 * const hello = rings.find(({ name }) => name === "HELLO");
 * console.log(hello?.count, hello?.capacity); // 1 63
 * ```
 */
export class Inspector {
  /** The group's file prefix. */
  readonly filePrefix: string;
  /** The directory of its files. */
  readonly directory: string;
  readonly #processes: Processes;
  readonly #kept = new Kept();

  private constructor({ filePrefix, directory }: Group) {
    this.filePrefix = filePrefix;
    this.directory = directory;
    this.#processes = new Processes(filePrefix, directory);
  }

  /**
   * Finds a group.
   *
   * @param options which; that of file prefix `rte` unless given
   * @returns what looks at it; nothing is held open
   * @throws {DpdkError} when there is none, there are several, or this user may not read it
   */
  static open(options: InspectOptions = {}): Inspector {
    checkKeys(options, ["filePrefix", "runtimeDirectory"], "Inspector.open");
    return new Inspector(findGroup(options));
  }

  /**
   * Looks at everything. Nothing is held open afterwards; a group that was started anew meanwhile is
   * seen as it is now.
   *
   * @returns plain data, which can be written as JSON
   * @throws {DpdkError} when the group's config cannot be read, is none, is of a primary that has not
   *   finished its start, or of a DPDK that is not known
   */
  snapshot(): Snapshot {
    const { look, claims } = lookAt(this, this.#kept);
    const { state, processes } = this.#processes.read(claims);
    this.#kept.lcores.add(processes.flatMap(({ lcoreIds }) => lcoreIds));
    return {
      filePrefix: this.filePrefix,
      directory: this.directory,
      state,
      time: Date.now(),
      clock: performance.now(),
      processes,
      ports: [],
      ...look,
    };
  }

  /**
   * Looks at what is queued in a ring, from the oldest on, and takes nothing. Packets are told from
   * other objects, and pools from memory that is none's, by what lies in front of an object and in it.
   *
   * @param ring its name
   * @param options how many messages (16 unless given), and how many bytes of each (64)
   * @returns those that were in the ring all the time while they were read
   * @throws {DpdkError} when there is no such ring, or the group cannot be read
   * @throws {RangeError} on a limit or a number of bytes that is none
   */
  messages(ring: string, options: MessageOptions = {}): QueuedMessage[] {
    return queuedIn(this, ring, options);
  }
}
