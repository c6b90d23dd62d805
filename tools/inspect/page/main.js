/**
 * The page: puts what is known and what is chosen on the screen, once a frame at most.
 *
 * @module
 */

import { html, render } from "htm/preact";
import { App } from "./app.js";
import { listen } from "./keys.js";
import { Store } from "./store.js";
import { Ui } from "./ui.js";

const root = document.getElementById("app") ?? document.body;
let scheduled = false;

function schedule() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(draw);
}

const store = new Store(schedule);
const ui = new Ui(schedule);

/** A browser's own tools show the measure; only the latest is kept. */
function draw() {
  scheduled = false;
  const start = performance.now();
  document.documentElement.dataset["theme"] = ui.dark ? "dark" : "light";
  const title = store.people.filePrefix === "" ? "" : `${store.people.filePrefix} – `;
  document.title = `${title}dpdk inspect`;
  render(html`<${App} store=${store} ui=${ui} />`, root);
  performance.clearMeasures("inspect-draw");
  performance.measure("inspect-draw", { start, end: performance.now() });
}

listen(store, ui);
draw();
store.connect();
