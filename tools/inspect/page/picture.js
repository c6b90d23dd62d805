/**
 * The picture of the group.
 *
 * @module
 */

/** @import { Mempool, Port, Ring, Store } from "./store.js" */
/** @import { Ui } from "./ui.js" */
/** @import { WireLeak } from "../serve/wire.ts" */
/** @import { Arrangement, Card, Group } from "./arrange.js" */

import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { arrange, chooseRings, program } from "./arrange.js";
import { bits, counted, percent, rate, short, whole } from "./format.js";
import { changeAmount, changeZoom } from "./keys.js";
import { useRem } from "./rem.js";
import { countWords, level } from "./ring.js";
import { nearest } from "./spatial.js";
import { AMOUNTS, matcher } from "./ui.js";

/** How long the choice of rings stands, in milliseconds. */
const CALM_MS = 5_000;

/** How many pools and ports the picture shows. */
const BAND = 16;

/** The letters that the picture's lengths are made for, in pixels. */
const LETTERS = 13;

/**
 * The rings that the filter leaves, without those that are pools' own.
 *
 * @param {Store} store what is known
 * @param {Ui} ui the choices
 * @returns {Ring[]} the rings
 */
export function pictured(store, ui) {
  const matches = matcher(ui.filter);
  return store.rings.filter((ring) =>
    ring.mempool === null && matches(ring.name) &&
    (!ui.onlyFlow || ring.in > 0 || ring.out > 0 || ring.stuck.length > 0)
  );
}

