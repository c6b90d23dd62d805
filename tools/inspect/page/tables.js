/**
 * The tables of what a group has, on tabs.
 *
 * @module
 */

/** @import { Mempool, Port, Ring, Store } from "./store.js" */
/** @import { SelectableKind, Tab, Ui } from "./ui.js" */
/** @import { Column } from "./grid.js" */
/** @import { WireProcess } from "../serve/wire.ts" */

import { html } from "htm/preact";
import { AlertList, alertsOf } from "./alerts.js";
import { program } from "./arrange.js";
import { bits, percent, rate, sync, whole } from "./format.js";
import { Grid } from "./grid.js";
import { MemoryTable, MemzoneTable, TailqTable } from "./memory.js";
import { Bar, ranges } from "./picture.js";
import { matcher, TABS } from "./ui.js";

/** @type {Column<Ring>[]} */
const RINGS = [
  { key: "name", title: "Ring", width: "minmax(9rem, 1.6fr)", value: (ring) => ring.name },
  {
    key: "in",
    title: "In",
    width: "5.2rem",
    number: true,
    value: (ring) => ring.in,
    cell: (ring) => html`<span class=${ring.in > 0 ? "in" : "quiet"}>${rate(ring.in)}</span>`,
  },
  {
    key: "out",
    title: "Out",
    width: "5.2rem",
    number: true,
    value: (ring) => ring.out,
    cell: (ring) => html`<span class=${ring.out > 0 ? "out" : "quiet"}>${rate(ring.out)}</span>`,
  },
  {
    key: "fill",
    title: "Fill",
    width: "minmax(6rem, 1fr)",
    number: true,
    value: (ring) => ring.fill,
    cell: (ring) =>
      html`
        <span class="gauge ${ring.fill >= 0.95 ? "full" : ring.fill >= 0.8 ? "high" : ""}">
          <${Bar} value=${ring.fill} mark=${ring.capacity === 0 ? 0 : ring.high / ring.capacity} />
          <span>${percent(ring.fill)}</span>
        </span>
      `,
  },
  {
    key: "count",
    title: "Count",
    width: "3.9rem",
    number: true,
    value: (ring) => ring.count,
    cell: (ring) => whole(ring.count),
  },
  {
    key: "high",
    title: "High",
    width: "3.9rem",
    number: true,
    value: (ring) => ring.high,
    cell: (ring) => whole(ring.high),
  },
  {
    key: "capacity",
    title: "Capacity",
    width: "4.8rem",
    number: true,
    value: (ring) => ring.capacity,
    cell: (ring) => whole(ring.capacity),
  },
  { key: "sync", title: "Sync", width: "4.2rem", value: (ring) => sync(ring.prod, ring.cons) },
];

/** @type {Column<Mempool>[]} */
const MEMPOOLS = [
  { key: "name", title: "Mempool", width: "minmax(7rem, 1.6fr)", value: (pool) => pool.name },
  {
    key: "fill",
    title: "In use",
    width: "minmax(5rem, 1fr)",
    number: true,
    value: (pool) => pool.fill,
    cell: (pool) =>
      pool.fill < 0 ? "?" : html`
        <span class="gauge">
          <${Bar} value=${pool.fill} mark=${pool.low < 0
            ? -1
            : 1 - pool.low / Math.max(1, pool.populatedSize)} />
          <span>${percent(pool.fill)}</span>
        </span>
      `,
  },
  {
    key: "available",
    title: "Available",
    width: "4.6rem",
    number: true,
    value: (pool) => pool.available,
    cell: (pool) => known(pool.available),
  },
  {
    key: "inRings",
    title: "In rings",
    width: "4.4rem",
    number: true,
    value: (pool) => pool.inRings,
    cell: (pool) => known(pool.inRings),
  },
  {
    key: "low",
    title: "Lowest",
    width: "4.2rem",
    number: true,
    value: (pool) => pool.low,
    cell: (pool) => known(pool.low),
  },
  {
    key: "size",
    title: "Objects",
    width: "4.2rem",
    number: true,
    value: (pool) => pool.populatedSize,
    cell: (pool) => whole(pool.populatedSize),
  },
  {
    key: "bytes",
    title: "Bytes",
    width: "4rem",
    number: true,
    value: (pool) => pool.elementSize,
    cell: (pool) => whole(pool.elementSize),
  },
  { key: "cache", title: "Cache", width: "3.4rem", number: true, value: (pool) => pool.cacheSize },
];

/** @type {(value: number) => string} */
const known = (value) => value < 0 ? "?" : whole(value);

/** @type {Column<Port>[]} */
const PORTS = [
  { key: "id", title: "Port", width: "3.6rem", number: true, value: (port) => port.id },
  { key: "name", title: "Name", width: "minmax(8rem, 1.4fr)", value: (port) => port.name },
  {
    key: "up",
    title: "Link",
    width: "4rem",
    value: (port) => port.up < 0 ? "?" : port.up === 1 ? "up" : "down",
  },
  {
    key: "rx",
    title: "Rx",
    width: "6rem",
    number: true,
    value: (port) => port.rx,
    cell: (port) => html`<span class="in">${rate(port.rx)}</span>`,
  },
  {
    key: "tx",
    title: "Tx",
    width: "6rem",
    number: true,
    value: (port) => port.tx,
    cell: (port) => html`<span class="out">${rate(port.tx)}</span>`,
  },
  {
    key: "rxBits",
    title: "Rx bits",
    width: "7rem",
    number: true,
    value: (port) => port.rxBits,
    cell: (port) => bits(port.rxBits),
  },
  {
    key: "txBits",
    title: "Tx bits",
    width: "7rem",
    number: true,
    value: (port) => port.txBits,
    cell: (port) => bits(port.txBits),
  },
  {
    key: "missed",
    title: "Missed",
    width: "5rem",
    number: true,
    value: (port) => port.missed,
    cell: (port) => whole(port.missed),
  },
  {
    key: "errors",
    title: "Errors",
    width: "5rem",
    number: true,
    value: (port) => port.rxErrors + port.txErrors,
    cell: (port) => whole(port.rxErrors + port.txErrors),
  },
];

/** @type {Column<WireProcess>[]} */
const PROCESSES = [
  { key: "pid", title: "Pid", width: "5rem", number: true, value: (process) => process.pid },
  { key: "role", title: "Role", width: "6rem", value: (process) => process.role },
  { key: "program", title: "Program", width: "minmax(8rem, 1fr)", value: program },
  { key: "lcores", title: "Lcores", width: "6rem", value: (process) => ranges(process.lcoreIds) },
  {
    key: "state",
    title: "State",
    width: "5rem",
    value: (process) => process.stopped ? "stopped" : "runs",
  },
  {
    key: "command",
    title: "Command",
    width: "minmax(8rem, 2fr)",
    value: (process) => process.command,
  },
];

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
