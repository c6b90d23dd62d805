/**
 * The columns of the tables of rings, mempools, ports and processes.
 *
 * @module
 */

/** @import { Mempool, Port, Ring } from "./store.js" */
/** @import { Column } from "./grid.js" */
/** @import { WireProcess } from "../serve/wire.ts" */

import { html } from "htm/preact";
import { program } from "./arrange.js";
import { bits, percent, rate, sync, whole } from "./format.js";
import { Bar, ranges } from "./picture.js";
import { Count, level } from "./ring.js";

/** @type {Column<Ring>[]} */
export const RINGS = [
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
        <span class="gauge ${level(ring)}">
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
    cell: (ring) => html`<${Count} ring=${ring} />`,
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
export const MEMPOOLS = [
  { key: "name", title: "Mempool", width: "minmax(7rem, 1.6fr)", value: (pool) => pool.name },
  {
    key: "fill",
    title: "In use",
    width: "minmax(6.4rem, 1fr)",
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
];

/** @type {(value: number) => string} */
const known = (value) => value < 0 ? "?" : whole(value);

/** @type {Column<Port>[]} */
export const PORTS = [
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
export const PROCESSES = [
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
