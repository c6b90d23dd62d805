/**
 * The layout oracle: a C program, made of what ffi/ says, that prints what the installed headers say
 * of the same things.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { type BitField, type Constants, maskOf, type StructLayout } from "../../../ffi/core/mod.ts";
import { compileC } from "../../kit.ts";
import type { Found, Layouts } from "./collect.ts";

/** One number: what it is, the C expression for it, and what ffi/ says. */
interface Claim {
  readonly what: string;
  readonly expression: string;
  readonly says: number;
}

/** Sets nothing but a bit-field, all of it, and looks at the integer that holds it. */
function claimOfBits(place: string, type: string, key: string, field: BitField): Claim {
  const { offset, size, path = key } = field;
  const expression = [
    "({",
    `${type} one;`,
    "unsigned long long whole = 0;",
    "memset(&one, 0, sizeof(one));",
    `one.${path} = -1;`,
    `memcpy(&whole, (char *)&one + ${offset}, ${size});`,
    "whole; })",
  ].join(" ");
  return { what: `${place}: the bits of ${type}, ${path}`, expression, says: maskOf(field) };
}

function claimsOfStruct({ place, value }: Found<StructLayout>): Claim[] {
  const { type, size, fields, bits = {} } = value;
  return [
    { what: `${place}: sizeof(${type})`, expression: `sizeof(${type})`, says: size },
    ...Object.entries(fields).flatMap(([key, { offset, size, path = key }]) => [
      {
        what: `${place}: offsetof(${type}, ${path})`,
        expression: `offsetof(${type}, ${path})`,
        says: offset,
      },
      {
        what: `${place}: sizeof ${path} of ${type}`,
        expression: `sizeof(((${type} *)0)->${path})`,
        says: size,
      },
    ]),
    ...Object.entries(bits).map(([key, field]) => claimOfBits(place, type, key, field)),
  ];
}

function claimsOfConstants({ place, value }: Found<Constants>): Claim[] {
  return Object.entries(value.values).map(([name, says]) => ({
    what: `${place}: ${name}`,
    expression: name,
    says,
  }));
}

/** Every number that the layouts and constants state. */
function claims({ structs, constants }: Pick<Layouts, "structs" | "constants">): Claim[] {
  return [...structs.flatMap(claimsOfStruct), ...constants.flatMap(claimsOfConstants)];
}

function program(headers: readonly string[], all: readonly Claim[]): string {
  return [
    "#define _GNU_SOURCE",
    "#include <stddef.h>",
    "#include <stdio.h>",
    "#include <string.h>",
    ...headers.map((header) => `#include <${header}>`),
    "int main(void)",
    "{",
    ...all.map(({ expression }) => `\tprintf("%lld\\n", (long long)(${expression}));`),
    "\treturn 0;",
    "}",
    "",
  ].join("\n");
}

/** What the comparison came to. */
export interface Comparison {
  /** How many numbers were compared. */
  readonly compared: number;
  /** A line for each that differs. */
  readonly differences: string[];
}

type Described = Pick<Layouts, "structs" | "constants">;

/** The C program that prints what the headers say of everything that is described. */
export function programOf({ structs, constants }: Described): string {
  const headers = [...structs, ...constants].map(({ value }) => value.header);
  return program([...new Set(headers)], claims({ structs, constants }));
}

/** What the headers that are installed here say. */
function askHere(described: Described): string {
  const { status, stdout } = spawnSync(compileC(programOf(described), ["-O0"]), {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot run the oracle: it ended with ${status}`);
  return stdout;
}

/**
 * Compares every number with a release's headers.
 *
 * @param said what the program printed that {@linkcode programOf} makes; default of the installed
 *   headers
 */
export function compareLayouts(
  described: Described,
  said: string = askHere(described),
): Comparison {
  const all = claims(described);
  const answers = said.trim().split("\n").map(Number);
  if (answers.length !== all.length) throw new Error("Cannot read the oracle: lines are missing");
  const differences = all.flatMap(({ what, says }, i) =>
    answers[i] === says ? [] : [`${what} is ${answers[i]} in C, and ${says} here`]
  );
  return { compared: all.length, differences };
}
