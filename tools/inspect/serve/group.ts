/**
 * A group of this host as a source of flows.
 *
 * @module
 */

import { type InspectOptions, Inspector, Watch } from "../../../mod.ts";
import type { OpenSource } from "./feed.ts";

/**
 * Opens a group, to be looked at from outside.
 *
 * @param options Which one.
 * @returns Opens it; what it returns throws when the group can be looked at no more.
 */
export function groupSource(options: InspectOptions): OpenSource {
  return () => {
    const inspector = Inspector.open(options);
    const watch = new Watch();
    return { next: () => watch.next(inspector.snapshot()) };
  };
}
