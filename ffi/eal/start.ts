/**
 * Calls `rte_eal_init`, after a look at what would end or hang it.
 *
 * @module
 */

import { preload } from "../abi/mod.ts";
import { DpdkError, Errno, exists } from "../core/mod.ts";
import { encodeString, runtime } from "../runtime/mod.ts";
import { adviceFor } from "./advice.ts";
import { checkAgreement } from "./agreement.ts";
import {
  checkPrefix,
  type Command,
  groupOf,
  processTypeOf,
  settled,
  withLcore,
} from "./command.ts";
import { checkHugepagesFree } from "./hugepage_use.ts";
import type { OnClash } from "./init_options.ts";
import { Joining } from "./joining.ts";
import { eal, rteErrno } from "./library.ts";
import { checkLocks } from "./locks.ts";
import { captureLog, withoutStdout } from "./log.ts";
import type { ParsedArgs } from "./options.ts";
import { checkNoPrimary, checkPrimary, primaryHasPorts } from "./precheck.ts";
import { configPath, type Primary, primaryAlive } from "./primary.ts";
import { checkDirectories, withPrivateFiles } from "./private_files.ts";
import { checkRoom } from "./room.ts";
import { ealState, setEalState } from "./state.ts";
import { turnToJoin } from "./turn.ts";

/**
 * Libraries that own a tailq and are used by this one: open before EAL starts, so that it finds
 * their tailqs in every process of a group alike.
 */
const PRELOADED = ["rte_eal", "rte_ring", "rte_mempool"];

/** `char **argv` and the strings it points to, kept for as long as EAL may look at them. */
const argvMemory: ArrayBuffer[] = [];

function argv(args: readonly string[]): ArrayBuffer {
  const table = new BigUint64Array(new ArrayBuffer(8 * (args.length + 1)));
  args.forEach((arg, i) => {
    const bytes = encodeString(arg).buffer;
    argvMemory.push(bytes);
    table[i] = BigInt(runtime.address(runtime.pointerTo(bytes)));
  });
  argvMemory.push(table.buffer);
  return table.buffer;
}

/**
 * Without PCI devices, for a secondary whose primary has no ports: EAL would abort the process at
 * the first port that it finds.
 */
function withoutPci(
  parsed: ParsedArgs,
  args: readonly string[],
  prefix: string,
): readonly string[] {
  const asked = parsed.values["no-pci"] ?? parsed.values["allow"];
  return asked !== undefined || primaryHasPorts(prefix) ? args : [...args, "--no-pci"];
}

/** Settles what an `auto` process is, so that all that follows knows: EAL is not asked any more. */
function settle(asked: Command): Command {
  const prefix = groupOf(asked.parsed);
  if (processTypeOf(asked.parsed) !== "auto" || prefix === undefined) return asked;
  return settled(asked, primaryAlive(checkPrefix(prefix)) ? "secondary" : "primary");
}

/** Refuses, before EAL is touched, what would end or hang it; gives the primary to attach to. */
function precheck(parsed: ParsedArgs): Primary | undefined {
  const prefix = groupOf(parsed);
  const type = processTypeOf(parsed);
  if (prefix === undefined) {
    if (type !== "secondary") return undefined;
    throw new TypeError(
      "Cannot start as a secondary without files: --in-memory and --no-shconf are for a process " +
        "that shares nothing; leave them out",
    );
  }
  checkPrefix(prefix);
  if (type === "secondary" && parsed.values["no-huge"] !== undefined) {
    throw new TypeError(
      "Cannot use --no-huge in a secondary: it is ordinary memory, which no processes share; leave " +
        "it out, and start the primary without it",
    );
  }
  checkDirectories(prefix);
  if (type === "secondary") {
    const primary = checkPrimary(prefix);
    checkRoom(prefix, { joins: true, noHugeMib: noHugeMib(parsed) });
    return primary;
  }
  if (type === "primary" && exists(configPath(prefix))) checkNoPrimary(prefix);
  if (parsed.values["no-huge"] === undefined) {
    checkHugepagesFree(prefix, parsed.values["huge-dir"]?.[0]);
  }
  checkRoom(prefix, { joins: false, noHugeMib: noHugeMib(parsed) });
  return undefined;
}

/** The memory of a process without hugepages, in MiB. */
function noHugeMib({ values }: ParsedArgs): number | undefined {
  return values["no-huge"] === undefined ? undefined : Number(values["memory-size"]?.[0] ?? 64);
}

/** Refuses a second start. */
export function checkNotStarted(): void {
  const state = ealState();
  if (state === "none") return;
  throw new DpdkError({
    what: "start EAL",
    call: "Eal.init",
    errno: Errno.EALREADY,
    advice: state === "running"
      ? "it runs already in this process; a Worker uses the same EAL"
      : `a process can start EAL only once, and here it ${
        state === "failed" ? "failed" : "was cleaned up"
      }; start a new process`,
  });
}

function callInit(
  args: readonly string[],
  parsed: ParsedArgs,
  joining?: Joining,
): readonly string[] {
  const all = ["dpdk.ts", ...args];
  const table = runtime.pointerTo(argv(all));
  const { rte_eal_init } = eal();
  const init = () => {
    joining?.release(); // and nothing in between
    return rte_eal_init(all.length, table);
  };
  const quiet = () => withoutStdout(() => withPrivateFiles(init));
  const { value, log } = captureLog(quiet, (status) => status < 0, true);
  if (value >= 0) {
    setEalState("running");
    return log;
  }
  // Never rte_eal_cleanup now: it would unmap ranges that this process never had.
  setEalState("failed");
  const errno = rteErrno();
  const advice = [adviceFor(log, errno), joining?.failed(log)].filter((one) => one !== undefined);
  throw new DpdkError({
    what: `start EAL as ${processTypeOf(parsed)}`,
    call: "rte_eal_init",
    errno,
    advice: advice.length === 0 ? undefined : advice.join("; "),
    log,
  });
}

/** What a start came to. */
export interface Started {
  /** What EAL logged. */
  readonly log: readonly string[];
  /** The primary's process, for a secondary; 0 when it cannot be named here. */
  readonly primaryPid: number;
}

/**
 * Starts EAL.
 *
 * @throws {TypeError} and {DpdkError} as `Eal.init` says
 */
export function start(asked: Command, onClash: OnClash): Started {
  checkNotStarted();
  const given = settle(asked);
  const { parsed, args } = given;
  const group = groupOf(parsed);
  const joins = group !== undefined && processTypeOf(parsed) === "secondary";
  using _turn = joins ? turnToJoin(group) : undefined;
  const primary = precheck(parsed);
  if (primary === undefined) {
    preload(PRELOADED);
    return { log: callInit(args, parsed), primaryPid: 0 };
  }
  const prefix = group ?? "";
  const joining = new Joining(prefix, primary, onClash);
  try {
    checkLocks(prefix);
    checkAgreement(prefix, given.typed, parsed);
    preload(PRELOADED);
    const own = withoutPci(parsed, withLcore(given, prefix), prefix);
    const log = callInit(own, parsed, joining);
    return { log, primaryPid: primary.pid };
  } finally {
    joining.release();
  }
}
