/**
 * The error texts in the sources of what starts EAL.
 *
 * @module
 */

import { repositorySources } from "../house/rules/sources.ts";
import { scan } from "../house/rules/scan.ts";

/** Where errors of the start come from. */
const START: readonly string[] = [
  ...["abi/discover.ts", "abi/libraries.ts", "eal/advice.ts", "eal/agreement.ts"],
  ...["eal/combinations.ts", "eal/command.ts", "eal/hugepage_use.ts", "eal/init_options.ts"],
  ...["eal/joining.ts", "eal/locks.ts", "eal/options.ts", "eal/precheck.ts", "eal/primary.ts"],
  ...[
    "eal/private_files.ts",
    "eal/ranges.ts",
    "eal/reserve.ts",
    "eal/restart.ts",
    "eal/room.ts",
    "eal/start.ts",
  ],
  ...["eal/waiting.ts", "lcore/claims.ts", "mempool/drivers.ts", "runtime/image.ts"],
];

/** Where EAL runs already, or nobody starts it. */
const LATER: readonly string[] = [
  ...["abi/fetch.ts", "abi/siblings.ts", "abi/sums.ts"],
  ...[
    "eal/affinity.ts",
    "eal/eal.ts",
    "eal/primary_watch.ts",
    "eal/state.ts",
    "lcore/dead.ts",
    "lcore/thread.ts",
  ],
];

/** What no process can be made to say at its start, and why. */
const NEVER: Readonly<Record<string, string>> = {
  "it is cut off": "a config file of another size is refused before its ranges are read",
  "no reason was given": "dlerror gives one",
  "dpdk.ts: this process ends without rte_eal_cleanup: ": "it is told at the end",
};

/** Files that throw, in the folders of the start, and are not known here. */
export function unlisted(): string[] {
  const known = [...START, ...LATER].map((file) => `ffi/${file}`);
  return [...repositorySources()].filter(([path, source]) =>
    /^ffi\/(abi|eal|lcore)\/\w+\.ts$/.test(path) &&
    /\bError\(|DpdkError\b/.test(scan(source).code) &&
    !known.includes(path)
  ).map(([path]) => path);
}

/** Three words at least: what is shorter may be anything. */
const PROSE = /\S+ \S+ \S+/;

/** `int (int fd)`. */
const PROTOTYPE = /^[\w *]+ \([\w *,]+\)$/;

/** The fixed parts of error messages, as far as they are sentences. */
export function errorTexts(): { readonly file: string; readonly text: string }[] {
  const sources = repositorySources();
  return START.flatMap((file) => {
    const { strings, texts } = scan(sources.get(`ffi/${file}`) ?? "");
    return [...strings, ...texts]
      .filter((text) => PROSE.test(text) && !PROTOTYPE.test(text) && !(text in NEVER))
      .map((text) => ({ file, text: text.replaceAll(/\\(["'`$])/g, "$1") }));
  });
}
