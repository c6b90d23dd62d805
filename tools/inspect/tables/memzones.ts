/**
 * Memzones, and the entries of tailqs, in columns.
 *
 * @module
 */

import type { MemzoneState, TailqEntryState, TailqState } from "../../../mod.ts";
import { line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import type { Column } from "../text/table.ts";
import { bytes, hex, whole } from "../text/units.ts";

/** The columns of memzones. */
export const MEMZONE_COLUMNS: readonly Column<MemzoneState>[] = [
  {
    id: "name",
    title: "MEMZONE",
    width: 16,
    grows: true,
    rank: 0,
    sort: ({ name }) => name,
    cell: ({ name }) => printable(name),
  },
  {
    id: "length",
    title: "SIZE",
    align: "right",
    width: 8,
    rank: 1,
    sort: ({ length }) => length,
    cell: ({ length }) => bytes(length),
  },
  {
    id: "bytes",
    title: "BYTES",
    align: "right",
    width: 11,
    rank: 4,
    sort: ({ length }) => length,
    cell: ({ length }) => whole(length),
  },
  {
    id: "address",
    title: "ADDRESS",
    align: "right",
    width: 14,
    rank: 2,
    sort: ({ address }) => address,
    cell: ({ address }) => line(span(hex(address), "dim")),
  },
  {
    id: "page",
    title: "PAGES",
    align: "right",
    width: 6,
    rank: 5,
    sort: ({ pageSize }) => pageSize,
    cell: ({ pageSize }) => bytes(pageSize),
  },
  {
    id: "socket",
    title: "SOCKET",
    align: "right",
    width: 6,
    rank: 3,
    sort: ({ socketId }) => socketId,
    cell: ({ socketId }) => socketId < 0 ? "any" : String(socketId),
  },
];

/** The columns of tailqs. */
export const TAILQ_COLUMNS: readonly Column<TailqState>[] = [
  {
    id: "name",
    title: "TAILQ",
    width: 16,
    rank: 0,
    sort: ({ name }) => name,
    cell: ({ name }) => printable(name),
  },
  {
    id: "count",
    title: "ENTRIES",
    align: "right",
    width: 7,
    rank: 1,
    sort: ({ count }) => count,
    cell: ({ count }) => line(span(whole(count), count === 0 ? "dim" : "plain")),
  },
  {
    id: "address",
    title: "ADDRESS",
    align: "right",
    width: 14,
    rank: 2,
    sort: ({ address }) => address,
    cell: ({ address }) => line(span(hex(address), "dim")),
  },
];

/** The columns of a tailq's entries. */
export const ENTRY_COLUMNS: readonly Column<TailqEntryState>[] = [
  {
    id: "entry",
    title: "ENTRY",
    align: "right",
    width: 14,
    rank: 0,
    sort: ({ address }) => address,
    cell: ({ address }) => hex(address),
  },
  {
    id: "data",
    title: "DATA",
    align: "right",
    width: 14,
    rank: 1,
    sort: ({ data }) => data,
    cell: ({ data }) => data === 0 ? "" : hex(data),
  },
  {
    id: "name",
    title: "NAME",
    width: 8,
    rank: 2,
    sort: ({ name }) => name ?? "",
    cell: ({ name }) => name === undefined ? "" : printable(name),
  },
];
