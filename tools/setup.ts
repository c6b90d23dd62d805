/**
 * Sets this machine up for a purpose. See `USAGE` in setup/arguments.ts.
 *
 * @module
 */

import { callTool } from "./call.ts";
import { parseArguments, USAGE } from "./setup/arguments.ts";
import { systemHost } from "./setup/host.ts";
import { setUp } from "./setup/mod.ts";

await callTool({
  usage: USAGE,
  parse: parseArguments,
  run: (purpose) => setUp(systemHost, purpose),
});
