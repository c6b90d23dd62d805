/**
 * Addresses of the primary's memory are taken in a secondary, or others get in its way.
 *
 * @module
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { abi } from "../../../ffi/abi/mod.ts";
import { neededRanges, type Range } from "../../../ffi/eal/ranges.ts";
import { overtakenBy } from "../../eal/overtaken.ts";
import { slipAt } from "../../eal/slip.ts";
import type { Refusal } from "../../eal/start.ts";
import { assert, executable, runtimeName, spawnProgram, type TestContext } from "../../kit.ts";
import { attempt, ATTEMPTS, environmentOf, refusals, type Step } from "../attempts.ts";
import { primary, type Scenes, secondary, takePrefix } from "./scene.ts";

/** A group with a primary in C. */
interface Group {
  readonly prefix: string;
  /** What its secondaries map. */
  readonly range: (name: string) => Range;
  /** Steps of a secondary in which something lies in such a range. */
  readonly clash: (onClash: "refuse" | "restart", name?: string) => Step[];
}

async function groupOf(context: TestContext): Promise<Group> {
  const prefix = takePrefix(context);
  await primary(context, prefix);
  const bytes = Uint8Array.from(readFileSync(`/var/run/dpdk/${prefix}/config`));
  const ranges = neededRanges(new DataView(bytes.buffer), abi()) as readonly Range[];
  const range = (name: string) => ranges.find((one) => one.name.startsWith(name))!;
  const clash: Group["clash"] = (onClash, name = "memory list") => {
    const { address, length } = range(name);
    const at = address + Math.floor(length / 8192) * 4096;
    return [{ do: "map", at }, { do: "init", options: secondary(prefix, { onClash }) }];
  };
  return { prefix, range, clash };
}

/** What a secondary says when an address is taken after it was looked at. */
export async function slipped(
  context: TestContext,
  name: string,
  more: object = {},
): Promise<Refusal[]> {
  const group = await groupOf(context);
  const file = `/var/run/dpdk/${group.prefix}/slip`;
  writeFileSync(file, "");
  const answers = await attempt([{ do: "init", options: secondary(group.prefix, more) }], {
    env: slipAt(group.range(name).address, file),
  });
  assert.equal(existsSync(file), false, "the address was taken");
  return answers;
}

/** More than the script needs from then on, and less than a primary has. */
const LIMIT: Step = { do: "limit the address space", more: 2 ** 32 };

/** The scenes. */
export const ADDRESSES: Scenes = {
  "..., is taken in this process by ...": async (context) => {
    const { clash } = await groupOf(context);
    const names = [
      "memory list",
      "the table of memory list",
      "the table of memzones",
      "the config",
    ];
    return (await Promise.all(names.map((name) => attempt(clash("refuse", name))))).flat();
  },
  "it was so in each of the ... images that were tried": async (context) =>
    attempt((await groupOf(context)).clash("restart")),
  "a Worker cannot start its process again": async (context) =>
    attempt((await groupOf(context)).clash("restart"), { env: { DTS_THREAD: "worker" } }),
  "a script that was read from the standard input cannot be": async (context) => {
    const flags = runtimeName === "deno" ? ["run", "-A", "--no-check", "--quiet"] : ["run"];
    const env = environmentOf((await groupOf(context)).clash("restart"));
    const child = spawnProgram(executable(runtimeName), [...flags, "-"], { env });
    child.stdin.end(`import ${JSON.stringify(`file://${ATTEMPTS}`)};`);
    return refusals(await child.result);
  },
  "starting it again failed with ...": async (context) => {
    // More than MAX_ARG_STRLEN: no program can be started with it.
    const large: Step = { do: "grow the environment", bytes: 200_000 };
    return await attempt([large, ...(await groupOf(context)).clash("restart")]);
  },
  "..., cannot be mapped in this process": async (context) => {
    const { prefix } = await groupOf(context);
    return await attempt([LIMIT, { do: "init", options: secondary(prefix) }]);
  },
  "addresses of the primary's memory are taken in this process": (context) =>
    slipped(context, "memory list"),
  "another process of the group started at this very moment": async (context) => {
    const { prefix } = await groupOf(context);
    const file = `/var/run/dpdk/${prefix}/overtake`;
    writeFileSync(file, "");
    const step: Step = { do: "init", options: secondary(prefix) };
    const answers = await attempt([step], { env: overtakenBy(file) });
    assert.equal(existsSync(file), false, "it was overtaken");
    return answers;
  },
};
