/**
 * Where things are in the picture: processes at the sides, and between them, in a box for each set of
 * processes, the rings that those know. Hundreds of rings find room as only the ones with the most
 * flow have a place of their own; a box says how many more it has.
 *
 * @module
 */

/** @import { Ring } from "./store.js" */
/** @import { WireProcess } from "../serve/wire.ts" */

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {Box & { process: WireProcess, rings: number }} Card */
/**
 * @typedef {Box & {
 *   key: string, title: string, members: number[], shown: Ring[], total: number, hidden: number,
 *   rate: number, columns: number,
 * }} Group
 */
/** @typedef {{ key: string, path: string, rate: number, members: number[] }} Edge */
/** @typedef {{ width: number, height: number, cards: Card[], groups: Group[], edges: Edge[] }} Arrangement */

/** Lengths in CSS pixels, before any zoom; the style sheet has the same. */
const RING_HEIGHT = 36;
const RING_WIDTH = 138;
const WIDE_RING = 166;
const GAP = 8;
const PADDING = 10;
const HEADING = 28;
const BETWEEN = 14;
const CARD_HEIGHT = 66;

/** How many sets of processes have a box of their own. */
const BOXES = 12;

/**
 * A process's program, without its directory.
 *
 * @param {WireProcess | undefined} process the process
 * @returns {string} its name, or its pid
 */
export function program(process) {
  if (process === undefined) return "?";
  const name = process.command.split(" ", 1)[0]?.replace(/^.*\//, "") ?? "";
  return name === "" ? `pid ${process.pid}` : name;
}

/**
 * Chooses the rings that have a place of their own: stuck ones, then those with the most flow. One that
 * has a place keeps it until another has half as much again, so that the picture stays calm.
 *
 * @param {readonly Ring[]} rings the rings
 * @param {number} amount how many
 * @param {ReadonlySet<string>} before the names of those that have a place now
 * @returns {Set<string>} their names
 */
export function chooseRings(rings, amount, before) {
  if (rings.length <= amount) return new Set(rings.map(({ name }) => name));
  /** @type {(ring: Ring) => number} */
  const worth = ({ name, stuck, in: arriving, out, fill }) =>
    (stuck.length > 0 ? 1e15 : 0) + (arriving + out + fill) * (before.has(name) ? 1.5 : 1);
  const ranked = rings.map((ring) => ({ name: ring.name, worth: worth(ring) }));
  ranked.sort((a, b) => b.worth - a.worth);
  return new Set(ranked.slice(0, amount).map(({ name }) => name));
}

/** @type {(members: number[], processes: readonly WireProcess[], linked: boolean) => string} */
function titleOf(members, processes, linked) {
  if (!linked) return "Rings";
  const names = members.map((at) => program(processes[at]));
  if (names.length === 0) return "Known by no process that can be seen";
  if (names.length === 1) return `${names[0]} alone`;
  if (names.length > 3) return `${names.length} processes: ${names.slice(0, 2).join(", ")}, …`;
  return names.join(" – ");
}

/** @type {(rings: readonly Ring[], processes: readonly WireProcess[], linked: boolean, shown: ReadonlySet<string>) => Group[]} */
function gather(rings, processes, linked, shown) {
  /** @type {Map<string, { members: number[], rings: Ring[] }>} */
  const sets = new Map();
  for (const ring of rings) {
    const members = linked ? [...ring.knownBy].sort((a, b) => a - b) : [];
    const key = members.join(" ");
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { members, rings: [ring] });
    else set.rings.push(ring);
  }
  const all = [...sets].map(([key, { members, rings }]) => {
    const group = { key, title: titleOf(members, processes, linked), members, total: rings.length };
    const own = rings.filter(({ name }) => shown.has(name));
    const flow = rings.reduce((sum, ring) => sum + ring.in, 0);
    const place = { x: 0, y: 0, width: 0, height: 0, columns: 1 };
    return { ...group, ...place, shown: own, hidden: rings.length - own.length, rate: flow };
  });
  if (all.length <= BOXES) return all;
  all.sort((a, b) => b.shown.length - a.shown.length);
  const rest = all.splice(BOXES - 1);
  const [first] = rest;
  if (first === undefined) return all;
  /** @type {(key: "total" | "hidden" | "rate") => number} */
  const sum = (key) => rest.reduce((total, group) => total + group[key], 0);
  const title = `${rest.length} other sets of processes`;
  const others = {
    ...first,
    key: "others",
    title,
    members: [],
    shown: rest.flatMap((g) => g.shown),
  };
  return [...all, { ...others, total: sum("total"), hidden: sum("hidden"), rate: sum("rate") }];
}

/** @type {(group: Group) => number} */
const middle = ({ members }) =>
  members.reduce((sum, at) => sum + at, 0) / Math.max(1, members.length);

