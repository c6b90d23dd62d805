/**
 * Descriptions as the text of a TypeScript module.
 *
 * @module
 */

import type { DescribedField, Description } from "./describe.ts";

/**
 * A module that exports the descriptor of a struct, and those of all that are within it.
 *
 * @param top What it exports.
 * @param program Where it was read, for the comments.
 * @returns Its text.
 */
export function moduleText(top: Description, program: string): string {
  const names = new Map<Description, string>();
  const parts: string[] = [];
  const used = new Set<string>();
  const visit = (description: Description): void => {
    if (names.has(description)) return;
    used.add(description.record.kind);
    for (const { type } of description.fields) if (typeof type !== "string") visit(type);
    if (description.record.name === null) return;
    names.set(description, constantName(description, new Set(names.values())));
    const { type, descriptor } = description;
    parts.push(
      `/** \`${type}\` of ${program}: ${descriptor.size} bytes. */\n` +
        `export const ${names.get(description)} = ${callText(description, names, "")};\n`,
    );
  };
  visit(top);
  const imports = [...used].sort().join(", ");
  return [`import { ${imports} } from "@dpdk-ts/dpdk";\n`, ...parts].join("\n");
}

/** `struct ff_msg` is FfMsg; another one of that name has a number. */
function constantName({ type }: Description, taken: ReadonlySet<string>): string {
  const words = type.replace(/^(struct|union) /, "").split("_").filter((word) => word !== "");
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
  const usual = /^[A-Z]/.test(name) ? name : `Type${name}`;
  for (let n = 1;; n++) {
    const numbered = n === 1 ? usual : `${usual}${n}`;
    if (!taken.has(numbered)) return numbered;
  }
}

type Names = ReadonlyMap<Description, string>;

function callText(description: Description, names: Names, indent: string): string {
  const { record, type, fields, align, packed } = description;
  const lines = fields.map((field) => fieldText(field, names, `${indent}  `));
  const options = [
    ...align === undefined ? [] : [`align: ${align}`],
    ...packed ? ["packed: true"] : [],
  ];
  const end = options.length === 0 ? "" : `, { ${options.join(", ")} }`;
  return `${record.kind}("${type}", {\n${lines.join("")}${indent}}${end})`;
}

function fieldText(
  { key, type, length, align, note }: DescribedField,
  names: Names,
  indent: string,
): string {
  const plain = typeof type === "string"
    ? JSON.stringify(type)
    : names.get(type) ?? callText(type, names, indent);
  const whole = length === undefined ? plain : `[${plain}, ${length}]`;
  const text = align === undefined ? whole : `[${whole}, { align: ${align} }]`;
  return `${note === undefined ? "" : `${indent}// ${note}\n`}${indent}${key}: ${text},\n`;
}
