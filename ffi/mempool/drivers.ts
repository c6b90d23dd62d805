/**
 * Mempool drivers have the numbers in this process that they have in the primary.
 *
 * A mempool says which driver is its own by `ops_index`, a place in `rte_mempool_ops_table`. Each
 * process fills that table as it loads drivers, and in another order the same number is another
 * driver: its functions would be called on a structure that is not theirs. Programs that are linked
 * with drivers, as dpdk-testpmd is, have another order than those that load them, as scripts do. So a
 * secondary reads the primary's table, out of the primary's memory, and orders its own by it.
 *
 * @module
 */

import { symbolAddress } from "../abi/mod.ts";
import { DpdkError, elfSymbol, peek, readMemory, readText } from "../core/mod.ts";
import { afterStart, eal, ownFilePrefix, primaryPid } from "../eal/mod.ts";
import {
  type MempoolOps,
  mempoolOps,
  mempoolOpsIn,
  rte_mempool_ops,
  rte_mempool_ops_table,
} from "../ring/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { rte_mempool } from "./layout.ts";
import { allPools } from "./memory.ts";

/** The table's name, and that of the file that has it unless a program has a copy. */
const TABLE = "rte_mempool_ops_table";

/** Where a file is mapped. */
interface Mapping {
  readonly base: number;
  readonly path: string;
  /** Device, inode and path: the same file. */
  readonly file: string;
}

/** The first mapping of each file of a process, by address. */
function mappings(pid: number | "self"): Mapping[] {
  const lines = (readText(`/proc/${pid}/maps`) ?? "").split("\n");
  return lines.flatMap((line) => {
    const [range = "", , offset, device, inode, path = ""] = line.split(/ +/);
    if (!path.startsWith("/") || Number(`0x${offset}`) !== 0) return [];
    return [{ base: parseInt(range, 16), path, file: `${device} ${inode} ${path}` }];
  });
}

/** Where another process has the table. */
function tableOf(pid: number): number | undefined {
  const theirs = mappings(pid);
  // A program whose code refers to the table has it in its own data, moved there from the library by
  // the linker (R_X86_64_COPY), or is linked with all of DPDK.
  const copy = elfSymbol(`/proc/${pid}/exe`, TABLE);
  if (copy !== undefined) return copy.value + (copy.relocatable ? theirs[0]?.base ?? 0 : 0);
  const ours = symbolAddress("rte_mempool", TABLE);
  const library = mappings("self").findLast(({ base }) => base <= ours);
  const same = theirs.find(({ file }) => file === library?.file);
  return library === undefined || same === undefined ? undefined : same.base + ours - library.base;
}

/**
 * The mempool drivers of the group's primary.
 *
 * @returns `undefined` when they cannot be told: it is dead, this user may not look into it, or it is
 *   linked with another file of the library, or statically
 */
export function primaryMempoolOps(): MempoolOps[] | undefined {
  const pid = primaryPid(ownFilePrefix());
  if (pid === undefined) return undefined;
  const at = tableOf(pid);
  if (at === undefined) return undefined;
  const table = readMemory(pid, at, rte_mempool_ops_table.size);
  return table === undefined ? undefined : mempoolOpsIn(table);
}

/** A driver that the primary has, and this process has not: its place stays empty. */
const MISSING = new Uint8Array(rte_mempool_ops.size);

/**
 * Gives this process's drivers the numbers that they have in the primary. Those that the primary has
 * not come behind them.
 *
 * To be called before this process has used a pool, when nothing has kept a number yet: the table is
 * read by number at every use, and no thread of this process is at work.
 */
function renumber(ours: readonly MempoolOps[], theirs: readonly MempoolOps[]): void {
  const { num_ops, ops } = rte_mempool_ops_table.fields;
  const table = runtime.memory(symbolAddress("rte_mempool", TABLE), rte_mempool_ops_table.size);
  const entry = (index: number) =>
    new Uint8Array(table, ops.offset + index * rte_mempool_ops.size, rte_mempool_ops.size);
  const names = new Set(theirs.map(({ name }) => name));
  const order = [
    ...theirs.map(({ name }) => ours.find((one) => one.name === name)),
    ...ours.filter(({ name }) => !names.has(name)),
  ].slice(0, ops.size / rte_mempool_ops.size);
  const moved = order.map((one) => one === undefined ? MISSING : entry(one.index).slice());
  moved.forEach((bytes, index) => entry(index).set(bytes));
  new Uint32Array(table, num_ops.offset, 1)[0] = moved.length;
}

/** Refuses a group with a pool whose driver this process has not: it would call nothing, and crash. */
function checkPools(theirs: readonly MempoolOps[]): void {
  const ours = new Set(mempoolOps().map(({ name }) => name));
  for (const pool of allPools()) {
    const view = peek(runtime.address(pool), rte_mempool.size);
    const driver = theirs[view.getUint32(rte_mempool.fields.ops_index.offset, true)]?.name;
    if (driver === undefined || ours.has(driver)) continue;
    throw new DpdkError({
      what: "work with the mempools of this group",
      advice: `one has the driver "${driver}", which the primary has loaded and this process has ` +
        `not; load the same drivers (-d) in all processes`,
    });
  }
}

afterStart(({ shared }) => {
  const secondary = eal().rte_eal_process_type() !== 0;
  const theirs = shared && secondary ? primaryMempoolOps() : undefined;
  if (theirs === undefined) return;
  const ours = mempoolOps();
  if (theirs.some(({ name }, i) => name !== ours[i]?.name)) renumber(ours, theirs);
  checkPools(theirs);
});
