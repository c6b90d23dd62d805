/**
 * Which DPDK this host has, and its libraries.
 *
 * @module
 */

export { type Abi, ABIS, CACHE_LINE, knownAbis } from "./abi.ts";
export { discover, environment, type Installation, libdirOf } from "./discover.ts";
export { libraries, type LibrariesOptions } from "./fetch.ts";
export { abi, checkCacheLine, installation, library, preload, symbolAddress } from "./libraries.ts";
