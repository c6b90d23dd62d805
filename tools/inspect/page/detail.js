/**
 * The details of the chosen object, or of the group when none is chosen.
 *
 * @module
 */

/** @import { Mempool, Port, Ring, Store } from "./store.js" */
/** @import { Ui } from "./ui.js" */
/** @import { WireProcess } from "../serve/wire.ts" */

import { html } from "htm/preact";
import { leakText, stuckText } from "./alerts.js";
import { program } from "./arrange.js";
import { Chart } from "./chart.js";
import { useAsked, usePast } from "./data.js";
import {
  address,
  bits,
  bytes,
  counted,
  percent,
  poolFlags,
  rate,
  ringFlags,
  short,
  sync,
  whole,
} from "./format.js";
import { Bar, ranges } from "./picture.js";
import { Count } from "./ring.js";

/** How often details are asked for, in milliseconds. */
const EVERY_MS = 1_000;

/** @typedef {readonly [name: string, value: unknown]} Fact */

/** @type {(props: { facts: readonly Fact[] }) => unknown} */
const Facts = ({ facts }) =>
  html`
    <dl class="facts">${facts.map(([name, value]) =>
      html`
        <div key=${name}>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )}</dl>
  `;

/** @type {(props: { title: string, kind: string, ui: Ui, children?: unknown }) => unknown} */
const Frame = ({ title, kind, ui, children }) =>
  html`
    <section class="panel detail" id="detail" tabindex="-1" aria-label=${`${kind} ${title}`}>
      <header class="bar">
        <h2><small>${kind}</small> <span class="mono">${title}</span></h2>
        <span class="spring"></span>
        ${ui.selected !== undefined && html`
          <button aria-label="close the details" title="Esc" onClick=${() =>
            ui.set({ selected: undefined })}>✕</button>
        `}
      </header>
      ${children}
    </section>
  `;

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function Detail({ store, ui }) {
  const { selected } = ui;
  if (selected === undefined) return html`<${GroupDetail} key="group" store=${store} ui=${ui} />`;
  const { kind, name } = selected;
  const common = { key: `${kind} ${name}`, store, ui };
  const ring = kind === "ring" ? store.rings.find((one) => one.name === name) : undefined;
  if (ring !== undefined) return html`<${RingDetail} ...${common} ring=${ring} />`;
  const pool = kind === "mempool" ? store.mempools.find((one) => one.name === name) : undefined;
  if (pool !== undefined) return html`<${PoolDetail} ...${common} pool=${pool} />`;
  const port = kind === "port" ? store.ports.find(({ id }) => String(id) === name) : undefined;
  if (port !== undefined) return html`<${PortDetail} ...${common} port=${port} />`;
  const at = kind === "process"
    ? store.people.processes.findIndex(({ pid }) => String(pid) === name)
    : -1;
  const process = store.people.processes[at];
  if (process !== undefined) {
    return html`<${ProcessDetail} ...${common} process=${process} at=${at} />`;
  }
  return html`
    <${Frame} title=${name} kind=${kind} ui=${ui}>
      <p class="empty">It is not there any more.</p>
      <//>
  `;
}

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
function GroupDetail({ store, ui }) {
  const own = store.rings.filter(({ mempool }) => mempool === null);
  /** @type {<T>(items: readonly T[], value: (item: T) => number) => number} */
  const sum = (items, value) => items.reduce((total, item) => total + value(item), 0);
  const now = {
    in: sum(own, (ring) => ring.in),
    out: sum(own, (ring) => ring.out),
    used: sum(store.memory, (list) => list.used),
    inUse: sum(store.mempools, (pool) => Math.max(0, pool.inUse)),
  };
  const past = usePast(store, "group", "", now);
  const column = (/** @type {string} */ name) => past.columns[name] ?? [];
  return html`
    <${Frame} title=${store.people.filePrefix} kind="group" ui=${ui}>
      <div class="charts">
        <${Chart} title="Through all rings" times=${past.times} format=${rate} dark=${ui.dark}
          lines=${[{ name: "in", color: "--in", values: column("in"), area: true }, {
            name: "out",
            color: "--out",
            values: column("out"),
          }]} />
        <${Chart} title="Pool objects in use" times=${past.times} format=${short} dark=${ui.dark}
          lines=${[{ name: "in use", color: "--fill", values: column("inUse"), area: true }]} />
        <${Chart} title="Memory in use" base=${2} times=${past.times} format=${bytes}
          dark=${ui.dark}
          lines=${[{ name: "used", color: "--calm", values: column("used"), area: true }]} />
      </div>
      <//>
  `;
}

/** @typedef {{ prod: { head: number, tail: number }, cons: { head: number, tail: number }, still: boolean }} Ends */

/** @type {(props: { store: Store, ui: Ui, ring: Ring }) => unknown} */
function RingDetail({ store, ui, ring }) {
  const past = usePast(store, "ring", ring.name, { in: ring.in, out: ring.out, count: ring.count });
  const url = `./api/ring?name=${encodeURIComponent(ring.name)}`;
  const answer = /** @type {{ ring: Ends } | undefined} */ (useAsked(url, store.time, EVERY_MS));
  /** @type {(end: "prod" | "cons") => string} */
  const end = (side) =>
    answer === undefined ? "…" : `${answer.ring[side].head} / ${answer.ring[side].tail}`;
  const knowers = ring.knownBy.map((at) => program(store.people.processes[at]));
  const column = (/** @type {string} */ name) => past.columns[name] ?? [];
  /** @type {Fact[]} */
  const facts = [
    [
      "elements",
      html`<${Count} ring=${ring} /> of ${whole(ring.capacity)} (${percent(ring.fill)})`,
    ],
    ["high-water", whole(ring.high)],
    ["sync", sync(ring.prod, ring.cons)],
    ["flags", ringFlags(ring.flags)],
    ["prod head / tail", end("prod")],
    ["cons head / tail", end("cons")],
    ["slots", whole(ring.size)],
    ["element", ring.elementSize === null ? "not known" : bytes(ring.elementSize)],
    [
      "known by",
      store.people.links.length === 0 ? "not known" : knowers.join(", ") || "none that can be seen",
    ],
    ...(ring.mempool === null
      ? []
      : [/** @type {Fact} */ (["keeps the objects of", ring.mempool])]),
    ["memzone", ring.memzone ?? "none: its user's own memory"],
    ["address", address(ring.address)],
  ];
  return html`
    <${Frame} title=${ring.name} kind="ring" ui=${ui}>
      ${ring.stuck.map((stuck) =>
        html`<p class="trouble" key=${stuck.side}><b>Stuck:</b> ${stuckText(stuck, store)}.</p>`
      )}
      <div class="charts">
        <${Chart} title="Flow" times=${past.times} format=${rate} dark=${ui.dark}
          lines=${[{ name: "in", color: "--in", values: column("in"), area: true }, {
            name: "out",
            color: "--out",
            values: column("out"),
          }]} />
        <${Chart} title="Elements in it" times=${past.times} format=${short} max=${ring
          .capacity} dark=${ui.dark}
          lines=${[{
            name: "count",
            color: "--fill",
            values: column("count"),
            area: true,
            level: ring.high,
          }]} />
      </div>
      <${Facts} facts=${facts} />
    <//>
  `;
}

/** @typedef {{ caches: { lcoreId: number, length: number }[] }} Caches */

/** @type {(props: { store: Store, ui: Ui, pool: Mempool }) => unknown} */
function PoolDetail({ store, ui, pool }) {
  const past = usePast(store, "mempool", pool.name, { inUse: pool.inUse, inRings: pool.inRings });
  const url = `./api/mempool?name=${encodeURIComponent(pool.name)}`;
  const answer =
    /** @type {{ mempool: Caches } | undefined} */ (useAsked(url, store.time, EVERY_MS));
  const known = (/** @type {number} */ value) => value < 0 ? "not known" : whole(value);
  const column = (/** @type {string} */ name) => past.columns[name] ?? [];
  /** @type {Fact[]} */
  const facts = [
    [
      "in use",
      pool.inUse < 0
        ? "not known"
        : `${whole(pool.inUse)} of ${whole(pool.populatedSize)} (${percent(pool.fill)})`,
    ],
    ["available", known(pool.available)],
    ["in the driver", known(pool.common)],
    ["lying in rings", known(pool.inRings)],
    ["lowest available", known(pool.low)],
    ["driver", pool.driver ?? "not known"],
    ["object", `${bytes(pool.elementSize)}`],
    ["cache of an lcore", pool.cacheSize === 0 ? "none" : whole(pool.cacheSize)],
    ["socket", pool.socketId < 0 ? "any" : pool.socketId],
    ["flags", poolFlags(pool.flags)],
    ["chunks", pool.chunks],
    ["address", address(pool.address)],
  ];
  return html`
    <${Frame} title=${pool.name} kind="mempool" ui=${ui}>
      ${pool.leak !== undefined && html`
        <p class="trouble"><b>Leaks:</b> ${leakText(
          pool.leak,
        )}.</p>
      `}
      <div class="charts">
        <${Chart} title="Objects in use" times=${past.times} format=${short} max=${pool
          .populatedSize} dark=${ui.dark}
          lines=${[{ name: "in use", color: "--fill", values: column("inUse"), area: true }, {
            name: "in rings",
            color: "--in",
            values: column("inRings"),
          }]} />
        <${CachesOf} caches=${answer?.mempool.caches ?? []} most=${pool.cacheSize} />
      </div>
      <${Facts} facts=${facts} />
    <//>
  `;
}

/** @type {(props: { caches: Caches["caches"], most: number }) => unknown} */
const CachesOf = ({ caches, most }) =>
  html`
    <figure class="chart caches">
      <figcaption><span>Caches of lcores</span></figcaption>
      <div class="plot">
        ${caches.length === 0 &&
          html`<p class="empty">${most === 0 ? "The pool has none." : "They are empty."}</p>`}
        ${caches.map(({ lcoreId, length }) =>
          html`
            <div class="cache" key=${lcoreId}>
              <span>lcore ${lcoreId}</span><${Bar} value=${most === 0
                ? 0
                : length / (most * 1.5)} /><span class="number">${whole(length)}</span>
            </div>
          `
        )}
      </div>
    </figure>
  `;

/** @type {(props: { store: Store, ui: Ui, port: Port }) => unknown} */
function PortDetail({ store, ui, port }) {
  const { rx, tx, rxBits, txBits } = port;
  const past = usePast(store, "port", String(port.id), { rx, tx, rxBits, txBits });
  const column = (/** @type {string} */ name) => past.columns[name] ?? [];
  /** @type {Fact[]} */
  const facts = [
    ["link", port.up < 0 ? "not known" : port.up === 1 ? "up" : "down"],
    ["missed", whole(port.missed)],
    ["rx errors", whole(port.rxErrors)],
    ["tx errors", whole(port.txErrors)],
  ];
  return html`
    <${Frame} title=${`${port.id} ${port.name}`} kind="port" ui=${ui}>
      <div class="charts">
        <${Chart} title="Packets" times=${past.times} format=${rate} dark=${ui.dark}
          lines=${[{ name: "rx", color: "--in", values: column("rx"), area: true }, {
            name: "tx",
            color: "--out",
            values: column("tx"),
          }]} />
        <${Chart} title="Bits" times=${past.times} format=${bits} dark=${ui.dark}
          lines=${[{ name: "rx", color: "--in", values: column("rxBits"), area: true }, {
            name: "tx",
            color: "--out",
            values: column("txBits"),
          }]} />
      </div>
      <${Facts} facts=${facts} />
      <//>
  `;
}

/** @type {(props: { store: Store, ui: Ui, process: WireProcess, at: number }) => unknown} */
function ProcessDetail({ store, ui, process, at }) {
  const rings = store.rings.filter(({ knownBy }) => knownBy.includes(at));
  rings.sort((a, b) => b.in - a.in);
  /** @type {Fact[]} */
  const facts = [
    ["role", process.role],
    ["pid", process.pid],
    ["user id", process.uid ?? "not known"],
    ["lcores", ranges(process.lcoreIds) || "not known"],
    ["state", process.stopped ? "stopped by a signal or a debugger" : "runs"],
  ];
  return html`
    <${Frame} title=${program(process)} kind="process" ui=${ui}>
      <${Facts} facts=${facts} />
      <p class="command mono">${process.command}</p>
      <h3 class="note">Knows ${store.people.links.length === 0
        ? "rings that were not looked for"
        : counted(rings.length, "ring")}</h3>
      <div class="chips">
        ${rings.slice(0, 60).map(({ name, in: arriving }) =>
          html`
            <button key=${name}
              onClick=${() =>
                ui.select("ring", name)}><span class="mono">${name}</span> <small class="in">${rate(
                  arriving,
                )}</small></button>
          `
        )}
        ${rings.length > 60 &&
          html`<span class="quiet">and ${whole(rings.length - 60)} more</span>`}
      </div>
      <//>
  `;
}
