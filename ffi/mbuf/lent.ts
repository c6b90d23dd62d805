/**
 * Which pools the ports of this process take their packets from.
 *
 * A Worker has module state of its own, but ports and pools are the process's. So it is written into
 * the C environment, where every thread reads it: the pid, so that a child process that inherits it
 * is not fooled, and for each port the pools and the port's name.
 *
 * @module
 */

import { environment } from "../abi/mod.ts";
import { libc } from "../core/mod.ts";

const VARIABLE = "DPDK_TS_LENT";

/** What a port has borrowed. */
interface Loan {
  readonly label: string;
  readonly pools: readonly number[];
}

type Loans = Record<string, Loan>;

function read(): Loans {
  const text = environment(VARIABLE) ?? "";
  const at = text.indexOf(":");
  return Number(text.slice(0, at)) === libc().getpid() ? JSON.parse(text.slice(at + 1)) : {};
}

function write(loans: Loans): void {
  libc().setenv(VARIABLE, `${libc().getpid()}:${JSON.stringify(loans)}`, 1);
}

/** Remembers that a port's queues take their packets from a pool. */
export function lendPool(address: number, portId: number, label: string): void {
  const loans = read();
  const pools = loans[portId]?.pools ?? [];
  if (pools.includes(address)) return;
  write({ ...loans, [portId]: { label, pools: [...pools, address] } });
}

/** Forgets what was lent to a port, which has no queues any more. */
export function returnPools(portId: number): void {
  const { [portId]: gone, ...others } = read();
  if (gone !== undefined) write(others);
}

/** The ports that take their packets from a pool, as messages call them. */
export function borrowersOf(address: number): string[] {
  return Object.values(read()).filter(({ pools }) => pools.includes(address))
    .map(({ label }) => label);
}
