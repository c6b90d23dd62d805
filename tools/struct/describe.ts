/**
 * From what debug information says to descriptors: the types that `struct()` has, and what there is
 * to be told about alignment and packing.
 *
 * @module
 */

import {
  type AnyStruct,
  DpdkError,
  struct,
  type StructFields,
  type StructOptions,
  union,
} from "../../mod.ts";
import type { CField, CFieldType, CPlain, CRecord } from "./gdb.ts";

/** A field as `struct()` takes it. */
export interface DescribedField {
  /** Its name; of a member without one, one with `$`. */
  readonly key: string;
  /** A C type as text, arrays' lengths included, or what it is made of. */
  readonly type: string | Description;
  /** Of structs: how many, where it is an array of them. */
  readonly length?: number;
  /** The alignment that it is given, where it is not its type's. */
  readonly align?: number;
  /** What the descriptor does not say: an enum's constants. */
  readonly note?: string;
}

/** A struct or union as `struct()` or `union()` takes it. */
export interface Description {
  readonly record: CRecord;
  /** Its type for `struct()`: `struct port`; `struct` alone when it has no name. */
  readonly type: string;
  readonly fields: readonly DescribedField[];
  readonly align?: number;
  readonly packed: boolean;
  /** The descriptor that this is the description of. */
  readonly descriptor: AnyStruct;
}

/** C types by gdb's names, where `struct()` calls them otherwise. */
const RENAMED: Readonly<Record<string, string>> = {
  "_Bool": "bool",
  "long long int": "long long",
  "long long unsigned int": "unsigned long long",
  "long int": "long",
  "long unsigned int": "unsigned long",
  "short int": "short",
  "short unsigned int": "unsigned short",
};

/** The types that `struct()` knows by name; what else a program calls its own is of one of them. */
const KNOWN: ReadonlySet<string> = new Set([
  ...["char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int"],
  ...["long", "unsigned long", "long long", "unsigned long long", "float", "double", "bool"],
  ...[8, 16, 32, 64].flatMap((bits) => [`int${bits}_t`, `uint${bits}_t`]),
  ...["size_t", "ssize_t", "off_t", "intptr_t", "uintptr_t", "ptrdiff_t", "rte_iova_t"],
]);

/**
 * Describes the last of some records.
 *
 * @param records Each after those that are within it.
 * @returns Its description; throws a `DpdkError` when it has what `struct()` has no type for.
 */
export function describe(records: readonly CRecord[]): Description {
  const done: Description[] = [];
  for (const record of records) done.push(describeRecord(record, done));
  return done.at(-1)!;
}

function refuse(record: CRecord, advice: string): never {
  throw new DpdkError({ what: `describe ${record.name ?? `a ${record.kind}`}`, advice });
}

function describeRecord(record: CRecord, done: readonly Description[]): Description {
  const type = record.name ?? record.kind;
  // An array without a length has no bytes of its own.
  const fields = record.fields
    .filter((field) => !isEmpty(field.type))
    .map((field, i) => ({ field, is: describeField(record, field, i, done) }));
  if (fields.length === 0) refuse(record, "it has no fields");
  for (const { packed, align } of guesses(record, done)) {
    const placed = place(record, fields, packed);
    if (placed === undefined) continue;
    const text = Object.fromEntries(placed.map((field) => [field.key, valueOf(field)]));
    const make = (options: StructOptions): AnyStruct =>
      (record.kind === "struct" ? struct : union)(type, text as StructFields, options);
    const natural = make({ packed });
    const isAligned = align === undefined || align === natural.align;
    const descriptor = isAligned ? natural : make({ packed, align });
    const same = fields.every(({ field, is }) =>
      descriptor.fields[is.key]?.offset === field.offset
    );
    if (!same || descriptor.size !== record.size) continue;
    if (align !== undefined && descriptor.align !== align) continue;
    return { record, type, fields: placed, packed, descriptor, ...isAligned ? {} : { align } };
  }
  return refuse(record, "its fields do not lie where those of a struct() can");
}

