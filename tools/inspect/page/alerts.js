/**
 * What seems to be wrong, in words.
 *
 * @module
 */

/** @import { Store } from "./store.js" */
/** @import { SelectableKind, Ui } from "./ui.js" */
/** @import { WireLeak, WireStuck, WireSuspect } from "../serve/wire.ts" */

import { html } from "htm/preact";
import { program } from "./arrange.js";
import { counted, span } from "./format.js";

/** @typedef {{ key: string, kind: SelectableKind | undefined, name: string, title: string, text: string }} Alert */

/** How many alerts stand above the page. */
const SHOWN = 2;

/** @type {(suspect: WireSuspect, store: Store) => string} */
function suspectText({ pid, tid, thread, lcoreId, stopped, seen }, store) {
  const process = store.people.processes.find((one) => one.pid === pid);
  const lcore = lcoreId === null ? "" : `, lcore ${lcoreId}`;
  const where = `${program(process)}, pid ${pid}, thread ${tid}${lcore}`;
  if (!seen) return `perhaps ${thread} (stopped), of ${where}`;
  return `${thread} (${where})${stopped ? ", which is stopped" : ""}`;
}

/** @type {(suspects: readonly WireSuspect[]) => string} */
function suspectNames(suspects) {
  const [first, ...others] = suspects;
  if (first === undefined) return "unknown";
  const name = first.seen ? first.thread : `perhaps ${first.thread} (stopped)`;
  return others.length === 0 ? name : `${name}, or ${others.length} more`;
}

/**
 * A stuck end in words.
 *
 * @param {WireStuck} stuck the end
 * @param {Store} store what is known
 * @returns {string} a sentence
 */
export function stuckText({ side, forMs, elements, suspects }, store) {
  const did = side === "prod" ? "enqueue" : "dequeue";
  const who = suspects.length === 0
    ? "who is unknown: no living thread was found that has the ring's address; it may be dead, or have it in a register"
    : `it may be ${suspects.map((suspect) => suspectText(suspect, store)).join(", or ")}`;
  return `somebody began to ${did} ${counted(elements, "element")} ${
    span(forMs)
  } ago and has not finished; ${who}`;
}

/**
 * A leak in words.
 *
 * @param {WireLeak} leak the leak
 * @returns {string} a sentence
 */
export function leakText({ objects, forMs, empty }) {
  const what = counted(objects, "object");
  return empty
    ? `has run out: ${what} ${objects === 1 ? "is" : "are"} in no ring; they went in ${span(forMs)}`
    : `${what} went in ${span(forMs)} and lie in no ring`;
}

/**
 * All that seems to be wrong.
 *
 * @param {Store} store what is known
 * @returns {Alert[]} the alerts
 */
export function alertsOf(store) {
  /** @type {Alert[]} */
  const alerts = [];
  for (const { name, stuck } of store.rings) {
    for (const end of stuck) {
      const key = `ring ${name} ${end.side}`;
      alerts.push({
        key,
        kind: "ring",
        name,
        title: `Ring ${name} is stuck; who: ${suspectNames(end.suspects)}`,
        text: stuckText(end, store),
      });
    }
  }
  for (const { name, leak } of store.mempools) {
    if (leak === undefined) continue;
    alerts.push({
      key: `pool ${name}`,
      kind: "mempool",
      name,
      title: `Mempool ${name} ${leak.empty ? "is EMPTY, and leaks" : "leaks"}`,
      text: leakText(leak),
    });
  }
  for (const process of store.people.processes) {
    if (!process.stopped) continue;
    const name = String(process.pid);
    const title = `Process ${program(process)} is stopped`;
    alerts.push({
      key: `process ${name}`,
      kind: "process",
      name,
      title,
      text: `pid ${name}: a signal or a debugger holds it`,
    });
  }
  for (const problem of store.people.problems) {
    alerts.push({
      key: problem,
      kind: undefined,
      name: "",
      title: "Not all could be read",
      text: problem,
    });
  }
  return alerts;
}

/** @type {(props: { alert: Alert, ui: Ui }) => unknown} */
function AlertLine({ alert, ui }) {
  const { kind, name, title, text } = alert;
  const words = html`<b>${title}</b><span>${text}</span>`;
  if (kind === undefined) return html`<div class="alert mild">${words}</div>`;
  return html`<button class="alert" title=${text} onClick=${() =>
    ui.set({ selected: { kind, name } })}>${words}</button>`;
}

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function AlertStrip({ store, ui }) {
  const alerts = alertsOf(store).filter(({ kind }) => kind !== undefined);
  const more = alerts.length - SHOWN;
  return html`
    <div class="alerts" role="region" aria-label="Alerts">
      <span class="unseen" aria-live="polite">${alerts.length === 0
        ? ""
        : counted(alerts.length, "alert")}</span>
      ${alerts.slice(0, SHOWN).map((alert) =>
        html`<${AlertLine} key=${alert.key} alert=${alert} ui=${ui} />`
      )}
      ${more > 0 &&
        html`<button class="alert rest" onClick=${() =>
          ui.set({ tab: "alerts" })}>${more} more</button>`}
    </div>
  `;
}

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function AlertList({ store, ui }) {
  const alerts = alertsOf(store);
  if (alerts.length === 0) {
    return html`<p class="empty">Nothing seems to be wrong: no ring is stuck, no pool leaks.</p>`;
  }
  return html`<div class="list">${
    alerts.map((alert) => html`<${AlertLine} key=${alert.key} alert=${alert} ui=${ui} />`)
  }</div>`;
}
