/**
 * Bytes as people read them.
 *
 * @module
 */

import { type Line, line, span } from "./line.ts";

const PER_LINE = 16;

/**
 * A hex dump: offsets, bytes, and the characters that they are.
 *
 * @param bytes The bytes.
 * @param indent The blanks before each line.
 * @returns A line for each sixteen.
 */
export function hexdump(bytes: Uint8Array, indent: number = 0): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const part = [...bytes.subarray(at, at + PER_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0"));
    const halves = [hex.slice(0, 8).join(" "), hex.slice(8).join(" ")].join("  ");
    const text = part.map((byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".");
    lines.push(line(
      " ".repeat(indent),
      span(at.toString(16).padStart(4, "0"), "dim"),
      `  ${halves.padEnd(3 * PER_LINE + 1)} `,
      span(`|${text.join("")}|`, "dim"),
    ));
  }
  return lines;
}
