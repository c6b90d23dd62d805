/**
 * `inspect serve`: a web page of a group, live.
 *
 * @module
 */

export { serveCommand } from "./command.ts";
export type { FlowSource, OpenSource } from "./feed.ts";
export { type InspectServer, type ServeOptions, startServer } from "./server.ts";