/** @type {(props: { store: Store, ui: Ui }) => unknown} */
export function Picture({ store, ui }) {
  const scroller = useRef(/** @type {HTMLDivElement | null} */ (null));
  const chosen = useRef({ names: /** @type {Set<string>} */ (new Set()), key: "", at: 0 });
  const [size, setSize] = useState({ width: 800, height: 600 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const rings = pictured(store, ui);
  const key = `${store.edition} ${ui.amount} ${ui.onlyFlow} ${ui.filter}`;
  const calm = chosen.current;
  if (calm.key !== key || store.time - calm.at > CALM_MS) {
    chosen.current = { names: chooseRings(rings, ui.amount, calm.names), key, at: store.time };
  }
  const linked = store.people.links.length > 0;
  const scale = useRem() / LETTERS;
  const zoom = ui.zoom * scale;
  const room = Math.max(480, (size.width - 32) / scale / Math.min(1, ui.zoom));
  const picture = arrange({
    processes: store.people.processes,
    rings,
    linked,
    shown: chosen.current.names,
    width: room,
    height: (size.height - 28) / zoom,
  });
  return html`
    <section class="panel picture" aria-label="Picture of the group">
      <${Tools} store=${store} ui=${ui} rings=${rings.length} linked=${linked} />
      <div class="scroller" ref=${scroller} onKeyDown=${walk} onFocusIn=${rove}>
        <div class="canvas" style=${{ zoom, width: `${picture.width}px` }}>
          <${Net} picture=${picture} store=${store} ui=${ui} />
          <${Band} title="Mempools" objects=${store.mempools} cell=${PoolNode} tab="mempools"
            ui=${ui} />
          <${Band} title="Ports" objects=${store.ports} cell=${PortNode} tab="ports" ui=${ui} />
        </div>
      </div>
    </section>
  `;
}

/** @type {(props: { store: Store, ui: Ui, rings: number, linked: boolean }) => unknown} */
function Tools({ store, ui, rings, linked }) {
  const why = store.people.processes.length === 0
    ? "no process lives"
    : "not found in their memory";
  return html`
    <header class="bar">
      <h2>Picture</h2>
      <span class="quiet">${counted(rings, "ring")}${linked
        ? ""
        : `; which process knows which: ${why}`}</span>
      <span class="spring"></span>
      <label class="quiet">show
        <select value=${ui.amount} onChange=${(/** @type {Event} */ event) => {
          const { value } = /** @type {HTMLSelectElement} */ (event.target);
          ui.set({ amount: Number(value) });
        }}>
          ${AMOUNTS.map((amount) => html`<option value=${amount}>${amount}</option>`)}
        </select>
      </label>
      <div class="cluster" role="group" aria-label="Zoom">
        <button onClick=${() => changeZoom(ui, -1)} aria-label="smaller">−</button>
        <button onClick=${() => changeZoom(ui, 0)} aria-label="zoom as it was">${percent(
          ui.zoom,
        )}</button>
        <button onClick=${() => changeZoom(ui, 1)} aria-label="larger">+</button>
      </div>
    </header>
  `;
}

/** Arrow keys go to the next object that way. */
/** @type {(event: KeyboardEvent) => void} */
function walk(event) {
  const { target, currentTarget } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  const nodes = [...currentTarget.querySelectorAll(".node")].filter((node) => node !== target);
  const next = nearest(target, nodes, event.key);
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** Tab comes back to the object that had the keyboard last. */
/** @type {(event: FocusEvent) => void} */
function rove({ target, currentTarget }) {
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  if (!target.classList.contains("node")) return;
  for (const node of currentTarget.querySelectorAll(".node[tabindex='0']")) {
    node.setAttribute("tabindex", "-1");
  }
  target.setAttribute("tabindex", "0");
}

/** @type {(props: { picture: Arrangement, store: Store, ui: Ui }) => unknown} */
function Net({ picture, store, ui }) {
  const { width, height, cards, groups, edges } = picture;
  const first = cards.length > 0;
  return html`
    <div class="net" style=${{ width: `${width}px`, height: `${height}px` }}>
      <svg class="edges" width=${width} height=${height} aria-hidden="true">
        ${edges.map(({ key, path, rate: flow }) =>
          html`
            <path key=${key} d=${path} class=${flow > 0 ? "live" : ""}
              stroke-width=${(1 + Math.log10(1 + flow) * 0.4).toFixed(1)} />
          `
        )}
      </svg>
      ${cards.map((card, at) =>
        html`
          <${CardNode} key=${card.process.pid} card=${card} ui=${ui} first=${at === 0} />
        `
      )}
      ${groups.map((group, at) =>
        html`
          <${GroupBox} key=${group.key} group=${group} ui=${ui} first=${!first && at === 0} />
        `
      )}
      ${groups.length === 0 && html`<p class="empty">${nothing(store, ui)}</p>`}
    </div>
  `;
}

/** @type {(store: Store, ui: Ui) => string} */
function nothing(store, ui) {
  if (store.rings.length === 0) return "The group has no rings.";
  return ui.onlyFlow
    ? "No ring of these has flow now. Press f to see all."
    : "No ring of these is shown: the filter leaves none, or all are pools' own.";
}

/** @type {(ui: Ui, kind: string, name: string) => boolean} */
const isChosen = ({ selected }, kind, name) => selected?.kind === kind && selected.name === name;

/** @type {(props: { card: Card, ui: Ui, first: boolean }) => unknown} */
function CardNode({ card, ui, first }) {
  const { process, x, y, width, height, rings } = card;
  const { pid, role, lcoreIds, stopped } = process;
  const lcores = lcoreIds.length === 0 ? "no lcore known" : `lcore ${ranges(lcoreIds)}`;
  return html`
    <button class="node card ${role} ${stopped ? "bad" : ""}" tabindex=${first ? 0 : -1}
      aria-pressed=${isChosen(ui, "process", String(pid))}
      aria-label=${`${role} ${program(process)}, pid ${pid}, ${lcores}, ${counted(rings, "ring")}${
        stopped ? ", stopped" : ""
      }`}
      title=${process.command}
      onClick=${() => ui.select("process", String(pid))}
      style=${{ left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` }}>
      <b>${program(process)}</b>
      <span class="row"><i class="role">${role}</i><span class="quiet">${pid}</span></span>
      <span class="row"><span class="quiet">${lcores}</span>${stopped &&
        html`<i class="flag">stopped</i>`}</span>
    </button>
  `;
}

/**
 * Numbers in few words: `0-3, 7`.
 *
 * @param {readonly number[]} numbers ascending
 * @returns {string} the words
 */
export function ranges(numbers) {
  /** @type {[number, number][]} */
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => from === to ? `${from}` : `${from}–${to}`).join(", ");
}

/** @type {(props: { group: Group, ui: Ui, first: boolean }) => unknown} */
function GroupBox({ group, ui, first }) {
  const { x, y, width, height, columns, title, total, rate: flow, shown, hidden } = group;
  const box = { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
  return html`
    <div class="box" role="group" aria-label=${`${title}: ${counted(total, "ring")}`} style=${box}>
      <h3><span>${title}</span><small>${counted(total, "ring")}</small><small class="in">${rate(
        flow,
      )}</small></h3>
      <div class="cells" style=${{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        ${shown.map((ring, at) =>
          html`
            <${RingNode} key=${ring.name} ring=${ring} ui=${ui} first=${first && at === 0} />
          `
        )}
        ${hidden > 0 && html`
          <button class="node more" tabindex="-1" onClick=${() => changeAmount(ui, 1)}
            title="Shows more rings (key m)">${shown.length === 0 ? "" : "+ "}${whole(
              hidden,
            )}${shown.length === 0 ? " rings" : " more"}</button>
        `}
      </div>
    </div>
  `;
}

/** @type {(props: { ring: Ring, ui: Ui, first: boolean }) => unknown} */
function RingNode({ ring, ui, first }) {
  const { name, capacity, fill, high, stuck } = ring;
  const words = `${rate(ring.in)} in, ${rate(ring.out)} out, ${percent(fill)} full`;
  return html`
    <button class="node ring ${level(ring)} ${stuck.length > 0
      ? "bad"
      : ""} ${ring.in + ring.out > 0 ? "" : "idle"}"
      tabindex=${first ? 0 : -1} aria-pressed=${isChosen(ui, "ring", name)} data-ring=${name}
      aria-label=${`ring ${name}, ${words}${stuck.length > 0 ? ", stuck" : ""}`}
      title=${`${name}\n${words}: ${countWords(ring)} of ${whole(capacity)}, at most ${
        whole(high)
      }`}
      onClick=${() => ui.select("ring", name)}>
      <span class="row"><b>${name}</b>${stuck.length > 0
        ? html`<i class="flag">stuck</i>`
        : html`<span class="in">${rate(ring.in)}</span>`}</span>
      <${Bar} value=${fill} mark=${capacity === 0 ? 0 : high / capacity} />
    </button>
  `;
}

/**
 * A bar that is filled in part.
 *
 * @param {{ value: number, mark?: number }} props how far it is filled, and where it has been, from 0 to 1
 * @returns {unknown} the bar
 */
export function Bar({ value, mark = -1 }) {
  return html`
    <span class="fill" aria-hidden="true">
      <span style=${{ transform: `scaleX(${Math.min(1, Math.max(0, value)).toFixed(3)})` }}></span>
      ${mark >= 0 && html`<i style=${{ left: `${(Math.min(1, mark) * 100).toFixed(1)}%` }}></i>`}
    </span>
  `;
}

/** @type {<T extends Mempool | Port>(props: { title: string, objects: readonly T[], cell: (props: { object: T, ui: Ui }) => unknown, tab: "mempools" | "ports", ui: Ui }) => unknown} */
function Band({ title, objects, cell, tab, ui }) {
  if (objects.length === 0) return null;
  const leaking = objects.filter((object) =>
    object.kind === "mempool" && object.leak !== undefined
  );
  const others = objects.filter((object) => !leaking.includes(object));
  const shown = [...leaking, ...others].slice(0, BAND);
  const hidden = objects.length - shown.length;
  return html`
    <div class="band" role="group" aria-label=${title}>
      <h3><span>${title}</span><small>${whole(objects.length)}</small></h3>
      <div class="cells">
        ${shown.map((object) => html`<${cell} key=${object.name} object=${object} ui=${ui} />`)}
        ${hidden > 0 && html`
          <button class="node more" tabindex="-1" onClick=${() => ui.set({ tab })}>+ ${whole(
            hidden,
          )} more</button>
        `}
      </div>
    </div>
  `;
}

/** @type {(leak: WireLeak) => string} */
const leakWord = ({ empty }) => empty ? "empty" : "leaks";

/** @type {(props: { object: Mempool, ui: Ui }) => unknown} */
function PoolNode({ object: pool, ui }) {
  const { name, inUse, populatedSize, fill, leak } = pool;
  const words = inUse < 0 ? "use not known" : `${percent(fill)} in use`;
  return html`
    <button class="node pool ${leak === undefined ? "" : "bad"}" tabindex="-1"
      aria-pressed=${isChosen(ui, "mempool", name)}
      aria-label=${`mempool ${name}, ${words}${leak === undefined ? "" : `, ${leakWord(leak)}`}`}
      title=${`${name}\n${words}: ${inUse < 0 ? "?" : whole(inUse)} of ${whole(populatedSize)}`}
      onClick=${() => ui.select("mempool", name)}>
      <span class="row"><b>${name}</b>${leak !== undefined
        ? html`<i class="flag">${leakWord(leak)}</i>`
        : html`<span class="quiet">${inUse < 0 ? "?" : `${short(inUse)} out`}</span>`}</span>
      <${Bar} value=${fill} mark=${pool.low < 0 ? -1 : 1 - pool.low / Math.max(1, populatedSize)} />
    </button>
  `;
}

/** @type {(props: { object: Port, ui: Ui }) => unknown} */
function PortNode({ object: port, ui }) {
  const { id, name, up } = port;
  const state = up < 0 ? "" : up === 1 ? "up" : "down";
  return html`
    <button class="node port ${state}" tabindex="-1" aria-pressed=${isChosen(
      ui,
      "port",
      String(id),
    )}
      aria-label=${`port ${id} ${name} ${state}, ${rate(port.rx)} received, ${rate(port.tx)} sent`}
      title=${`${name}\n${bits(port.rxBits)} received, ${bits(port.txBits)} sent`}
      onClick=${() => ui.select("port", String(id))}>
      <span class="row"><b>${id} ${name}</b><i class="role">${state}</i></span>
      <span
        class="row"><span class="in">rx ${rate(port.rx)}</span><span class="out">tx ${rate(
          port.tx,
        )}</span></span>
    </button>
  `;
}
