/**
 * `record` and `replay`.
 *
 * @module
 */

import process from "node:process";
import type { Command } from "commander";
import { command, type Common, fileCommand, groupOf, integer, type Repeated } from "../options.ts";
import { withAttach, withKeptInterval } from "../options.ts";
import { write, writeJson } from "../output.ts";
import { pause } from "../pause.ts";
import { readerOf } from "../source/attach.ts";
import { Live } from "../source/live.ts";
import { RecordingWriter } from "../source/recording.ts";
import { Replay } from "../source/replay.ts";
import { bytes, counted, duration } from "../text/units.ts";

interface RecordOptions extends Repeated {
  readonly attach?: boolean;
  readonly force?: boolean;
  readonly count?: number;
  readonly seconds?: number;
}

/** Tells how far it is, in one line of a terminal. */
function progress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r${text}\x1b[K`);
}

async function record(file: string, options: RecordOptions): Promise<void> {
  const source = new Live(groupOf(options), await readerOf(options));
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => ending.abort());
  }
  const { interval, count = Infinity, seconds = Infinity, force = false } = options;
  const lengthMs = seconds * 1000;
  const writer = new RecordingWriter(file, { force });
  const started = performance.now();
  let looks = 0;
  const elapsed = () => performance.now() - started;
  const told = () => `${counted(looks, "look")}, ${duration(elapsed())}, ${bytes(writer.bytes)}`;
  try {
    for (let turn = 1; !ending.signal.aborted; turn++) {
      const { flow, trouble } = source.look();
      if (flow !== undefined && trouble === undefined) {
        if (looks === 0) writer.begin(flow, interval);
        writer.add(flow);
        looks++;
      }
      progress(`${file}: ${told()}${trouble === undefined ? "" : ` (${trouble})`}`);
      if (looks >= count) break;
      const next = Math.min(turn * interval, lengthMs);
      await pause(Math.max(next - elapsed(), 0), ending.signal);
      if (next === lengthMs) break;
    }
  } finally {
    writer.close();
    progress("");
  }
  const ms = elapsed();
  if (options.json === true) await writeJson({ file, looks, bytes: writer.bytes, ms });
  else await write(`Recorded ${told()} to ${file}\n`);
}

/** `record`. */
export function recordCommand(): Command {
  return withKeptInterval(withAttach(
    command("record <file>", "records a group into a file, until told to end (^C)"),
  ))
    .option("--force", "overwrites the file, if it is a recording or empty")
    .option("--count <n>", "ends after so many looks", integer(1, 2 ** 31))
    .option("--seconds <n>", "ends after so many seconds", integer(1, 2 ** 31))
    .action(record);
}

async function replay(file: string, { json }: Common): Promise<void> {
  const source = new Replay(file);
  if (json !== true) {
    const { runScreen } = await import("../top/run.ts");
    return await runScreen(source, source.recording.header.intervalMs);
  }
  for (let i = 0; i < source.recording.count; i++) await writeJson(source.look().flow);
}

/** `replay`. */
export function replayCommand(): Command {
  return fileCommand(
    "replay <file>",
    "shows a recording as top shows a group; with --json a line for each look",
  )
    .action(replay);
}
