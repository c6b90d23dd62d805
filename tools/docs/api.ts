/**
 * What is public, as `deno doc --json` tells it.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ROOT } from "../root.ts";
import { executable } from "../runtimes.ts";

/** A tag of a doc comment: `@param name text`. */
export interface DocTag {
  /** `param`, `return`, `throws`, `example`, `internal`, ... */
  readonly kind: string;
  /** The parameter, of `@param`. */
  readonly name?: string;
  /** Its text. */
  readonly doc?: string;
}

/** A doc comment. */
export interface DocComment {
  /** The text before the tags. */
  readonly doc?: string;
  /** The tags. */
  readonly tags?: readonly DocTag[];
}

interface Parameter {
  readonly name?: string;
  readonly left?: Parameter;
  readonly arg?: Parameter;
}

/** A type, as `deno doc` writes it. */
export interface DocType {
  /** Its name, without type arguments. */
  readonly repr: string;
  /** Its form: `keyword`, `typeRef`, `this`, ... */
  readonly kind: string;
}

interface Signature {
  readonly params?: readonly Parameter[];
  readonly returnType?: DocType;
}

interface Place {
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: DocComment;
}

interface Member extends Place {
  readonly name: string;
  readonly accessibility?: string;
  readonly isStatic?: boolean;
  readonly kind?: string;
  readonly functionDef?: Signature;
  readonly params?: readonly Parameter[];
}

interface Declaration extends Place {
  readonly kind: string;
  readonly def?: Signature & {
    readonly constructors?: readonly Member[];
    readonly methods?: readonly Member[];
    readonly properties?: readonly Member[];
    readonly tsType?: DocType;
    readonly extends?: string;
    readonly isAbstract?: boolean;
  };
}

interface Documentation {
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly symbols?: readonly {
          readonly name: string;
          readonly declarations: readonly Declaration[];
        }[];
      }
    >
  >;
}

/** Something public. */
export interface ApiItem {
  /** Its name, with that of its class or interface: `Ring.create`, `Ring.prototype.enqueue`. */
  readonly name: string;
  /** What it is. */
  readonly kind:
    | ("class" | "function" | "interface" | "typeAlias" | "variable")
    | ("constructor" | "method" | "property");
  /** The file that it is in, from the repository's root on. */
  readonly file: string;
  /** Its line there, from 1 on. */
  readonly line: number;
  /** Its doc comment. */
  readonly comment: DocComment;
  /** Of a function: the names of its parameters, `{}` for one that is taken apart. */
  readonly parameters: readonly string[];
  /** Of a function what it returns, of a variable its type. */
  readonly type: DocType | undefined;
  /** Whether only classes that extend its class have it. */
  readonly isProtected: boolean;
  /** Of a member: its class or interface. */
  readonly owner: ApiItem | undefined;
  /** Of a class: the one that it extends. */
  readonly base: string | undefined;
  /** Of a class: whether only others that extend it are made. */
  readonly isAbstract: boolean;
  /** Of a member: its own name, and whether it is the class's. */
  readonly member: { readonly name: string; readonly isStatic: boolean } | undefined;
}

/** The files that scripts may import: the values of `exports` in deno.json. */
export function entrances(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
  return Object.values<string>(exports);
}

/**
 * Runs `deno doc`.
 *
 * @param args Its arguments.
 * @returns What it printed; its warnings about types of npm packages are not part of it.
 */
export function denoDoc(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(executable("deno"), ["doc", ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw new Error(`Cannot run deno doc: ${error.message}`);
  if (status !== 0) {
    throw new Error(stderr.replaceAll(/^Warning Failed resolving[^]*?\n(?=\w)/gm, ""));
  }
  return stdout;
}

const nameOf = (parameter: Parameter): string =>
  parameter.name ?? parameter.left?.name ?? parameter.arg?.name ?? "{}";

type Rest = Pick<ApiItem, "name" | "kind"> & Partial<ApiItem>;

function item({ location, jsDoc = {} }: Place, signature: Signature, rest: Rest): ApiItem {
  return {
    file: relative(ROOT, fileURLToPath(location.filename)),
    line: location.line + 1,
    comment: jsDoc,
    parameters: (signature.params ?? []).map(nameOf),
    type: signature.returnType,
    isProtected: false,
    owner: undefined,
    base: undefined,
    isAbstract: false,
    member: undefined,
    ...rest,
  };
}

function membersOf(owner: ApiItem, { def = {} }: Declaration): ApiItem[] {
  const { constructors = [], methods = [], properties = [] } = def;
  const all = [
    ...constructors.map((member) => ({ member, kind: "constructor" as const })),
    ...methods.map((member) => ({ member, kind: "method" as const })),
    ...properties.map((member) => ({ member, kind: "property" as const })),
  ];
  return all.filter(({ member }) => member.accessibility !== "private")
    .map(({ member, kind }) => {
      const isProperty = kind === "property" || member.kind === "getter" ||
        member.kind === "setter";
      const isStatic = member.isStatic === true;
      const name = kind === "constructor"
        ? `new ${owner.name}`
        : `${owner.name}${isStatic ? "." : ".prototype."}${member.name}`;
      return item(member, member.functionDef ?? member, {
        name,
        kind: isProperty ? "property" : kind,
        isProtected: member.accessibility === "protected",
        owner,
        member: kind === "constructor" ? undefined : { name: member.name, isStatic },
      });
    });
}

/**
 * Everything that scripts can reach: what `mod.ts` exports, with the members of classes and
 * interfaces, also those that serve the library alone.
 *
 * @returns The items, members behind what has them.
 */
export function reachable(): ApiItem[] {
  const { nodes }: Documentation = JSON.parse(denoDoc(["--json", ...entrances()]));
  const [, root] = Object.entries(nodes).find(([url]) => url.endsWith(`${ROOT}/mod.ts`))!;
  return (root.symbols ?? []).flatMap(({ name, declarations }) =>
    declarations.flatMap((declaration) => {
      const { def = {} } = declaration;
      const kind = declaration.kind as ApiItem["kind"];
      const type = def.returnType ?? def.tsType;
      const { extends: base, isAbstract = false } = def;
      const own = item(declaration, def, { name, kind, type, base, isAbstract });
      return [own, ...membersOf(own, declaration)];
    })
  );
}

/** What of that is for scripts: all that is not marked `@internal`. */
export function publicApi(): ApiItem[] {
  return reachable().filter(({ comment }) => !hasTag(comment, "internal"));
}

/** Whether a comment has a tag of a kind. */
export function hasTag({ tags = [] }: DocComment, kind: string): boolean {
  return tags.some((tag) => tag.kind === kind);
}

/** All of a comment's text. */
export function textOf({ doc = "", tags = [] }: DocComment): string {
  return [doc, ...tags.map((tag) => `${tag.name ?? ""} ${tag.doc ?? ""}`)].join("\n");
}
