/**
 * The documentation that is made of the sources. See `USAGE`.
 *
 * @module
 */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { denoDoc, entrances } from "./docs/api.ts";
import { PAGE, page } from "./docs/from_c.ts";
import { ROOT } from "./root.ts";

/** How to call it. */
const USAGE = `deno task docs [WHAT]

  site [FOLDER]  the API as HTML, in docs/ unless another folder is named; when nothing is said
  lint           whether everything public has a comment, and shows nothing that is not public
  from-c         writes ${PAGE}, what functions of C are called here; wants DPDK's headers
  --help         only this text`;

/** Where the site is written; git ignores it. */
const SITE = join(ROOT, "docs");

function site(folder: string = SITE): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  if (folder === SITE) rmSync(folder, { recursive: true, force: true });
  denoDoc(["--html", `--name=dpdk.ts ${version}`, `--output=${folder}`, "mod.ts"]);
  return `Open ${join(folder, "index.html")}`;
}

const COMMANDS: Readonly<Record<string, (folder?: string) => string>> = {
  site,
  lint: () => {
    denoDoc(["--lint", ...entrances()]);
    return "Everything public is documented";
  },
  "from-c": () => {
    writeFileSync(join(ROOT, PAGE), page());
    return `Wrote ${PAGE}`;
  },
  "--help": () => USAGE,
};

function main([name = "site", ...rest]: readonly string[]): void {
  const command = COMMANDS[name];
  if (command === undefined || rest.length > (command === site ? 1 : 0)) {
    console.error(`Cannot make docs: there is no "${[name, ...rest].join(" ")}"\n\n${USAGE}`);
    process.exitCode = 1;
    return;
  }
  try {
    console.log(command(...rest));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2));
