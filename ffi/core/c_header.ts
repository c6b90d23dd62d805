/**
 * Structs as the text of a C header.
 *
 * @module
 */

import { described, isUntagged, type Member, Members } from "./members.ts";
import { UnionMembers } from "./union.ts";

/** A C type of one value, or an array of it: `uint32_t`, `char`, and `[4][16]`. */
const TEXT = /^([^[\]]+)((?:\[\d+\])*)$/;

/** Which header declares what `<stdint.h>` does not. */
const HEADERS: Readonly<Record<string, string>> = {
  "bool": "stdbool.h",
  "ssize_t": "sys/types.h",
  "off_t": "sys/types.h",
  "rte_iova_t": "rte_common.h",
};

/** The types that the language and `<stdint.h>` have, as what is pointed to. */
const KNOWN = /^(void|char|bool|float|double|(un)?signed|short|int|long|u?int\d+_t|s?size_t)$/;

/**
 * The text of a C header that declares structs and unions as they are described, with those that are
 * within them, and an include guard of the first one's name.
 *
 * It can be included beside those of DPDK, such as rte_ring.h. It is plain C11, but for the packed ones, which no standard has. Static assertions stop the
 * compiler where the size, the alignment or the offset of any field is not what it is here. A pointer
 * to a type that the header does not know is a `void *` there.
 *
 * @param structs what {@linkcode struct} and {@linkcode union} made
 * @returns the header's text, with include guards of its own
 * @throws {TypeError} when there is none, when one has no name in C, or two have the same one
 * @example
 * ```ts
 * import { cHeader, struct } from "@dpdk-ts/dpdk";
 *
 * const Port = struct("struct port", { id: "uint16_t", mac: "uint8_t[6]" });
 * const text = cHeader(Port); // to be written into a file that C programs include
 * console.log(text.includes("struct port {")); // true
 * ```
 */
export function cHeader(...structs: readonly object[]): string {
  const tops = structs.map((descriptor) => {
    const members = described.get(descriptor);
    if (members !== undefined) return members;
    throw new TypeError("Cannot print a C header: what is given is no descriptor of a struct");
  });
  const [first] = tops;
  if (first === undefined) throw new TypeError("Cannot print a C header: no struct is given");
  const header = new Header();
  for (const members of tops) header.declare(members);
  return header.text(`${first.type.toUpperCase().replaceAll(/\W+/g, "_")}_H`);
}

class Header {
  readonly #includes = new Set(["stddef.h", "stdint.h"]);
  readonly #declared = new Map<string, Members>();
  readonly #blocks: string[] = [];

  text(guard: string): string {
    const includes = [...this.#includes].map((name) => `#include <${name}>\n`).join("");
    return `#ifndef ${guard}\n#define ${guard}\n\n${includes}\n${this.#blocks.join("\n")}\n` +
      `#endif /* ${guard} */\n`;
  }

  /** Declares a struct, and before it those of its fields. */
  declare(members: Members): void {
    const { type, size, align } = members;
    if (!/^((struct|union) )?[A-Za-z_]\w*$/.test(type) || isUntagged(type)) {
      throw new TypeError(`Cannot print ${type} as C: that is no name of a type`);
    }
    const known = this.#declared.get(type);
    if (known === members) return;
    if (known !== undefined) {
      throw new TypeError(`Cannot print ${type} as C: there are two of that name`);
    }
    this.#declareWithin(members);
    this.#declared.set(type, members);
    const named = / /.test(type);
    const body = this.#body(members, "");
    this.#blocks.push([
      `${named ? "" : "typedef "}${named ? type : keyword(members)} ${body}${
        named ? "" : ` ${type}`
      };`,
      `_Static_assert(sizeof(${type}) == ${size}, "size of ${type}");`,
      `_Static_assert(_Alignof(${type}) == ${align}, "alignment of ${type}");`,
      ...[...offsets(members)].map(([path, offset]) =>
        `_Static_assert(offsetof(${type}, ${path}) == ${offset}, "offset of ${path} of ${type}");`
      ),
      "",
    ].join("\n"));
  }

  #declareWithin(members: Members): void {
    for (const { base } of members.all.values()) {
      if (!(base instanceof Members)) continue;
      if (isUntagged(base.type)) this.#declareWithin(base);
      else this.declare(base);
    }
  }

  /** What stands between a struct's name and a field's. */
  #body(members: Members, indent: string): string {
    const { packed, least } = members.shape;
    const lines = [...members.all].map(([name, member], i) => {
      // C11 aligns a struct by its first field. That of a packed one may be aligned to less.
      const align = Math.max(member.least, i === 0 && !packed ? least : 1);
      const field = this.#field(name, member, `${indent}\t`);
      if (packed) return `${indent}\t${field}${attribute(align > 1 ? [align] : [])};`;
      return `${indent}\t${align > member.codec.align ? `_Alignas(${align}) ` : ""}${field};`;
    });
    const end = packed ? attribute(["__packed__", ...least > 1 ? [least] : []]) : "";
    return `{\n${lines.join("\n")}\n${indent}}${end}`;
  }

  #field(name: string, { base, length }: Member, indent: string): string {
    const dims = length === undefined ? "" : `[${length}]`;
    if (base instanceof Members) {
      const untagged = isUntagged(base.type);
      const type = untagged ? `${base.type} ${this.#body(base, indent)}` : base.type;
      return name.startsWith("$") ? type : `${type} ${name}${dims}`;
    }
    const [, type = "", lengths = ""] = TEXT.exec(base) ?? [];
    const include = HEADERS[type.replaceAll(/[ *]+$/g, "").replace(/^const /, "")];
    if (include !== undefined) this.#includes.add(include);
    if (!type.endsWith("*")) return `${type} ${name}${lengths}`;
    return `${this.#pointer(type)}${name}${lengths}`;
  }

  /** A type of pointer, with what follows it. */
  #pointer(type: string): string {
    const [, to = "", stars = ""] = /^(.*?)\s*((?:\*\s*)+)$/.exec(type) ?? [];
    const words = to.split(" ").filter((word) => !/^(const|volatile)$/.test(word));
    const known = words.every((word) => KNOWN.test(word) || HEADERS[word] !== undefined) ||
      (words.length === 2 && /^(struct|union)$/.test(words[0]!)) ||
      this.#declared.has(words.join(" "));
    return known ? `${to} ${stars.replaceAll(" ", "")}` : `/* ${type} */ void *`;
  }
}

/** What gcc and clang understand, where C11 has no word: packing and alignments of what is packed. */
function attribute(words: readonly (string | number)[]): string {
  if (words.length === 0) return "";
  const all = words.map((word) => typeof word === "number" ? `__aligned__(${word})` : word);
  return ` __attribute__((${all.join(", ")}))`;
}

function keyword(members: Members): string {
  return members instanceof UnionMembers ? "union" : "struct";
}

/** Where each field is, those of structs without a tag within included, as C reaches them. */
function* offsets(members: Members, prefix = "", start = 0): Generator<[string, number]> {
  for (const [name, { base, offset, length }] of members.all) {
    const nameless = name.startsWith("$");
    if (!nameless) yield [prefix + name, start + offset];
    if (!(base instanceof Members) || !isUntagged(base.type)) continue;
    const step = nameless ? "" : `${name}${length === undefined ? "" : "[0]"}.`;
    yield* offsets(base, prefix + step, start + offset);
  }
}
