/**
 * Extended counters: those of every port, its queues and its driver, by name.
 *
 * @module
 */

import { checkInteger, checkMaker, checkName, DpdkError, Errno, type Maker } from "../core/mod.ts";
import { decodeString, type Pointer } from "../runtime/mod.ts";
import { rte_eth_xstat, rte_eth_xstat_name, RTE_ETH_XSTATS_NAME_SIZE } from "./layout.ts";
import { type EthdevCalls, type Port, quietly, Scratch } from "./port.ts";

/** One extended counter. */
export interface Xstat {
  /** What {@linkcode Xstats.byId} wants. */
  readonly id: number;
  /** `rx_good_packets`, `rx_q0_bytes`, ... */
  readonly name: string;
  /** Its value. */
  readonly value: bigint;
}

/**
 * A port's extended counters, in `EthDev.xstats`. The class stands for `rte_eth_xstats_get` and its like
 * (rte_ethdev.h).
 *
 * @example
 * ```ts
 * import { Eal, EthDev, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * const [first] = port.xstats.all();
 * console.log(first?.name, first?.value); // rx_good_packets 0
 * port.stop();
 * port.close();
 * ```
 */
export class Xstats {
  readonly #port: Port;

  /**
   * For `EthDev.xstats`.
   *
   * @internal
   */
  constructor(key: Maker, port: Port) {
    checkMaker(key, "Xstats", "EthDev.xstats");
    this.#port = port;
  }

  /**
   * The names, each at the index that is its id: `rte_eth_xstats_get_names`.
   *
   * @returns names, by id
   */
  names(): string[] {
    const port = this.#port;
    const { size } = rte_eth_xstat_name;
    const view = this.#list<"struct rte_eth_xstat_name">(
      "rte_eth_xstats_get_names",
      size,
      (rte, at, n) => {
        return rte.rte_eth_xstats_get_names(port.portId, at, n);
      },
    );
    const bytes = new Uint8Array(view.buffer, 0, view.byteLength);
    return Array.from({ length: view.byteLength / size }, (_, i) => {
      return decodeString(bytes.subarray(i * size, (i + 1) * size));
    });
  }

  /**
   * All of them: `rte_eth_xstats_get`, and their names. Each has its place for its id: the ids that some
   * drivers give (net_vhost) are those of other counters.
   *
   * @returns id, name and value of each
   */
  all(): Xstat[] {
    const port = this.#port;
    const names = this.names();
    const { size, fields: { value } } = rte_eth_xstat;
    const view = this.#list<"struct rte_eth_xstat">("rte_eth_xstats_get", size, (rte, at, n) => {
      return rte.rte_eth_xstats_get(port.portId, at, n);
    });
    return Array.from({ length: view.byteLength / size }, (_, id) => {
      return {
        id,
        name: names[id] ?? "",
        value: view.getBigUint64(id * size + value.offset, true),
      };
    });
  }

  /**
   * Calls once for the number of entries, and again for them, until they all fit.
   *
   * @returns a view of exactly the entries that came
   */
  #list<T extends string>(
    name: string,
    size: number,
    call: (rte: EthdevCalls, at: Pointer<T> | null, n: number) => number,
  ): DataView<ArrayBuffer> {
    const port = this.#port;
    const what = `read the extended counters of ${port.label}`;
    const rte = port.calls(what);
    let n = port.attempt(what, name, () => call(rte, null, 0));
    for (;;) {
      const entries = new Scratch<T>(Math.max(1, n) * size);
      const got = port.attempt(what, name, () => call(rte, entries.pointer, n));
      if (got <= n) return new DataView(entries.view.buffer, 0, got * size);
      n = got;
    }
  }

  /** How many there are. */
  get count(): number {
    const port = this.#port;
    const what = `count the extended counters of ${port.label}`;
    const rte = port.calls(what);
    return port.attempt(
      what,
      "rte_eth_xstats_get",
      () => rte.rte_eth_xstats_get(port.portId, null, 0),
    );
  }

  /**
   * The values of some: `rte_eth_xstats_get_by_id`.
   *
   * @param ids as {@linkcode Xstats.id} gives them, at most as many as there are counters
   * @returns the values in the same order
   * @throws {RangeError} when there is no counter of an id
   */
  byId(ids: readonly number[]): bigint[] {
    const port = this.#port;
    const what = `read extended counters of ${port.label}`;
    const { count } = this;
    if (!Array.isArray(ids)) throw new TypeError(`Cannot ${what}: the ids are no list`);
    checkInteger(ids.length, `the number of ids to ${what}`, 0, count);
    for (const id of ids) checkInteger(id, `an extended counter of ${port.label}`, 0, count - 1);
    if (ids.length === 0) return [];
    const wanted = new Scratch<"uint64_t">(8 * ids.length);
    const values = new Scratch<"uint64_t">(8 * ids.length);
    ids.forEach((id, i) => wanted.view.setBigUint64(8 * i, BigInt(id), true));
    const rte = port.calls(what);
    const n = ids.length;
    port.attempt(
      what,
      "rte_eth_xstats_get_by_id",
      () => rte.rte_eth_xstats_get_by_id(port.portId, wanted.pointer, values.pointer, n),
    );
    return ids.map((_, i) => values.view.getBigUint64(8 * i, true));
  }

  /**
   * The id of a name: `rte_eth_xstats_get_id_by_name`.
   *
   * @param name as {@linkcode Xstats.names} has it
   * @returns its id
   * @throws {DpdkError} when there is no counter of that name (`EINVAL`)
   */
  id(name: string): number {
    const port = this.#port;
    checkName(name, "extended counter", RTE_ETH_XSTATS_NAME_SIZE - 1);
    const what = `find extended counter "${name}" of ${port.label}`;
    const rte = port.calls(what);
    const id = new Scratch<"uint64_t">(8);
    const find = () => rte.rte_eth_xstats_get_id_by_name(port.portId, name, id.pointer);
    if (-quietly(find) === Errno.EINVAL) {
      throw new DpdkError({
        what,
        call: "rte_eth_xstats_get_id_by_name",
        errno: Errno.EINVAL,
        advice: `there is none of that name; there are ${this.names().join(", ")}`,
      });
    }
    port.attempt(what, "rte_eth_xstats_get_id_by_name", find);
    return Number(id.view.getBigUint64(0, true));
  }

  /**
   * The value of a name.
   *
   * @param name as {@linkcode Xstats.names} has it
   * @returns its value
   */
  get(name: string): bigint {
    return this.byId([this.id(name)])[0]!;
  }

  /** Sets them to 0: `rte_eth_xstats_reset`. */
  reset(): void {
    const port = this.#port;
    const what = `reset the extended counters of ${port.label}`;
    const rte = port.calls(what);
    port.attempt(what, "rte_eth_xstats_reset", () => rte.rte_eth_xstats_reset(port.portId));
  }
}
