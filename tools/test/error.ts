/**
 * Whatever was thrown, as text.
 *
 * @module
 */

/**
 * An error's message and stack. Bun's stacks lack the message, Deno's begin with it.
 *
 * @param error What was thrown.
 * @returns Several lines of text.
 */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const stack = error.stack ?? "";
  return stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
}
