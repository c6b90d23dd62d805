/**
 * Ports in columns.
 *
 * @module
 */

import type { PortFlow, PortState } from "../../../mod.ts";
import { type Line, line, span } from "../text/line.ts";
import { printable } from "../text/printable.ts";
import type { Column } from "../text/table.ts";
import { bitRate, short } from "../text/units.ts";

/** What is wrong on a port, in words. */
function lost({ up, rxMissed, rxErrors, txErrors }: PortState): Line {
  const parts = [
    ...up === false ? ["link down"] : [],
    ...rxMissed === 0 ? [] : [`${short(rxMissed)} missed`],
    ...rxErrors === 0 ? [] : [`${short(rxErrors)} rx errors`],
    ...txErrors === 0 ? [] : [`${short(txErrors)} tx errors`],
  ];
  return line(span(parts.join(", "), "warn"));
}

function sumOf({ rxMissed, rxErrors, txErrors }: PortState): number {
  return rxMissed + rxErrors + txErrors;
}

function numeric<Row>(
  id: string,
  title: string,
  width: number,
  rank: number,
  value: (row: Row) => number,
  text: (value: number) => string = short,
): Column<Row> {
  return {
    id,
    title,
    align: "right",
    width,
    rank,
    sort: value,
    cell: (row) => text(value(row)),
  };
}

function beginning<Row>(stateOf: (row: Row) => PortState): Column<Row>[] {
  return [
    numeric("id", "PORT", 5, 0, (row) => stateOf(row).id, String),
    {
      id: "name",
      title: "NAME",
      width: 10,
      grows: true,
      rank: 0,
      sort: (row) => stateOf(row).name,
      cell: (row) => printable(stateOf(row).name),
    },
  ];
}

/** The columns of ports over time. */
export const PORT_FLOW_COLUMNS: readonly Column<PortFlow>[] = [
  ...beginning<PortFlow>(({ port }) => port),
  numeric("rx", "RX/S", 5, 1, ({ rxRate }) => rxRate),
  numeric("rxBits", "RX BITS", 9, 2, ({ rxBits }) => rxBits, bitRate),
  numeric("tx", "TX/S", 5, 1, ({ txRate }) => txRate),
  numeric("txBits", "TX BITS", 9, 2, ({ txBits }) => txBits, bitRate),
  {
    id: "lost",
    title: "LOST",
    width: 12,
    grows: true,
    rank: 3,
    sort: ({ port }) => sumOf(port),
    cell: ({ port }) => lost(port),
  },
];

/** The columns of ports at one moment. */
export const PORT_COLUMNS: readonly Column<PortState>[] = [
  ...beginning<PortState>((port) => port),
  numeric("rx", "RX PACKETS", 10, 1, ({ rxPackets }) => rxPackets),
  numeric("rxBytes", "BYTES", 6, 2, ({ rxBytes }) => rxBytes),
  numeric("tx", "TX PACKETS", 10, 1, ({ txPackets }) => txPackets),
  numeric("txBytes", "BYTES", 6, 2, ({ txBytes }) => txBytes),
  {
    id: "lost",
    title: "LOST",
    width: 12,
    rank: 3,
    sort: sumOf,
    cell: lost,
  },
];
