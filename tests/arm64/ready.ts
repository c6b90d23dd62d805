/**
 * Whether what the tests with arm64 need is there.
 *
 * @module
 */

import process from "node:process";
import { EMULATION, hasRelease, hasRuntimes, SYSTEM } from "../../tools/arm64/places.ts";

/** Why a test is not run where something of it is missing. */
export const notReady = "deno task test:arm64 sets up what it needs, and runs it";

const ready = hasRelease(SYSTEM) && hasRuntimes() && process.env[EMULATION] !== undefined;

/** Why no process for arm64 is run here; `undefined` when it is. */
export const cannotEmulate: string | undefined = ready ? undefined : notReady;
