/**
 * DPDK's client_server_mp, a client: it takes packets out of its ring and sends those of port 0 to
 * port 1 and back, on a transmit queue of its own.
 *
 * Start the server first, then each client on an lcore of its own; either side may be the C program
 * of DPDK's examples:
 *
 * ```sh
 * bun run examples/client_server_mp/client.ts -l 1 --proc-type=secondary -- -n 0
 * deno run --allow-ffi examples/client_server_mp/client.ts -l 2 --proc-type=secondary -- -n 1
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  Backoff,
  DpdkError,
  Eal,
  EthDev,
  MbufCursor,
  Memzone,
  PktmbufPool,
  PointerBuffer,
  poll,
  prefetchMbufs,
  Ring,
  TxBuffer,
} from "../../mod.ts";
import { end, ending, PORTS, run, splitArguments, wholeNumber } from "../forwarding.ts";
import { Seat } from "../seat.ts";
import { BURST, clientRing, MAX_CLIENTS, POOL, PORT_INFO, PortInfo } from "./port_info.ts";

const USAGE = `
client.ts [EAL options] --proc-type=secondary -- -n CLIENT_ID
 -n CLIENT_ID: which client this is, from 0 to one less than the server's NUM_CLIENTS`;

/** What a client needs of its server's, if there is such a client. */
function attach(id: number): { readonly ring: Ring; readonly info: PortInfo } {
  const find = <T>(what: string, lookup: () => T): T => {
    try {
      return lookup();
    } catch (error) {
      if (!(error instanceof DpdkError) || error.code !== "ENOENT") throw error;
      throw new TypeError(`Cannot be client ${id}: ${what}`);
    }
  };
  const noServer = "this group has no client_server_mp server; start the server first";
  const info = new PortInfo(find(noServer, () => Memzone.lookup(PORT_INFO)));
  find(noServer, () => PktmbufPool.lookup(POOL));
  const noSuch = "the server was started for fewer clients; see its -n NUM_CLIENTS";
  return { ring: find(noSuch, () => Ring.lookup(clientRing(id))), info };
}

/** Sends packets of each port to the one beside it, and counts. */
class Forwarder {
  readonly #packets = new MbufCursor();
  readonly #buffers: TxBuffer[] = [];
  readonly #out = new Int32Array(65536).fill(-1);
  readonly #sent: (port: number, n: number) => void;

  constructor(id: number, info: PortInfo) {
    const [tx, txDrop] = [info.tx[id]!, info.txDrop[id]!];
    this.#sent = (port, n) => tx.add(port, n);
    const { ids } = info;
    for (let i = 0; i + 1 < ids.length; i += 2) {
      this.#out[ids[i]!] = ids[i + 1]!;
      this.#out[ids[i + 1]!] = ids[i]!;
    }
    for (const port of ids) {
      const queue = EthDev.get(port).txQueue(id);
      this.#buffers[port] = new TxBuffer(queue, {
        size: BURST,
        onError: (mbufs, n, from) => {
          txDrop.add(port, n);
          this.#packets.freeBulk(mbufs, n, from);
        },
      });
    }
  }

  /** Puts a packet into the buffer of the port that it goes to. */
  forward(burst: PointerBuffer, index: number): void {
    const out = this.#out[this.#packets.at(burst, index).port]!;
    const buffer = this.#buffers[out];
    if (buffer === undefined) return this.#packets.free(); // of a port that is not the server's
    const sent = buffer.add(burst, index);
    if (sent > 0) this.#sent(out, sent);
  }

  /** Sends what is in the buffers. */
  flush(): void {
    this.#buffers.forEach((buffer, port) => {
      const sent = buffer.flush();
      if (sent > 0) this.#sent(port, sent);
    });
  }
}

async function main(): Promise<void> {
  const { eal: ealArgs, app } = splitArguments();
  const { values } = parseArgs({ args: app, options: { n: { type: "string", short: "n" } } });
  const id = wholeNumber(values.n, "-n CLIENT_ID", 0, MAX_CLIENTS - 1);
  using eal = Eal.init(ealArgs);
  if (eal.processType !== "secondary") {
    throw new TypeError("Cannot be a client as a primary: start it with --proc-type=secondary");
  }
  const { ring, info } = attach(id);
  using _seat = new Seat(`MProc_client_seat_${id}`, `client ${id}`);
  const forwarder = new Forwarder(id, info);
  const burst = new PointerBuffer(BURST);
  let unsent = false;
  const turn = () => {
    const n = ring.dequeueBurst(burst);
    if (n === 0) {
      if (unsent) forwarder.flush();
      unsent = false;
      return 0;
    }
    prefetchMbufs(burst, n); // the server's CPU had them
    for (let i = 0; i < n; i++) forwarder.forward(burst, i);
    unsent = true;
    return n;
  };

  console.log("Finished Process Init.");
  console.log(`\nClient process ${id} handling packets\n[Press Ctrl-C to quit ...]`);
  using _watch = eal.onPrimaryGone(() => end("the end of its server, which is gone"));
  // After a burst that is not full the server is left alone with the ring for a little.
  await poll(turn, { ...PORTS, burst: BURST, backoff: new Backoff(8) });
  console.log(`Exiting on ${ending.reason}`);
  if (eal.primaryAlive) forwarder.flush();
}

await run(main, USAGE);
