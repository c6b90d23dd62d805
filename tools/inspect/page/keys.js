/**
 * The keys that work everywhere on the page.
 *
 * @module
 */

/** @import { Store } from "./store.js" */
/** @import { Ui } from "./ui.js" */

import { AMOUNTS, TABS } from "./ui.js";

/** Every key and what it does, for the help. */
export const KEYS = /** @type {const} */ ([
  ["?", "this help"],
  ["/", "filter by name"],
  ["f", "only what has flow, or all"],
  [`1 – ${TABS.length}`, "the tables: rings, mempools, ports, …"],
  ["g", "to the picture"],
  ["l", "to the table (the list)"],
  ["d", "to the details"],
  ["m  n", "more or fewer rings in the picture"],
  ["+  -  0", "zoom the picture"],
  ["p", "pause, and go on"],
  ["t", "the theme: as the system, light, dark"],
  ["Esc", "close the details, clear the filter"],
  ["↑ ↓ ← →", "in the picture: to the next object; in a table: rows; on tabs: tabs"],
  ["Home End PgUp PgDn", "in a table: further"],
  ["Enter", "choose, or sort by a column"],
]);

/**
 * Puts the keyboard on a part of the page.
 *
 * @param {string} selector of the part
 */
function focus(selector) {
  const element = document.querySelector(selector);
  if (element instanceof HTMLElement) element.focus();
}

/**
 * Changes how many rings the picture shows.
 *
 * @param {Ui} ui the choices
 * @param {number} step 1 for more, -1 for fewer
 */
export function changeAmount(ui, step) {
  const amount = AMOUNTS[AMOUNTS.indexOf(ui.amount) + step];
  if (amount !== undefined) ui.set({ amount });
}

/**
 * Zooms the picture.
 *
 * @param {Ui} ui the choices
 * @param {number} step 1 for larger, -1 for smaller, 0 for as it was
 */
export function changeZoom(ui, step) {
  const zoom = step === 0 ? 1 : ui.zoom * 1.2 ** step;
  ui.set({ zoom: Math.min(3, Math.max(0.4, Math.round(zoom * 100) / 100)) });
}

/**
 * Begins to listen.
 *
 * @param {Store} store what is known
 * @param {Ui} ui the choices
 */
export function listen(store, ui) {
  /** @type {Record<string, () => void>} */
  const actions = {
    "?": () => ui.set({ help: true }),
    "/": () => focus("#filter"),
    f: () => ui.set({ onlyFlow: !ui.onlyFlow }),
    g: () => focus(".picture [tabindex='0']"),
    l: () => focus("[role=tabpanel] [tabindex='0']"),
    d: () => focus("#detail"),
    m: () => changeAmount(ui, 1),
    n: () => changeAmount(ui, -1),
    "+": () => changeZoom(ui, 1),
    "=": () => changeZoom(ui, 1),
    "-": () => changeZoom(ui, -1),
    0: () => changeZoom(ui, 0),
    p: () => togglePause(store),
    t: () => ui.nextTheme(),
  };
  TABS.forEach((tab, at) => actions[String(at + 1)] = () => ui.set({ tab }));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || ui.help) return;
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox" ||
      event.target instanceof HTMLSelectElement;
    if (event.key === "Escape") return escape(ui, typing);
    const action = ui.keys && !typing ? actions[event.key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

/** @type {(ui: Ui, typing: boolean) => void} */
function escape(ui, typing) {
  if (typing || ui.selected === undefined) ui.set({ filter: "" });
  else ui.set({ selected: undefined });
  if (typing) focus("[role=tabpanel] [tabindex='0']");
}

/**
 * Stops to follow the group, or goes on.
 *
 * @param {Store} store what is known
 */
export function togglePause(store) {
  if (store.connection === "paused") store.connect();
  else store.pause();
}
