/**
 * Texts that come from the memory and the command lines of others: a terminal must not obey them, and
 * each of their characters takes one column.
 *
 * @module
 */

/** What is shown as it is: ASCII, and Latin letters. */
const OTHERS = /[^\x20-\x7e\xa1-\xac\xae-\u024f]/gu;

/**
 * A text that is safe to show.
 *
 * @param text Any text.
 * @returns The same with `?` in place of control characters, and of those that are not one column wide.
 */
export function printable(text: string): string {
  return text.replace(OTHERS, "?");
}
