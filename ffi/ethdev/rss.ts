/**
 * Receive side scaling: the hash that spreads received packets over queues.
 *
 * @module
 */

import { abi } from "../abi/mod.ts";
import { checkInteger, checkKeys, checkMaker, DpdkError, Errno, type Maker } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { checkKey, checkKeySize, type RssOptions } from "./configure.ts";
import { RawInfo } from "./info.ts";
import { RTE_ETH_RETA_GROUP_SIZE, rte_eth_rss_conf, rte_eth_rss_reta_entry64 } from "./layout.ts";
import { checkCapable, rssBits, rssNamesOf } from "./names.ts";
import { type Port, quietly, Scratch } from "./port.ts";

/** How received packets are hashed. */
export interface RssConf {
  /** Packet types: `IPV4`, `NONFRAG_IPV4_UDP`, ... */
  readonly functions: readonly string[];
  /** The key. */
  readonly key: Uint8Array<ArrayBuffer>;
}

/** A `struct rte_eth_rss_conf` and the key that it points to. */
interface Request {
  readonly conf: Scratch<"struct rte_eth_rss_conf">;
  readonly key: ArrayBuffer;
}

const ADVICE = {
  ENOTSUP: 'its driver cannot do that, or the port was not configured with mqMode "RSS"',
  EINVAL: "DPDK or the driver refused a queue, a packet type or the key",
};

/** The key's length where a device does not say: that of Toeplitz hashes over IPv6. */
const USUAL_KEY = 40;

/** Drivers read 40 or 52 bytes of a key, whatever length they are told. */
const KEY_ROOM = 256;

/**
 * A port's receive side scaling, in `EthDev.rss`. The class stands for `rte_eth_dev_rss_hash_update` and
 * its like (rte_ethdev.h).
 *
 * @example
 * ```ts
 * import { DpdkError, Eal, EthDev, PktmbufPool } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * using pool = PktmbufPool.create("packets", 1023);
 * const port = EthDev.find("net_null0");
 * port.configure({ rxQueues: 1, txQueues: 1 });
 * port.rxQueueSetup(0, 512, pool);
 * port.txQueueSetup(0, 512);
 * port.start();
 *
 * try {
 *   console.log(port.rss.reta().length, "entries");
 * } catch (error) {
 *   if (!(error instanceof DpdkError)) throw error; // a device that cannot
 * }
 * port.stop();
 * port.close();
 * ```
 */
export class Rss {
  readonly #port: Port;

  /**
   * For `EthDev.rss`.
   *
   * @internal
   */
  constructor(key: Maker, port: Port) {
    checkMaker(key, "Rss", "EthDev.rss");
    this.#port = port;
  }

