/**
 * Memory, memzones and tailqs: asked for while they are looked at.
 *
 * @module
 */

/** @import { Memory, Store } from "./store.js" */
/** @import { Ui } from "./ui.js" */
/** @import { Column } from "./grid.js" */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useAsked } from "./data.js";
import { address, bytes, counted, percent, whole } from "./format.js";
import { Grid } from "./grid.js";
import { Bar } from "./picture.js";
import { matcher } from "./ui.js";

/** How often they are asked for, in milliseconds. */
const EVERY_MS = 2_000;

/**
 * @typedef {{
 *   name: string, address: number, length: number, pageSize: number, socketId: number, flags: number,
 * }} Memzone
 */
/** @typedef {{ address: number, data: number, name?: string }} Entry */
/** @typedef {{ name: string, address: number, count: number, entries: Entry[] }} Tailq */
/** @typedef {{ memzones: Memzone[], tailqs: Tailq[] }} Answer */

/** @type {(store: Store) => Answer | undefined} */
const useMemory = (store) => useAsked("./api/memory", store.time, EVERY_MS);

/** @type {(list: Memory) => string} */
const socket = ({ socketId }) => socketId < 0 ? "any" : String(socketId);

/** @type {Column<Memory>[]} */
const LISTS = [
  { key: "number", title: "List", width: "3.6rem", number: true, value: (list) => list.number },
  {
    key: "socket",
    title: "Socket",
    width: "4.6rem",
    number: true,
    value: (list) => list.socketId,
    cell: socket,
  },
  {
    key: "page",
    title: "Pages of",
    width: "5.6rem",
    number: true,
    value: (list) => list.pageSize,
    cell: (list) => bytes(list.pageSize),
  },
  {
    key: "part",
    title: "In use",
    width: "minmax(6rem, 1.4fr)",
    number: true,
    value: (list) => list.used / Math.max(1, list.length),
    cell: (list) =>
      html`
        <span class="gauge"><${Bar} value=${list.used / Math.max(1, list.length)} /><span>${percent(
          list.used / Math.max(1, list.length),
        )}</span></span>
      `,
  },
  {
    key: "used",
    title: "Used",
    width: "6rem",
    number: true,
    value: (list) => list.used,
    cell: (list) => bytes(list.used),
  },
  {
    key: "pages",
    title: "Pages",
    width: "5rem",
    number: true,
    value: (list) => list.pages,
    cell: (list) => whole(list.pages),
  },
  {
    key: "length",
    title: "Room for",
    width: "6rem",
    number: true,
    value: (list) => list.length,
    cell: (list) => bytes(list.length),
  },
  {
    key: "address",
    title: "Address",
    width: "minmax(8rem, 1fr)",
    value: (list) => list.address,
    cell: (list) => address(list.address),
  },
  {
    key: "kind",
    title: "Kind",
    width: "6rem",
    value: (list) => list.external ? "external" : "hugepages",
  },
];

/** @type {(props: { store: Store }) => unknown} */
export function MemoryTable({ store }) {
  return html`
    <${Grid} label="Memory lists" columns=${LISTS} sort="number" edition=${String(store.edition)}
      rows=${store.memory} id=${(/** @type {Memory} */ list) =>
        String(list.number)} empty="There are none." />
  `;
}

/** @type {Column<Memzone>[]} */
const MEMZONES = [
  { key: "name", title: "Memzone", width: "minmax(10rem, 2fr)", value: (zone) => zone.name },
  {
    key: "length",
    title: "Length",
    width: "6rem",
    number: true,
    value: (zone) => zone.length,
    cell: (zone) => bytes(zone.length),
  },
  {
    key: "page",
    title: "Pages of",
    width: "5.6rem",
    number: true,
    value: (zone) => zone.pageSize,
    cell: (zone) => bytes(zone.pageSize),
  },
  { key: "socket", title: "Socket", width: "4.6rem", number: true, value: (zone) => zone.socketId },
  {
    key: "flags",
    title: "Flags",
    width: "4.6rem",
    value: (zone) => zone.flags,
    cell: (zone) => address(zone.flags),
  },
  {
    key: "address",
    title: "Address",
    width: "minmax(8rem, 1fr)",
    value: (zone) => zone.address,
    cell: (zone) => address(zone.address),
  },
];

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function MemzoneTable({ store, ui }) {
  const answer = useMemory(store);
  if (answer === undefined) return html`<p class="empty">Asking …</p>`;
  const matches = matcher(ui.filter);
  const rows = answer.memzones.filter(({ name }) => matches(name));
  return html`
    <${Grid} label="Memzones" columns=${MEMZONES} sort="-length" rows=${rows}
      id=${(/** @type {Memzone} */ zone) =>
        `${zone.address}`} edition=${`${rows.length} ${ui.filter}`}
      empty=${ui.filter === "" ? "There are none." : "The filter leaves none."} />
  `;
}

/** @typedef {Entry & { tailq: string, place: number }} Placed */

/** @type {Column<Placed>[]} */
const ENTRIES = [
  { key: "place", title: "No", width: "4rem", number: true, value: (entry) => entry.place },
  { key: "name", title: "Name", width: "minmax(9rem, 1.6fr)", value: (entry) => entry.name ?? "" },
  {
    key: "address",
    title: "Entry",
    width: "minmax(8rem, 1fr)",
    value: (entry) => entry.address,
    cell: (entry) => address(entry.address),
  },
  {
    key: "data",
    title: "Object",
    width: "minmax(8rem, 1fr)",
    value: (entry) => entry.data,
    cell: (entry) => entry.data === 0 ? "its own" : address(entry.data),
  },
];

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function TailqTable({ store, ui }) {
  const answer = useMemory(store);
  const [open, setOpen] = useState("RTE_RING");
  if (answer === undefined) return html`<p class="empty">Asking …</p>`;
  const { tailqs } = answer;
  const tailq = tailqs.find(({ name }) => name === open) ?? tailqs[0];
  if (tailq === undefined) return html`<p class="empty">The group has no tailqs.</p>`;
  const matches = matcher(ui.filter);
  const placed = tailq.entries.map((entry, place) => ({ ...entry, tailq: tailq.name, place }));
  const rows = placed.filter(({ name }) => matches(name ?? ""));
  return html`
    <div class="split">
      <div class="choices" role="group" aria-label="Tailqs">
        ${tailqs.map(({ name, count }) =>
          html`
            <button key=${name} aria-pressed=${name === tailq.name} class=${count === 0
              ? "quiet"
              : ""} onClick=${() => setOpen(name)}>
              ${name} <small>${whole(count)}</small>
            </button>
          `
        )}
      </div>
      <p class="quiet note">${tailq.name}, its head at ${address(tailq.address)}: ${counted(
        tailq.count,
        "entry",
      ).replace("entrys", "entries")}</p>
      <${Grid} key=${tailq
        .name} label=${`Entries of ${tailq.name}`} columns=${ENTRIES} sort="place" rows=${rows}
        id=${(/** @type {Placed} */ entry) =>
          `${entry.address}`} edition=${`${tailq.name} ${rows.length} ${ui.filter}`}
        empty=${tailq.count === 0 ? "It is empty." : "The filter leaves none."} />
    </div>
  `;
}
