/**
 * Tailqs.
 *
 * @module
 */

export * from "./layout.ts";
