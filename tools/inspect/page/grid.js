/**
 * A table for many rows: only those that can be seen are on the page. It is sorted by its headings, and
 * walked over by arrow keys.
 *
 * @module
 */

import { html } from "htm/preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useRem } from "./rem.js";

/**
 * A column.
 * @template Row
 * @typedef {{
 *   key: string,
 *   title: string,
 *   width: string,
 *   number?: boolean,
 *   value: (row: Row) => string | number,
 *   cell?: (row: Row) => unknown,
 * }} Column
 */

/** How many rows are drawn before and behind those that can be seen. */
const MARGIN = 6;

/** The height of a row in the root's font size; the style sheet has the same. */
const ROW_REM = 2;

/**
 * @template Row
 * @typedef {{
 *   label: string,
 *   rows: readonly Row[],
 *   columns: readonly Column<Row>[],
 *   id: (row: Row) => string,
 *   sort: string,
 *   chosen?: string | undefined,
 *   choose?: (row: Row) => void,
 *   mark?: (row: Row) => string,
 *   edition: string,
 *   empty: string,
 * }} GridProps
 */

/**
 * The table.
 *
 * While the pointer or the keyboard is in it, rows stay where they are, and only their values change.
 *
 * @template Row
 * @param {GridProps<Row>} props what it shows; `sort` is the column that it is sorted by at first, with
 * "-" before it for the greatest first; `edition` changes when other rows are shown than before
 * @returns {unknown} the table
 */
export function Grid(props) {
  const { label, rows, columns, id, chosen, choose, mark, edition, empty } = props;
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const held = useRef(false);
  const order = useRef({ key: "", ids: /** @type {string[]} */ ([]) });
  const [sort, setSort] = useState(props.sort);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [active, setActive] = useState("");
  const rowHeight = ROW_REM * useRem();
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  const sorted = inOrder(rows, columns, id, sort, order.current, held.current, edition);
  const at = Math.max(0, sorted.findIndex((row) => id(row) === active));
  const from = Math.max(0, Math.floor(view.top / rowHeight) - MARGIN);
  const to = Math.min(sorted.length, Math.ceil((view.top + view.height) / rowHeight) + MARGIN);
  // The row that has the keyboard stays on the page, or the keyboard would be lost.
  const drawn = sorted.slice(from, to).map((row, n) => ({ row, at: from + n }));
  const activeRow = sorted[at];
  if (activeRow !== undefined && (at < from || at >= to)) drawn.push({ row: activeRow, at });

  /** @type {(next: number) => void} */
  const go = (next) => {
    const row = sorted[Math.min(sorted.length - 1, Math.max(0, next))];
    if (row === undefined || body.current === null) return;
    setActive(id(row));
    const top = sorted.indexOf(row) * rowHeight;
    const { scrollTop, clientHeight } = body.current;
    if (top < scrollTop) body.current.scrollTop = top;
    if (top + rowHeight > scrollTop + clientHeight) {
      body.current.scrollTop = top + rowHeight - clientHeight;
    }
    const { current } = body;
    requestAnimationFrame(() => {
      const element = current.querySelector("[role=row][tabindex='0']");
      if (element instanceof HTMLElement) element.focus({ preventScroll: true });
    });
  };
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowUp: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    PageUp: () => go(at - page),
    PageDown: () => go(at + page),
    Home: () => go(0),
    End: () => go(sorted.length - 1),
    Enter: () => activeRow !== undefined && choose?.(activeRow),
    " ": () => activeRow !== undefined && choose?.(activeRow),
  };
  /** @type {(event: KeyboardEvent) => void} */
  const onKeyDown = (event) => {
    const action = keys[event.key];
    if (action === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    action();
  };
  const layout = {
    gridTemplateColumns: columns.map(({ width }) => width).join(" "),
    minWidth: `${leastWidth(columns)}rem`,
  };
  /** @type {(holds: boolean) => () => void} */
  const hold = (holds) => () => void (held.current = holds);
  return html`
    <div class="grid" role="grid" aria-label=${label} aria-rowcount=${sorted.length + 1}
      aria-colcount=${columns.length}>
      <div class="heads" role="row" aria-rowindex="1" style=${layout}>
        ${columns.map((column) =>
          html`<${Head} key=${column.key} column=${column} sort=${sort} setSort=${setSort} />`
        )}
      </div>
      <div class="rows" style=${{
        minWidth: layout.minWidth,
      }} ref=${body} role="rowgroup" onKeyDown=${onKeyDown}
        onPointerEnter=${hold(
          true,
        )}
        onPointerLeave=${hold(false)} onFocusIn=${hold(true)} onFocusOut=${hold(false)}>
        <div class="space" style=${{ height: `${sorted.length * rowHeight}px` }}>
          ${drawn.map(({ row, at: n }) =>
            html`
              <div key=${id(row)} role="row" aria-rowindex=${n +
                2} aria-selected=${id(row) === chosen}
                data-id=${id(row)} tabindex=${n === at ? 0 : -1}
                class="line ${n % 2 === 1 ? "odd" : ""} ${mark?.(row) ?? ""}"
                style=${{ top: `${n * rowHeight}px`, ...layout }}
                onClick=${() => {
                  setActive(id(row));
                  choose?.(row);
                }}>
                ${columns.map((column) =>
                  html`
                    <div key=${column.key} role="gridcell" class=${column.number ? "number" : ""}>
                      ${column.cell?.(row) ?? column.value(row)}
                    </div>
                  `
                )}
              </div>
            `
          )}
        </div>
        ${sorted.length === 0 && html`<p class="empty">${empty}</p>`}
      </div>
    </div>
  `;
}

