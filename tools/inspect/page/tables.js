/**
 * The tables of what a group has, on tabs.
 *
 * @module
 */

/** @import { Mempool, Port, Ring, Store } from "./store.js" */
/** @import { SelectableKind, Tab, Ui } from "./ui.js" */
/** @import { WireProcess } from "../serve/wire.ts" */

import { html } from "htm/preact";
import { AlertList, alertsOf } from "./alerts.js";
import { MEMPOOLS, PORTS, PROCESSES, RINGS } from "./columns.js";
import { whole } from "./format.js";
import { Grid } from "./grid.js";
import { MemoryTable, MemzoneTable, TailqTable } from "./memory.js";
import { matcher, TABS } from "./ui.js";

/** @type {Record<Tab, string>} */
const TITLES = {
  rings: "Rings",
  mempools: "Mempools",
  ports: "Ports",
  processes: "Processes",
  memory: "Memory",
  memzones: "Memzones",
  tailqs: "Tailqs",
  alerts: "Alerts",
};

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function Tables({ store, ui }) {
  /** @type {Partial<Record<Tab, number>>} */
  const counts = {
    rings: store.rings.length,
    mempools: store.mempools.length,
    ports: store.ports.length,
    processes: store.people.processes.length,
    alerts: alertsOf(store).length,
  };
  return html`
    <section class="panel tables" aria-label="Tables">
      <header class="bar">
        <div role="tablist" aria-label="Tables" onKeyDown=${(/** @type {KeyboardEvent} */ event) =>
          turn(event, ui)}>
          ${TABS.map((tab) =>
            html`
              <button key=${tab} role="tab" id=${`tab-${tab}`} aria-selected=${tab ===
                ui.tab} aria-controls="table"
                tabindex=${tab === ui.tab ? 0 : -1} onClick=${() => ui.set({ tab })}>
                ${TITLES[tab]}${counts[tab] !== undefined &&
                  html`<small class=${tab === "alerts" && counts[tab] > 0 ? "hot" : ""}>${
                    whole(counts[tab])
                  }</small>`}
              </button>
            `
          )}
        </div>
      </header>
      <${Filter} ui=${ui} />
      <div role="tabpanel" id="table" aria-labelledby=${`tab-${ui.tab}`}>
        <${Table} store=${store} ui=${ui} />
      </div>
    </section>
  `;
}

/** @type {(event: KeyboardEvent, ui: Ui) => void} */
function turn(event, ui) {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const tab = TABS[(TABS.indexOf(ui.tab) + step + TABS.length) % TABS.length] ?? "rings";
  ui.set({ tab });
  requestAnimationFrame(() => document.getElementById(`tab-${tab}`)?.focus());
}

/** @type {(props: { ui: Ui }) => unknown} */
function Filter({ ui }) {
  return html`
    <div class="filter">
      <input id="filter" type="search" placeholder="Filter by name  ( / )" aria-label="Filter by name"
        spellcheck=${false} autocomplete="off" value=${ui.filter}
        onInput=${(/** @type {Event} */ event) => {
          const { value } = /** @type {HTMLInputElement} */ (event.target);
          ui.set({ filter: value });
        }} />
      <label><input type="checkbox" id="only-flow" checked=${ui.onlyFlow}
        onChange=${() => ui.set({ onlyFlow: !ui.onlyFlow })} /> only with flow</label>
    </div>
  `;
}

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
function Table({ store, ui }) {
  const matches = matcher(ui.filter);
  const edition = `${store.edition} ${ui.filter} ${ui.onlyFlow}`;
  const empty = ui.filter === "" && !ui.onlyFlow ? "There are none." : "The filter leaves none.";
  /** @type {(kind: SelectableKind) => string | undefined} */
  const chosen = (kind) => ui.selected?.kind === kind ? ui.selected.name : undefined;
  switch (ui.tab) {
    case "rings":
      return html`
        <${Grid} key="rings" label="Rings" columns=${RINGS} sort="-in" edition=${edition}
          empty=${empty}
          rows=${store.rings.filter((ring) =>
            matches(`${ring.name} ${ring.mempool ?? ""}`) &&
            (!ui.onlyFlow || ring.in + ring.out > 0)
          )}
          id=${(/** @type {Ring} */ ring) => ring.name} chosen=${chosen("ring")}
          mark=${(/** @type {Ring} */ ring) => ring.stuck.length > 0 ? "bad" : ""}
          choose=${(/** @type {Ring} */ ring) => ui.select("ring", ring.name)} />
      `;
    case "mempools":
      return html`
        <${Grid} key="mempools" label="Mempools" columns=${MEMPOOLS} sort="-fill" edition=${edition}
          empty=${empty}
          rows=${store.mempools.filter((pool) => matches(pool.name))}
          id=${(/** @type {Mempool} */ pool) => pool.name} chosen=${chosen("mempool")}
          mark=${(/** @type {Mempool} */ pool) => pool.leak === undefined ? "" : "bad"}
          choose=${(/** @type {Mempool} */ pool) => ui.select("mempool", pool.name)} />
      `;
    case "ports":
      return html`
        <${Grid} key="ports" label="Ports" columns=${PORTS} sort="id" edition=${edition}
          empty=${store.ports.length === 0
            ? "Ports are seen by processes of the group only: started with --attach, the server joins it."
            : empty}
          rows=${store.ports.filter((port) =>
            matches(port.name) && (!ui.onlyFlow || port.rx + port.tx > 0)
          )}
          id=${(/** @type {Port} */ port) => String(port.id)} chosen=${chosen("port")}
          choose=${(/** @type {Port} */ port) => ui.select("port", String(port.id))} />
      `;
    case "processes":
      return html`
        <${Grid} key="processes" label="Processes" columns=${PROCESSES} sort="pid" edition=${edition}
          empty="No process of the group lives."
          rows=${store.people.processes.filter((process) => matches(process.command))}
          id=${(/** @type {WireProcess} */ process) => String(process.pid)} chosen=${chosen(
            "process",
          )}
          mark=${(/** @type {WireProcess} */ process) => process.stopped ? "bad" : ""}
          choose=${(/** @type {WireProcess} */ process) =>
            ui.select("process", String(process.pid))} />
      `;
    case "memory":
      return html`<${MemoryTable} key="memory" store=${store} />`;
    case "memzones":
      return html`<${MemzoneTable} key="memzones" store=${store} ui=${ui} />`;
    case "tailqs":
      return html`<${TailqTable} key="tailqs" store=${store} ui=${ui} />`;
    case "alerts":
      return html`<${AlertList} key="alerts" store=${store} ui=${ui} />`;
  }
}
