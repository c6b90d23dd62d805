/**
 * The compiler as a witness.
 *
 * @module
 */

import { assert } from "../../kit.ts";

/** What the compiler says of a program that does not compile. */
export function complaint(compile: () => void): string {
  try {
    compile();
  } catch (error) {
    return (error as Error).message;
  }
  assert.fail("it compiles");
}
