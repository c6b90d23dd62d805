/**
 * The screen in Ink.
 *
 * @module
 */

import { Box, Text, type TextProps, useInput, useWindowSize } from "ink";
import { createElement, type ReactElement, useEffect, useRef, useSyncExternalStore } from "react";
import type { Glyphs } from "../text/glyphs.ts";
import type { Line, Tone } from "../text/line.ts";
import { keyNames } from "./keys.ts";
import { paint } from "./screen.ts";
import type { Session } from "./session.ts";

const STYLES: Readonly<Record<Tone, TextProps>> = {
  plain: {},
  dim: { dimColor: true },
  strong: { bold: true },
  head: { bold: true, color: "cyan" },
  good: { color: "green" },
  warn: { color: "yellow" },
  bad: { bold: true, color: "red" },
  key: { color: "cyan" },
  chosen: { inverse: true },
};

/** The same without colours. */
function plain({ color: _, ...style }: TextProps): TextProps {
  return style;
}

function lineElement(text: Line, key: number, colour: boolean): ReactElement {
  const parts = text.map(({ text, tone }, i) => {
    const style = colour ? STYLES[tone] : plain(STYLES[tone]);
    return createElement(Text, { key: i, ...style }, text);
  });
  // An empty line has no height.
  return createElement(Text, { key, wrap: "truncate" }, ...parts.length === 0 ? [" "] : parts);
}

/** What the screen is made from. */
export interface ScreenProps {
  readonly session: Session;
  readonly glyphs: Glyphs;
  readonly colour: boolean;
  /** Wipes the terminal, so that all is painted anew. */
  readonly wipe: () => void;
}

/**
 * The screen.
 *
 * @param props What is shown, and how.
 * @returns Its element.
 */
export function App({ session, glyphs, colour, wipe }: ScreenProps): ReactElement {
  const size = useWindowSize();
  const { columns, rows } = size;
  const picture = useSyncExternalStore(
    (listener) => session.subscribe(listener),
    () => session.picture,
  );
  const { lines } = paint(picture, size, glyphs);
  const painted = useRef({ columns, rows });
  useEffect(() => {
    if (painted.current.columns === columns && painted.current.rows === rows) return;
    painted.current = { columns, rows };
    // A terminal moves what is on it when its size changes; nobody knows where to.
    wipe();
    session.repaint();
  }, [columns, rows]);
  useInput((input, key) => {
    for (const name of keyNames(input, key)) {
      if (name === "ctrl-l") wipe();
      // Each key goes by what the one before has left.
      session.press(name, paint(session.picture, size, glyphs).sight);
    }
  });
  return createElement(
    Box,
    { flexDirection: "column", width: size.columns },
    ...lines.map((each, i) => lineElement(each, i, colour)),
  );
}
