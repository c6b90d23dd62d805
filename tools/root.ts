/**
 * The repository's root folder.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The absolute path of the repository's root folder, without a slash at the end. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
