/**
 * What the user has chosen: it is in the address, or in the browser's memory, so that a reload keeps it.
 *
 * @module
 */

/** @typedef {"ring" | "mempool" | "port" | "process"} SelectableKind */
/** @typedef {{ kind: SelectableKind, name: string }} Selection */
/** @typedef {"auto" | "light" | "dark"} Theme */

/** The tabs, in the order of their keys. */
export const TABS = /** @type {const} */ ([
  "rings",
  "mempools",
  "ports",
  "processes",
  "memory",
  "memzones",
  "tailqs",
  "alerts",
]);

/** @typedef {typeof TABS[number]} Tab */

/** How many rings the picture may show. */
export const AMOUNTS = [12, 24, 48, 96, 192];

/** @type {readonly Theme[]} */
const THEMES = ["auto", "light", "dark"];

/** The user's choices. */
export class Ui {
  /** @type {Tab} */
  tab = "rings";
  filter = "";
  onlyFlow = false;
  /** @type {Selection | undefined} */
  selected;
  amount = 24;
  zoom = 1;
  /** @type {Theme} */
  theme = "auto";
  /** Whether keys without Ctrl or Alt do anything. */
  keys = true;
  help = false;

  #changed;

  /**
   * The choices that the address and the browser's memory hold.
   *
   * @param {() => void} changed called after every choice
   */
  constructor(changed) {
    this.#changed = changed;
    this.#read();
    globalThis.addEventListener("hashchange", () => {
      this.#read();
      changed();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  }

  /**
   * Makes a choice.
   *
   * @param {Partial<Ui>} choice what is different now
   */
  set(choice) {
    Object.assign(this, choice);
    this.#write();
    this.#changed();
  }

  /**
   * Chooses an object, or none when it is the chosen one already.
   *
   * @param {SelectableKind} kind what it is
   * @param {string} name its name
   */
  select(kind, name) {
    const again = this.selected?.kind === kind && this.selected.name === name;
    this.set({ selected: again ? undefined : { kind, name } });
  }

  /** The next theme. */
  nextTheme() {
    this.set({ theme: THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? "auto" });
  }

  /** Whether it is dark now. */
  get dark() {
    if (this.theme !== "auto") return this.theme === "dark";
    return matchMedia("(prefers-color-scheme: dark)").matches;
  }

  #read() {
    const hash = new URLSearchParams(location.hash.slice(1));
    this.tab = TABS.find((tab) => tab === hash.get("tab")) ?? "rings";
    this.filter = hash.get("filter") ?? "";
    this.onlyFlow = hash.has("flow");
    this.amount = AMOUNTS.find((amount) => String(amount) === hash.get("show")) ?? 24;
    this.selected = undefined;
    for (const kind of /** @type {const} */ (["ring", "mempool", "port", "process"])) {
      const name = hash.get(kind);
      if (name !== null) this.selected = { kind, name };
    }
    this.theme = THEMES.find((theme) => theme === remembered("theme")) ?? "auto";
    this.keys = remembered("keys") !== "off";
  }

  #write() {
    const hash = new URLSearchParams();
    if (this.tab !== "rings") hash.set("tab", this.tab);
    if (this.filter !== "") hash.set("filter", this.filter);
    if (this.onlyFlow) hash.set("flow", "");
    if (this.amount !== 24) hash.set("show", String(this.amount));
    if (this.selected !== undefined) hash.set(this.selected.kind, this.selected.name);
    history.replaceState(null, "", `${location.pathname}${location.search}#${hash}`);
    remember("theme", this.theme);
    remember("keys", this.keys ? "on" : "off");
  }
}

/** @type {(name: string) => string | null} */
function remembered(name) {
  try {
    return localStorage.getItem(`dpdk-inspect-${name}`);
  } catch {
    // A browser may be told to remember nothing.
    return null;
  }
}

/** @type {(name: string, value: string) => void} */
function remember(name, value) {
  try {
    localStorage.setItem(`dpdk-inspect-${name}`, value);
  } catch {
    // The choice holds until the page is left.
  }
}

/**
 * Whether a text has all words of a filter.
 *
 * @param {string} filter words, in any case
 * @returns {(text: string) => boolean} the check
 */
export function matcher(filter) {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return () => true;
  return (text) => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
}
