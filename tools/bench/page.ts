/**
 * All figures of a run as a page for readers: tables, charts, and what they were measured on.
 *
 * @module
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.ts";
import { figureOf, type Part, PARTS } from "./figures.ts";
import type { Machine } from "./machine.ts";
import { columns, type Row } from "./rows.ts";

/** When and where a run was, and how long. */
export interface Run {
  /** The day: `2026-11-27`. */
  readonly date: string;
  /** How many rounds each figure has. */
  readonly rounds: number;
  readonly machine: Machine;
}

const PART_TEXTS: Readonly<Record<Part, readonly [title: string, text: string]>> = {
  rings: [
    "Rings and mempools",
    "A pair of calls in one process on one CPU: so many objects into a ring and out of it again, or " +
    'out of a pool and back. "Four modes" takes turns on rings of four sync modes. Two foreign calls ' +
    "are what the runtime takes for a pair before anything is moved.",
  ],
  streams: [
    "Two processes",
    "A producer and a consumer on a CPU each, with one SP/SC ring between them.",
  ],
  mp: [
    "Control channel",
    "A round trip of `rte_mp_request_sync`, or of `mp.request`, between two processes.",
  ],
  packets: [
    "Packets",
    "Forwarding between two net_null ports on one CPU against `dpdk-testpmd`; a server and a client " +
    "on a CPU each; a pool of packets.",
  ],
  polling: [
    "Polling beside the event loop",
    "`poll` against a bare loop that never yields. There is no C in it.",
  ],
  inspect: [
    "Inspector",
    "What a look at a running group takes, and how fast a C process of it works while it is watched, " +
    "to how fast when it is not.",
  ],
};

/** The rows of a part, in their order. */
function rowsOf(rows: readonly Row[], part: Part): Row[] {
  return rows.filter(({ name }) => figureOf(name).part === part);
}

/** Whether anything of these was measured in C, too. */
function compared(rows: readonly Row[]): boolean {
  return rows.some(({ c }) => c !== null);
}

function markdownTable(rows: readonly Row[]): string {
  const [head, ...lines] = columns(rows);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head!), line(head!.map((_, i) => i < 2 ? "---" : "---:")), ...lines.map(line)]
    .join("\n");
}

function machineText({ cpu, cpus, memory, virtual, ...machine }: Machine): string {
  const { system, kernel, dpdk, gcc, runtimes } = machine;
  return [
    `- ${cpu}, ${cpus} CPUs${virtual ? " of a virtual machine" : ""}, ${memory} GiB`,
    `- ${system}, Linux ${kernel}`,
    `- DPDK ${dpdk}${gcc === undefined ? "" : `, gcc ${gcc} with \`-O3 -march=native\``}`,
    `- Deno ${runtimes.deno}, Bun ${runtimes.bun}`,
  ].join("\n");
}

/**
 * The page.
 *
 * @returns Markdown, with a chart `<part>.svg` beside it for each part that has figures of C
 */
export function page(rows: readonly Row[], { date, rounds, machine }: Run): string {
  const parts = PARTS.map((part) => ({ part, own: rowsOf(rows, part) }))
    .filter(({ own }) => own.length > 0);
  const sections = parts.map(({ part, own }) => {
    const [title, text] = PART_TEXTS[part];
    const picture = compared(own) ? `![${title}, as shares of C's speed](${part}.svg)\n\n` : "";
    return `## ${title}\n\n${text}\n\n${picture}${markdownTable(own)}\n`;
  });
  return `# Bench

All benches of the project in one run, on ${date}, by \`deno task bench\`:

${machineText(machine)}

C, Deno and Bun took turns in each of ${rounds} rounds. Of times the least counts, of what two
processes do the median, of what one forwards the most. In parentheses is the ratio to C: of times
below 1 is faster than C, of rates above 1. "NOT MET" is what the project has promised itself and does
not reach here. Other machines give other figures: measure on yours.

${sections.join("\n")}`;
}

/**
 * Writes the page, its charts and its figures.
 *
 * @param folder made when it is missing; what an earlier run wrote there is replaced
 */
export function writePage(folder: string, rows: readonly Row[], run: Run): void {
  mkdirSync(folder, { recursive: true });
  for (const part of PARTS) {
    const [file, own] = [join(folder, `${part}.svg`), rowsOf(rows, part)];
    const caption = { date: run.date, dpdk: run.machine.dpdk, title: PART_TEXTS[part][0] };
    if (compared(own)) writeFileSync(file, chart(own, caption));
    else rmSync(file, { force: true });
  }
  writeFileSync(join(folder, "README.md"), page(rows, run));
  writeFileSync(join(folder, "figures.json"), JSON.stringify(rows, null, 2) + "\n");
}