/** How a record may have been declared, the likeliest first. */
function guesses(
  { align, fields }: CRecord,
  done: readonly Description[],
): { packed: boolean; align?: number }[] {
  // Debug information does not say what is packed. It says what was aligned by hand; of all else gdb
  // gives the alignment of the fields, which what is packed has not.
  const largest = Math.max(...fields.map(({ type }) => saidAlign(type, done)));
  const [likely, other] = align === largest ? [1, align] : [align, 1];
  return [
    { packed: false, align },
    { packed: true, align: likely },
    { packed: true, align: other },
    // Not every compiler says what was aligned; the offsets do.
    { packed: false },
  ];
}

/** What gdb takes for the alignment of a type. */
function saidAlign(type: CFieldType, done: readonly Description[]): number {
  if (type.is === "array") return saidAlign(type.of, done);
  return type.is === "record" ? done[type.at]!.record.align : type.size;
}

function isEmpty(type: CFieldType): boolean {
  return type.is === "array" && (type.length === 0 || isEmpty(type.of));
}

type Described = Omit<DescribedField, "align">;

function describeField(
  record: CRecord,
  { name, bits, type }: CField,
  i: number,
  done: readonly Description[],
): Described {
  if (bits !== 0) {
    refuse(
      record,
      `${name} is a bit-field of ${bits} bits; describe the struct by hand, with an integer that ` +
        `has all bits of its bit-fields`,
    );
  }
  const lengths: number[] = [];
  let element = type;
  for (; element.is === "array"; element = element.of) lengths.push(element.length);
  const key = name ?? `$${i}`;
  if (element.is === "record") {
    if (lengths.length === 0) return { key, type: done[element.at]! };
    const note = lengths.length > 1 ? { note: `in C it is ${dimensions(lengths)}` } : {};
    return { key, type: done[element.at]!, length: lengths.reduce((a, b) => a * b), ...note };
  }
  const note = noteOf(element);
  return {
    key,
    type: textOf(element) + dimensions(lengths),
    ...note === undefined ? {} : { note },
  };
}

function dimensions(lengths: readonly number[]): string {
  return lengths.map((n) => `[${n}]`).join("");
}

/** A C type of one value, or bytes where there is none. */
function textOf({ is, size, names, signed, values }: CPlain): string {
  if (is === "pointer") {
    const name = names.at(-1)!;
    return /^[A-Za-z_][\w *]*\*$/.test(name) ? name : "void *";
  }
  const known = names.map((name) => RENAMED[name] ?? name).find((name) => KNOWN.has(name));
  if (known !== undefined) return known;
  const negative = signed ?? Object.values(values ?? {}).some((value) => value < 0);
  if (is === "enum" && size === 4) return negative ? "int" : "unsigned int";
  if (is !== "other" && [1, 2, 4, 8].includes(size)) {
    return `${negative ? "" : "u"}int${size * 8}_t`;
  }
  return `uint8_t[${size}]`;
}

function noteOf({ is, names, values }: CPlain): string | undefined {
  if (is === "enum") {
    const all = Object.entries(values ?? {}).map(([name, value]) => `${name} = ${value}`);
    return `${names[0]}: ${all.join(", ")}`;
  }
  return is === "other" && !names.some((name) => KNOWN.has(name)) ? names[0] : undefined;
}

/** A field's type as `struct()` takes it. */
function valueOf({ type, length, align }: DescribedField): unknown {
  const plain = typeof type === "string" ? type : type.descriptor;
  const whole = length === undefined ? plain : [plain, length];
  return align === undefined ? whole : [whole, { align }];
}

/** Finds the alignments that bring fields to where they are; `undefined` when there are none. */
function place(
  { kind }: CRecord,
  fields: readonly { readonly field: CField; readonly is: Described }[],
  packed: boolean,
): DescribedField[] | undefined {
  const placed: DescribedField[] = [];
  let end = 0;
  for (const { field: { offset }, is } of fields) {
    const alone: AnyStruct = struct("struct", { a: valueOf(is) } as StructFields);
    const own = packed ? 1 : alone.align;
    let align = own;
    while (kind === "struct" && Math.ceil(end / align) * align < offset) align *= 2;
    if (kind === "struct" && Math.ceil(end / align) * align !== offset) return undefined;
    placed.push(align === own ? is : { ...is, align });
    end = offset + alone.fields["a"]!.size;
  }
  return placed;
}
