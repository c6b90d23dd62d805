/**
 * What every test imports, and the only thing it imports besides what it tests and `node:` modules.
 *
 * @module
 */

export { assert } from "./kit/assert.ts";
export { type CaseContext, type CaseOptions, ealCase } from "./kit/case.ts";
export { compileC, compilePeer, type PeerOptions, peerText, spawnPeer } from "./kit/compile.ts";
export {
  afPacket,
  type End,
  type EndOptions,
  type Namespace,
  type Network,
  network,
  pcapPort,
  pings,
} from "./kit/network.ts";
export { type Captured, readPcap, writePcap } from "./kit/pcap.ts";
export { removePrefix, uniquePrefix } from "./kit/prefix.ts";
export {
  type Child,
  type ChildResult,
  outcome,
  type SpawnOptions,
  spawnProgram,
  spawnScript,
} from "./kit/spawn.ts";
export type { TestContext } from "./kit/body.ts";
export { describe, test, type TestBody, type TestOptions } from "./kit/test.ts";
export { executable, ROOT, type Runtime, runtimeName, RUNTIMES, runtimes } from "./kit/runtimes.ts";
