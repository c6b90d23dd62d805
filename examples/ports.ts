/**
 * What the forwarding examples do with ports.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { EthDev, type EthDevOptions, type PktmbufPool } from "../mod.ts";
import { ending } from "./forwarding.ts";

/** How long links have to come up, in milliseconds, and how often they are looked at. */
const LINK_WAIT_MS = 9000;
const LINK_LOOK_MS = 100;

/**
 * The ports of a mask: bit n is port n.
 *
 * @param mask in hexadecimal
 * @throws {TypeError} when it is no mask, has a port that is not there, or an odd number of them
 */
export function portsOf(mask: string | undefined): EthDev[] {
  const refuse = (why: string): never => {
    throw new TypeError(
      `Cannot use ${mask === undefined ? "no" : `"${mask}" as`} port mask: ${why}`,
    );
  };
  if (!/^(0x)?[0-9a-f]{1,8}$/i.test(mask ?? "")) refuse("it is a hexadecimal number, such as 3");
  const bits = parseInt(mask!, 16);
  const all = EthDev.all();
  const there = all.length === 0
    ? "there are none; start EAL with devices, such as --vdev=net_null0 --vdev=net_null1"
    : `there are ${all.map(({ portId, name }) => `${portId} (${name})`).join(", ")}`;
  const wanted = [...Array(32).keys()].filter((id) => (bits >>> id & 1) === 1);
  const missing = wanted.filter((id) => !all.some(({ portId }) => portId === id));
  if (wanted.length === 0) refuse("it has no port");
  if (missing.length > 0) refuse(`it has port ${missing.join(", ")}; ${there}`);
  if (wanted.length % 2 !== 0) refuse("packets go from port to port in pairs; use an even number");
  return all.filter(({ portId }) => wanted.includes(portId));
}

/** Configures a port, sets up its queues and starts it. */
export function startPort(dev: EthDev, pool: PktmbufPool, options: PortOptions): void {
  const { descriptors, ...conf } = options;
  dev.configure(conf);
  const { rx, tx } = dev.adjustDescriptors(descriptors.rx, descriptors.tx);
  for (let queue = 0; queue < (conf.rxQueues ?? 1); queue++) dev.rxQueueSetup(queue, rx, pool);
  for (let queue = 0; queue < (conf.txQueues ?? 1); queue++) dev.txQueueSetup(queue, tx);
  dev.promiscuous = true;
  dev.start();
}

/** How a port is set up. */
export interface PortOptions extends EthDevOptions {
  /** Descriptors of each queue; the driver takes the nearest number that it can. */
  readonly descriptors: { readonly rx: number; readonly tx: number };
}

/** Waits until the links of all ports are up, 9 seconds at most, and tells how they are. */
export async function waitForLinks(ports: readonly EthDev[]): Promise<void> {
  for (let waited = 0; waited < LINK_WAIT_MS; waited += LINK_LOOK_MS) {
    if (ending.aborted || ports.every((dev) => dev.linkNowait().up)) break;
    await sleep(LINK_LOOK_MS);
  }
  for (const dev of ports) {
    const { up, speedMbps } = dev.linkNowait();
    console.log(`Port ${dev.portId} Link ${up ? `up at ${speedMbps} Mbps` : "down"}`);
  }
}

/** Stops and closes ports. */
export function closePorts(ports: readonly EthDev[]): void {
  for (const dev of ports) {
    dev.stop();
    dev.close();
  }
}
