/**
 * A port of net_vhost, and virtio devices that are plugged into it: one process has both.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Eal,
  EthDev,
  MbufCursor,
  type OwnedPktmbufPool,
  PktmbufPool,
  PointerBuffer,
} from "../../mod.ts";
import { assert, type CaseContext } from "../kit.ts";
import { sameFrames } from "./frames.ts";
import { bringUp, rest } from "./ports.ts";

/** A folder that is gone when the test has ended. */
export function temporaryFolder({ cleanup }: CaseContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dpdk-ts-packets-"));
  cleanup(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What there is of a vhost. */
export interface Vhost {
  readonly eal: Eal;
  readonly pool: OwnedPktmbufPool;
  /** Its port, which is not configured. */
  readonly dev: EthDev;
  /** Plugs a virtio device in: its port, started. */
  plug(): EthDev;
}

/** Starts EAL with a port of net_vhost. */
export function vhost(context: CaseContext): Vhost {
  const socket = join(temporaryFolder(context), "vhost");
  const quiet = ["--log-level=lib.vhost.*:error", "--log-level=pmd.net.v.*:error"];
  const eal = Eal.init([
    ...[...context.args, "--single-file-segments", ...quiet],
    `--vdev=net_vhost0,iface=${socket},queues=1`,
  ]);
  const pool = PktmbufPool.create("packets", 2047);
  return {
    eal,
    pool,
    dev: EthDev.get(0),
    plug: () => {
      const [peer] = EthDev.probe(`net_virtio_user0,path=${socket},queues=1,queue_size=256`);
      return bringUp(peer!, pool, { txOffloads: ["MULTI_SEGS"] });
    },
  };
}

/** Takes packets from a port until there are so many. */
export async function take(dev: EthDev, count: number): Promise<PointerBuffer> {
  const rx = dev.rxQueue(0);
  const burst = new PointerBuffer(count);
  let got = 0;
  for (let tries = 0; got < count && tries < 2000; tries++) {
    got += rx.rxBurst(burst, count - got, got);
    if (got < count) await rest(1);
  }
  assert.equal(got, count);
  return burst;
}

/** Sends frames from a port to the one that it is connected to, in bursts, and compares. */
export async function pass(
  pool: PktmbufPool,
  from: EthDev,
  to: EthDev,
  frames: readonly Uint8Array[],
): Promise<void> {
  const packets = new MbufCursor();
  const tx = from.txQueue(0);
  for (let at = 0; at < frames.length; at += 32) {
    const some = frames.slice(at, at + 32);
    const burst = new PointerBuffer(some.length);
    for (const [i, bytes] of some.entries()) {
      burst.set(i, packets.moveTo(pool.alloc()!).fill(bytes).address);
    }
    let sent = 0;
    for (let tries = 0; sent < some.length && tries < 500; tries++) {
      sent += tx.txBurst(burst, some.length - sent, sent);
      if (sent < some.length) await rest(1);
    }
    assert.equal(sent, some.length);
    const got = await take(to, some.length);
    sameFrames(got.toArray().map((address) => packets.moveTo(address).read()), some);
    assert.equal(packets.at(got, 0).port, to.portId);
    packets.freeBulk(got);
  }
}
