/**
 * Showing a screen until somebody leaves; the terminal is then as it was.
 *
 * @module
 */

import process from "node:process";
import { render } from "ink";
import { createElement } from "react";
import { DpdkError } from "../../../mod.ts";
import { glyphs, mayColour } from "../output.ts";
import type { Source } from "../source/source.ts";
import { App } from "./app.ts";
import { Session } from "./session.ts";

/** Erases the screen, and puts the cursor to its beginning. */
const WIPE = "\x1b[2J\x1b[H";

/** The signals at which the terminal is given back. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Shows a source on the whole terminal.
 *
 * @param source What is shown.
 * @param intervalMs The time between two looks at it, in milliseconds.
 */
export async function runScreen(source: Source, intervalMs: number): Promise<void> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    const advice = "it needs a terminal for input and output; --json does without";
    throw new DpdkError({ what: "show a screen", advice });
  }
  let failure: unknown;
  const session = new Session(source, intervalMs, () => app.unmount());
  const wipe = () => {
    process.stdout.write(WIPE);
    app.clear();
  };
  const app = render(createElement(App, { session, glyphs, colour: mayColour(), wipe }), {
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    interactive: true,
  });
  const leave = (error: unknown) => {
    failure ??= error;
    app.unmount();
  };
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      ended = 128 + number;
      app.unmount();
    });
  }
  let ended: number | undefined;
  process.once("uncaughtException", leave);
  try {
    await app.waitUntilExit();
  } finally {
    session.close();
  }
  if (ended !== undefined) process.exit(ended);
  if (failure !== undefined) throw failure;
}
