/**
 * The server: from a source of flows to an address that a browser can open.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { createAdaptorServer } from "@hono/node-server";
import { DpdkError } from "../../../mod.ts";
import { LONGEST_MS } from "../options.ts";
import { inspectApp } from "./app.ts";
import { findAssets } from "./assets.ts";
import { Feed, type OpenSource } from "./feed.ts";
import { checkToken, isLoopback, newToken } from "./guard.ts";

/** The least and the most milliseconds between two looks. */
export const INTERVAL_MS = [100, LONGEST_MS] as const;

/** How the server is started. */
export interface ServeOptions {
  /** The TCP port, 0 for any free one; 8080 unless given. */
  readonly port?: number;
  /**
   * The address to listen at; 127.0.0.1 unless given. At one that is not loopback every request needs
   * a token.
   */
  readonly host?: string;
  /** The token; without it one is made where one is needed. */
  readonly token?: string;
  /** The milliseconds between two looks, from 100 to 3,000; 1,000 unless given. */
  readonly intervalMs?: number;
}

/** A server that runs. */
export interface InspectServer {
  /** Where the page is, with the token if there is one. */
  readonly url: string;
  readonly port: number;
  /** Why the group could not be looked at when the server was started; it is looked for on and on. */
  readonly trouble: string | undefined;
  /**
   * Ends all event streams and connections.
   *
   * @returns When it is done.
   */
  close(): Promise<void>;
}

/**
 * Serves the page of a group.
 *
 * @param open Opens the source of flows; it is opened anew whenever it has failed.
 * @param options How.
 * @returns The server, which listens. Rejects with a `TypeError` or `RangeError` for options that are
 * none, and with a `DpdkError` when it cannot listen there.
 */
export async function startServer(
  open: OpenSource,
  { port = 8080, host = "127.0.0.1", token, intervalMs = 1_000 }: ServeOptions = {},
): Promise<InspectServer> {
  const [least, most] = INTERVAL_MS;
  if (!(intervalMs >= least && intervalMs <= most)) {
    throw new RangeError(`Cannot look every ${intervalMs} ms: it must be ${least} to ${most}`);
  }
  if (token !== undefined) checkToken(token);
  const loopback = isLoopback(host);
  const needed = token ?? (loopback ? undefined : newToken());
  const feed = new Feed(open, intervalMs);
  const app = inspectApp(feed, findAssets(), { loopback, token: needed });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const bound = await listen(server, port, host);
  feed.start();
  const query = needed === undefined ? "" : `?token=${needed}`;
  return {
    url: `http://${shownHost(host)}:${bound.port}/${query}`,
    port: bound.port,
    trouble: feed.trouble,
    close: () => {
      feed.stop();
      return closed(server);
    },
  };
}

/** How others name the host: the addresses that stand for all of them name none. */
function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return hostname();
  return host.includes(":") ? `[${host}]` : host;
}

async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  const refusal = (error: NodeJS.ErrnoException): DpdkError =>
    new DpdkError({ what: `serve at ${host}, port ${port}`, advice: reasonOf(error) });
  // Runtimes differ in what they say of a name that stands for nothing.
  const { address } = await lookup(host).catch((error) => {
    throw refusal(error);
  });
  return await new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(refusal(error));
    server.once("error", fail);
    server.listen(port, address, () => {
      server.off("error", fail);
      resolve(server.address() as AddressInfo);
    });
  });
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EADDRINUSE":
      return "the port is in use; choose another by --port, or any free one by --port 0";
    case "EACCES":
      return "this user may not use that port; choose one from 1024 by --port";
    case "EADDRNOTAVAIL":
    case "EINVAL": // Deno says so.
      return "this host has no such address";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "there is no host of that name";
    default:
      return message;
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    // Streams end by themselves when the feed has stopped; a moment later nobody may hold on.
    setTimeout(() => server.closeAllConnections(), 50);
  });
}