/**
 * How narrow a table can be, in the root's font size: the least of its columns, and what is between them.
 *
 * @param {readonly { width: string }[]} columns the columns
 * @returns {number} the width
 */
function leastWidth(columns) {
  const least = columns.map(({ width }) => parseFloat(width.match(/[\d.]+/)?.[0] ?? "0"));
  return least.reduce((sum, width) => sum + width, 0) + 0.9 * (columns.length - 1) + 1.6;
}

/**
 * Rows in their order: sorted anew unless that is held and the same rows are there.
 *
 * @template Row
 * @param {readonly Row[]} rows the rows
 * @param {readonly Column<Row>[]} columns the columns
 * @param {(row: Row) => string} id a row's id
 * @param {string} sort the column
 * @param {{ key: string, ids: string[] }} order the order that was
 * @param {boolean} held whether rows are to stay where they are
 * @param {string} edition which rows there are
 * @returns {Row[]} the rows in order
 */
function inOrder(rows, columns, id, sort, order, held, edition) {
  const key = `${sort} ${edition} ${held ? rows.length : ""}`;
  if (held && order.key === key) {
    const byId = new Map(rows.map((row) => [id(row), row]));
    const kept = order.ids.map((name) => byId.get(name));
    if (kept.every((row) => row !== undefined)) return kept;
  }
  const down = sort.startsWith("-");
  const column = columns.find((one) => one.key === sort.replace("-", ""));
  const sorted = [...rows];
  if (column !== undefined) {
    const keyed = sorted.map((row) => ({ row, value: column.value(row), id: id(row) }));
    keyed.sort((a, b) =>
      (down ? compare(b.value, a.value) : compare(a.value, b.value)) || compare(a.id, b.id)
    );
    sorted.splice(0, sorted.length, ...keyed.map(({ row }) => row));
  }
  order.key = key;
  order.ids = sorted.map(id);
  return sorted;
}

const texts = new Intl.Collator(undefined, { numeric: true });

/** @type {(a: string | number, b: string | number) => number} */
function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return texts.compare(String(a), String(b));
}

/**
 * @template Row
 * @param {{ column: Column<Row>, sort: string, setSort: (sort: string) => void }} props the column
 * @returns {unknown} its heading
 */
function Head({ column, sort, setSort }) {
  const { key, title, number = false } = column;
  const state = sort === key ? "ascending" : sort === `-${key}` ? "descending" : "none";
  const first = number ? `-${key}` : key;
  const other = number ? key : `-${key}`;
  return html`
    <div role="columnheader" aria-sort=${state} class=${number ? "number" : ""}>
      <button onClick=${() =>
        setSort(sort === first ? other : first)}>${title}<span aria-hidden="true">${state === "none"
        ? ""
        : state === "ascending"
        ? " ▲"
        : " ▼"}</span></button>
    </div>
  `;
}
