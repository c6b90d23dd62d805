/**
 * Which DPDK this host has, and its libraries.
 *
 * @module
 */

export { type Abi, ABIS, knownAbis } from "./abi.ts";
export { BUILD, type Build, BUILDS, cacheAligned, RTE_CACHE_LINE_SIZE } from "./build.ts";
export { discover, environment, type Installation, libdirOf } from "./discover.ts";
export { libraries, type LibrariesOptions } from "./fetch.ts";
export {
  abi,
  checkArchitecture,
  checkCacheLine,
  installation,
  library,
  preload,
  symbolAddress,
} from "./libraries.ts";
