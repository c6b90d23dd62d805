/**
 * Starting, stopping and closing a port.
 *
 * @module
 */

import { DpdkError, Errno } from "../core/mod.ts";
import { runtime } from "../runtime/mod.ts";
import { isConfigured } from "./conf.ts";
import { RawInfo } from "./info.ts";
import { buryGone, isPort, type Port, portsNow } from "./port.ts";
import { missingQueues } from "./queue_setup.ts";

/** Starts a port: `rte_eth_dev_start`. */
export function start(port: Port): void {
  const what = `start ${port.label}`;
  const rte = port.primaryCalls(what);
  const info = new RawInfo(port, what);
  if (!isConfigured(port, what)) {
    throw new DpdkError({
      what,
      errno: Errno.EINVAL,
      advice: "it was not configured; call configure, rxQueueSetup and txQueueSetup first",
    });
  }
  const missing = missingQueues(port, info, what);
  if (missing.length > 0) {
    throw new DpdkError({
      what,
      errno: Errno.EINVAL,
      advice: `it was configured with queues that were not set up: ${missing.join(", ")}; ` +
        "call rxQueueSetup and txQueueSetup first",
    });
  }
  port.attempt(what, "rte_eth_dev_start", () => rte.rte_eth_dev_start(port.portId), {
    EINVAL: "configure it first",
  });
}

/** Stops a port: `rte_eth_dev_stop`. */
export function stop(port: Port): void {
  const what = `stop ${port.label}`;
  const rte = port.primaryCalls(what);
  port.attempt(what, "rte_eth_dev_stop", () => rte.rte_eth_dev_stop(port.portId));
}

/** Closes a port: `rte_eth_dev_close`. */
export function close(port: Port): void {
  const what = `close ${port.label}`;
  const rte = port.primaryCalls(what);
  const before = portsNow();
  try {
    port.attempt(what, "rte_eth_dev_close", () => rte.rte_eth_dev_close(port.portId), {
      EINVAL: isPort(port.portId) ? "it is started; stop it first" : "the driver failed",
    });
  } finally {
    buryGone(before);
  }
}

/** Resets a port's device: `rte_eth_dev_reset`. */
export function reset(port: Port): void {
  const what = `reset ${port.label}`;
  const rte = port.primaryCalls(what);
  port.attempt(what, "rte_eth_dev_reset", () => rte.rte_eth_dev_reset(port.portId), {
    EAGAIN: "try again later",
  });
}

/** The device's firmware: `rte_eth_dev_fw_version_get`. */
export function firmwareVersion(port: Port): string {
  const what = `ask for the firmware of ${port.label}`;
  const rte = port.calls(what);
  const text = new ArrayBuffer(256);
  const at = runtime.pointerTo<"char">(text);
  port.attempt(
    what,
    "rte_eth_dev_fw_version_get",
    () => rte.rte_eth_dev_fw_version_get(port.portId, at, text.byteLength),
  );
  return runtime.string(runtime.address(at));
}

/** The types that the device tells packets by: `rte_eth_dev_get_supported_ptypes`. */
export function packetTypes(port: Port, mask: number): number[] {
  const what = `ask for the packet types of ${port.label}`;
  const rte = port.calls(what);
  const ask = (types: Uint32Array<ArrayBuffer> | undefined) =>
    port.attempt(
      what,
      "rte_eth_dev_get_supported_ptypes",
      () =>
        rte.rte_eth_dev_get_supported_ptypes(
          port.portId,
          mask,
          types === undefined ? null : runtime.pointerTo(types.buffer),
          types?.length ?? 0,
        ),
    );
  const n = ask(undefined);
  if (n === 0) return [];
  const types = new Uint32Array(new ArrayBuffer(4 * n));
  return [...types.subarray(0, Math.min(n, ask(types)))];
}
