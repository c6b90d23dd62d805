/**
 * Whether what the tests with arm64 need is there.
 *
 * @module
 */

import { hasRelease, hasRuntimes, SYSTEM } from "../../tools/arm64/places.ts";

/** Why a test is not run where something of it is missing. */
export const notReady = "deno task test:arm64 sets up what it needs";

/** Why no process for arm64 can be run here; `undefined` when it can. */
export const cannotEmulate: string | undefined = hasRelease(SYSTEM) && hasRuntimes()
  ? undefined
  : notReady;
