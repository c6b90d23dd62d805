/**
 * The processes of a group, as /proc and the group's memory tell them.
 *
 * @module
 */

import { listDirectory, readText, startTime } from "../core/mod.ts";
import {
  fileLockHolder,
  fileStatus,
  Group,
  type GroupProcess,
  type GroupState,
} from "../eal/mod.ts";
import { type ClaimedLcore, guessLcores } from "../lcore/mod.ts";
import type { ProcessState } from "./snapshot.ts";

/** How long what was found of a group's processes is believed, in milliseconds. */
const BELIEVED_MS = 10_000;

/** Whether a process is stopped, by a signal or a debugger. */
export function isStopped(pid: number): boolean {
  const text = readText(`/proc/${pid}/stat`) ?? "";
  return /^[Tt]/.test(text.slice(text.lastIndexOf(")") + 2));
}

/** What was found, and when it is out of date. */
interface Found {
  readonly state: GroupState;
  readonly processes: readonly (GroupProcess & { readonly role: ProcessState["role"] })[];
  /** When each process had started. */
  readonly started: readonly (number | undefined)[];
  /** The names in the group's directory, and who holds the primary's lock. */
  readonly mark: string;
  readonly clock: number;
}

/** A group's processes: looked for again when its directory changes, one of them ends, or time passes. */
export class Processes {
  readonly #filePrefix: string;
  readonly #directory: string;
  #found: Found | undefined;

  /** @param directory the group's */
  constructor(filePrefix: string, directory: string) {
    this.#filePrefix = filePrefix;
    this.#directory = directory;
  }

  #search(mark: string): Found {
    const runtime = this.#directory.replace(/\/dpdk\/[^/]*$/, "");
    const options = { filePrefix: this.#filePrefix, runtimeDirectories: [runtime] };
    const group = Group.list(options)[0];
    const processes = [
      ...(group?.primary === undefined ? [] : [{ ...group.primary, role: "primary" as const }]),
      ...(group?.secondaries ?? []).map((one) => ({ ...one, role: "secondary" as const })),
    ];
    return {
      state: group?.state ?? "dead",
      processes,
      started: processes.map(({ pid }) => startTime(pid)),
      mark,
      clock: performance.now(),
    };
  }

  /** What changes when a process comes, or another primary takes over. */
  #mark(): string {
    const id = fileStatus(`${this.#directory}/config`)?.id;
    const holder = id === undefined ? undefined : fileLockHolder(id);
    return [...listDirectory(this.#directory).sort(), holder].join(" ");
  }

  #current(): Found {
    const mark = this.#mark();
    const found = this.#found;
    const valid = found !== undefined && found.mark === mark &&
      performance.now() - found.clock < BELIEVED_MS &&
      found.processes.every(({ pid }, i) => startTime(pid) === found.started[i]);
    return this.#found = valid ? found : this.#search(mark);
  }

  /**
   * How the group is, and its processes.
   *
   * @param claims what processes of this library say of their lcores
   */
  read(claims: readonly ClaimedLcore[]): { state: GroupState; processes: ProcessState[] } {
    const { state, processes, started } = this.#current();
    return {
      state,
      processes: processes.map((process, i) => {
        const claimed = claims.filter((claim) =>
          claim.pid === process.pid && (started[i] === undefined || claim.started === started[i])
        ).map(({ lcoreId }) => lcoreId);
        const seen = process.commandLine.length > 0;
        const guessed = claimed.length === 0 && seen ? guessLcores(process.pid) : claimed;
        return { ...process, lcoreIds: guessed, stopped: seen && isStopped(process.pid) };
      }),
    };
  }
}
