/**
 * Modules that are named at run time.
 *
 * @module
 */

/**
 * Imports a module by a URL, or by a specifier that the runtime knows, such as `jsr:`. Nothing that
 * reads the library's sources takes it for a dependency: the name is not in them as an import.
 */
export function load(specifier: string): Promise<unknown> {
  return new Function("specifier", "return import(specifier);")(specifier);
}
