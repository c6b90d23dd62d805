/**
 * The F-Stack soak on one runtime: `PREFIX MINUTES KILLS`. Three processes of one group dispatch,
 * broadcast, feed the kernel and answer tools; in turn one of those that can be replaced is killed and
 * started again, and so are tools. A killed primary cannot be replaced in a living group: the next one
 * wipes the configuration that the others have mapped. So the primary outlives all.
 *
 * Six minutes' worth of work goes through in one: an hour's worth in ten. How much that is part.ts and
 * packets.ts say. For each kill there is a round, which has a part in which nobody is killed, and one in
 * which a process and two tools are. After each part everything comes to rest, and every message, every
 * mbuf and every packet has to be accounted for. The exit code is 1 when anything is not, or when
 * somebody who lives stood still.
 *
 * @module
 */

import process from "node:process";
import { Eal } from "../../../mod.ts";
import { type PlaceName, PROCESSES } from "./control.ts";
import { ealArgs, Group } from "./group.ts";
import { mostPackets, part, type Tally } from "./part.ts";
import { report } from "./report.ts";
import { Standstill } from "./standstill.ts";

/** Which share of a round nobody is killed in. */
const CALM = 0.25;

/** In the other part: when a tool is killed, when one of examples/fstack is, and when a process is. */
const [TOOL_AT, EXAMPLE_AT, PROCESS_AT] = [0.15, 0.3, 0.45] as const;
/** How much later it may be. */
const LATER = 0.1;

/**
 * How long a killed process is away, at least, in milliseconds. Who waited for it would stand still for as
 * long: nobody may.
 */
const AWAY_MS = 5000;

/** Where who is killed is, round by round. */
const PROCESS_PLACES: readonly PlaceName[] = ["PACKET", "NOWHERE", "QUESTION", "NOWHERE"];
const TOOL_PLACES: readonly PlaceName[] = ["TAKEN", "ANSWER", "NOWHERE"];

const LAST = `${PROCESSES - 1}`;

/** A round, of so many milliseconds: gives what came of its parts. */
async function* round(group: Group, n: number, ms: number) {
  const victim = 1 + n % (PROCESSES - 1);
  yield await part(group, ms * CALM, () => Promise.resolve(), { tools: 0 });
  yield await part(group, ms * (1 - CALM), async (at) => {
    await at(TOOL_AT);
    await group.replaceTool(n, TOOL_PLACES[n % TOOL_PLACES.length]!);
    await at(EXAMPLE_AT);
    const example = group.tool("traffic", "-P", LAST, "-d", "0");
    await example.ready();
    await at(EXAMPLE_AT + Math.random() * LATER);
    await example.kill();
    await group.clearUp();
    await at(PROCESS_AT + Math.random() * LATER);
    await group.replaceProcess(victim, PROCESS_PLACES[n % PROCESS_PLACES.length]!, AWAY_MS);
  }, { process: victim, tools: 2 });
}

/** Soaks for so many rounds, or until something is wrong; gives what is. */
async function soak(group: Group, rounds: number, ms: number): Promise<string[]> {
  const all: Tally[] = [];
  const faults: string[] = [];
  await group.startOthers();
  console.log("soaks");
  using still = new Standstill(group.control);
  const inWords = (what: keyof Tally) =>
    `${all.reduce((sum, tally) => sum + tally[what], 0).toLocaleString("en")} ${what}`;
  for (let n = 0; n < rounds; n++) {
    for await (const { tally, faults: more } of round(group, n, ms)) {
      all.push(tally);
      faults.push(...more.map((fault) => `round ${n + 1}: ${fault}`));
      if (faults.length > 0) return faults; // what is lost now would be found again and again
    }
    const so = ["sent", "questions", "messages", "mbufs"] as const;
    console.log(`round ${n + 1} of ${rounds}: ${so.map(inWords).join(", ")}`);
  }
  const { longest } = still;
  for (const [what, longestMs] of longest) {
    if (longestMs < AWAY_MS) continue;
    faults.push(`somebody who lived was without ${what} for ${Math.round(longestMs)} ms`);
  }
  report(group, all, longest);
  return faults;
}

const [prefix, minutes, kills] = process.argv.slice(2) as [string, string, string];
const ms = Number(minutes) * 60_000 / Number(kills);
const faults: string[] = [];
const primary = await Group.primary(prefix, mostPackets(ms));
try {
  using _eal = Eal.init(ealArgs(prefix, PROCESSES));
  using group = new Group(prefix, primary);
  try {
    faults.push(...await soak(group, Number(kills), ms));
    await group.endOthers();
  } finally {
    await group.killOthers();
  }
} catch (error) {
  faults.push(error instanceof Error ? error.message : String(error));
} finally {
  await primary.end().catch((error) => faults.push(error.message));
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
