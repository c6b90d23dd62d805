/**
 * Options and arguments that no process can be started with.
 *
 * @module
 */

import { abi } from "../../../ffi/abi/mod.ts";
import { attempt, init, type Step } from "../attempts.ts";
import { primary, type Scenes, takePrefix } from "./scene.ts";

const attach = (options: unknown, how?: unknown): Step => ({ do: "attach", options, how });

/** Pairs of options that exclude each other, in this release. */
const PAIRS: readonly (readonly string[])[] = [
  ["-m", "16", "--socket-mem=16"],
  ["--no-huge", "--socket-mem=16"],
  ["--no-huge", "--socket-limit=64"],
  ["--legacy-mem", "--in-memory"],
  ["--legacy-mem", "--match-allocations"],
  ["--single-file-segments", "--huge-unlink"],
  ["--in-memory", "--huge-unlink=never"],
  ...abi().number < 26 ? [["--no-huge", "--in-memory"]] : [],
];

/** The scenes. */
export const ARGUMENTS: Scenes = {
  "Cannot start EAL with ...: Eal.init takes options, or a list": () => init(5, null, "-l 0"),
  'Cannot use option "..." of ...: it is unknown': () =>
    attempt([
      { do: "init", options: { nope: 5 } },
      attach(["-l", "0"], { wait: 5 }),
      { do: "init", options: [], how: { waitMs: 5 } },
    ]),
  "Cannot use ... as options of ...: it is no object": () =>
    attempt([{ do: "init", options: {}, how: 5 }, attach({}, 5)]),
  "Cannot use ... as ...: it must be a": () =>
    init({ logLevel: null }, { noHuge: 1 }, { filePrefix: 5 }, { vdevs: "net_null0" }, {
      lcores: 3,
    }, {
      socketMem: 16,
    }),
  "Cannot use ... as ...: it must be an integer from": async () => [
    ...await init({ memory: -1 }, { lcores: [0.5] }, { mainLcore: 5000 }, { socketMem: [] }),
    ...await init({ socketLimit: [-1] }, { baseVirtaddr: -1 }, { logLevel: 99 }),
    ...await attempt([attach({ waitMs: -1 })]),
  ],
  "Cannot use ... as ...: there are ...": async () => [
    ...await init({ processType: "third" }, { iovaMode: "xx" }, { hugeUnlink: "some" }),
    ...await attempt([attach({ onClash: "ignore" }), { do: "init", how: { onClash: "no" } }]),
  ],
  "Cannot use ... as signal: it is no AbortSignal": () => attempt([attach({ signal: 5 })]),
  "Cannot run on no lcores: name at least one": () => init({ lcores: [] }),
  'Cannot use "..." as a file prefix': async () => [
    ...await init({ filePrefix: "a/b" }, { filePrefix: "%d" }, ["--file-prefix=.."]),
    ...await init({ filePrefix: "p".repeat(75) }),
    ...await attempt([attach({ filePrefix: "" })]),
  ],
  "Cannot pass ... to C: it holds a NUL character": (context) =>
    init({ filePrefix: takePrefix(context), noPci: true, vdevs: ["net_null0\0"] }),
  "Cannot use EAL argument ...: it is no string": () => init(["-l", 0]),
  'EAL argument "...": DPDK ... has no such option': () => init(["--no-such"], ["-Z"]),
  'EAL argument "...": EAL would print ...': () => init(["-h"], ["--help"], ["--log-level=help"]),
  'EAL argument "...": --... takes no value': () => init(["--no-pci=1"]),
  'EAL argument "...": its value is missing': () => init(["-l"], ["--file-prefix"]),
  'EAL argument "...": --proc-type is one of ...': () => init(["--proc-type=third"]),
  'EAL argument "...": --... may stand only once': () => init(["-l", "0", "--lcores=1"]),
  'Cannot use "..." as --...: it must be': () =>
    init(["--huge-unlink=some"], ["--huge-dir="], ["--socket-mem=a"], ["--socket-limit=1,,2"]),
  "Cannot use --... together with --...:": () => init(...PAIRS),
  "Cannot take ... MiB ... with a limit of ... MiB": () =>
    init({ memory: 32, socketLimit: [16] }, { socketMem: [32], socketLimit: [16] }),
  "Cannot use --huge-unlink=always in a secondary": async (context) => {
    const filePrefix = takePrefix(context);
    await primary(context, filePrefix);
    return await init({ filePrefix, processType: "secondary", hugeUnlink: "always" });
  },
  "Cannot use --no-huge in a secondary": (context) =>
    init({ filePrefix: takePrefix(context), processType: "secondary", noHuge: true }),
  "Cannot start as a secondary without files": () =>
    attempt([
      { do: "init", options: ["--proc-type=secondary", "--no-shconf"] },
      attach(["--in-memory"]),
    ]),
  "Cannot attach as ...: Eal.attach starts a secondary": () =>
    attempt([attach({ processType: "primary" }), attach(["--proc-type=auto"])]),
};
