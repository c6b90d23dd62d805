/**
 * A browser without a screen, and a page in it that is watched.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { startServer } from "../../tools/inspect/serve/server.ts";
import { executablePath } from "./executable.ts";
import type { MadeUpGroup } from "./made_up_flows.ts";
import type { TestContext } from "../kit.ts";

/** How the page is opened. */
export interface PageOptions {
  /** The window's size in CSS pixels; 1600 by 950 unless given. */
  readonly width?: number;
  readonly height?: number;
  /** What the system prefers; light unless given. */
  readonly colorScheme?: "light" | "dark";
  /** Whether the system wants less motion. */
  readonly reducedMotion?: boolean;
}

/** A page, and what went wrong on it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and warnings that it has written, and requests to elsewhere than its server. */
  readonly faults: string[];
}

/**
 * Opens a page.
 *
 * @param context The test, which closes the browser.
 * @param url The page.
 * @param options How.
 * @returns The page, when it shows the group.
 */
export async function openPage(
  { cleanup }: TestContext,
  url: string,
  options: PageOptions = {},
): Promise<WatchedPage> {
  const { width = 1600, height = 950, colorScheme = "light", reducedMotion = false } = options;
  const browser = await chromium.launch({
    executablePath: executablePath("chromium"),
    // A container's root may make no sandbox.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  cleanup(() => browser.close());
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  const faults: string[] = [];
  const { origin } = new URL(url);
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) faults.push(`request to ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(message.text());
  });
  page.on("pageerror", ({ message }) => void faults.push(message));
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} for ${response.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector("main .node");
  return { page, faults };
}

/** A page of a server. */
export interface Shown extends WatchedPage {
  readonly url: string;
}

/** Serves a group, and opens its page. */
export async function show(
  context: TestContext,
  group: MadeUpGroup,
  options: PageOptions & { hash?: string } = {},
): Promise<Shown> {
  const server = await startServer(group.open, { port: 0, intervalMs: 200 });
  context.cleanup(() => server.close());
  const watched = await openPage(context, `${server.url}${options.hash ?? ""}`, options);
  return { ...watched, url: server.url };
}

/** Waits until the page has drawn what was done before. */
export const settled = (page: Page): Promise<unknown> =>
  page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))");