  /** A request for what there is now, and the memory for the key. */
  #request(keySize: number): Request {
    const { size, fields: F } = rte_eth_rss_conf(abi());
    const conf = new Scratch<"struct rte_eth_rss_conf">(size);
    const key = new ArrayBuffer(KEY_ROOM);
    const at = runtime.address(runtime.pointerTo(key));
    conf.view.setBigUint64(F.rss_key.offset, BigInt(at), true);
    conf.view.setUint8(F.rss_key_len.offset, keySize || USUAL_KEY);
    return { conf, key };
  }

  /**
   * How packets are hashed: `rte_eth_dev_rss_hash_conf_get`.
   *
   * @returns the functions by name, and the key's bytes
   */
  conf(): RssConf {
    const what = `read the RSS of ${this.#port.label}`;
    const info = new RawInfo(this.#port, what);
    const { conf, key } = this.#request(info.number("hash_key_size"));
    const rte = this.#port.calls(what);
    this.#port.attempt(
      what,
      "rte_eth_dev_rss_hash_conf_get",
      () => rte.rte_eth_dev_rss_hash_conf_get(this.#port.portId, conf.pointer),
    );
    const F = rte_eth_rss_conf(abi()).fields;
    return {
      functions: rssNamesOf(conf.view.getBigUint64(F.rss_hf.offset, true)),
      key: new Uint8Array(key.slice(0, conf.view.getUint8(F.rss_key_len.offset))),
    };
  }

  /**
   * Changes how packets are hashed: `rte_eth_dev_rss_hash_update`.
   *
   * @param change what is left out stays as it is
   * @throws {DpdkError} when the port was not configured with `mqMode: "RSS"`, or its driver cannot
   */
  update(change: Partial<RssOptions>): void {
    checkKeys(change, ["functions", "key"], "rss.update");
    checkKey(change.key, "rss.update");
    const port = this.#port;
    const what = `change the RSS of ${port.label}`;
    const rte = port.primaryCalls(what);
    const info = new RawInfo(port, what);
    const keySize = info.number("hash_key_size");
    checkKeySize(change.key, keySize, what);
    const { conf, key } = this.#request(keySize);
    const F = rte_eth_rss_conf(abi()).fields;
    const status = quietly(() => rte.rte_eth_dev_rss_hash_conf_get(port.portId, conf.pointer));
    if (status < 0 && change.functions === undefined) {
      throw new DpdkError({
        what,
        errno: -status,
        advice: "its driver does not tell what it hashes now; name the functions, too",
      });
    }
    if (change.functions !== undefined) {
      const bits = rssBits(change.functions);
      checkCapable(bits, info.bits("flow_type_rss_offloads"), rssNamesOf, what, "RSS function");
      conf.view.setBigUint64(F.rss_hf.offset, bits, true);
    }
    if (change.key === undefined) {
      conf.view.setBigUint64(F.rss_key.offset, 0n, true);
      conf.view.setUint8(F.rss_key_len.offset, 0);
    } else {
      new Uint8Array(key).fill(0);
      new Uint8Array(key).set(change.key);
      conf.view.setUint8(F.rss_key_len.offset, change.key.length);
    }
    port.attempt(
      what,
      "rte_eth_dev_rss_hash_update",
      () => rte.rte_eth_dev_rss_hash_update(port.portId, conf.pointer),
      ADVICE,
    );
    void key.byteLength; // reachable until C has read it
  }

  /** The table's size, which must not be 0. */
  #retaSize(what: string): number {
    const size = new RawInfo(this.#port, what).number("reta_size");
    if (size > 0) return size;
    throw new DpdkError({ what, errno: Errno.ENOTSUP, advice: "its device has no such table" });
  }

  /**
   * The redirection table: the queue of each hash, modulo the length: `rte_eth_dev_rss_reta_query`.
   *
   * @returns a queue for each entry of the table
   */
  reta(): number[] {
    const port = this.#port;
    const what = `read the redirection table of ${port.label}`;
    const rte = port.calls(what);
    const size = this.#retaSize(what);
    const groups = new Scratch<"struct rte_eth_rss_reta_entry64">(retaBytes(size));
    for (let i = 0; i < size; i++) select(groups.view, i);
    port.attempt(
      what,
      "rte_eth_dev_rss_reta_query",
      () => rte.rte_eth_dev_rss_reta_query(port.portId, groups.pointer, size),
      ADVICE,
    );
    return Array.from({ length: size }, (_, i) => groups.view.getUint16(entryAt(i), true));
  }

  /**
   * Changes the redirection table: `rte_eth_dev_rss_reta_update`.
   *
   * @param queues the queue of every entry, or of some by their index
   * @throws {RangeError} when there is no such entry or queue, or a list is not of the table's length
   */
  updateReta(queues: readonly number[] | ReadonlyMap<number, number>): void {
    const port = this.#port;
    const what = `change the redirection table of ${port.label}`;
    const list = Array.isArray(queues);
    if (!list && !(queues instanceof Map)) {
      throw new TypeError(`Cannot ${what}: it takes an array or a Map of queues`);
    }
    const rte = port.primaryCalls(what);
    const size = this.#retaSize(what);
    if (list && queues.length !== size) {
      throw new RangeError(`Cannot ${what}: it has ${size} entries, and the list ${queues.length}`);
    }
    const most = new RawInfo(port, what).number("nb_rx_queues") - 1;
    const groups = new Scratch<"struct rte_eth_rss_reta_entry64">(retaBytes(size));
    for (const [index, queue] of (queues as ReadonlyMap<number, number>).entries()) {
      checkInteger(index, `an entry of the redirection table of ${port.label}`, 0, size - 1);
      checkInteger(queue, `a receive queue of ${port.label}`, 0, most);
      select(groups.view, index);
      groups.view.setUint16(entryAt(index), queue, true);
    }
    if (!list && queues.size === 0) return;
    port.attempt(
      what,
      "rte_eth_dev_rss_reta_update",
      () => rte.rte_eth_dev_rss_reta_update(port.portId, groups.pointer, size),
      ADVICE,
    );
  }
}

const GROUP = rte_eth_rss_reta_entry64;

function retaBytes(size: number): number {
  return Math.ceil(size / RTE_ETH_RETA_GROUP_SIZE) * GROUP.size;
}

function groupAt(index: number): number {
  return Math.floor(index / RTE_ETH_RETA_GROUP_SIZE) * GROUP.size;
}

function entryAt(index: number): number {
  return groupAt(index) + GROUP.fields.reta.offset + 2 * (index % RTE_ETH_RETA_GROUP_SIZE);
}

/** Sets the entry's bit in the mask of its group. */
function select(view: DataView, index: number): void {
  const at = groupAt(index) + GROUP.fields.mask.offset;
  const bit = 1n << BigInt(index % RTE_ETH_RETA_GROUP_SIZE);
  view.setBigUint64(at, view.getBigUint64(at, true) | bit, true);
}
