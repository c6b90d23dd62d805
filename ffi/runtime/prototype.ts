/**
 * C prototypes as text: parsed at run time into what an FFI wants to know, and by the type checkers
 * into the signature of the call.
 *
 * A symbol table maps a symbol's name to its prototype without the name:
 *
 * ```ts
 * const symbols = {
 *   rte_ring_create:
 *     "struct rte_ring * (const char *name, unsigned int count, int socket_id, unsigned int flags)",
 * } as const;
 * ```
 *
 * | C type                                      | in TypeScript                                   |
 * | ------------------------------------------- | ----------------------------------------------- |
 * | `int`, `unsigned int`, `uint32_t`, ...      | `number`                                        |
 * | `size_t`, `ssize_t`, `long`, `off_t`        | `number`                                        |
 * | `uint64_t`, `int64_t`, `rte_iova_t`         | `bigint`                                        |
 * | `bool`                                      | `boolean`                                       |
 * | `const char *`                              | `string \| null`, copied in and out             |
 * | any other pointer, also to a function       | {@linkcode Pointer} of what it points to or `null` |
 *
 * @module
 *
 * @internal
 */
declare const pointee: unique symbol;

/**
 * A memory address in the form in which this runtime's FFI takes it fastest: an object made once,
 * never per call. `T` is the C type it points to.
 */
export interface Pointer<T extends string = string> {
  /** Exists for the type checker alone. */
  readonly [pointee]: T;
}

/** C types that cross the border as a JavaScript number. */
const NUMBERS = {
  "char": "i8",
  "int8_t": "i8",
  "uint8_t": "u8",
  "int16_t": "i16",
  "uint16_t": "u16",
  "int": "i32",
  "int32_t": "i32",
  "unsigned": "u32",
  "unsigned int": "u32",
  "uint32_t": "u32",
  "enum rte_proc_type_t": "i32",
  "enum rte_iova_mode": "i32",
  "enum rte_lcore_role_t": "i32",
  "enum rte_lcore_state_t": "i32",
  "enum rte_eth_event_type": "i32",
  "enum rte_vlan_type": "i32",
  "size_t": "size",
  "ssize_t": "ssize",
  "long": "ssize",
  "off_t": "ssize",
  "float": "f32",
  "double": "f64",
} as const;

/** C types that cross the border as a bigint. */
const BIGINTS = {
  "int64_t": "i64",
  "uint64_t": "u64",
  "unsigned long": "u64",
  "rte_iova_t": "u64",
} as const;

type NumberType = keyof typeof NUMBERS;
type BigIntType = keyof typeof BIGINTS;

/** How a value is handed to C: a register width, or one of the forms that are converted. */
export type Native =
  | (typeof NUMBERS)[NumberType]
  | (typeof BIGINTS)[BigIntType]
  | "bool"
  | "void"
  | "pointer"
  | "string";

/** @internal */
type Trim<S extends string> = S extends ` ${infer R}` ? Trim<R>
  : S extends `${infer R} ` ? Trim<R>
  : S;

type Unqualified<S extends string> = S extends `const ${infer R}` ? Unqualified<R> : Trim<S>;

/**
 * The JavaScript type of a C type written without a name, as a result is.
 *
 * @internal
 */
type Value<T extends string> = T extends "const char *" ? string | null
  : T extends `${infer Target}*` ? Pointer<Unqualified<Target>> | null
  : T extends NumberType ? number
  : T extends BigIntType ? bigint
  : T extends "bool" ? boolean
  : T extends "void" ? void
  : never;

/** What stands in front of the last word. */
type TypePart<S extends string, Done extends string = ""> = S extends `${infer Word} ${infer Rest}`
  ? TypePart<Rest, Done extends "" ? Word : `${Done} ${Word}`>
  : Done;

/** The JavaScript type of one parameter, name included: `const char *name`. */
type Parameter<S extends string> = S extends `const char *${string}`
  ? S extends `const char *const ${string}` | `const char **${string}` ? Pointer | null
  : string | null
  : S extends `${infer Target}*${string}` ? S extends `${string}**${string}` ? Pointer | null
    : Unqualified<Target> extends "void" ? Pointer | null
    : Pointer<Unqualified<Target>> | null
  : Value<TypePart<S>>;

/** @internal */
type Parameters<S extends string> = S extends "void" | "" ? []
  : S extends `${infer Head}, ${infer Rest}`
    ? Head extends `${string}(*${string}`
      ? S extends `${string}(*${string})(${string}), ${infer After}`
        ? [Pointer | null, ...Parameters<After>]
      : [Pointer | null]
    : [Parameter<Head>, ...Parameters<Rest>]
  : S extends `${string}(*${string}` ? [Pointer | null]
  : [Parameter<S>];

/** The TypeScript signature of a C prototype; `never` when its result is of no C type above. */
export type Call<P extends string> = P extends `${infer Result}(${infer List})`
  ? [Value<Trim<Result>>] extends [never] ? never
  : (...args: Parameters<List>) => Value<Trim<Result>>
  : never;

/** A table of prototypes by symbol name. */
export type Symbols = Readonly<Record<string, string>>;

/** The functions of a symbol table. */
export type Calls<S extends Symbols> = { readonly [K in keyof S]: Call<S[K]> };

/** A parsed prototype. */
export interface Signature {
  readonly parameters: readonly Exclude<Native, "void">[];
  readonly result: Native;
}

function native(ctype: string, where: string): Native {
  if (ctype === "const char *") return "string";
  if (ctype.endsWith("*")) return "pointer";
  if (ctype === "void" || ctype === "bool") return ctype;
  if (Object.hasOwn(NUMBERS, ctype)) return NUMBERS[ctype as NumberType];
  if (Object.hasOwn(BIGINTS, ctype)) return BIGINTS[ctype as BigIntType];
  throw new TypeError(`Cannot parse prototype "${where}": unknown C type "${ctype}"`);
}

/** Splits at the commas that stand outside parentheses. */
function split(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < list.length; i++) {
    const c = list[i];
    if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === "," && depth === 0) {
      parts.push(list.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(list.slice(start).trim());
  return parts;
}

function parameter(text: string, where: string): Exclude<Native, "void"> {
  if (text.includes("(*")) return "pointer";
  const star = text.lastIndexOf("*");
  const type = text.slice(0, star >= 0 ? star + 1 : text.lastIndexOf(" "));
  const found = native(type, where);
  if (found !== "void") return found;
  throw new TypeError(`Cannot parse prototype "${where}": a parameter cannot be void`);
}

/**
 * Parses a prototype.
 *
 * @param prototype result, then the parameters with their names in parentheses
 * @returns how each value is handed over
 * @throws {TypeError} on a C type that is not in the table above
 */
export function parse(prototype: string): Signature {
  const open = prototype.indexOf("(");
  if (open < 0 || !prototype.endsWith(")")) {
    throw new TypeError(`Cannot parse prototype "${prototype}": it has no parameter list`);
  }
  const list = prototype.slice(open + 1, -1).trim();
  const result = native(prototype.slice(0, open).trim(), prototype);
  if (list === "" || list === "void") return { parameters: [], result };
  return { parameters: split(list).map((text) => parameter(text, prototype)), result };
}
