/**
 * The page for people who come from C: what each function is called here.
 *
 * A function of C is found by the comments of what is public, which name what they stand for, and by
 * the tables of exported functions, which `rte` has under their own names.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import {
  devSymbols,
  ealSymbols,
  ethdevSymbols,
  mbufSymbols,
  mempoolSymbols,
  memzoneSymbols,
  mpSymbols,
  pdumpSymbols,
  ringSymbols,
  tailqSymbols,
} from "../../mod.ts";
import { type ApiItem, publicApi } from "./api.ts";
import { executable } from "../runtimes.ts";
import { ROOT } from "../root.ts";
import { type CFunction, installedFunctions, installedRelease } from "./headers.ts";

/** Where the page is, from the repository's root on. */
export const PAGE = "examples/from_c.md";

/** What a function of C is here. */
export interface Row {
  /** `rte_ring_create`. */
  readonly c: string;
  /** What stands for it: `Ring.create`, `ring.enqueueBurst`; and the file that has it. */
  readonly here: readonly { readonly name: string; readonly file: string }[];
  /** Whether `rte` has it. */
  readonly raw: boolean;
}

/** Functions that `rte` has. */
const RAW: ReadonlySet<string> = new Set([
  ...[ealSymbols, memzoneSymbols, tailqSymbols, mpSymbols, ringSymbols].flatMap(Object.keys),
  ...[mempoolSymbols, mbufSymbols, devSymbols, ethdevSymbols, pdumpSymbols].flatMap(Object.keys),
]);

/** The sentences of a comment that tell what it stands for; others tell what DPDK has instead. */
function standsFor({ comment: { doc = "" } }: ApiItem): string[] {
  const sentences = doc.split(/(?<=[.;])\s+/).filter((one, index, all) =>
    !/DPDK has no/.test(`${all[index - 1] ?? ""} ${one}`)
  );
  return sentences.flatMap((one) => [...one.matchAll(/`(rte_\w+)(?:\(\))?`/g)].map(([, c]) => c!));
}

const lower = (name: string): string =>
  name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());

/** The classes that scripts have objects of, in place of one that others extend. */
function concrete(api: readonly ApiItem[], owner: string): string[] {
  const item = api.find(({ name, kind }) => name === owner && kind === "class");
  if (item === undefined || !item.isAbstract) return [owner];
  return api.filter(({ base }) => base === owner).flatMap(({ name }) => concrete(api, name));
}

/** How a script writes an item. */
function written(api: readonly ApiItem[], { name, kind, owner, member }: ApiItem): string[] {
  if (owner === undefined) return [name];
  if (kind === "constructor") return [name];
  const { name: own, isStatic } = member!;
  return concrete(api, owner.name).map((one) => `${isStatic ? one : lower(one)}.${own}`);
}

/** A row for each function that is here, by name. */
export function rows(known: ReadonlyMap<string, CFunction> = installedFunctions()): Row[] {
  const api = publicApi();
  const here = new Map<string, Map<string, string>>();
  for (const item of api) {
    if (item.isProtected || item.kind === "class" || item.kind === "interface") continue;
    for (const c of standsFor(item)) {
      if (!known.has(c) && !RAW.has(c)) continue;
      const names = here.get(c) ?? new Map<string, string>();
      for (const name of written(api, item)) names.set(name, item.file);
      here.set(c, names);
    }
  }
  const all = new Set([...here.keys(), ...RAW].filter((c) => c.startsWith("rte_")));
  return [...all].sort().map((c) => ({
    c,
    here: [...here.get(c) ?? []].map(([name, file]) => ({ name, file })),
    raw: RAW.has(c),
  }));
}

const HEAD = (release: string): string =>
  `# From C

What the functions of the headers below are called here, and at the end what else C programs use. \`deno task docs from-c\` writes this page, from
the comments of the library, its tables of exported functions, and the headers of DPDK ${release}.

- *inline* functions have no symbol that could be called: the library has them in TypeScript.
- *raw*: \`rte\` has the function under its own name and with its own parameters,
  \`rte.rte_ring_lookup("a")\`, without the checks of the classes. Some functions are raw only.
- \`ring.enqueueBurst\` is a method of an object, here of class \`Ring\`; \`Ring.create\` is one of the
  class. A name without parentheses may be a property: the link leads to its file.
- Constants have their names in C: \`RING_F_SP_ENQ\`, \`RTE_ETHER_TYPE_IPV4\`. Fields of structs are
  properties in camelCase: \`ol_flags\` of an mbuf is \`olFlags\`.
- A function that returns an error number there throws a \`DpdkError\` here; one that fills an array
  fills a \`PointerBuffer\`; one that takes \`void **\` objects and a count takes both here, too.
- "Not here" lists what else those headers declare. Of what has a symbol, there or in another library of
  DPDK's, a script can make a function itself, as under "Elsewhere".
`;

