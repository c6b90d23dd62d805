/**
 * What the server answers.
 *
 * - `/`, `/page/...`, `/lib/...`: the page;
 * - `/events`: a stream of server-sent events, see wire.ts;
 * - `/api/history?kind=ring&name=NAME`: the last minutes of an object;
 * - `/api/ring?name=NAME`, `/api/mempool?name=NAME`: all that is known of one;
 * - `/api/memory`: memory, memzones and tailqs.
 *
 * @module
 */

import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Asset, Assets } from "./assets.ts";
import type { Feed } from "./feed.ts";
import { getOnly, headers, loopbackOnly, tokenOnly } from "./guard.ts";
import type { Kind } from "./history.ts";

/** How many event streams there may be at a time. */
export const STREAMS = 64;

/** Who may ask. */
export interface Access {
  /** Whether the server is to be known as localhost only. */
  readonly loopback: boolean;
  /** What every request must have; `undefined` when none is needed. */
  readonly token: string | undefined;
}

/**
 * Makes the application.
 *
 * @param feed What it tells of.
 * @param assets The page.
 * @param access Who may ask.
 * @returns A Hono application, to be served by any server.
 */
export function inspectApp(feed: Feed, assets: Assets, access: Access): Hono {
  const app = new Hono();
  app.use(headers(assets.importMapHash));
  app.use(getOnly);
  if (access.loopback) app.use(loopbackOnly);
  if (access.token !== undefined) app.use(tokenOnly(access.token));
  for (const [path, asset] of assets.files) app.get(path, (context) => file(context, asset()));
  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
  });
  addEvents(app, feed);
  addData(app, feed);
  app.notFound((context) => context.text("There is nothing here\n", 404));
  return app;
}

function file(context: Context, { type, bytes, gzip, etag }: Asset): Response {
  const common = { "Cache-Control": "no-cache", ETag: etag, Vary: "Accept-Encoding" };
  if (context.req.header("if-none-match") === etag) return context.body(null, 304, common);
  const packed = /\bgzip\b/.test(context.req.header("accept-encoding") ?? "");
  return context.body(packed ? gzip : bytes, 200, {
    ...common,
    "Content-Type": type,
    ...(packed ? { "Content-Encoding": "gzip" } : {}),
  });
}

/**
 * Sends each look's frames. Who was too slow to take those of a look gets the whole the next time, so
 * that nothing piles up here.
 */
function addEvents(app: Hono, feed: Feed): void {
  let streams = 0;
  app.get("/events", (context) => {
    if (streams >= STREAMS) return context.text("Too many are looking already\n", 503);
    streams++;
    return streamSSE(context, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      try {
        await stream.write("retry: 1000\n\n");
        for (let seen = -1; !feed.stopped && !stream.aborted;) {
          if (feed.looks === seen) await feed.wait(gone.signal);
          const frames = feed.looks === seen + 1 && seen >= 0 ? feed.frames : feed.whole();
          if (feed.looks === seen) continue;
          seen = feed.looks;
          for (const { event, data } of frames) await stream.writeSSE({ event, data });
        }
      } finally {
        streams--;
      }
    });
  });
}

const KINDS: readonly string[] = ["ring", "mempool", "port", "group"] satisfies Kind[];

function addData(app: Hono, feed: Feed): void {
  const missing = (context: Context): Response =>
    context.json({ error: "There is no such object" }, 404);
  app.get("/api/history", (context) => {
    const { kind = "", name = "" } = context.req.query();
    const past = KINDS.includes(kind) ? feed.history.of(kind as Kind, name) : undefined;
    return past === undefined ? missing(context) : context.json(past);
  });
  app.get("/api/ring", (context) => {
    const name = context.req.query("name");
    const found = feed.flow?.rings.find(({ ring }) => ring.name === name);
    return found === undefined ? missing(context) : context.json(found);
  });
  app.get("/api/mempool", (context) => {
    const name = context.req.query("name");
    const found = feed.flow?.mempools.find(({ mempool }) => mempool.name === name);
    return found === undefined ? missing(context) : context.json(found);
  });
  app.get("/api/memory", (context) => {
    if (feed.flow === undefined) return missing(context);
    const { memory, memzones, tailqs } = feed.flow.snapshot;
    return context.json({ memory, memzones, tailqs });
  });
}
