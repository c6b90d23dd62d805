/**
 * What gdb says of a program's types: it reads every release of DWARF, also when it is compressed,
 * or in a file of its own. The program is not run, and nothing that it carries for gdb is.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { DpdkError } from "../../mod.ts";

/** A type of C that is no struct and no array. */
export interface CPlain {
  readonly is: "integer" | "pointer" | "enum" | "other";
  /** Bytes. */
  readonly size: number;
  /** What it is called: the names of its typedefs, from the outermost on, and its own. */
  readonly names: readonly string[];
  /** Of integers: whether they can be negative. */
  readonly signed?: boolean;
  /** Of an enum: its constants. */
  readonly values?: Readonly<Record<string, number>>;
}

/** The type of a field. */
export type CFieldType =
  | CPlain
  | { readonly is: "record"; readonly at: number }
  | { readonly is: "array"; readonly length: number; readonly of: CFieldType };

/** A field. */
export interface CField {
  /** `null` when it has none. */
  readonly name: string | null;
  readonly offset: number;
  /** How many bits a bit-field has; 0 when it is none. */
  readonly bits: number;
  readonly type: CFieldType;
}

/** A struct or a union. */
export interface CRecord {
  readonly kind: "struct" | "union";
  /** `struct port`, a typedef's name, or `null`. */
  readonly name: string | null;
  readonly size: number;
  readonly align: number;
  readonly fields: readonly CField[];
}

interface Answer {
  readonly error?: string;
  readonly missing?: boolean;
  readonly names?: readonly string[];
  readonly records?: readonly CRecord[];
}

const SCRIPT = fileURLToPath(new URL("types.py", import.meta.url));

/** Before the program is read: what it or the user has for gdb stays unused. */
const QUIET = ["set auto-load off", "set debuginfod enabled off", "set language c"];

/**
 * The structs and unions that a program's debug information has a name for.
 *
 * @param program An executable, shared object or object file that was compiled with `-g`.
 * @returns Their names, as {@linkcode recordsOf} takes them.
 */
export function namesIn(program: string): readonly string[] {
  return ask(program, "").names ?? [];
}

/**
 * A struct or union, and all that are within it.
 *
 * @param program An executable, shared object or object file that was compiled with `-g`.
 * @param name `struct port`, `union body`, or a typedef's name.
 * @returns Them, each after those that are within it; it is the last one.
 */
export function recordsOf(program: string, name: string): readonly CRecord[] {
  if (!/^((struct|union) )?[A-Za-z_]\w*$/.test(name)) {
    throw new TypeError(
      `Cannot read type "${name}": that is no name of one; give "struct port" or a typedef's name`,
    );
  }
  return ask(program, name).records ?? [];
}

function ask(program: string, name: string): Answer {
  const path = resolve(program);
  const what = `read ${name === "" ? "the types" : name} of ${program}`;
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new DpdkError({ what, advice: "there is no such file that this user may read" });
  }
  const words = QUIET.flatMap((command) => ["-iex", command]);
  const { stdout, stderr, error } = spawnSync(
    "gdb",
    ["-nx", "-batch", ...words, "-x", SCRIPT, path],
    { env: { ...process.env, DPDK_TS_TYPE: name }, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  if (error !== undefined) {
    throw new DpdkError({ what, advice: `gdb does not run (${error.message}); install gdb` });
  }
  const [, line] = /^answer:\n(.*)$/m.exec(stdout) ?? [];
  if (line === undefined) {
    throw new DpdkError({ what, advice: `gdb did not answer: ${stderr.trim()}` });
  }
  const answer = JSON.parse(line) as Answer;
  if (answer.error === undefined) return answer;
  const advice = answer.missing === true
    ? "; it has what was compiled with -g, is defined there, and is used"
    : "";
  throw new DpdkError({ what, advice: answer.error + advice });
}
