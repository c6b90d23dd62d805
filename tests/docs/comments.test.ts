// What every public symbol's comment says: parameters, results, and the C that it stands for. That
// each has a comment is what `deno doc --lint` sees to, in `deno task check`.

import { type ApiItem, hasTag, publicApi, reachable, textOf } from "../../tools/docs/api.ts";
import { assert, describe, test } from "../kit.ts";

const api = publicApi();
const functions = api.filter(({ kind }) => ["function", "method", "constructor"].includes(kind));

/** A function, macro, struct or header of C. */
const C_NAME = /\b(rte_\w+|RTE_\w+|RING_F_\w+|\w+\.h)\b/;

/** Results that there is nothing to say of: none, or the object itself. */
const NOTHING = ["void", "never", "this"];

const label = ({ name, file, line }: ApiItem): string => `${file}:${line} ${name}`;

function returnsNothing({ type, kind, comment }: ApiItem): boolean {
  return kind === "constructor" || type === undefined || NOTHING.includes(type.repr) ||
    type.kind === "this" || (type.repr === "Promise" && /"void"/.test(JSON.stringify(type))) ||
    hasTag(comment, "return");
}

/** What an item's comment lacks. */
function lacks(item: ApiItem): string[] {
  const { comment, parameters, owner } = item;
  const described = (comment.tags ?? []).filter(({ kind }) => kind === "param")
    .map(({ name }) => name);
  return [
    ...parameters.filter((name) => !described.includes(name)).map((name) => `@param ${name}`),
    ...described.filter((name) => !parameters.includes(name ?? ""))
      .map((name) => `no parameter "${name}"`),
    ...returnsNothing(item) ? [] : ["@returns"],
    ...[comment, owner?.comment ?? {}].some((one) => C_NAME.test(textOf(one)))
      ? []
      : ["a function, struct or header of C"],
  ];
}

/** What a comment of this text lacks, of a function of these parameters. */
function sample(comment: ApiItem["comment"], more: Partial<ApiItem> = {}): string[] {
  const type = { repr: "number", kind: "keyword" };
  const none = { owner: undefined, base: undefined, member: undefined };
  const rest = { file: "a.ts", line: 1, isProtected: false, isAbstract: false, ...none };
  return lacks({ name: "f", kind: "function", comment, parameters: ["a"], type, ...rest, ...more });
}

describe("the rules for comments", () => {
  test("find parameters and results that are not described", () => {
    assert.deepEqual(sample({ doc: "`rte_a`" }), ["@param a", "@returns"]);
    const tags = [{ kind: "param", name: "b" }, { kind: "return" }];
    assert.deepEqual(sample({ doc: "`rte_a`", tags }), ["@param a", 'no parameter "b"']);
    assert.deepEqual(sample({ doc: "`rte_a`" }, { parameters: [], kind: "constructor" }), []);
  });

  test("want a name of C, of the function or of its class", () => {
    const tags = [{ kind: "param", name: "a" }, { kind: "return" }];
    assert.deepEqual(sample({ doc: "Adds.", tags }), ["a function, struct or header of C"]);
    assert.deepEqual(sample({ doc: "Adds, as rte_a.h does.", tags }), []);
    const owner = api.find(({ name }) => name === "Ring");
    assert.deepEqual(sample({ doc: "Adds.", tags }, { owner }), []);
  });
});

test("there is much that is public, and what serves the library alone is not among it", () => {
  const has = (name: string) => api.some((item) => item.name === name);
  assert.equal(has("Ring.prototype.enqueue") && has("Ring.create") && has("struct"), true);
  assert.equal(has("Ring.prototype.die") || has("lendPool") || has("ealState"), false);
  assert.equal(functions.length > 300, true);
});

test("what is marked as internal says whom it is for", () => {
  const found = reachable().filter(({ comment, isProtected, owner }) =>
    hasTag(comment, "internal") && !isProtected && owner !== undefined &&
    !/^For /.test(comment.doc ?? "")
  );
  assert.deepEqual(found.map(label), []);
});

test("every public function's comment says what goes in, what comes out, and what it is in C", () => {
  const found = functions.flatMap((item) => lacks(item).map((what) => `${label(item)}: ${what}`));
  assert.deepEqual(found, []);
});

test("every class, every function, and every object of functions has an example", () => {
  const objects = api.filter(({ kind, type }) => kind === "variable" && type?.kind === "typeRef");
  const wanted = [
    ...api.filter(({ kind }) => kind === "class" || kind === "function"),
    ...objects,
  ];
  const found = wanted.filter(({ comment }) => !hasTag(comment, "example")).map(label);
  assert.deepEqual(found, []);
});
