/**
 * The frame of the page.
 *
 * @module
 */

/** @import { Store } from "./store.js" */
/** @import { Ui } from "./ui.js" */

import { html } from "htm/preact";
import { AlertStrip } from "./alerts.js";
import { Detail } from "./detail.js";
import { bytes, clock, counted, rate, short } from "./format.js";
import { Help } from "./help.js";
import { togglePause } from "./keys.js";
import { Picture } from "./picture.js";
import { Tables } from "./tables.js";

/** How long it is told that the group was restarted, in milliseconds. */
const NEWS_MS = 20_000;

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function App({ store, ui }) {
  const seen = store.people.filePrefix !== "";
  const old = seen && (!store.presence.there || store.connection === "lost");
  return html`
    <${Head} store=${store} ui=${ui} />
    <div class="notices">
      <${Notice} store=${store} />
      <${AlertStrip} store=${store} ui=${ui} />
    </div>
    ${seen
      ? html`
        <main class=${old ? "old" : ""}>
          <${Picture} store=${store} ui=${ui} />
          <${Detail} store=${store} ui=${ui} />
          <${Tables} store=${store} ui=${ui} />
        </main>
      `
      : html`
        <main class="blank">
          <p>${store.connection === "live" ? "There is nothing to see yet." : "Connecting …"}</p>
        </main>
      `}
    ${ui.help && html`<${Help} ui=${ui} />`}
  `;
}

/** @type {Record<string, string>} */
const STATES = {
  waiting: "connecting",
  live: "live",
  lost: "reconnecting",
  paused: "paused",
};

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
function Head({ store, ui }) {
  const { people, rings, mempools, memory, connection, presence } = store;
  const own = rings.filter(({ mempool }) => mempool === null);
  const flow = own.reduce((sum, ring) => sum + ring.in, 0);
  const active = own.filter((ring) => ring.in > 0).length;
  const out = mempools.reduce((sum, pool) => sum + Math.max(0, pool.inUse), 0);
  const used = memory.reduce((sum, list) => sum + list.used, 0);
  const state = connection === "live" && !presence.there ? "gone" : connection;
  return html`
    <header class="head">
      <div
        class="brand"><img src="./page/icon.svg" alt="" width="22" height="22" /><h1>${people
          .filePrefix || "dpdk inspect"}</h1></div>
      <div class="group quiet">
        ${people.state !== "" && html`<i class="state ${people.state}">${people.state}</i>`}
        ${people.version !== "" && html`<span>DPDK ${people.version}</span>`}
        <span class="mono path">${people.directory}</span>
      </div>
      <span class="spring"></span>
      <dl class="figures">
        <div>
          <dt>through rings</dt>
          <dd id="flow">${rate(flow)}</dd>
        </div>
        <div>
          <dt>rings with flow</dt>
          <dd>${active}<small> of ${own.length}</small></dd>
        </div>
        <div>
          <dt>objects out</dt>
          <dd>${short(out)}</dd>
        </div>
        <div>
          <dt>memory</dt>
          <dd>${bytes(used)}</dd>
        </div>
      </dl>
      <div class="cluster">
        <span class="connection ${state}" role="status" id="connection"><i></i>${STATES[state] ??
          state}</span>
        <button onClick=${() => togglePause(store)} aria-pressed=${connection ===
          "paused"} title="p">${connection === "paused" ? "Go on" : "Pause"}</button>
        <button onClick=${() => ui.nextTheme()} title="t" id="theme">${ui.theme === "auto"
          ? "Auto"
          : ui.theme === "dark"
          ? "Dark"
          : "Light"}</button>
        <button onClick=${() =>
          ui.set({ help: true })} aria-label="help: which keys there are" title="?">?</button>
      </div>
    </header>
  `;
}

/** @type {(props: { store: Store }) => unknown} */
function Notice({ store }) {
  return html`<div role="status" id="notice">${noticeOf(store)}</div>`;
}

/** @type {(store: Store) => unknown} */
function noticeOf({ connection, presence, time, people, restarted }) {
  const last = time === 0 ? "" : ` What you see is from ${clock(time)}.`;
  if (connection === "lost") {
    return html`
      <p
        class="notice bad"><b>The connection to the server is lost.</b> It is tried again by itself.${last}</p>
    `;
  }
  if (connection === "live" && !presence.there) {
    return html`
      <p
        class="notice bad"><b>The group is not there.</b> ${presence
          .reason}. It is looked for every ${counted(people.intervalMs / 1000, "second").replace(
            /^1 second/,
            "second",
          )}.${last}</p>
    `;
  }
  if (people.state === "dead" || people.state === "orphaned") {
    const who = people.state === "dead" ? "No process of the group lives" : "The primary is gone";
    return html`<p class="notice"><b>${who}.</b> This is what is in the memory that it left.</p>`;
  }
  if (time - restarted < NEWS_MS) {
    return html`<p class="notice good"><b>The group was restarted</b> at ${clock(restarted)}.</p>`;
  }
  return null;
}
