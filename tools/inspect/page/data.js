/**
 * What the page asks the server for besides the events: the past, and details.
 *
 * @module
 */

/** @import { Store } from "./store.js" */
/** @import { Past } from "../serve/wire.ts" */

import { useEffect, useRef, useState } from "preact/hooks";

/** How far back charts go, in milliseconds; the server keeps no more. */
const PAST_MS = 600_000;

/** The least time between two points, in milliseconds; the server's are a second apart. */
const STEP_MS = 900;

/**
 * Something that the server is asked for again and again, while its component is on the page.
 *
 * @template T
 * @param {string} url the address; an empty one asks for nothing
 * @param {number} time the group's time; each change may ask anew
 * @param {number} everyMs the least milliseconds between two questions
 * @returns {T | undefined} the latest answer
 */
export function useAsked(url, time, everyMs) {
  const [answer, setAnswer] = useState(
    /** @type {{ url: string, data: T } | undefined} */ (undefined),
  );
  const asked = useRef({ url: "", time: 0 });
  useEffect(() => {
    const { current } = asked;
    if (url === "" || (current.url === url && time - current.time < everyMs)) return;
    asked.current = { url, time };
    ask(url).then((/** @type {T | undefined} */ data) => {
      if (asked.current.url === url && data !== undefined) setAnswer({ url, data });
    });
  }, [url, time, everyMs]);
  return answer?.url === url ? answer.data : undefined;
}

/**
 * Asks the server.
 *
 * @template T
 * @param {string} url the address
 * @returns {Promise<T | undefined>} the answer, `undefined` when there is none: the events tell why
 */
async function ask(url) {
  try {
    const response = await fetch(url);
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** @typedef {{ times: number[], columns: Record<string, (number | null)[]> }} Growing */

/**
 * The last minutes of an object, which grow with every look.
 *
 * @param {Store} store what is known
 * @param {"ring" | "mempool" | "port" | "group"} kind what it is
 * @param {string} name its name
 * @param {Record<string, number>} now its numbers at this look; below 0 is not known
 * @returns {Growing} its points, the oldest first
 */
export function usePast(store, kind, name, now) {
  const key = `${kind} ${name} ${store.connection === "live"}`;
  const past = useRef({ key: "", points: /** @type {Growing} */ ({ times: [], columns: {} }) });
  const [, setArrived] = useState(0);
  if (past.current.key !== key) {
    // What there was is shown until the server has answered.
    const same = past.current.key.startsWith(`${kind} ${name} `);
    past.current = { key, points: same ? past.current.points : { times: [], columns: {} } };
  }
  useEffect(() => {
    ask(`./api/history?kind=${kind}&name=${encodeURIComponent(name)}`).then(
      (/** @type {Past | undefined} */ data) => {
        if (data === undefined || past.current.key !== key) return;
        const columns = Object.entries(data.columns).map((
          [column, values],
        ) => [column, [...values]]);
        past.current.points = { times: [...data.times], columns: Object.fromEntries(columns) };
        setArrived(performance.now());
      },
    );
  }, [key]);
  if (store.presence.there) grow(past.current.points, store.time, now);
  return past.current.points;
}

/** @type {(points: Growing, time: number, now: Record<string, number>) => void} */
function grow({ times, columns }, time, now) {
  const last = times.at(-1) ?? 0;
  if (time - last < STEP_MS) return;
  for (const [column, value] of Object.entries(now)) {
    const values = columns[column] ??= times.map(() => null);
    values.push(value < 0 ? null : value);
  }
  times.push(time);
  let old = 0;
  while ((times[old] ?? time) < time - PAST_MS) old++;
  if (old === 0) return;
  times.splice(0, old);
  for (const values of Object.values(columns)) values.splice(0, old);
}
