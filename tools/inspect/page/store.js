/**
 * What is known of the group: the server's events, put together.
 *
 * @module
 */

/**
 * @import {
 *   Columns, Objects, People, Presence, Values, WireLeak, WireMemory, WireMempool, WirePort, WireRing,
 *   WireStuck,
 * } from "../serve/wire.ts"
 */

/**
 * A ring as the page sees it.
 * @typedef {WireRing & {
 *   kind: "ring", count: number, moving: number, in: number, out: number, high: number, fill: number,
 *   stuck: WireStuck[], knownBy: number[],
 * }} Ring
 */
/**
 * A mempool as the page sees it; -1 stands for what is not known.
 * @typedef {WireMempool & {
 *   kind: "mempool", available: number, common: number, inUse: number, inRings: number, low: number,
 *   fill: number, leak: WireLeak | undefined,
 * }} Mempool
 */
/**
 * A port as the page sees it; `up` is -1 when it is not known.
 * @typedef {WirePort & {
 *   kind: "port", up: number, rx: number, tx: number, rxBits: number, txBits: number, missed: number,
 *   rxErrors: number, txErrors: number,
 * }} Port
 */
/**
 * A memory list as the page sees it.
 * @typedef {WireMemory & { pages: number, used: number }} Memory
 */

/** How the connection to the server is: `waiting` before the first event, `lost` while it is tried again. */
/** @typedef {"waiting" | "live" | "lost" | "paused"} Connection */

/** How long nothing may come before the connection counts as lost, in looks and at least in milliseconds. */
const PATIENCE = 5;
const LEAST_PATIENCE_MS = 5_000;

/** @type {People} */
const NOBODY = {
  filePrefix: "",
  directory: "",
  version: "",
  state: "",
  intervalMs: 1000,
  processes: [],
  links: [],
  problems: [],
};

/** All that is known. */
export class Store {
  /** @type {Ring[]} */
  rings = [];
  /** @type {Mempool[]} */
  mempools = [];
  /** @type {Port[]} */
  ports = [];
  /** @type {Memory[]} */
  memory = [];
  /** @type {WireStuck[]} */
  stuck = [];
  people = NOBODY;
  /** @type {Presence} */
  presence = { there: false, reason: "" };
  /** @type {Connection} */
  connection = "waiting";
  /** When it was looked last: milliseconds since 1970. */
  time = 0;
  /** When the group was seen to have another primary than before. */
  restarted = 0;
  /** Changes with the set of objects. */
  edition = 0;

  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #watchdog;
  #primary = 0;
  #changed;

  /**
   * Nothing is known yet.
   *
   * @param {() => void} changed called after every event that changed anything
   */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Connects, or connects again. */
  connect() {
    this.#source?.close();
    const source = new EventSource("./events");
    this.#source = source;
    if (this.connection === "paused") this.connection = "waiting";
    /** @type {<T>(event: string, apply: (data: T) => void) => void} */
    const on = (event, apply) =>
      source.addEventListener(event, ({ data }) => {
        apply(JSON.parse(data));
        this.connection = "live";
        this.#watch();
        this.#changed();
      });
    on("presence", (/** @type {Presence} */ data) => this.#present(data));
    on("objects", (/** @type {Objects} */ data) => this.#objects(data));
    on("people", (/** @type {People} */ data) => this.#people(data));
    on("values", (/** @type {Values} */ data) => this.#values(data));
    source.onerror = () => this.#lose(source.readyState === EventSource.CLOSED);
    this.#watch();
  }

  /** Hears nothing more until `connect`. */
  pause() {
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.connection = "paused";
    this.#changed();
  }

  /**
   * A browser tries again by itself, unless the answer was none: then this does. A server that is
   * stopped says nothing at all.
   */
  #watch() {
    clearTimeout(this.#watchdog);
    const patience = Math.max(LEAST_PATIENCE_MS, PATIENCE * this.people.intervalMs);
    this.#watchdog = setTimeout(() => this.#lose(true), patience);
  }

  /** @param {boolean} ended */
  #lose(ended) {
    if (this.connection === "paused") return;
    const news = this.connection !== "lost";
    this.connection = "lost";
    if (ended) {
      this.#source?.close();
      clearTimeout(this.#watchdog);
      this.#watchdog = setTimeout(() => this.connect(), 2_000);
    }
    if (news) this.#changed();
  }

  /** @param {Presence} presence */
  #present(presence) {
    this.presence = presence;
    if (!presence.there) this.stuck = [];
  }

  /** @param {Objects} objects */
  #objects({ rings, mempools, ports, memory }) {
    this.edition++;
    this.rings = rings.map((ring) => ({
      ...ring,
      kind: "ring",
      count: 0,
      moving: 0,
      in: 0,
      out: 0,
      high: 0,
      fill: 0,
      stuck: [],
      knownBy: [],
    }));
    this.mempools = mempools.map((pool) => ({
      ...pool,
      kind: "mempool",
      available: -1,
      common: -1,
      inUse: -1,
      inRings: -1,
      low: -1,
      fill: -1,
      leak: undefined,
    }));
    this.ports = ports.map((port) => ({
      ...port,
      kind: "port",
      up: -1,
      rx: 0,
      tx: 0,
      rxBits: 0,
      txBits: 0,
      missed: 0,
      rxErrors: 0,
      txErrors: 0,
    }));
    this.memory = memory.map((list) => ({ ...list, pages: 0, used: 0 }));
  }

  /** @param {People} people */
  #people(people) {
    this.people = people;
    const primary = people.processes.find(({ role }) => role === "primary")?.pid ?? 0;
    if (primary !== 0) {
      if (this.#primary !== 0 && primary !== this.#primary) this.restarted = Date.now();
      this.#primary = primary;
    }
    for (const ring of this.rings) ring.knownBy = [];
    for (let at = 0; at + 1 < people.links.length; at += 2) {
      this.rings[people.links[at] ?? -1]?.knownBy.push(people.links[at + 1] ?? -1);
    }
  }

  /** @param {Values} values */
  #values({ time, rings, mempools, ports, memory, stuck, leaks }) {
    this.time = time;
    fill(this.rings, rings);
    fill(this.mempools, mempools);
    fill(this.ports, ports);
    fill(this.memory, memory);
    for (const ring of this.rings) {
      ring.fill = ring.capacity === 0 ? 0 : ring.count / ring.capacity;
      if (ring.stuck.length > 0) ring.stuck = [];
    }
    for (const pool of this.mempools) {
      pool.fill = pool.inUse < 0 ? -1 : pool.inUse / Math.max(1, pool.populatedSize);
      pool.leak = undefined;
    }
    for (const end of stuck) this.rings[end.ring]?.stuck.push(end);
    for (const leak of leaks) {
      const pool = this.mempools[leak.mempool];
      if (pool !== undefined) pool.leak = leak;
    }
    this.stuck = [...stuck];
  }
}

/**
 * Writes columns into the objects that they are of.
 *
 * @param {readonly object[]} objects the objects
 * @param {Columns} columns what has changed
 */
function fill(objects, { at, ...columns }) {
  for (const [name, values] of Object.entries(columns)) {
    at.forEach((position, row) => {
      const object = objects[position];
      if (object !== undefined) Reflect.set(object, name, values[row] ?? -1);
    });
  }
}
