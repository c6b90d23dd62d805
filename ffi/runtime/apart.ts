/**
 * Foreign functions that share no call site.
 *
 * @module
 */

import type { Raw } from "./convert.ts";

let count = 0;

/**
 * The same function, called from source text of its own.
 *
 * Deno's fast call is made where a call site has seen one foreign function only: the burst functions
 * of two drivers called by one line cost 100 ns each, of one driver 8. Called through functions of
 * which each has its own text, and so its own call site, they cost 11. A closure will not do: those
 * of one text share what the engine learns of it.
 *
 * @param call the function
 * @param arity how many arguments it takes
 */
export function apart<F extends Raw>(call: F, arity: number): F {
  const names = Array.from({ length: arity }, (_, i) => `a${i}`).join(", ");
  // The number makes it another text: engines know a text that they have compiled before.
  const text = `return (${names}) => /* ${count++} */ call(${names});`;
  return new Function("call", text)(call) as F;
}

/**
 * A function again, from source text of its own: what the engine learns of one it does not take for
 * the other. A loop that calls a function it is handed is fast as long as that is always the same.
 *
 * @param fn uses nothing but its parameters and what is global
 */
export function unshared<F extends Raw>(fn: F): F {
  return new Function(`return (/* ${count++} */ ${fn.toString()});`)() as F;
}
