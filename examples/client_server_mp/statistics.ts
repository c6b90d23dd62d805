/**
 * The server's screen.
 *
 * @module
 */

import process from "node:process";
import type { EthDev } from "../../mod.ts";
import type { PortInfo } from "./port_info.ts";

/** What the server counts of a client. */
export interface ClientCounts {
  /** Packets handed to it. */
  rx: number;
  /** Packets freed because its ring was full. */
  rxDrop: number;
}

const column = (value: number) => String(value).padStart(9);

/** The text of the screen. */
export function statistics(
  ports: readonly EthDev[],
  info: PortInfo,
  clients: readonly ClientCounts[],
): string {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const lines = ["PORTS", "-----"];
  lines.push(ports.map((dev) => `Port ${dev.portId}: '${dev.macAddress}'\t`).join(""), "");
  ports.forEach(({ portId }, i) => {
    const tx = sum(clients.map((_, id) => info.tx[id]!.get(portId)));
    lines.push(`Port ${portId} - rx: ${column(info.rx.get(i))}\ttx: ${column(tx)}`);
  });
  lines.push("", "CLIENTS", "-------");
  clients.forEach(({ rx, rxDrop }, id) => {
    const name = String(id).padStart(2);
    const tx = sum(ports.map(({ portId }) => info.tx[id]!.get(portId)));
    const txDrop = sum(ports.map(({ portId }) => info.txDrop[id]!.get(portId)));
    lines.push(
      `Client ${name} - rx: ${column(rx)}, rx_drop: ${column(rxDrop)}`,
      `            tx: ${column(tx)}, tx_drop: ${column(txDrop)}`,
    );
  });
  return `${lines.join("\n")}\n`;
}

/** Shows the screen in place of the one before; where there is no terminal, below it. */
export function show(text: string): void {
  const top = process.stdout.isTTY ? "\x1b[2J\x1b[1;1H" : "";
  process.stdout.write(`${top}${text}\n`);
}
