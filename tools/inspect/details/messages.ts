/**
 * What is queued in a ring, in lines.
 *
 * @module
 */

import type { QueuedMessage } from "../../../mod.ts";
import { hexdump } from "../text/hexdump.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import { hex, whole } from "../text/units.ts";

function messageLines(
  { position, address, mempool, packet, length, bytes, summary }: QueuedMessage,
): Line[] {
  const where = address === undefined ? "" : ` at ${hex(address)}`;
  const whose = mempool === undefined ? "" : ` of ${printable(mempool)}`;
  return [
    line(
      span(`#${whole(position)}`, "strong"),
      ` ${packet ? "packet" : "object"}${where}${whose}, ${whole(length)} B`,
    ),
    ...summary === "" ? [] : [line("  ", span(printable(summary), "key"))],
    ...hexdump(bytes, 2),
  ];
}

/**
 * Messages.
 *
 * @param messages The messages.
 * @returns Their lines.
 */
export function messagesLines(messages: readonly QueuedMessage[]): Line[] {
  return messages.flatMap(messageLines);
}

/**
 * A message as JSON has it.
 *
 * @param message The message.
 * @returns The same, its bytes in hexadecimal.
 */
export function messageJson(message: QueuedMessage): Readonly<Record<string, unknown>> {
  const bytes = [...message.bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { ...message, bytes };
}