/** What C programs use besides, of headers that no part of the library stands for. */
const ELSEWHERE = `
## Elsewhere

| C | here |
| - | - |
| \`rte_pktmbuf_mtod\` (a macro) | \`packet.be16(offset)\`, \`packet.bytes()\` of a \`MbufCursor\`; header views and structs over it |
| \`rte_errno\` (a macro) | \`errno\` and \`code\` of a \`DpdkError\`; \`rteErrno()\` after functions of \`rte\` |
| \`RTE_LCORE_FOREACH\`, \`RTE_ETH_FOREACH_DEV\` | arrays: \`eal.lcores\`, \`EthDev.all()\` |
| \`rte_rdtsc\`, \`rte_get_timer_cycles\` | \`performance.now()\` |
| \`rte_delay_us\`, \`rte_pause\`, \`rte_timer_*\` | timers of JavaScript; \`poll\` and \`Backoff\` in loops |
| \`rte_memcpy\`, \`rte_prefetch*\` | \`Uint8Array.set\`; \`prefetchMbufs\` and \`prefetchData\` for bursts |
| \`rte_cpu_to_be_16\` and its like | header views do it; \`DataView\` |
| \`rte_atomic*\`, \`rte_spinlock_*\` | \`Counter32\`, \`Counter64\`; \`Atomics\` over the view of a memzone |
| \`rte_exit\`, \`rte_panic\` | \`throw\`, \`process.exit\`: EAL is cleaned up |
| \`rte_hash_*\`, \`rte_lpm_*\`, \`rte_flow_*\`, ... | no class; as below |

\`\`\`js
const { directory, abi } = installation();
const hash = runtime.open(\`\${directory}/librte_hash.so.\${abi.number}\`, {
  rte_hash_find_existing: "struct rte_hash * (const char *name)",
});
\`\`\`
`;

function cell({ name, file }: Row["here"][number]): string {
  return `[\`${name}\`](${relative("examples", file)})`;
}

function section(header: string, chosen: readonly Row[], all: readonly CFunction[]): string {
  const kinds = new Map(all.map(({ name, kind }) => [name, kind]));
  const kindOf = (c: string): string => {
    const kind = kinds.get(c) ?? "function";
    return kind === "function" ? "" : ` (${kind})`;
  };
  const lines = chosen.map(({ c, here, raw }) =>
    `| \`${c}\`${kindOf(c)} | ${here.map(cell).join(", ") || "raw only"} | ${raw ? "yes" : ""} |`
  );
  const has = new Set(chosen.map(({ c }) => c));
  const missing = all.map(({ name }) => name).filter((name) => !has.has(name)).sort();
  const rest = missing.length === 0
    ? ""
    : `\nNot here: ${missing.map((name) => `\`${name}\``).join(", ")}.\n`;
  return `\n## ${header}\n\n| C | here | raw |\n| - | - | - |\n${lines.join("\n")}\n${rest}`;
}

/** A page as `deno fmt` has it. */
function formatted(text: string): string {
  const args = ["fmt", "--ext", "md", "--config", join(ROOT, "deno.json"), "-"];
  const { status, stdout, stderr } = spawnSync(executable("deno"), args, {
    encoding: "utf8",
    input: text,
  });
  if (status !== 0) throw new Error(`Cannot format a page: ${stderr}`);
  return stdout;
}

/** The page, as it is to be in the repository. */
export function page(): string {
  const known = installedFunctions();
  const byHeader = Map.groupBy(rows(known), ({ c }) => known.get(c)?.header ?? "");
  const headers = [...byHeader.keys()].filter((name) => name !== "").sort();
  const declared = (header: string) => [...known.values()].filter((one) => one.header === header);
  const sections = headers.map((name) => section(name, byHeader.get(name)!, declared(name)));
  return formatted(HEAD(installedRelease()) + sections.join("") + ELSEWHERE);
}
