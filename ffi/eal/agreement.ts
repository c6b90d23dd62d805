/**
 * What primary and secondary must agree about: how memory lies in its files.
 *
 * A secondary's EAL asks nobody: whatever its own command line says, it takes `legacy_mem` and
 * `single_file_segments` from the primary's config, without a word. So a secondary that says nothing
 * is right, and one that says something else is told here. And where the primary has no hugepage files
 * (`--huge-unlink=always`, `--no-huge`) it makes files of its own, full of zeros, in their place, and
 * fails later over what it does not find there.
 *
 * @module
 */

import { ABIS } from "../abi/mod.ts";
import { DpdkError, readFile } from "../core/mod.ts";
import { configLayout } from "./layout.ts";
import { hugepageFiles } from "./leftovers.ts";
import type { EalOptions, ParsedArgs } from "./options.ts";
import { groupDirectory } from "./runtime_directory.ts";

/** Where the config file has what processes agree about, in every release that is known. */
const AGREED = configLayout(ABIS[0]!);

/** What processes of a group agree about. */
export type Agreed = { readonly [K in "legacyMem" | "singleFileSegments"]: boolean };

/** What a config file says, which must be a whole one. */
export function agreedIn(config: DataView): Agreed {
  return {
    legacyMem: config.getInt32(AGREED.legacyMem, true) !== 0,
    singleFileSegments: config.getInt32(AGREED.singleFileSegments, true) !== 0,
  };
}

const NAMES = { legacyMem: "--legacy-mem", singleFileSegments: "--single-file-segments" } as const;

/** What a process says itself: that it wants it, that it does not, or nothing. */
function wanted(key: keyof Agreed, typed: EalOptions, { values }: ParsedArgs): boolean | undefined {
  return values[NAMES[key].slice(2)] !== undefined ? true : typed[key];
}

/**
 * Refuses a secondary that does not agree with its primary, which lives and is ready.
 *
 * @param filePrefix the group
 * @param typed the typed options, in which `false` says something, too
 * @param parsed the command line
 * @throws {TypeError} when it would remove the files that it maps, which are the primary's
 * @throws {DpdkError} when they say different things, or the primary has no files to map
 */
export function checkAgreement(filePrefix: string, typed: EalOptions, parsed: ParsedArgs): void {
  if (["", "always"].includes(parsed.values["huge-unlink"]?.[0] ?? "existing")) {
    throw new TypeError(
      "Cannot use --huge-unlink=always in a secondary: it would remove the primary's hugepage " +
        "files, and no other secondary could attach any more; leave it out",
    );
  }
  const bytes = readFile(`${groupDirectory(filePrefix)}/config`);
  if (bytes === undefined) return;
  const theirs = agreedIn(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const what = `attach to the primary of file prefix "${filePrefix}"`;
  for (const key of ["legacyMem", "singleFileSegments"] as const) {
    const ours = wanted(key, typed, parsed);
    if (ours === undefined || ours === theirs[key]) continue;
    const [has, says] = theirs[key] ? ["with", "without"] : ["without", "with"];
    throw new DpdkError({
      what,
      advice: `it was started ${has} ${NAMES[key]}, and this process is to be ${says}: all ` +
        `processes of a group must agree; leave ${key} out, and it is as the primary has it`,
    });
  }
  if (hugepageFiles(filePrefix).length > 0) return;
  throw new DpdkError({
    what,
    advice: "it has no hugepage files to share: it was started with --huge-unlink=always or " +
      "--no-huge; start it without, if it is to have secondaries",
  });
}