/** Stacks boxes, and says how high the stack is. */
/** @type {(boxes: Box[], gap: number) => number} */
function stack(boxes, gap) {
  let y = 0;
  for (const box of boxes) {
    box.y = y;
    y += box.height + gap;
  }
  return Math.max(0, y - gap);
}

/**
 * Arranges the picture.
 *
 * @param {object} what what is to be seen
 * @param {readonly WireProcess[]} what.processes the processes
 * @param {readonly Ring[]} what.rings the rings that may be shown
 * @param {boolean} what.linked whether it is known which process knows which ring
 * @param {ReadonlySet<string>} what.shown the names of the rings that have a place of their own
 * @param {number} what.width how wide it may be
 * @param {number} what.height how much of its height can be seen at once
 * @returns {Arrangement} the places
 */
export function arrange({ processes, rings, linked, shown, width, height: seen }) {
  const groups = gather(rings, processes, linked, shown).sort((a, b) =>
    middle(a) - middle(b) || a.members.length - b.members.length
  );
  const narrow = width < 760;
  const [cardWidth, away] = narrow ? [136, 28] : [150, 46];
  const { left, right } = sides(processes, linked);
  const from = left.length > 0 ? cardWidth + away : 0;
  const to = right.length > 0 ? width - cardWidth - away : width;
  const inner = Math.max(RING_WIDTH, to - from - 2 * PADDING);
  const least = narrow ? RING_WIDTH : WIDE_RING;
  const columns = Math.max(1, Math.floor((inner + GAP) / (least + GAP)));
  for (const group of groups) {
    const cells = group.shown.length + (group.hidden > 0 ? 1 : 0);
    const rows = Math.max(1, Math.ceil(cells / columns));
    group.x = from;
    group.width = inner + 2 * PADDING;
    group.height = HEADING + PADDING + rows * (RING_HEIGHT + GAP) - GAP;
    group.columns = columns;
  }
  /** @type {Map<number, number>} */
  const known = new Map();
  for (const { members, total } of groups) {
    for (const at of members) known.set(at, (known.get(at) ?? 0) + total);
  }
  /** @type {(x: number) => (at: number) => Card[]} */
  const card = (x) => (at) => {
    const process = processes[at];
    const box = { x, y: 0, width: cardWidth, height: CARD_HEIGHT };
    return process === undefined ? [] : [{ ...box, process, rings: known.get(at) ?? 0 }];
  };
  const edge = Math.max(
    width,
    from + inner + 2 * PADDING + (right.length > 0 ? away + cardWidth : 0),
  );
  const columnsOfCards = [left.flatMap(card(0)), right.flatMap(card(edge - cardWidth))];
  const stacks = [groups, ...columnsOfCards];
  const heights = stacks.map((boxes) => stack(boxes, BETWEEN));
  const height = Math.max(CARD_HEIGHT, ...heights);
  stacks.forEach((boxes, at) => {
    // Processes stand where they are seen first, however far down the rings go.
    const room = at === 0 ? height : Math.min(height, Math.max(seen, heights[at] ?? 0));
    const down = (room - (heights[at] ?? 0)) / 2;
    for (const box of boxes) box.y += down;
  });
  const cards = columnsOfCards.flat();
  return { width: edge, height, cards, groups, edges: edgesOf(groups, cards, processes) };
}

/** The primary is at the left, the others at the right, unless they are many. */
/** @type {(processes: readonly WireProcess[], linked: boolean) => { left: number[], right: number[] }} */
function sides(processes, linked) {
  const all = processes.map((_, at) => at);
  if (!linked) return { left: all, right: [] };
  const isLeft = (/** @type {number} */ at) => processes[at]?.role === "primary";
  const left = all.filter(isLeft);
  const others = all.filter((at) => !isLeft(at));
  if (left.length === 0 || others.length > 5) {
    const half = Math.floor((others.length - left.length) / 2);
    left.push(...others.splice(0, Math.max(left.length === 0 ? 1 : 0, half)));
  }
  return { left, right: others };
}

/** @type {(groups: Group[], cards: Card[], processes: readonly WireProcess[]) => Edge[]} */
function edgesOf(groups, cards, processes) {
  return groups.flatMap((group) =>
    group.members.flatMap((at) => {
      const card = cards.find(({ process }) => process === processes[at]);
      if (card === undefined) return [];
      const leftward = card.x < group.x;
      const x1 = leftward ? card.x + card.width : card.x;
      const x2 = leftward ? group.x : group.x + group.width;
      const y1 = card.y + card.height / 2;
      const y2 = Math.min(Math.max(y1, group.y + 14), group.y + group.height - 14);
      const bend = (x1 + x2) / 2;
      const path = `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`;
      return [{ key: `${group.key}|${at}`, path, rate: group.rate, members: [at] }];
    })
  );
}
