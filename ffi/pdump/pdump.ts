/**
 * Letting other processes capture packets.
 *
 * @module
 */

import { library } from "../abi/mod.ts";
import { failed } from "../core/mod.ts";
import { captureLog, requireEal, rteErrno } from "../eal/mod.ts";
import { pdumpSymbols } from "./symbols.ts";

const pdumpLibrary = library("rte_pdump", pdumpSymbols);

const ADVICE = {
  EEXIST: "it was initialised before; once is enough",
  ENOTSUP: "packet capture asks over the control channel; start EAL without --no-shconf",
  // What DPDK answers to a second call, too: its counters' memzone cannot be reserved again.
  ENOMEM: "it was initialised before (once is enough), or there is not enough memory left",
};

function call(what: string, name: "rte_pdump_init" | "rte_pdump_uninit"): void {
  requireEal(what);
  const { value, log } = captureLog(() => pdumpLibrary()[name](), (status) => status < 0);
  if (value < 0) throw failed(what, name, rteErrno(), ADVICE, log);
}

/**
 * What {@linkcode pdump} has. The functions are those of rte_pdump.h.
 */
export interface Pdump {
  /**
   * Lets other processes capture: `rte_pdump_init`. In the primary, before they ask.
   *
   * @throws {DpdkError} when it was called before, or there is no control channel
   */
  init(): void;
  /** Ends it: `rte_pdump_uninit`. */
  uninit(): void;
}

/**
 * Packet capture: `dpdk-dumpcap` and `dpdk-pdump` attach to this process and see the packets of its
 * bursts. They put callbacks on its queues, which `rxBurst` and `txBurst` call.
 *
 * @example
 * ```ts
 * import { Eal, pdump } from "@dpdk-ts/dpdk";
 *
 * using eal = Eal.init({ filePrefix: "demo", memory: 64, vdevs: ["net_null0"] });
 * pdump.init(); // dpdk-dumpcap --file-prefix demo sees the packets from now on
 * pdump.uninit();
 * ```
 */
export const pdump: Pdump = {
  init(): void {
    call("let other processes capture packets", "rte_pdump_init");
  },

  uninit(): void {
    call("end packet capture", "rte_pdump_uninit");
  },
};
