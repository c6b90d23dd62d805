/**
 * A group of this host as a source of flows.
 *
 * @module
 */

import { findSuspects, type InspectOptions, Inspector, Links, Watch } from "../../../mod.ts";
import type { PortReader } from "../source/live.ts";
import type { OpenSource } from "./feed.ts";

/** How much of the processes' own memory is searched for rings at each look: quick enough for one. */
const LINK_BYTES = 8 << 20;

/**
 * Opens a group, to be looked at from outside. What was seen of it is kept when it is opened anew.
 *
 * @param options Which one.
 * @param ports Who reads ports.
 * @returns Opens it; what it returns throws when the group can be looked at no more.
 */
export function groupSource(options: InspectOptions, ports: PortReader): OpenSource {
  const links = new Links({ bytes: LINK_BYTES });
  const watch = new Watch({ suspects: findSuspects, links: (snapshot) => links.update(snapshot) });
  return () => {
    const inspector = Inspector.open(options);
    return { next: () => watch.next({ ...inspector.snapshot(), ports: ports.read() }) };
  };
}
