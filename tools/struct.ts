/**
 * Prints structs of a C program as TypeScript, from its debug information. See `USAGE`.
 *
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { DpdkError } from "../mod.ts";
import { namesIn } from "./struct/gdb.ts";
import { readStruct, structModule } from "./struct/read.ts";

/** How to call it. */
const USAGE = `deno task struct PROGRAM [NAME] [options]

Prints a struct or union of a C program, and what is within it, as a TypeScript module that describes
them by struct() and union() of dpdk.ts. Without a name it lists those that there are. gdb reads the
debug information of the program, which was compiled with -g and is not run.

  NAME      "struct port", "union body", or a typedef's name
  --c       print it as a C header, with an assertion for every offset
  --help    only this text`;

/** Does all that the command line asks for. */
function main(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      c: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const [program, name, ...more] = positionals;
  if (program === undefined || more.length > 0 || (name === undefined && values.c)) {
    throw new TypeError("Cannot read a struct: give a program, and one struct's name");
  }
  if (name === undefined) console.log(namesIn(program).join("\n"));
  else if (values.c) console.log(readStruct(program, name).toC().trimEnd());
  else console.log(structModule(program, name).trimEnd());
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (error instanceof TypeError) console.error(`${error.message}\n\n${USAGE}`);
  else console.error(error instanceof DpdkError ? error.message : error);
  process.exitCode = 1;
}
